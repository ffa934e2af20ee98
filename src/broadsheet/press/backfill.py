"""Editions of a stretch of past periods, made for the archive: nobody gets them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from broadsheet.errors import UsageError
from broadsheet.ledger.records import EditionRecord
from broadsheet.periods import Period, slot_of
from broadsheet.press.demand import Wish, each_audience, orders_for
from broadsheet.press.order import Order
from broadsheet.press.press import Press
from broadsheet.press.readers import WHOLE
from broadsheet.press.run import Published, publish

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
    for period in periods:
        for one in each_audience(press, wish.report, replace(wish, period=period.label)):
            if period.end > press.calendar.day_of(press.clock.now()):
                yield Filled(wish.report, period.label, str(one.audience), left="not over yet")
                continue
            for order in orders_for(press, one):
                yield from _filled(press, order)


def _filled(press: Press, order: Order) -> Iterator[Filled]:
    edition = order.edition
    readers = edition.audience if edition.slice == WHOLE else f"{edition.audience}/{edition.slice}"
    what = (edition.report, edition.period, readers)
    left = _left(press, order, press.ledger.editions.find(order.key))
    if left:
        yield Filled(*what, left=left)
        return
    record = press.ledger.editions.want(order.key, as_of=order.as_of)
    for published in publish(press, [(record, order)], "backfill"):
        yield Filled(*what, published)


def _left(press: Press, order: Order, record: EditionRecord | None) -> str:
    """Why an edition is left alone; empty where it is to be made."""
    if record is not None and record.manifest is not None:
        return f"made {record.finished_at:%Y-%m-%d}" if record.finished_at else "made"
    if record is not None and record.state in ("due", "running", "held"):
        return f"{record.state}: the press makes it"
    report, calendar = press.report(order.edition.report), press.calendar
    if report.schedule is None or record is not None:
        return ""
    slot = slot_of(report.schedule.rhythm, report.period, calendar, order.period)
    if slot is None or slot.due <= press.clock.now():
        return ""
    # Made here, its readers would never get it.
    return f"due {slot.due.astimezone(calendar.zone):%Y-%m-%d %H:%M}: the schedule makes it"
