"""The mail as bytes: its tree, its headers, its sameness."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from broadsheet.definitions.models.mail import Mail
from broadsheet.delivery.message import Letter, compose, message_id
from broadsheet.delivery.notices import Notice, compose_notice
from broadsheet.delivery.smtp import in_transit

MAIL = Mail(sender="Reports <reports@tidewater.test>", reply_to="Ida Example <ida@tidewater.test>")
DATE = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)


def letter(**changes) -> Letter:
    values = {
        "edition_key": "sales-weekly · 2026-W24 · sales · r1",
        "report": "sales-weekly",
        "period": "2026-W24",
        "subject": "Sales weekly W24: won amount −11 % vs plan",
        "text": "Won amount €2.05 M\n.a line that begins with a dot\n",
        "html": "<html><body><p>Won amount €2.05 M</p><img src='cid:chart-1' alt='x'></body></html>",
        "images": (("chart-1", b"\x89PNG not really"),),
        "pdf": b"%PDF-1.7 not really",
    }
    return Letter(**{**values, **changes})


def test_tree_is_mixed_of_alternative_and_pdf():
    parsed = message_from_bytes(compose(letter(), "ada@example.test", MAIL, DATE), policy=policy.SMTP)
    tree = [part.get_content_type() for part in parsed.walk()]
    assert tree == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    attachment = next(iter(parsed.iter_attachments()))
    assert attachment.get_filename() == "sales-weekly-2026-W24.pdf"
    assert attachment.get_content() == b"%PDF-1.7 not really"


def test_further_files_follow_the_pdf_under_the_same_name():
    files = ((".xlsx", b"PK not really"), ("-block-1.csv", b"a,b\r\n-1,2\r\n"))
    parsed = message_from_bytes(
        compose(letter(files=files), "ada@example.test", MAIL, DATE), policy=policy.SMTP
    )
    attachments = list(parsed.iter_attachments())
    assert [part.get_filename() for part in attachments] == [
        "sales-weekly-2026-W24.pdf",
        "sales-weekly-2026-W24.xlsx",
        "sales-weekly-2026-W24-block-1.csv",
    ]
    assert [part.get_payload(decode=True) for part in attachments[1:]] == [content for _, content in files]


def test_same_letter_same_bytes_and_one_identity_per_recipient():
    first = compose(letter(), "Ada Example <ada@example.test>", MAIL, DATE)
    assert first == compose(letter(), "Ada Example <ada@example.test>", MAIL, DATE)
    assert message_id(letter(), "ada@example.test", MAIL) != message_id(letter(), "bo@example.test", MAIL)
    assert message_id(letter(), "ada@example.test", MAIL).endswith("@tidewater.test>")


def test_whom_to_ask_for_no_more_stands_unfolded_and_plain():
    report, address = "a" * 63, f"{'b' * 60}@{'c' * 60}.example.test"
    raw = compose(letter(report=report), "ada@example.test", Mail(reply_to=address), DATE)
    (line,) = (line for line in raw.splitlines() if line.startswith(b"List-Unsubscribe"))
    assert line.decode() == f"List-Unsubscribe: <mailto:{address}?subject=unsubscribe%20{report}>"
    assert b"List-Unsubscribe-Post" not in raw


def test_a_notice_is_plain_text_with_an_identity_of_its_own():
    notice = Notice("alert-1", "Down\r\nBcc: eve@example.test", "The disk is full.\n")
    one, again, other, next_ = (
        message_from_bytes(compose_notice(told, to, MAIL, DATE), policy=policy.SMTP)
        for told, to in (
            (notice, "Ada <ada@example.test>"),
            (notice, "ADA@example.test"),
            (notice, "bo@example.test"),
            (replace(notice, id="alert-2"), "ada@example.test"),
        )
    )
    assert (one["Subject"], one["Bcc"]) == ("Down Bcc: eve@example.test", None)
    assert (one["From"], one["To"]) == ("Reports <reports@tidewater.test>", "Ada <ada@example.test>")
    assert one["Date"].datetime == DATE
    assert one["Message-ID"] == again["Message-ID"], "a repeat is known by it"
    assert len({each["Message-ID"] for each in (one, other, next_)}) == 3
    assert one["Message-ID"].endswith("@tidewater.test>")
    assert (one["Auto-Submitted"], one["X-Auto-Response-Suppress"]) == ("auto-generated", "OOF, AutoReply")
    assert one["X-Broadsheet-Edition"] == "notice / alert-1"
    assert (one.get_content_type(), one.get_content()) == ("text/plain", "The disk is full.\r\n")
    assert "<jörg@example.test>".encode() in compose_notice(notice, "Jörg <jörg@example.test>", MAIL, DATE)


def test_services_that_know_repeats_by_a_header_get_it():
    mail = MAIL.model_copy(update={"idempotency_header": "X-Repeat-Key"})
    ada, again, bo = (
        message_from_bytes(compose(letter(), to, mail, DATE))["X-Repeat-Key"]
        for to in ("ada@example.test", "ada@example.test", "bo@example.test")
    )
    assert ada == again != bo
    assert len(ada) == 64


def test_headers_survive_hostile_text():
    raw = compose(letter(subject="News\r\nBcc: eve@example.test"), "ada@example.test", MAIL, DATE)
    parsed = message_from_bytes(raw, policy=policy.SMTP)
    assert parsed["Bcc"] is None
    assert parsed["Subject"] == "News Bcc: eve@example.test"
    assert parsed["To"] == "ada@example.test"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert "=?" not in parsed["List-Id"]


@pytest.mark.parametrize(
    "word", ["=?utf-8?q?=0d=0aBcc:_eve=40example.test?=", "=?utf-8?b?DQpCY2M6IGV2ZQ==?="]
)
def test_an_encoded_word_in_a_text_starts_no_header(word):
    """The library decodes it before it writes the header."""
    raw = compose(letter(subject=word), "ada@example.test", MAIL, DATE)
    parsed = message_from_bytes(raw, policy=policy.SMTP)
    assert parsed["Bcc"] is None
    assert parsed["Subject"] == word.replace("=?", "= ?")


def test_a_test_copy_says_so_and_has_its_own_identity():
    trial = letter(test=True)
    parsed = message_from_bytes(compose(trial, "ada@example.test", MAIL, DATE), policy=policy.SMTP)
    assert parsed["Subject"].startswith("[Test] ")
    assert parsed["Message-ID"] != message_id(letter(), "ada@example.test", MAIL)


@pytest.mark.parametrize("line", [b"", b".", b"..x", b"text"])
def test_leading_dots_are_doubled_in_transit(line):
    sent = in_transit(b"a\n" + line + b"\nb")
    received = b"\n".join(
        part[1:] if part.startswith(b".") else part for part in sent.removesuffix(b"\r\n").split(b"\r\n")
    )
    assert received == b"a\n" + line + b"\nb"
