"""When the edition of each period is due: periods come first, the moment follows from their end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import count, islice, pairwise
from typing import Literal, get_args

from broadsheet.periods.calendar import DAY, Calendar
from broadsheet.periods.period import Period, unit
from broadsheet.periods.spec import PeriodSpec
from broadsheet.periods.units import Grain, index_of

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
MonthDay = int | Literal["last", "first_workday", "last_workday"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """The local moments at which editions may go out.

    `days` belongs to every day (default all) or week (default Monday); `day` to longer units: the n-th day of
    the unit (its last, if it is shorter), `last`, `first_workday`, `last_workday`; default the first.
    `timezone` is the calendar's unless given. Only days from `start` through `end` count. Raises ValueError
    where these clash.
    """

    every: Grain
    at: time
    days: tuple[Weekday, ...] = ()
    day: MonthDay | None = None
    timezone: str | None = None
    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        short = self.every in ("day", "week")
        if self.days and not short:
            raise ValueError(f"“days” belongs to every: day or week; every: {self.every} takes “day”.")
        if self.day is not None and short:
            raise ValueError(f"“day” belongs to every: month and longer; every: {self.every} takes “days”.")
        if unknown := [day for day in self.days if day not in WEEKDAYS]:
            raise ValueError(f"“{unknown[0]}” is no weekday; write {', '.join(WEEKDAYS)}.")
        if isinstance(self.day, int) and self.day < 1:
            raise ValueError("The days of a month are counted from 1.")
        if self.at.tzinfo is not None:
            raise ValueError("The time of day carries no zone; give “timezone”.")
        if self.start and self.end and self.end < self.start:
            raise ValueError("The schedule ends before it starts.")


@dataclass(frozen=True, slots=True)
class Slot:
    """A period and the UTC instant at which its edition is due."""

    period: Period
    due: datetime


def due(
    schedule: Schedule, spec: PeriodSpec, calendar: Calendar, after: datetime, until: datetime
) -> tuple[Slot, ...]:
    """The slots with after < due ≤ until, by due instant and period.

    A closed period is due once, at the first scheduled instant at or after its end: a coarser schedule brings
    several periods at one instant, a finer one has instants without any. A to-date or rolling period is
    anchored to the scheduled instant; an instant that would repeat the former one's period brings nothing. A
    day that its zone skipped is a slot too; its bounds are equal.
    """
    found: list[Slot] = []
    for instant, periods in _occasions(schedule, spec, calendar, after):
        if instant > until:
            break
        found.extend(Slot(period, instant) for period in periods)
    return tuple(found)


def next_slots(
    schedule: Schedule, spec: PeriodSpec, calendar: Calendar, after: datetime, n: int
) -> tuple[Slot, ...]:
    """The first n slots due after an instant; fewer when the schedule ends."""
    occasions = _occasions(schedule, spec, calendar, after)
    return tuple(islice((Slot(period, instant) for instant, periods in occasions for period in periods), n))


def _occasions(
    schedule: Schedule, spec: PeriodSpec, calendar: Calendar, after: datetime
) -> Iterator[tuple[datetime, tuple[Period, ...]]]:
    """Every scheduled instant later than `after`, with the periods that are new since the one before it."""
    for (_, former), (day, instant) in pairwise(_instants(schedule, calendar, after)):
        if schedule.end and day > schedule.end:
            return
        if instant > after and (schedule.start is None or day >= schedule.start):
            yield instant, _new_periods(spec, former, instant, calendar)


def _new_periods(
    spec: PeriodSpec, former: datetime, instant: datetime, calendar: Calendar
) -> tuple[Period, ...]:
    old, new = spec.at(former, calendar), spec.at(instant, calendar)
    if spec.form != "closed":
        return (new,) if new != old else ()
    first, last = (index_of(spec.grain, period.start, calendar) for period in (old, new))
    return tuple(unit(spec.grain, index, calendar) for index in range(first + 1, last + 1))


def _instants(schedule: Schedule, calendar: Calendar, after: datetime) -> Iterator[tuple[date, datetime]]:
    """The scheduled days with their instants, from at least one before `after` on, without end."""
    local = replace(calendar, timezone=schedule.timezone) if schedule.timezone else calendar
    grain: Grain = "week" if schedule.every == "day" else schedule.every
    anchor = max(local.day_of(after), schedule.start or date.min)
    for index in count(index_of(grain, anchor, local) - 2):
        for day in _scheduled_days(schedule, unit(grain, index, local), local):
            yield day, local.instant(datetime.combine(day, schedule.at))


def _scheduled_days(schedule: Schedule, whole: Period, calendar: Calendar) -> tuple[date, ...]:
    if whole.kind == "week":
        days = schedule.days or (WEEKDAYS if schedule.every == "day" else WEEKDAYS[:1])
        return tuple(date.fromordinal(whole.start.toordinal() + n) for n in range(7) if WEEKDAYS[n] in days)
    if isinstance(schedule.day, int):
        return (min(date.fromordinal(whole.start.toordinal() + schedule.day - 1), whole.last_day),)
    if schedule.day is None:
        return (whole.start,)
    return (_named_day(schedule.day, whole, calendar),)


def _named_day(name: str, whole: Period, calendar: Calendar) -> date:
    day, step = (whole.start, DAY) if name == "first_workday" else (whole.last_day, -DAY)
    if name != "last":
        while not calendar.is_workday(day):
            day += step
    return day
