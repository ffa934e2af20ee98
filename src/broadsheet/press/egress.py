"""The last look before a letter leaves: may this recipient have these bytes, at this very moment?

Everything that says whose rows it shows is compared: the delivery, the edition, the bundle, the headers of the stored
message, and who the readers are now. Whoever has left or moved gets nothing that was queued before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import SMTP
from email.utils import parseaddr
from typing import Literal

from broadsheet.archive.manifest import get_manifest
from broadsheet.delivery.message import SCOPE_HEADER
from broadsheet.errors import RefusedError, StorageError, UsageError
from broadsheet.ledger.records import DeliveryRecord, EditionRecord
from broadsheet.press.posts import BESIDES, wanted
from broadsheet.press.press import Press

_HEADERS = BytesHeaderParser(policy=SMTP)


@dataclass(frozen=True)
class Objection:
    """Why a letter does not leave. cancelled: not wanted any more · blocked: it is not what the recipient may see."""

    state: Literal["cancelled", "blocked"]
    reason: str


def readers_now(press: Press, record: EditionRecord) -> tuple[str, ...]:
    """Who gets an edition that was made before; RefusedError where they may see other rows now than it shows."""
    key = record.key
    scope = press.directory.scope(key.audience, key.slice)
    if scope is None or scope.digest != record.scope:
        raise RefusedError(
            f"{key} was made when audience {key.audience} could see other rows",
            "Make a new revision of it: what was made then is not for those who read it now.",
        )
    return press.directory.recipients(key)


def objection(press: Press, item: DeliveryRecord, message: bytes) -> Objection | None:
    """What speaks against handing over a message; None where nothing does.

    Raises WarehouseError or StorageError where it cannot be known now: the letter waits.
    """
    edition = press.ledger.history.one(item.edition_id)
    assert edition is not None  # noqa: S101  (a delivery has one, by its foreign key)
    report = edition.key.report
    if report in press.workspace.reports and press.workspace.deleted(report):
        # Since this press was begun; the next look cancels its letters, unless the file comes back.
        raise StorageError(f"reports/{report}.yaml is not there any more", "Its letters wait.")
    if gone := _gone(press, item, edition):
        return Objection("cancelled", gone)
    foreign = next(_foreign(press, item, edition, message), None)
    return None if foreign is None else Objection("blocked", foreign)


def _gone(press: Press, item: DeliveryRecord, edition: EditionRecord) -> str:
    """Why the recipient is not entitled any more; empty where they are."""
    key = edition.key
    if item.channel in BESIDES:
        named = wanted(press, key, item)
        return "" if named else f"audience {key.audience} has no {item.channel} {item.recipient} any more"
    try:
        # Only addresses that `domains` allows are among them.
        entitled = item.recipient.lower() in press.directory.entitled(key.audience, key.slice)
    except UsageError as error:
        return str(error)
    return "" if entitled else f"{item.recipient} is not a reader of {key.audience} · {key.slice} any more"


def _foreign(press: Press, item: DeliveryRecord, edition: EditionRecord, message: bytes) -> Iterator[str]:
    """What shows that these bytes, or the edition behind them, hold other rows than the recipient may see."""
    now = press.directory.scope(edition.key.audience, edition.key.slice)
    if now is None or edition.scope != now.digest:
        yield f"audience {edition.key.audience} may see other rows now than when the edition was made"
    if not item.scope or item.scope != edition.scope:
        yield "the letter was queued for other rows than the edition shows"
    if item.artifact != edition.manifest:
        yield "the letter was made of another edition's bundle"
    elif get_manifest(press.archive, item.artifact).scope != item.scope:
        yield "the archived bundle holds other rows than the letter was queued for"
    if item.channel in BESIDES:
        return
    headers = _HEADERS.parsebytes(message)
    if str(headers[SCOPE_HEADER]) != item.scope or headers["Message-ID"] != item.message_id:
        yield "the stored message is not the one that was queued"
    to = str(headers["To"]).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if parseaddr(to)[1].lower() != item.recipient.lower():
        yield "the stored message is addressed to somebody else"
