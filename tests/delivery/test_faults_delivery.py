"""Fault cases of delivery, by their names: real servers that misbehave, the real ledger, the real bytes."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from broadsheet.delivery import smtp
from broadsheet.delivery.outcome import Parcel
from broadsheet.delivery.smtp import Smtp
from broadsheet.ledger import leases
from broadsheet.ledger.records import Alert
from broadsheet.press.alarms import tell_news
from broadsheet.press.resend import resend, to_resend
from support.mailroom import Mailroom
from support.smtp import DRIP, SILENCE, USER, MailServer, mail_server

pytestmark = pytest.mark.faults

FEW = ("ada@example.test", "bo@example.test", "cy@example.test")


def alerts(room: Mailroom) -> tuple[Alert, ...]:
    with room.press() as press:
        return press.ledger.alerts.current()


def received(server: MailServer) -> list[str]:
    return sorted(mail.recipients[0].partition("@")[0] for mail in server.mails)


def test_fault_d01_drop_after_dot(room: Mailroom, smtp_server: MailServer) -> None:
    room.by_smtp(smtp_server)
    record = room.queue(FEW)
    smtp_server.answer("DATA", SILENCE)
    assert sorted(attempt.outcome.state for attempt in room.tick()) == ["sent", "sent", "uncertain"]
    room.later(minutes=1)
    assert [attempt.outcome.state for attempt in room.tick()] == ["sent"]
    twice = [mail for mail in smtp_server.mails if mail.recipients == ("ada@example.test",)]
    assert len(smtp_server.mails) == 4, "one message twice, the others once"
    assert len({mail.content for mail in twice}) == 1, "a repeat has the same bytes"
    stand = room.stand(record)
    assert {name: (item.state, item.uncertainties) for name, item in stand.items()} == {
        "ada": ("sent", 1),
        "bo": ("sent", 0),
        "cy": ("sent", 0),
    }
    with room.press() as press:
        assert press.ledger.history.latest()[0][1] == {"sent": 3, "once uncertain": 1}


def test_uncertain_letters_are_held_where_the_owner_wants_to_decide(
    room: Mailroom, smtp_server: MailServer
) -> None:
    room.by_smtp(smtp_server, on_uncertain="hold")
    record = room.queue(FEW[:2])
    smtp_server.answer("DATA", SILENCE)
    room.tick()
    room.later(hours=3)
    assert room.tick() == []
    assert (room.stand(record)["ada"].state, room.stand(record)["ada"].cause) == ("held", "uncertain")
    interrupted = room.queue(FEW[2:], period="2026-W25")
    with room.press() as press:
        press.ledger.deliveries.sending(press.ledger.deliveries.of(interrupted)[0])
    room.later(hours=3)
    assert room.tick() == []
    assert room.stand(interrupted)["cy"].state == "held", "so is one whose sender died"
    room.by_smtp(smtp_server, on_uncertain="hold", port=1)
    with room.press() as press:
        asked = to_resend(press, record, failed=True, to=None)
        assert list(resend(press, record, asked)) == [], "mail is down"
    room.by_smtp(smtp_server, on_uncertain="hold")
    room.later(minutes=1)
    assert [attempt.outcome.state for attempt in room.tick()] == ["sent"], "the owner has decided"
    assert {item.state for item in room.stand(record).values()} == {"sent"}


def test_fault_d02_server_answers_after_nine_minutes(
    room: Mailroom, smtp_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a smaller scale: answers are due after a second, the one to the final dot after two; it takes 1.8."""
    assert smtp.ACCEPT_SECONDS == 600, "RFC 5321 4.5.3.2.6: ten minutes"
    monkeypatch.setattr(smtp, "ACCEPT_SECONDS", 2)
    room.by_smtp(smtp_server, timeout=1)
    record = room.queue(FEW[:1])

    async def think() -> None:
        await asyncio.sleep(1.8)

    smtp_server.accepting = think
    assert [attempt.outcome.state for attempt in room.tick()] == ["sent"]
    assert len(smtp_server.mails) == 1
    assert room.stand(record)["ada"].uncertainties == 0


def test_a_letter_under_way_is_nobody_elses_however_long_the_server_thinks(
    room: Mailroom, smtp_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEWAL", timedelta(seconds=0.05))
    room.by_smtp(smtp_server)
    record, go_on = room.queue(FEW[:1]), threading.Event()

    async def think() -> None:
        while not go_on.is_set():
            await asyncio.sleep(0.02)

    smtp_server.accepting = think
    sender = threading.Thread(target=room.tick)
    sender.start()
    try:
        until(lambda: bool(smtp_server.mails))
        for _ in range(4):
            room.later(seconds=90)
            lease = room.clock.now() + timedelta(seconds=100)
            until(lambda lease=lease: room.stand(record)["ada"].next_at > lease)
            assert room.tick() == [], "another process finds nothing to repeat"
    finally:
        go_on.set()
        sender.join()
    assert (room.stand(record)["ada"].state, room.stand(record)["ada"].uncertainties) == ("sent", 0)
    assert len(smtp_server.mails) == 1


def test_fault_d03_greylist_451(room: Mailroom, smtp_server: MailServer) -> None:
    room.by_smtp(smtp_server)
    record = room.queue(FEW)
    for one in FEW:
        smtp_server.answer("RCPT", "451 4.7.1 Greylisted, please come back", to=one)
    assert {attempt.outcome.state for attempt in room.tick()} == {"retry"}
    assert room.tick() == [], "not before its pause is over"
    room.later(minutes=1)
    assert {attempt.outcome.state for attempt in room.tick()} == {"sent"}
    assert {(item.state, item.attempts) for item in room.stand(record).values()} == {("sent", 2)}
    assert received(smtp_server) == ["ada", "bo", "cy"]


def test_fault_d04_one_of_50_refused_550(room: Mailroom, smtp_server: MailServer) -> None:
    room.by_smtp(smtp_server)
    record = room.queue([f"reader{number}@example.test" for number in range(50)])
    smtp_server.answer("RCPT", "550 5.1.1 no such user", to="reader17@example.test")
    room.tick()
    stand = room.stand(record)
    assert [name for name, item in stand.items() if item.state == "rejected"] == ["reader17"]
    assert sum(item.state == "sent" for item in stand.values()) == 49
    assert stand["reader17"].reply == "550 5.1.1 no such user"
    assert [alert.kind for alert in alerts(room)] == ["rejected"], "the owner hears of it"
    room.later(days=1)
    assert room.tick() == [], "a refused address is not tried again"


def test_fault_d05_421_mid_batch(room: Mailroom, smtp_server: MailServer) -> None:
    room.by_smtp(smtp_server)
    record = room.queue([f"reader{number}@example.test" for number in range(12)])
    smtp_server.answer("RCPT", "421 4.3.2 closing", to="reader5@example.test")
    room.tick()
    assert len(smtp_server.mails) == 11, "the batch goes on over a new connection"
    room.later(minutes=1)
    room.tick()
    assert {item.state for item in room.stand(record).values()} == {"sent"}
    assert received(smtp_server) == sorted(f"reader{number}" for number in range(12))


def test_fault_d06_rate_limit_452(room: Mailroom, smtp_server: MailServer) -> None:
    room.by_smtp(smtp_server, limits="{per_minute: 40}")
    record = room.queue([f"reader{number}@example.test" for number in range(30)])
    smtp_server.answer("RCPT", "452 4.5.3 too many recipients this minute", to="reader4@example.test")
    first = room.tick()
    assert [attempt.outcome.state for attempt in first].count("slow") == 1
    assert len(first) < 30, "the whole transport slows down"
    assert room.stand(record)["reader4"].attempts == 0, "what the server did not look at is no attempt"
    per_minute = []
    for _ in range(6):
        room.later(minutes=1, seconds=1)
        per_minute.append(len(room.tick()))
    assert max(per_minute) <= 22, "half the rate, a little more with every minute without complaint"
    assert {(item.state, item.attempts) for item in room.stand(record).values()} == {("sent", 1)}
    assert len(smtp_server.mails) == 30


def test_a_rate_is_kept_in_any_minute_and_day(room: Mailroom, smtp_server: MailServer) -> None:
    room.by_smtp(smtp_server, limits="{per_minute: 10, per_day: 25}")
    room.queue([f"reader{number}@example.test" for number in range(40)])
    sent = []
    for _ in range(6):
        sent.append(len(room.tick()))
        room.later(seconds=30)
    assert sent == [10, 0, 10, 0, 5, 0]
    room.later(days=1)
    assert len(room.tick()) == 10


def test_fault_d07_auth_revoked_535(room: Mailroom, smtp_server: MailServer) -> None:
    room.by_smtp(smtp_server, user=USER, password='"${env:MAIL_PASSWORD}"')
    record = room.queue([f"reader{number}@example.test" for number in range(30)])
    for _ in range(20):  # five minutes of serve
        assert room.tick({"MAIL_PASSWORD": "revoked"}) == []
        room.later(seconds=15)
    assert len(smtp_server.logins) == 1, "no lock-out: one try in five minutes for all letters together"
    with room.press() as press:
        state = press.ledger.channels.state("smtp")
        assert "535" in state.reason
        assert state.opened_at is not None
        assert "revoked" not in state.reason
    (alert,) = alerts(room)
    assert (alert.kind, alert.subject, alert.count) == ("channel", "smtp", 1), "told once"
    assert {(item.state, item.attempts) for item in room.stand(record).values()} == {("queued", 0)}
    room.later(minutes=5)
    assert len(room.tick({"MAIL_PASSWORD": "correct horse"})) == 30
    with room.press() as press:
        assert press.ledger.channels.shut() == ()
    assert alerts(room) == (), "over when it is over"


def test_a_login_that_is_asked_for_at_mail_shuts_the_channel(room: Mailroom, smtp_server: MailServer) -> None:
    room.by_smtp(smtp_server)
    record = room.queue(FEW)
    smtp_server.answer("MAIL", "530 5.7.0 Authentication required", times=9)
    assert [attempt.outcome.state for attempt in room.tick()] == ["shut"]
    assert room.tick() == []
    assert {(item.state, item.attempts) for item in room.stand(record).values()} == {("queued", 0)}


def test_fault_d08_starttls_stripped(room: Mailroom, tmp_path: Path) -> None:
    with mail_server(tmp_path, tls="none") as server:
        room.by_smtp(server, user=USER, password='"${env:MAIL_PASSWORD}"')
        record = room.queue(FEW)
        assert room.tick({"MAIL_PASSWORD": "correct horse"}) == []
        assert server.logins == []
        assert server.mails == []
    with room.press() as press:
        assert "nothing is sent in plain text" in press.ledger.channels.state("smtp").reason
    assert {item.state for item in room.stand(record).values()} == {"queued"}


PDF, SHEET = b"%PDF-1.7 " + b"p" * 40_000, b"PK" + b"x" * 200_000


@pytest.mark.parametrize(
    ("size", "files", "left_out"),
    [
        (400_000, ["sales-weekly-2026-W24.pdf", "sales-weekly-2026-W24.xlsx"], ""),
        (100_000, ["sales-weekly-2026-W24.pdf"], "too large: sales-weekly-2026-W24.xlsx."),
        (30_000, [], "too large: sales-weekly-2026-W24.pdf, sales-weekly-2026-W24.xlsx."),
    ],
)
def test_fault_d09_oversize(
    room: Mailroom, tmp_path: Path, size: int, files: list[str], left_out: str
) -> None:
    with mail_server(tmp_path, size=size) as server:
        room.by_smtp(server)
        record = room.queue(FEW[:1], pdf=PDF, files=((".xlsx", SHEET),))
        first = room.stand(record)["ada"]
        assert [attempt.outcome.state for attempt in room.tick()] == ["sent"]
    (mail,) = server.mails
    assert [part.get_filename() for part in mail.message.iter_attachments()] == files
    assert mail.message["Message-ID"] == first.message_id
    for kind in ("plain", "html"):
        body = mail.message.get_body((kind,))
        assert body is not None
        assert left_out in body.get_content()
    now = room.stand(record)["ada"]
    assert (now.state, now.attempts) == ("sent", 1)
    with room.press() as press:
        assert press.archive.get(now.message) == mail.content, "what was sent is what is kept"


def test_fault_d09_oversize_even_without_attachments(room: Mailroom, tmp_path: Path) -> None:
    with mail_server(tmp_path, size=500) as server:
        room.by_smtp(server)
        record = room.queue(FEW[:1], pdf=PDF)
        assert [attempt.outcome.state for attempt in room.tick()] == ["failed"]
        assert server.mails == []
    stand = room.stand(record)["ada"]
    assert (stand.state, stand.cause) == ("failed", "size")
    assert "takes 0.0 MB" not in stand.reply
    assert [alert.kind for alert in alerts(room)] == ["undelivered"]


def test_fault_d09_oversize_as_the_server_says_only_when_asked(
    room: Mailroom, smtp_server: MailServer
) -> None:
    room.by_smtp(smtp_server)
    record = room.queue(FEW[:1], pdf=PDF, files=((".xlsx", SHEET),))
    smtp_server.answer("MAIL", "552 5.3.4 message too big for system")
    assert [attempt.outcome.state for attempt in room.tick()] == ["sent"]
    assert len(list(smtp_server.mails[0].message.iter_attachments())) == 1
    room.by_smtp(smtp_server, max_megabytes=1)
    record = room.queue(FEW[:1], period="2026-W25", pdf=PDF * 30)
    room.tick()
    assert list(smtp_server.mails[1].message.iter_attachments()) == [], "a limit of ours holds as well"
    assert room.stand(record)["ada"].state == "sent"


def test_fault_d10_slow_drip_server(room: Mailroom, smtp_server: MailServer) -> None:
    room.by_smtp(smtp_server, timeout=1, connections=2)
    record = room.queue([f"reader{number}@example.test" for number in range(12)])
    smtp_server.answer("RCPT", DRIP, to="reader3@example.test")
    started = time.monotonic()
    attempts = room.tick()
    assert time.monotonic() - started < 4, "a deadline holds for a whole answer, not for each byte of it"
    assert [attempt.outcome.state for attempt in attempts].count("sent") == 11, "the other connection goes on"
    late = room.stand(record)["reader3"]
    assert (late.state, late.attempts) == ("queued", 1)
    assert "no complete answer within 1 seconds" in late.reply


def test_fault_d16_smtp_down_2_days(room: Mailroom, smtp_server: MailServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    room.by_smtp(smtp_server, port=closed)
    record = room.queue(FEW)
    for _ in range(7):
        room.later(hours=6, minutes=50)
        assert room.tick() == []
    assert {item.state for item in room.stand(record).values()} == {"queued"}
    room.later(hours=1)
    room.tick()
    assert {(item.state, item.cause) for item in room.stand(record).values()} == {("expired", "mail")}
    assert {alert.kind for alert in alerts(room)} == {"channel", "expired"}
    room.by_smtp(smtp_server)
    room.later(minutes=1)
    assert room.tick() == [], "last week's numbers are no news when the server is back"
    assert {alert.kind for alert in alerts(room)} == {"expired"}, "no letter is needed to see that it is back"
    with (room.root / "config/settings.yaml").open("a") as settings:
        settings.write("alerts: {to: ola@example.test}\n")
    with room.press() as press:
        told = tell_news(press)
        assert told is not None
        assert (told.way, tell_news(press)) == ("mail", None)
    assert received(smtp_server) == ["ola"]


@pytest.mark.parametrize("outage", [timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)])
def test_a_server_that_is_back_gets_the_letters_within_two_ticks(
    room: Mailroom, smtp_server: MailServer, outage: timedelta
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    room.by_smtp(smtp_server, port=closed)
    room.queue(FEW)
    room.tick()
    room.clock.at += outage
    room.tick()
    room.by_smtp(smtp_server)
    room.later(seconds=15)
    room.tick()
    room.later(seconds=15)
    room.tick()
    assert received(smtp_server) == ["ada", "bo", "cy"]


def test_fault_a12_smtp_smuggling_bare_lf(room: Mailroom, smtp_server: MailServer) -> None:
    room.by_smtp(smtp_server)
    smuggled = b"MAIL FROM:<eve@example.test>\r\nRCPT TO:<bo@example.test>\r\nDATA\r\nSubject: x\r\n\r\nx"
    with room.press() as press:
        channel = Smtp(press.settings.mail, {})
        for end in (b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\n.\r", b"\r.\r\n", b"\r\n.\r"):
            message = b"Subject: hello\r\n\r\nhello" + end + smuggled + b"\r\n"
            assert channel.send(Parcel("ada@example.test", "<1@x>", message)).state == "sent"
        channel.close()
    assert [mail.recipients for mail in smtp_server.mails] == [("ada@example.test",)] * 7
    for mail in smtp_server.mails:
        assert b"MAIL FROM:<eve@example.test>" in mail.content, "it arrives as the text it is"


def until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen within five seconds")
