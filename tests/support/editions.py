"""Editions and letters in a state that a test of the ledger begins with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import DeliveryRecord, DeliveryState, EditionKey, EditionRecord, NewDelivery
from broadsheet.ledger.tables import run

MONDAY = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
WEEK = EditionKey("sales-weekly", "2026-W24", "sales", "all", "en")


def key(**parts: Any) -> EditionKey:
    """The key of an edition of a week, with other parts where they matter."""
    return EditionKey(**{**vars(WEEK), **parts})


def due(ledger: Ledger, at: datetime = MONDAY, **parts: Any) -> EditionRecord:
    """An edition that is due."""
    return ledger.editions.plan(key(**parts), at, as_of=at)


def claimed(ledger: Ledger, at: datetime = MONDAY, **parts: Any) -> EditionRecord:
    """An edition that is being made."""
    mine = ledger.editions.begin(due(ledger, at, **parts), trigger="schedule")
    assert mine is not None
    return mine


def letter(record: EditionRecord, recipient: str, **values: Any) -> NewDelivery:
    """A letter of an edition; its message is that of all letters to the same address."""
    digest = f"{sum(recipient.encode()):064x}"
    return NewDelivery("smtp", recipient, f"<{record.id}.{recipient}>", digest, **values)


def made(ledger: Ledger, *recipients: str, at: datetime = MONDAY, **parts: Any) -> EditionRecord:
    """An edition that is made, with its letters queued."""
    mine = claimed(ledger, at, **parts)
    manifest = f"f{mine.id:063x}"
    letters = [letter(mine, recipient) for recipient in recipients]
    assert ledger.editions.ready(mine, manifest=manifest, pages=4, definition="d" * 64, deliveries=letters)
    return now(ledger, mine)


def now(ledger: Ledger, record: EditionRecord) -> EditionRecord:
    """An edition as it is."""
    found = ledger.editions.find(record.key)
    assert found is not None
    return found


def settled(ledger: Ledger, record: DeliveryRecord, state: DeliveryState, **values: Any) -> DeliveryRecord:
    """A letter that was handed over, with what became of it."""
    mine = ledger.deliveries.sending(record)
    assert mine is not None
    assert ledger.deliveries.settle(mine, state, f"reply: {state}", **values)
    return reread(ledger, record)


def reread(ledger: Ledger, record: DeliveryRecord) -> DeliveryRecord:
    """A letter as it is."""
    return next(each for each in ledger.deliveries.to(record.recipient) if each.id == record.id)


def runs(ledger: Ledger, record: EditionRecord) -> list[tuple[str, str]]:
    """What became of each attempt to make an edition, and its error."""
    with ledger._engine.connect() as connection:
        rows = connection.execute(run.select().where(run.c.edition_id == record.id).order_by(run.c.id))
        return [(each.outcome, each.error) for each in rows]


def story(ledger: Ledger, record: EditionRecord) -> list[tuple[str, str, str, str]]:
    """What happened to an edition and its letters: event, state, cause, detail."""
    return [(each.what, each.state, each.cause, each.detail) for each in ledger.history.events(record)]
