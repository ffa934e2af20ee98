"""What comes back, and sending again: bounces, suppression, unsubscribing, automatic answers, resending."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import pytest

from broadsheet import failpoints
from broadsheet.delivery.bounces import Bounce, Leave, read, token_of, verp
from broadsheet.errors import UsageError
from broadsheet.ledger.records import EditionRecord
from broadsheet.press import bounces
from broadsheet.press.bounces import Returned, read_bounces, read_due
from broadsheet.press.resend import resend, to_resend
from support.imap import ADA, dsn
from support.mailroom import Mailroom
from support.smtp import MailServer

MAILBOX = "{host: imap.example.test, user: reports, password: '${env:IMAP_PASSWORD}'}"
THERE = b"To: reports+aaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbb@example.test"
REPORT = THERE + b"\r\nContent-Type: multipart/report; boundary=B\r\n\r\n--B\r\n"
Post = Callable[..., list[Returned]]


@pytest.fixture
def post(room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Puts messages into the mailbox and has it read."""
    waiting: list[bytes] = []

    class Box:
        def unseen(self, limit: int) -> Iterator[tuple[str, bytes]]:
            yield from ((str(number), content) for number, content in enumerate(waiting[:limit]))

        def seen(self, uid: str) -> None:
            """It is emptied below."""

    @contextmanager
    def opened(*_: object) -> Iterator[Box]:
        yield Box()
        waiting.clear()

    monkeypatch.setattr(bounces, "open_mailbox", opened)

    def posted(*messages: bytes) -> list[Returned]:
        waiting.extend(messages)
        with room.press() as press:
            return list(read_bounces(press))

    return posted


def sent(room: Mailroom, server: MailServer, period: str) -> tuple[EditionRecord, str]:
    """A letter to Ada that the server has accepted; the envelope address it came from."""
    record = room.queue([ADA], period=period)
    assert [attempt.outcome.state for attempt in room.tick()] == ["sent"]
    return record, server.mails[-1].sender


def kinds(room: Mailroom) -> list[str]:
    with room.press() as press:
        return [alert.kind for alert in press.ledger.alerts.current()]


def test_fault_d12_hard_bounce_twice(room: Mailroom, smtp_server: MailServer, post: Post) -> None:
    room.by_smtp(smtp_server, bounces=MAILBOX)
    first, address = sent(room, smtp_server, "2026-W24")
    identity = room.stand(first)["ada"].message_id
    assert address == f"reports+{token_of(identity)}@tidewater.test"
    report = dsn(address, "5.1.1", identity)
    (found,) = post(report)
    assert (found.address, found.what) == (ADA, "bounced")
    assert found.reply == f"5.1.1 550 5.1.1 <{ADA}>: Recipient address rejected"
    assert (room.stand(first)["ada"].state, room.stand(first)["ada"].cause) == ("rejected", "bounce")
    assert post(report, report) == [Returned("", "ignored")] * 2, "one letter bounces once"
    second, address = sent(room, smtp_server, "2026-W25")
    assert "suppressed" not in kinds(room), "once may be a mistake of theirs"
    post(dsn("reports@tidewater.test", "5.1.1", room.stand(second)["ada"].message_id))
    assert "suppressed" in kinds(room), "the owner hears of it"
    third = room.queue([ADA, "bo@example.test"], period="2026-W26")
    assert [attempt.delivery.recipient for attempt in room.tick()] == ["bo@example.test"]
    stand = room.stand(third)["ada"]
    assert (stand.state, stand.cause) == ("cancelled", "suppressed")
    assert "bounced 2 times" in stand.reply
    with room.press() as press:
        (row,) = press.ledger.suppressions.all()
        assert (row.address, row.bounces, row.since) == (ADA, 2, room.clock.now())
        assert press.ledger.suppressions.lift("ADA@example.test")
    room.queue([ADA], period="2026-W27")
    assert [attempt.outcome.state for attempt in room.tick()] == ["sent"]


def test_fault_d12_hard_bounce_twice_as_the_server_says_at_once(
    room: Mailroom, smtp_server: MailServer
) -> None:
    room.by_smtp(smtp_server)
    smtp_server.answer("RCPT", "550 5.1.1 no such user", to=ADA, times=9)
    smtp_server.answer("RCPT", "550 5.7.1 not from you", to="bo@example.test", times=9)
    for period in ("2026-W24", "2026-W25", "2026-W26"):
        record = room.queue([ADA, "bo@example.test"], period=period)
        room.tick()
    assert {name: item.state for name, item in room.stand(record).items()} == {
        "ada": "cancelled",
        "bo": "rejected",
    }


def test_who_dies_before_a_bounce_is_marked_as_seen_counts_it_once(
    room: Mailroom, smtp_server: MailServer, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.by_smtp(smtp_server, bounces=MAILBOX)
    record, address = sent(room, smtp_server, "2026-W24")
    report = dsn(address, "5.1.1", room.stand(record)["ada"].message_id)

    def die(step: str) -> None:
        if step == "bounces.before-seen":
            raise SystemExit(9)

    with monkeypatch.context() as dying:
        dying.setattr(failpoints, "reached", die)
        with pytest.raises(SystemExit):
            post(report)
    assert {item.what for item in post(report)} == {"ignored"}
    with room.press() as press:
        assert press.ledger.suppressions.all()[0].bounces == 1


@pytest.mark.parametrize(
    ("status", "action", "what"),
    [("4.4.7", "delayed", "ignored"), ("5.2.2", "failed", "bounced"), ("5.7.1", "failed", "bounced")],
)
def test_what_may_heal_suppresses_nobody(
    room: Mailroom, smtp_server: MailServer, post: Post, status: str, action: str, what: str
) -> None:
    room.by_smtp(smtp_server, bounces=MAILBOX)
    for period in ("2026-W24", "2026-W25"):
        record, address = sent(room, smtp_server, period)
        (found,) = post(dsn(address, status, room.stand(record)["ada"].message_id, action=action))
        assert found.what == what
    with room.press() as press:
        assert press.ledger.suppressions.all() == ()


def answer(to: str, subject: str, *, sender: str = ADA, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("…\n")
    return message.as_bytes()


def test_fault_d13_auto_reply_and_loop(room: Mailroom, smtp_server: MailServer, post: Post) -> None:
    room.by_smtp(smtp_server, bounces=MAILBOX)
    record, address = sent(room, smtp_server, "2026-W24")
    (letter,) = smtp_server.mails
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert letter.message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    came = post(
        answer(address, "Automatic reply: Sales weekly", Auto_Submitted="auto-replied"),
        answer(address, "unsubscribe sales-weekly", Auto_Submitted="auto-replied"),
        answer(address, "Out of office"),
        letter.content,
    )
    assert {item.what for item in came} == {"ignored"}
    assert room.tick() == []
    assert len(smtp_server.mails) == 1, "nothing is ever answered"
    assert room.stand(record)["ada"].state == "sent"


def test_who_unsubscribes_from_the_letters_own_address_gets_the_report_no_more(
    room: Mailroom, smtp_server: MailServer, post: Post
) -> None:
    room.by_smtp(smtp_server, bounces=MAILBOX, unsubscribe_url="'https://example.test/leave/{token}'")
    record, address = sent(room, smtp_server, "2026-W24")
    (mail,) = smtp_server.mails
    token = token_of(room.stand(record)["ada"].message_id)
    assert mail.message["List-Unsubscribe"] == (
        f"<https://example.test/leave/{token}>, <mailto:{address}?subject=unsubscribe%20sales-weekly>"
    )
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    wish = "Unsubscribe sales-weekly"
    (forged,) = post(answer(address, wish, sender="eve@example.test"))
    assert forged.what == "ignored"
    (found,) = post(answer(address, wish, sender="Ada Example <Ada@example.test>"))
    assert (found.address, found.what, found.reply) == (ADA, "unsubscribed", "sales-weekly")
    later = room.queue([ADA], period="2026-W25")
    assert room.tick() == []
    assert room.stand(later)["ada"].reply == "the recipient has unsubscribed"


def test_the_mailbox_is_read_once_in_five_minutes(
    room: Mailroom, smtp_server: MailServer, post: Post
) -> None:
    room.by_smtp(smtp_server)
    with room.press() as press:
        assert read_due(press) == ()
        with pytest.raises(UsageError, match="no mailbox"):
            read_bounces(press)
    room.by_smtp(smtp_server, bounces=MAILBOX)
    record, address = sent(room, smtp_server, "2026-W24")
    with room.press() as press:
        assert read_due(press) == ()
    post_later = dsn(address, "5.1.1", room.stand(record)["ada"].message_id)
    assert post(post_later)[0].what == "bounced"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"Content-Type: multipart/report\r\n\r\nno boundary",
        b"To: =?utf-8?b?/////w==?= <x@y>\r\nSubject: unsubscribe\r\n\r\n",
        THERE + b"\r\nSubject: unsubscribe\r\n\r\n",
        b"From: a@b, c@d\r\n" + THERE + b"\r\nSubject: unsubscribe\r\n\r\n",
        REPORT + b"Content-Type: message/delivery-status\r\n\r\n--B--",
        REPORT + b"Content-Type: message/rfc822\r\n\r\n--B--",
    ],
)
def test_what_anybody_may_write_breaks_nothing(content: bytes) -> None:
    assert read(content) is None


def test_what_comes_back_of_a_letter_that_nobody_has_sent_changes_nothing(room: Mailroom, post: Post) -> None:
    room.settings(f"channel: smtp, host: localhost, sender: reports@tidewater.test, bounces: {MAILBOX}")
    token = f"{'a' * 20}.{'b' * 20}"
    (returned,) = post(dsn(f"reports+{token}@tidewater.test", "5.1.1", "<other@x>"))
    assert returned == Returned("", "ignored")


def test_addresses_of_letters() -> None:
    token = f"{'a' * 20}.{'1' * 20}"
    assert token_of(f"<{token}@example.test>") == token
    assert token_of(f"<test.{token}@example.test>") == ""
    assert verp("reports@example.test", token) == f"reports+{token}@example.test"
    there = f"reports+{token}@example.test"
    assert read(dsn(there, "5.1.1", "<other@x>")) == Bounce(
        token, True, f"5.1.1 550 5.1.1 <{ADA}>: Recipient address rejected"
    )
    assert read(answer(there, "unsubscribe")) == Leave(token, ADA)


def test_headers_that_a_mail_program_has_folded() -> None:
    token = f"{'a' * 20}.{'b' * 20}"
    wish = b"From: A very long name\r\n\t<%b>\r\n%b\r\nSubject: unsubscribe\r\n\r\n" % (ADA.encode(), THERE)
    assert read(wish) == Leave(token, ADA)
    identity = f"Message-ID: <{token}@tidewater.test>".encode()
    report = dsn("reports@tidewater.test", "5.1.1", f"<{token}@tidewater.test>")
    assert identity in report
    came = read(report.replace(identity, identity.replace(b": ", b":\r\n ")))
    assert isinstance(came, Bounce)
    assert came.token == token


def test_resending_sends_the_stored_bytes_again(room: Mailroom, smtp_server: MailServer) -> None:
    room.by_smtp(smtp_server)
    record = room.queue([ADA, "bo@example.test"])
    smtp_server.answer("RCPT", "550 5.7.1 blocked today", to="bo@example.test")
    room.tick()
    room.later(days=30)
    with room.press() as press:
        failed = to_resend(press, record, failed=True, to=None)
        assert [letter.recipient for letter in failed] == ["bo@example.test"]
        assert [attempt.outcome.state for attempt in resend(press, record, failed)] == ["sent"]
        assert to_resend(press, record, failed=True, to=None) == ()
        ada = to_resend(press, record, failed=False, to="Ada@example.test")
        assert [attempt.outcome.state for attempt in resend(press, record, ada)] == ["sent"]
        with pytest.raises(UsageError, match="no letter to cy"):
            to_resend(press, record, failed=False, to="cy@example.test")
        whole = to_resend(press, record, failed=False, to=None)
        assert len(list(resend(press, record, whole))) == 2
    copies = [mail.content for mail in smtp_server.mails if mail.recipients == (ADA,)]
    assert len(copies) == 3
    assert len(set(copies)) == 1
