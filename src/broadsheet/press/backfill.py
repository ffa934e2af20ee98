"""Editions of a stretch of past periods, made for the archive: nobody gets them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from broadsheet.errors import UsageError
from broadsheet.ledger.records import EditionRecord
from broadsheet.periods import Period, Slot
from broadsheet.press.demand import Wish, each_audience, orders_for
from broadsheet.press.order import Order
from broadsheet.press.press import Press
from broadsheet.press.readers import WHOLE
from broadsheet.press.run import Published, publish
from broadsheet.press.timing import open_slots

if TYPE_CHECKING:
    from broadsheet.ledger.horizons import Horizon

MOST = 1000
"""Periods of one backfill: more are a slip of the pen."""


@dataclass(frozen=True)
class Filled:
    """One edition of a backfill: made now, or the reason why it was not. `audience` tells its slice, too."""

    report: str
    period: str
    audience: str
    published: Published | None = None
    left: str = ""


def stretch(press: Press, report: str, first: str, last: str) -> tuple[Period, ...]:
    """The periods from `first` to `last`, the earliest first. UsageError where they are no such stretch."""
    spec, calendar = press.report(report).period, press.calendar
    start, period = spec.period(first, calendar), spec.period(last, calendar)
    found: list[Period] = []
    while period.start >= start.start:
        found.append(period)
        former = period.previous(calendar)
        if former is None or len(found) > MOST:
            break
        period = former.period
    if not found or found[-1] != start:
        raise UsageError(
            f"no {MOST} periods of {report} lead from {first} to {last}",
            "Name two periods of one kind, the earlier one first: --from 2026-W40 --to 2026-W46.",
        )
    return tuple(reversed(found))


def backfill(press: Press, wish: Wish, periods: tuple[Period, ...]) -> Iterator[Filled]:
    """Make what is missing of these periods, one after the other: each tells what changed since the one before."""
    # Before any edition is looked for: what is planned meanwhile is left to the schedule, never taken from it.
    horizon = press.ledger.horizons.known().get(wish.report)
    for period in periods:
        for one in each_audience(press, wish.report, replace(wish, period=period.label)):
            if period.end > press.calendar.day_of(press.clock.now()):
                yield Filled(wish.report, period.label, str(one.audience), left="not over yet")
                continue
            for order in orders_for(press, one):
                yield from _filled(press, order, horizon)


def _filled(press: Press, order: Order, horizon: Horizon | None) -> Iterator[Filled]:
    edition = order.edition
    readers = edition.audience if edition.slice == WHOLE else f"{edition.audience}/{edition.slice}"
    what = (edition.report, edition.period, readers)
    record = press.ledger.editions.find(order.key)
    left = _left(record) if record is not None else _still_to_come(press, order, horizon)
    if left:
        yield Filled(*what, left=left)
        return
    record = press.ledger.editions.want(order.key, as_of=order.as_of)
    for published in publish(press, [(record, order)], "backfill"):
        yield Filled(*what, published)


def _left(record: EditionRecord) -> str:
    """Why an edition that was planned before is left alone; empty where it is to be made."""
    if record.manifest is not None:
        return f"made {record.finished_at:%Y-%m-%d}" if record.finished_at else "made"
    return f"{record.state}: the press makes it" if record.state in ("due", "running", "held") else ""


def _still_to_come(press: Press, order: Order, horizon: Horizon | None) -> str:
    """Why one that was not planned is left to the schedule: made here, its readers would never get it."""
    slot = _slot(press, order, horizon)
    if slot is None:
        return ""
    follows = "makes it" if slot.due > press.clock.now() else "has not looked yet"
    return f"due {slot.due.astimezone(press.calendar.zone):%Y-%m-%d %H:%M}: the schedule {follows}"


def _slot(press: Press, order: Order, horizon: Horizon | None) -> Slot | None:
    """The slot that will bring an edition; None where none does."""
    report, period = press.report(order.edition.report), order.period
    if order.edition.audience not in report.audiences:
        return None
    near = takewhile(lambda slot: slot.period.start <= period.start, open_slots(press, report, horizon))
    return next((slot for slot in near if slot.period == period), None)
