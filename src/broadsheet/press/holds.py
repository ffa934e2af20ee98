"""Held editions: archived, waiting for somebody's decision, or for the rule where nobody decides in time."""

from __future__ import annotations

from broadsheet.errors import BroadsheetError, RefusedError
from broadsheet.ledger.records import EditionRecord, Hold
from broadsheet.press.approval import hold_of, show
from broadsheet.press.bundle import letter_from_archive, letters
from broadsheet.press.egress import readers_now
from broadsheet.press.press import Press
from broadsheet.press.seen import doubts_of
from broadsheet.press.tick import order_of

NOBODY = "nobody in time"


def hold_first(press: Press, record: EditionRecord) -> Hold | None:
    """Hold an edition that was made for the archive alone and is to have readers now, where its report wants that.

    None where it may go, and of editions that somebody has. Raises StorageError when its bundle is gone.
    """
    manifest, fresh = record.manifest, record.silent and not press.ledger.deliveries.of(record)
    if record.state != "ready" or manifest is None or not fresh:
        return None
    hold = hold_of(press, record.key.report, doubts_of(press, manifest))
    if hold is None or not press.ledger.editions.hold_first(record, hold):
        return None
    if (approval := press.report(record.key.report).approval) is not None:
        show(press, record, letter_from_archive(press, record, manifest), approval)
    return hold


def release(press: Press, record: EditionRecord, who: str) -> bool:
    """Queue the letters of a held edition, made from its archived bundle; False when it is not held any more.

    Raises StorageError when the bundle is gone, DefinitionError or UsageError when its report is, RefusedError when
    its readers may see other rows now.
    """
    order = order_of(press, record)
    assert record.manifest is not None  # noqa: S101  (it was held with its bundle)
    recipients = readers_now(press, record)
    letter = letter_from_archive(press, record, record.manifest)
    queue = letters(press, order, letter, recipients, press.clock.now())
    return press.ledger.editions.release(record, queue, who)


def settle_overdue(press: Press) -> None:
    """Let editions go, or drop them, whose time to decide is over."""
    for record in press.ledger.editions.held(overdue=True):
        if record.held_then == "send":
            try:
                release(press, record, NOBODY)
            except RefusedError as error:
                press.ledger.editions.drop(record, str(error), NOBODY)
            except BroadsheetError as error:  # One edition's trouble keeps no other one waiting.
                detail = f"{record.key.period} for {record.key.audience} cannot go out: {error}"
                press.ledger.alerts.open("held", record.key.report, detail)
        else:
            press.ledger.editions.drop(
                record, f"{record.reason}; dropped, for nobody decided in time", NOBODY
            )
