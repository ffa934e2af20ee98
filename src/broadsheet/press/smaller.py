"""The same letter with fewer attachments, for servers that take no large mail and for files that cannot be locked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email.parser import BytesHeaderParser

from broadsheet.delivery.message import POLICY, Letter, compose
from broadsheet.document.language import wording
from broadsheet.document.tree import Edition
from broadsheet.ledger.records import DeliveryRecord, EditionKey
from broadsheet.press.bundle import letter_from_archive
from broadsheet.press.press import Press


def smaller(press: Press, item: DeliveryRecord) -> Iterator[bytes]:
    """A delivery's message without the files beside the PDF, then without any; it says what was left out.

    Subject, date and Message-ID are those of the message that nobody has taken.
    """
    record = press.ledger.history.one(item.edition_id)
    if record is None or record.manifest is None:
        return
    letter = letter_from_archive(press, record, record.manifest)
    reader = str(BytesHeaderParser(policy=POLICY).parsebytes(press.archive.get(item.message))["To"])
    if letter.files:
        names = [ending for ending, _ in letter.files]
        without = replace(letter, files=())
        yield compose(
            telling(without, record.key, names, "too_large"), reader, press.settings.mail, item.queued_at
        )
    names = [".pdf", *(ending for ending, _ in letter.files)]
    bare = replace(letter, pdf=None, files=())
    yield compose(telling(bare, record.key, names, "too_large"), reader, press.settings.mail, item.queued_at)


def telling(letter: Letter, key: EditionKey, endings: Sequence[str], why: str) -> Letter:
    """The letter with a sentence on what was left out, in place of the one that names what is attached."""
    words = wording(key.locale)
    edition = Edition(key.report, key.period, key.audience, key.slice, key.locale, key.revision)
    said = words.say(f"left_out.{why}", files=words.listed(edition.file(ending) for ending in endings))
    named = re.compile(re.escape(words.labels["attached"] + words.labels["colon"]) + r"[^\n<]*")
    text, in_text = named.subn(lambda _: said, letter.text, count=1)
    html, in_html = named.subn(lambda _: said, letter.html, count=1)
    if not in_text:
        text = f"{said}\n\n{text}"
    if not in_html:
        html = re.sub(r"<body[^>]*>", lambda body: f"{body[0]}<p>{said}</p>", html, count=1)
    return replace(letter, text=text, html=html)
