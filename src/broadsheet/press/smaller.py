"""The same letter with fewer attachments, for servers that take no large mail and for files that cannot be locked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.parser import BytesHeaderParser

from broadsheet.delivery.message import POLICY, compose
from broadsheet.ledger.records import DeliveryRecord
from broadsheet.press.bundle import letter_from_archive
from broadsheet.press.personal import personal, telling
from broadsheet.press.press import Press


def smaller(press: Press, item: DeliveryRecord) -> Iterator[bytes]:
    """A delivery's message without the files beside the PDF, then without any; it says what was left out.

    Subject, date and Message-ID are those of the message that nobody has taken.
    """
    record = press.ledger.history.one(item.edition_id)
    assert record is not None  # noqa: S101  (a delivery has one, by its foreign key)
    plain = letter_from_archive(press, record, item.artifact)
    reader = str(BytesHeaderParser(policy=POLICY).parsebytes(press.archive.get(item.message))["To"])
    letter, mail = personal(press, record.key, plain, item.recipient), press.settings.mail
    if letter.files:
        names = [ending for ending, _ in letter.files]
        without = replace(letter, files=())
        told = telling(without, record.key, names, "too_large")
        yield compose(told, reader, mail, item.queued_at, item.message_id)
    names = [".pdf", *(ending for ending, _ in plain.files)]
    bare = replace(letter, pdf=None, files=())
    told = telling(bare, record.key, names, "too_large")
    yield compose(told, reader, mail, item.queued_at, item.message_id)
