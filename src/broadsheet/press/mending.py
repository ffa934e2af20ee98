"""Stored bytes that a disk has lost or altered are made again, and only what has the old digest takes their place.

A damaged message is never sent. What its edition was drawn from stands in the archive beside it, so that the same
bytes can be drawn and composed anew.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from broadsheet.archive.manifest import Manifest
from broadsheet.definitions.models.audiences import parse_address
from broadsheet.delivery.message import Letter, compose
from broadsheet.errors import StorageError
from broadsheet.ledger.records import DeliveryRecord, EditionRecord
from broadsheet.press.again import draw, job_of_bundle
from broadsheet.press.bundle import artifact_files, letter_from_archive
from broadsheet.press.editions import manifest_of
from broadsheet.press.personal import personal
from broadsheet.press.posts import BESIDES
from broadsheet.press.press import Press

SECONDS = 120
"""A letter bears the second in which it was composed, which is at most so long before it was queued."""


def message_of(press: Press, item: DeliveryRecord) -> bytes:
    """The bytes of a delivery's message; mended where they are damaged.

    Where nobody can have it yet, a message of another second may take its place. Raises StorageError when it cannot
    be had: it is not sent then.
    """
    try:
        return press.archive.get(item.message)
    except StorageError as error:
        record = press.ledger.history.one(item.edition_id)
        if record is None or item.channel in BESIDES:
            raise
        return _composed(press, item, record, error)


def mend(press: Press, manifest: Manifest) -> None:
    """Draw an edition's damaged artifacts again; StorageError unless they come out byte for byte as they were."""
    damaged = [digest for digest in manifest.files.values() if not press.archive.has(digest)]
    if not damaged:
        return
    for name, content in artifact_files(draw(job_of_bundle(press, manifest))).items():
        digest = hashlib.sha256(content).hexdigest()
        if digest == manifest.files.get(name) and digest in damaged:
            press.archive.put(content)


def _composed(press: Press, item: DeliveryRecord, record: EditionRecord, error: StorageError) -> bytes:
    """A message composed anew, with the very bytes it had where that is possible."""
    manifest = manifest_of(press, record)
    mend(press, manifest)
    reader = _reader(press, item, record)
    letter = personal(press, record.key, letter_from_archive(press, record, str(record.manifest)), reader)
    for back in range(SECONDS):
        message = _message(press, letter, reader, item, back)
        if hashlib.sha256(message).hexdigest() == item.message:
            press.archive.put(message)
            return message
    if item.uncertainties:
        raise error  # Somebody may have it, and would take another message for a second one.
    message = _message(press, letter, reader, item, 0)
    press.ledger.deliveries.replace(item, press.archive.put(message), "made again")
    return message


def _message(press: Press, letter: Letter, reader: str, item: DeliveryRecord, back: int) -> bytes:
    date = item.queued_at - timedelta(seconds=back)
    return compose(letter, reader, press.settings.mail, date, item.message_id)


def _reader(press: Press, item: DeliveryRecord, record: EditionRecord) -> str:
    """The recipient with the name that the audience gives."""
    named = press.directory.recipients(record.key)
    return next((one for one in named if parse_address(one).addr_spec == item.recipient), item.recipient)
