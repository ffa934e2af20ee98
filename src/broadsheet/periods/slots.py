"""When the edition of each period is due: periods come first, the moment follows from their end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile

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


def upcoming(schedule: Schedule, spec: PeriodSpec, calendar: Calendar, after: datetime) -> Iterator[Slot]:
    """The slots due later than `after`, by due instant and period, until the schedule ends.

    A closed period is due once, at the first scheduled instant at or after its end: a coarser schedule brings
    several periods at one instant, a finer one has instants without any. A to-date or rolling period is
    anchored to the scheduled instant; an instant that would repeat the former one's period brings nothing. A
    day that its zone skipped is a slot too; its bounds are equal.
    """
    for instant, periods in _news(schedule, spec, calendar, after):
        yield from (Slot(period, instant) for period in periods)


def due(
    schedule: Schedule, spec: PeriodSpec, calendar: Calendar, after: datetime, until: datetime
) -> tuple[Slot, ...]:
    """The slots with after < due ≤ until."""
    return tuple(takewhile(lambda slot: slot.due <= until, upcoming(schedule, spec, calendar, after)))


def next_slots(
    schedule: Schedule, spec: PeriodSpec, calendar: Calendar, after: datetime, n: int
) -> tuple[Slot, ...]:
    """The first n slots due after an instant; fewer when the schedule ends."""
    return tuple(islice(upcoming(schedule, spec, calendar, after), n))


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
    each = occasions(schedule, calendar, after)
    old = next((_shown(spec, one.seen, calendar) for one in each), None)
    for this in each:
        if schedule.end and this.day > schedule.end:
            return
        former, old = old, _shown(spec, this.seen, calendar)
        if this.due > after and (schedule.start is None or this.day >= schedule.start):
            yield this.due, _between(spec, former, old, calendar)


def _shown(spec: PeriodSpec, seen: datetime, calendar: Calendar) -> int | Period:
    """What is shown at an instant: the index of the last closed unit, else the period itself."""
    if spec.form != "closed":
        return spec.at(seen, calendar)
    return index_of(spec.grain, calendar.day_of(seen), calendar) - 1


def _between(
    spec: PeriodSpec, old: int | Period | None, new: int | Period, calendar: Calendar
) -> tuple[Period, ...]:
    """The periods that are new since the former occasion."""
    if isinstance(old, int) and isinstance(new, int):
        return tuple(unit(spec.grain, index, calendar) for index in range(old + 1, new + 1))
    return (new,) if isinstance(new, Period) and new != old else ()
