"""The mailbox of bounces, over real IMAP: logins by password and token, folders of any name, mail from strangers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.delivery import mailbox
from broadsheet.errors import BroadsheetError
from broadsheet.press.bounces import Returned, read_bounces, read_due
from support.imap import ADA, ImapServer, dsn, imap_server
from support.mailroom import Mailroom
from support.smtp import MailServer

PASSWORD = "'${env:IMAP_PASSWORD}'"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[ImapServer]:
    with imap_server(tmp_path) as server:
        yield server


def settings(box: ImapServer, **changes: object) -> str:
    values = {
        "host": box.host,
        "port": box.port,
        "ca_file": f"'{box.ca_file}'",
        "user": f"'{box.user}'",
        "password": PASSWORD,
        **changes,
    }
    return "{" + ", ".join(f"{name}: {value}" for name, value in values.items() if value) + "}"


def token_program(folder: Path) -> Path:
    """Prints token-1, then token-2 and so on, as it is run again and again."""
    program, count = folder / "token", folder / "count"
    count.write_text("")
    program.write_text(f"#!/bin/sh\nprintf x >>'{count}'\necho token-$(wc -c <'{count}')\n")
    program.chmod(0o755)
    return program


def came(room: Mailroom, box: ImapServer) -> list[Returned]:
    with room.press({"IMAP_PASSWORD": box.password}) as press:
        return list(read_bounces(press))


def returned(room: Mailroom, server: MailServer) -> bytes:
    """A letter to Ada that the server has accepted, and the report that it could not be delivered."""
    record = room.queue([ADA])
    room.tick()
    return dsn(server.mails[-1].sender, "5.1.1", room.stand(record)["ada"].message_id)


@pytest.mark.parametrize("ways", [("PLAIN",), ()])
def test_what_comes_back_is_read_once(
    room: Mailroom, smtp_server: MailServer, box: ImapServer, ways: tuple[str, ...]
) -> None:
    box.ways = ways
    room.by_smtp(smtp_server, bounces=settings(box))
    report = returned(room, smtp_server)
    lost = dsn(f"reports+{'a' * 20}.{'b' * 20}@tidewater.test", "5.1.1", "<lost@x>")
    box.put(b"Subject: Lunch\r\n\r\nnews", lost, report + b"x" * 300_000)
    with room.press({"IMAP_PASSWORD": box.password}) as press:
        assert [item.what for item in read_due(press)] == ["ignored", "ignored", "bounced"]
        assert read_due(press) == (), "one press in five minutes"
        room.later(minutes=5)
        assert read_due(press) == ()
    assert box.seen == {1, 2, 3}
    logins = [word for word in box.said if word in ("LOGIN", "AUTHENTICATE")]
    assert logins == (["AUTHENTICATE"] * 2 if ways else ["LOGIN"] * 2)
    assert box.said[-1] == "LOGOUT"


def test_names_and_passwords_in_any_letters(room: Mailroom, smtp_server: MailServer, box: ImapServer) -> None:
    box.user, box.password, box.folder = (
        "jörg",
        'grün "gelb" \\',
        "R&APw-ckl&AOQ-ufer &- mehr \\\\ &ZeVnLIqe-",
    )
    room.by_smtp(smtp_server, bounces=settings(box, folder=r"'Rückläufer & mehr \ 日本語'"))
    box.put(returned(room, smtp_server))
    assert [item.address for item in came(room, box)] == [ADA]


def test_a_token_that_has_run_out_is_replaced(
    room: Mailroom, smtp_server: MailServer, box: ImapServer
) -> None:
    program = token_program(room.root.parent)
    box.tokens, more = ["token-1"], {"user": "reports", "token_command": f"['{program}']"}
    smtp_server.tokens.append("token-1")
    room.by_smtp(smtp_server, bounces=settings(box, password=""), **more)
    with room.press() as press:
        assert read_bounces(press) == ()
        box.tokens = ["token-2"]
        assert read_bounces(press) == (), "an hour later"
        box.tokens = ["token-9"]
        with pytest.raises(BroadsheetError, match="cannot be read") as refused:
            read_bounces(press)
    assert "token-3" not in str(refused.value)
    with room.press() as press, pytest.raises(BroadsheetError, match="cannot be read"):
        read_bounces(press)
    assert (room.root.parent / "count").read_text() == "xxxx", "no fresh one is asked for twice"


@pytest.mark.parametrize(
    ("changes", "state", "said"),
    [
        ({}, {"password": "another"}, "cannot be read"),
        ({}, {"refusing": "SEARCH"}, "does not tell what is unseen"),
        ({"folder": "Returns"}, {}, "has no folder Returns"),
        ({"ca_file": ""}, {}, "cannot be reached: .*certificate"),
        ({"host": "localhost..example"}, {}, "cannot be reached"),
        ({"ca_file": "nowhere.pem"}, {}, r"nowhere\.pem cannot be used"),
        ({"password": "'${env:UNSET}'"}, {}, "UNSET, which is not set"),
        ({"user": "'jörg'"}, {"ways": ()}, "ASCII alone"),
    ],
)
def test_a_mailbox_that_cannot_be_used_is_told_plainly(
    room: Mailroom,
    smtp_server: MailServer,
    box: ImapServer,
    changes: dict[str, object],
    state: dict[str, object],
    said: str,
) -> None:
    room.by_smtp(smtp_server, bounces=settings(box, **changes))
    for name, value in state.items():
        setattr(box, name, value)
    environ = {"IMAP_PASSWORD": "correct horse"}
    with room.press(environ) as press, pytest.raises(BroadsheetError, match=said) as error:
        read_bounces(press)
    assert "correct horse" not in str(error.value)
    assert box.seen == set()


def test_a_message_that_has_gone_meanwhile_and_a_full_mailbox(
    room: Mailroom, smtp_server: MailServer, box: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broadsheet.press.bounces.AT_ONCE", 2)
    room.by_smtp(smtp_server, bounces=settings(box))
    box.put(b"one", b"two", b"three")
    assert len(came(room, box)) == 2, "so many at a time"
    box.refusing = "FETCH"
    assert came(room, box) == []
    assert box.seen == {1, 2}
    assert mailbox.LARGEST < 1_000_000


def hostile() -> dict[str, bytes]:
    token = b"aaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbb"
    there = b"To: reports+" + token + b"@example.test\r\n"
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number)
        for number in range(500)
    )
    many = mailbox.LARGEST // 16
    return {
        "parts within parts": there + b"Subject: unsubscribe\r\n" + nested,
        "a report of parts within parts": there
        + b"Content-Type: multipart/report; boundary=B\r\n\r\n--B\r\n"
        + nested,
        "comments within comments": b"Subject: unsubscribe\r\nTo: " + b"(" * 100_000 + b"\r\n\r\n",
        "ten thousand encoded words": b"Subject: unsubscribe\r\nTo: "
        + b"=?utf-8?q?a?= " * many
        + b"\r\n\r\n",
        "ten thousand addresses": there
        + b"Subject: unsubscribe\r\nFrom: "
        + b"a@b.example, " * many
        + b"\r\n\r\n",
        "a thousand parameters": there + b"Content-Type: multipart/report" + b";" * 100_000 + b"\r\n\r\n",
    }


def test_what_strangers_send_keeps_no_bounce_from_being_read(
    room: Mailroom, smtp_server: MailServer, box: ImapServer
) -> None:
    room.by_smtp(smtp_server, bounces=settings(box))
    box.put(*hostile().values(), returned(room, smtp_server))
    *strange, ours = came(room, box)
    assert {item.what for item in strange} == {"ignored"}
    assert ours.what == "bounced"
    assert len(box.seen) == len(hostile()) + 1, "each is read once"


def test_a_letter_that_comes_back_is_known_by_what_it_holds(
    room: Mailroom, smtp_server: MailServer, box: ImapServer
) -> None:
    """Where the report comes to the bare address; its headers are in raw Latin-1, the words are commands."""
    room.by_smtp(smtp_server, bounces=settings(box))
    record = room.queue([ADA])
    room.tick()
    identity = room.stand(record)["ada"].message_id
    report = dsn("reports@tidewater.test", "4.4.1", identity)
    report = report.replace(b"Subject: Sales", "Subject: Verkäufe".encode("latin-1"))
    report = report.replace(b"Recipient address rejected", b"\x1b[2Jgone " + b"n" * 9000)
    box.put(report)
    (item,) = came(room, box)
    assert (item.what, item.address) == ("bounced", ADA)
    assert item.reply.startswith(f"4.4.1 550 4.4.1 <{ADA}>: [2Jgone n"), "given up by a server in between"
    assert len(item.reply) == 500
    with room.press() as press:
        assert press.ledger.suppressions.all() == (), "an address may be sound all the same"
