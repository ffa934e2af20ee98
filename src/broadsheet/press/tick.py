"""One tick of the press: plan what has become due, make it, deliver what waits. The ledger decides, not the clock's
wakers: any number of ticks, by any number of processes, makes each edition once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from broadsheet.errors import DefinitionError, UsageError
from broadsheet.ledger.records import EditionKey, EditionRecord
from broadsheet.periods import Slot, due, parse_label
from broadsheet.press.batch import Attempt
from broadsheet.press.deliver import deliver_due
from broadsheet.press.order import Order, order, schedule_of
from broadsheet.press.press import Press
from broadsheet.press.run import Published, publish

LATER = "a later edition was due as well when the press came back"
VOID = "the day does not exist in this time zone"


@dataclass(frozen=True)
class Tick:
    """What one tick did."""

    published: tuple[Published, ...]
    attempts: tuple[Attempt, ...]


def tick(press: Press) -> Tick:
    """Plan, make and deliver once. Raises StorageError when the ledger cannot be used."""
    published = make_due(press)
    return Tick(published, tuple(deliver_due(press)))


def make_due(press: Press) -> tuple[Published, ...]:
    """Plan and make what is due; its letters are queued. Raises StorageError when the ledger cannot be used."""
    press.ledger.recover()
    plan_slots(press)
    return tuple(publish(press, due_claims(press), "schedule"))


def plan_slots(press: Press) -> int:
    """Enter the slots that have become due since the last tick; returns how many editions are new and due.

    After a downtime the editions of the latest moment of each report are made; the older ones are entered as
    skipped, with the reason, so that their absence is never silent.
    """
    now, planned = press.clock.now(), 0
    for name, report in press.workspace.reports.items():
        after = press.ledger.horizons.planned_until(name)
        if report.schedule is not None and not report.paused:
            slots = due(schedule_of(report.schedule), report.period, press.calendar, after, now)
            for slot in slots:
                skipped = _skip_reason(press, slot, slots[-1].due)
                for audience in report.audiences:
                    wanted = order(press, name, slot.period, slot.due, audience)
                    press.ledger.editions.plan(wanted.key, slot.due, as_of=slot.due, skipped=skipped)
                    planned += not skipped
        press.ledger.horizons.advance(name, now)
    return planned


def due_claims(press: Press) -> list[tuple[EditionRecord, Order]]:
    """The due editions of the ledger as orders; those whose report is gone, broken or paused stay due."""
    claims = []
    for record in press.ledger.editions.due():
        try:
            wanted = order_of(press, record)
        except (DefinitionError, UsageError):
            continue
        if not press.report(record.key.report).paused:
            claims.append((record, wanted))
    return claims


def order_of(press: Press, record: EditionRecord) -> Order:
    """The order that a ledger entry stands for."""
    key: EditionKey = record.key
    period = parse_label(key.period, press.calendar)
    made = order(press, key.report, period, record.as_of, key.audience)
    return replace(
        made, edition=replace(made.edition, slice=key.slice, locale=key.locale, revision=key.revision)
    )


def _skip_reason(press: Press, slot: Slot, latest: datetime) -> str:
    start, end = slot.period.bounds(press.calendar)
    if start == end:
        return VOID
    return LATER if slot.due < latest else ""
