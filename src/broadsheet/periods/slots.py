"""When the edition of each period is due: periods come first, the moment follows from their end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, pairwise, takewhile

from broadsheet.periods.calendar import Calendar
from broadsheet.periods.period import Period, unit
from broadsheet.periods.rhythm import Schedule, occasions
from broadsheet.periods.spec import PeriodSpec
from broadsheet.periods.units import index_of


@dataclass(frozen=True, slots=True)
class Slot:
    """A period and the UTC instant at which its edition is due."""

    period: Period
    due: datetime


def due(
    schedule: Schedule,
    spec: PeriodSpec,
    calendar: Calendar,
    after: datetime,
    until: datetime,
    most: int | None = None,
) -> tuple[Slot, ...]:
    """The slots with after < due ≤ until, by due instant and period; only the first `most` where so many are wanted.

    A closed period is due once, at the first scheduled instant at or after its end: a coarser schedule brings
    several periods at one instant, a finer one has instants without any. A to-date or rolling period is
    anchored to the scheduled instant; an instant that would repeat the former one's period brings nothing. A
    day that its zone skipped is a slot too; its bounds are equal.
    """
    news = takewhile(lambda one: one[0] <= until, _news(schedule, spec, calendar, after))
    return tuple(islice((Slot(period, instant) for instant, periods in news for period in periods), most))


def next_slots(
    schedule: Schedule, spec: PeriodSpec, calendar: Calendar, after: datetime, n: int
) -> tuple[Slot, ...]:
    """The first n slots due after an instant; fewer when the schedule ends."""
    news = _news(schedule, spec, calendar, after)
    return tuple(islice((Slot(period, instant) for instant, periods in news for period in periods), n))


def slot_of(schedule: Schedule, spec: PeriodSpec, calendar: Calendar, period: Period) -> Slot | None:
    """The slot of a period; None where the schedule never brings it."""
    just_before = period.bounds(calendar)[1] - timedelta(seconds=1)
    for instant, periods in _news(schedule, spec, calendar, just_before):
        if period in periods:
            return Slot(period, instant)
        if any(other.start > period.start for other in periods):
            break
    return None


def _news(
    schedule: Schedule, spec: PeriodSpec, calendar: Calendar, after: datetime
) -> Iterator[tuple[datetime, tuple[Period, ...]]]:
    """Every scheduled instant later than `after`, with the periods that are new since the one before it."""
    for former, this in pairwise(occasions(schedule, calendar, after)):
        if schedule.end and this.day > schedule.end:
            return
        if this.due > after and (schedule.start is None or this.day >= schedule.start):
            yield this.due, _new_periods(spec, former.seen, this.seen, calendar)


def _new_periods(
    spec: PeriodSpec, former: datetime, instant: datetime, calendar: Calendar
) -> tuple[Period, ...]:
    old, new = spec.at(former, calendar), spec.at(instant, calendar)
    if spec.form != "closed":
        return (new,) if new != old else ()
    first, last = (index_of(spec.grain, period.start, calendar) for period in (old, new))
    return tuple(unit(spec.grain, index, calendar) for index in range(first + 1, last + 1))
