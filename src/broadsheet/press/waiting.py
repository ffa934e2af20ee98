"""Editions that wait for their data: looked at again and again, without asking for all that they show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from broadsheet.document.shown import shown_kpis
from broadsheet.errors import BroadsheetError
from broadsheet.ledger.records import EditionRecord
from broadsheet.metrics.profile import measured
from broadsheet.press.gate import Finding, freshness
from broadsheet.press.gather import circumstances, facts_of, gate_of, loads_of
from broadsheet.press.order import Order
from broadsheet.press.press import Press
from broadsheet.press.seen import reach_of

LOOK = timedelta(minutes=5)
"""After this it is looked at again whether the data are there."""

Claim = tuple[EditionRecord, Order]


def with_data(press: Press, claims: Iterable[Claim]) -> Iterator[Claim]:
    """The claims that need not wait; the others stay due, with the reason, until it is looked at them again.

    Later editions of a report wait with the one before them.
    """
    held_back: dict[str, datetime] = {}
    for record, order in claims:
        if held_back.get(record.key.report, record.due_at) < record.due_at:
            continue
        schedule, now = press.report(record.key.report).schedule, press.clock.now()
        waits = schedule.wait_for_data if schedule is not None else None
        if schedule is not None and waits is not None:
            deadline = waits.deadline(record.due_at, schedule.rhythm.local(press.calendar))
            short = _short(press, order) if now < deadline else None
            if short is not None:
                reason = f"{short.reason}; it waits for them until {deadline:%Y-%m-%d %H:%M} UTC"
                press.ledger.turns.defer(record, reason, min(deadline, now + LOOK))
                held_back.setdefault(record.key.report, record.due_at)
                continue
        yield record, order


def _short(press: Press, order: Order) -> Finding | None:
    """By how much the data fall short of the end of the period; that a source is down is told when it is asked."""
    report = press.report(order.edition.report)
    shown = [kpi for block in report.blocks for kpi in shown_kpis(block)]
    start, end = order.period.bounds(press.calendar)
    try:
        with press.warehouse() as warehouse:
            context = circumstances(press, warehouse, order.as_of)
            loads = dict(loads_of(context, facts_of(press, report)))
            reach = reach_of(context, measured(shown, context.catalog), loads)
    except BroadsheetError:
        return None
    found = freshness(reach, gate_of(press, report), min(end, order.as_of), end - start)
    return next(found, None)
