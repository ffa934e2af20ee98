"""The same letter with fewer attachments, for servers that take no large mail and for files that cannot be locked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from email.parser import BytesHeaderParser

from broadsheet.delivery.message import POLICY, Letter, compose
from broadsheet.ledger.records import DeliveryRecord, EditionKey
from broadsheet.press.bundle import letter_from_archive
from broadsheet.press.personal import personal, telling
from broadsheet.press.press import Press


def smaller(press: Press, item: DeliveryRecord) -> Iterator[bytes]:
    """A delivery's message without the files beside the PDF, then without any; it says what was left out.

    Subject, date and Message-ID are those of the message that nobody has taken.
    """
    key, plain, composed = _stored(press, item)
    letter = personal(press, key, plain, item.recipient)
    if letter.files:
        names = [ending for ending, _ in letter.files]
        yield composed(telling(replace(letter, files=()), key, names, "too_large"))
    names = [".pdf", *(ending for ending, _ in plain.files)]
    yield composed(telling(replace(letter, pdf=None, files=()), key, names, "too_large"))


def lockable(press: Press, item: DeliveryRecord) -> bytes:
    """A delivery's message with nothing that the password of its reader cannot lock: one agreed later, maybe."""
    key, plain, composed = _stored(press, item)
    return composed(personal(press, key, plain, item.recipient))


def _stored(press: Press, item: DeliveryRecord) -> tuple[EditionKey, Letter, Callable[[Letter], bytes]]:
    record = press.ledger.history.one(item.edition_id)
    assert record is not None  # noqa: S101  (a delivery has one, by its foreign key)
    reader = str(BytesHeaderParser(policy=POLICY).parsebytes(press.archive.get(item.message))["To"])
    letter = letter_from_archive(press, record, item.artifact)

    def composed(changed: Letter) -> bytes:
        return compose(changed, reader, press.settings.mail, item.queued_at, item.message_id)

    return record.key, letter, composed
