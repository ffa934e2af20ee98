"""Addresses in any script, headers from hostile data, tokens in place of passwords, PDFs that a password opens."""

from __future__ import annotations

import stat
import sys
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from broadsheet.definitions.models.audiences import parse_address
from broadsheet.definitions.models.mail import Mail
from broadsheet.definitions.secrets import Secret
from broadsheet.delivery.lock import locked
from broadsheet.delivery.message import Letter, compose, message_id
from broadsheet.delivery.outcome import Outcome, Parcel
from broadsheet.delivery.smtp import Smtp
from broadsheet.delivery.tokens import Tokens
from broadsheet.errors import DeliveryError
from support.mailroom import MONDAY, Mailroom
from support.smtp import MailServer, mail_server

LETTER = Letter("k", "sales-weekly", "2026-W24", "Sales", "Text\n", "<body>Text</body>", (), b"%PDF-")


def sent(room: Mailroom, letter: Letter, to: str, environ: dict[str, str] | None = None) -> Outcome:
    with room.press() as press:
        mail = press.settings.mail
    channel = Smtp(mail, environ or {})
    address = parse_address(to).addr_spec
    outcome = channel.send(
        Parcel(address, message_id(letter, address, mail), compose(letter, to, mail, MONDAY))
    )
    channel.close()
    return outcome


def test_fault_d15_idn_and_utf8_address(room: Mailroom, smtp_server: MailServer) -> None:
    room.by_smtp(smtp_server)
    assert sent(room, LETTER, "Jörg Example <info@Bücher.example>").state == "sent"
    assert sent(room, LETTER, "Jörg <jörg@bücher.example>").state == "sent"
    plain, utf8 = smtp_server.mails
    assert plain.recipients == ("info@xn--bcher-kva.example",)
    assert plain.message["To"] == "Jörg Example <info@xn--bcher-kva.example>"
    assert b"To: =?utf-8?q?J=C3=B6rg?= Example" in plain.content
    assert utf8.recipients == ("jörg@xn--bcher-kva.example",)
    assert "To: Jörg <jörg@xn--bcher-kva.example>".encode() in utf8.content


def test_fault_d15_idn_and_utf8_address_for_a_server_without(room: Mailroom, tmp_path: Path) -> None:
    with mail_server(tmp_path, utf8=False) as server:
        room.by_smtp(server)
        outcome = sent(room, LETTER, "jörg@bücher.example")
        assert (outcome.state, server.mails) == ("rejected", [])
        assert "offers no SMTPUTF8" in outcome.reply
        assert sent(room, LETTER, "info@bücher.example").state == "sent", "a domain has another form"


@pytest.mark.parametrize(
    "text",
    [
        "info@straße.example",  # older rules lead to strasse.example, which may be somebody else's
        "info@βόλος.example",
        "a\u202egnp@example.test",
        "a\u200bda@example.test",
        "ada@exa\u00admple.test",
        "ada@example.test\r\nBcc: eve@example.test",
        "ada\u0000@example.test",
        "ada@example\u3000.test",
    ],
)
def test_what_may_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"mail address|do not allow|reading"):
        parse_address(text)


def test_fault_a11_subject_crlf_nul(room: Mailroom, smtp_server: MailServer) -> None:
    room.by_smtp(smtp_server)
    hostile = "News\r\nBcc: eve@example.test\n\nFrom: x\x00\x85\u2028Content-Type: text/html"
    letter = Letter("k\r\nBcc: eve", "sales-weekly", "2026-W24", hostile, "Text\n", "<p>T</p>", (), b"%PDF-")
    assert sent(room, letter, '"Ada" <ada@example.test>').state == "sent"
    (mail,) = smtp_server.mails
    assert mail.recipients == ("ada@example.test",)
    assert mail.message["Bcc"] is None
    assert mail.message["Subject"] == "News Bcc: eve@example.test From: x Content-Type: text/html"
    assert mail.message.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in mail.message.iter_attachments()] == ["application/pdf"]


def test_an_access_token_is_asked_for_once_and_again_when_it_is_refused(
    room: Mailroom, tmp_path: Path
) -> None:
    program, count = tmp_path / "token", tmp_path / "count"
    program.write_text(
        f"#!{sys.executable}\n"
        f"from pathlib import Path\nfile = Path({str(count)!r})\n"
        "number = int(file.read_text() or 0) + 1 if file.exists() else 1\n"
        "file.write_text(str(number)); print(f'token-{number}')\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    with mail_server(tmp_path, tokens=["token-2", "token-3"]) as server:
        room.by_smtp(server, user="reports@example.test", token_command=f"['{program}']")
        record = room.queue(["ada@example.test"])
        with room.press() as press:
            channel = Smtp(press.settings.mail, {}, press.tokens)
            trouble = channel.open()
            assert trouble is not None
            assert trouble.refused
            assert "token-1" not in trouble.reason
            assert channel.open() is None, "the token that was refused is forgotten"
            channel.close()
            server.tokens.remove("token-2")
            again = Smtp(press.settings.mail, {}, press.tokens)
            assert again.open() is None, "one that has run out is replaced at once"
            again.close()
        assert count.read_text() == "3"
        assert room.stand(record)["ada"].attempts == 0
    with room.press() as press:
        program.write_text(f"#!{sys.executable}\nprint('secret stuff'); raise SystemExit(1)\n")
        trouble = Smtp(press.settings.mail, {}).open()
        assert trouble is None or "secret" not in trouble.reason


def small_pdf() -> bytes:
    into = BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(into)
    return into.getvalue()


def test_no_pdf_leaves_unlocked_where_it_cannot_be_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pikepdf", None)
    message = compose(LETTER, "ada@example.test", Mail(), MONDAY)
    with pytest.raises(DeliveryError, match="needs pikepdf") as refused:
        locked(message, Secret("correct horse"))
    assert "pip install broadsheet[pdf-password]" in refused.value.remedy


def test_who_hears_late_that_a_token_has_run_out_leaves_the_next_one_alone(tmp_path: Path) -> None:
    """Connections share a token: the second refusal of the former one must cost no further call."""
    count = f"echo x >>'{tmp_path}/calls'; wc -l <'{tmp_path}/calls'"
    tokens = Tokens(("sh", "-c", count))
    former, fresh = tokens.get()
    assert (former.reveal(), fresh) == ("1", True)
    for _ in range(2):
        tokens.refused(former)
        assert tokens.get()[0].reveal() == "2"


def test_a_pdf_that_a_password_opens() -> None:
    letter = Letter("k", "sales-weekly", "2026-W24", "Sales", "Text\n", "<p>T</p>", (), small_pdf())
    message = compose(letter, "ada@example.test", Mail(), MONDAY)
    closed = locked(message, Secret("correct horse"))
    assert b"correct horse" not in closed
    before, after = (message_from_bytes(one, policy=policy.SMTP) for one in (message, closed))
    assert before["Message-ID"] == after["Message-ID"]
    (part,) = after.iter_attachments()
    assert part.get_filename() == "sales-weekly-2026-W24.pdf"
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(BytesIO(part.get_content()))
    with pikepdf.open(BytesIO(part.get_content()), password="correct horse") as pdf:
        assert len(pdf.pages) == 1
        assert pdf.encryption.bits == 256
