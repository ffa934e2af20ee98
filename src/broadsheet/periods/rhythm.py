"""The moments of a schedule: which days it names, and what becomes of those on which nobody works."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import count, groupby, islice
from typing import Literal

from broadsheet.periods.calendar import DAY, WEEKDAYS, Calendar, Weekday
from broadsheet.periods.deadlines import Deadline
from broadsheet.periods.period import Period, unit
from broadsheet.periods.units import Grain, index_of

DayOff = Literal["skip", "before", "after"]
_LAST = -1
_WORDS = {"last": (_LAST, "day"), "first_workday": (1, "workday"), "last_workday": (_LAST, "workday")}
_HELP = "write 5, last, first_workday, last_workday, {workday: 3} or {nth: 2, weekday: tue}"
_COUNTED = re.compile(r"(\d{1,3}) (day|workday)s?", re.ASCII)
_IDLE = 60
"""So many units (or days off) in a row without a day to go out on: there will be none."""


@dataclass(frozen=True, slots=True)
class DayRule:
    """The n-th day, working day or given weekday of a month or a longer unit; -1 is the last.

    A unit that has fewer of them has its last one.
    """

    nth: int
    of: Literal["day", "workday"] | Weekday = "day"

    def within(self, whole: Period, calendar: Calendar) -> date:
        """The day that is meant in a unit; its first one where it has none at all."""
        days = range(whole.start.toordinal(), whole.end.toordinal())
        ordered = (date.fromordinal(day) for day in (days if self.nth > 0 else reversed(days)))
        found = whole.start
        for day in islice((day for day in ordered if self._means(day, calendar)), abs(self.nth)):
            found = day
        return found

    def _means(self, day: date, calendar: Calendar) -> bool:
        if self.of == "workday":
            return calendar.is_workday(day)
        return self.of in ("day", WEEKDAYS[day.weekday()])


@dataclass(frozen=True, slots=True)
class Schedule:
    """The local moments at which editions may go out.

    `days` belongs to every day (default all) or week (default Monday); to longer units `day` (default the first)
    or `offset`, so long after the last day of the unit before. `timezone` and `holidays` are the calendar's
    unless given. `day_off` says what becomes of a day that is not worked: nothing goes out, or on the working day
    before (of the same unit, else after) or after it. Only days from `start` through `end` count. Raises
    ValueError where these clash.
    """

    every: Grain
    at: time
    days: tuple[Weekday, ...] = ()
    day: DayRule | None = None
    offset: Deadline | None = None
    timezone: str | None = None
    holidays: str | None = None
    day_off: DayOff | None = None
    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        short = self.every in ("day", "week")
        if self.days and not short:
            raise ValueError(f"“days” belongs to every: day or week; every: {self.every} takes “day”.")
        if short and (self.day is not None or self.offset is not None):
            named = "day" if self.day is not None else "offset"
            raise ValueError(
                f"“{named}” belongs to every: month and longer; every: {self.every} takes “days”."
            )
        if self.day is not None and self.offset is not None:
            raise ValueError("“day” and “offset” both name the day: give one of them.")
        if unknown := [day for day in self.days if day not in WEEKDAYS]:
            raise ValueError(f"“{unknown[0]}” is no weekday; write {', '.join(WEEKDAYS)}.")
        if self.at.tzinfo is not None:
            raise ValueError("The time of day carries no zone; give “timezone”.")
        if self.start and self.end and self.end < self.start:
            raise ValueError("The schedule ends before it starts.")

    def local(self, calendar: Calendar) -> Calendar:
        """The calendar with the zone and the holidays that this schedule goes by."""
        if self.timezone is None and self.holidays is None:
            return calendar
        zone, holidays = self.timezone or calendar.timezone, self.holidays or calendar.holidays
        return replace(calendar, timezone=zone, holidays=holidays)


@dataclass(frozen=True, slots=True)
class Occasion:
    """A scheduled `day`: editions are due at the instant `due` and show what had ended at the instant `seen`."""

    day: date
    due: datetime
    seen: datetime


def occasions(schedule: Schedule, calendar: Calendar, after: datetime) -> Iterator[Occasion]:
    """The occasions from at least one that is past at `after` on, each instant once, without end.

    None at all where the schedule has never had one.
    """
    found = _each_unit(schedule, calendar, after)
    yield from (tuple(together)[-1] for _, together in groupby(found, key=lambda one: one.due))


def parse_day(value: object) -> DayRule:
    """Read the `day:` of a schedule. Raises ValueError that says what may stand there."""
    if isinstance(value, str) and value in _WORDS:
        nth, of = _WORDS[value]
        return DayRule(nth, "workday" if of == "workday" else "day")
    if isinstance(value, int) and not isinstance(value, bool):
        return DayRule(_nth(value, 366))
    if isinstance(value, Mapping) and set(value) == {"workday"}:
        return DayRule(_nth(value["workday"], 262), "workday")
    if isinstance(value, Mapping) and set(value) == {"nth", "weekday"}:
        for day in WEEKDAYS:
            if day == value["weekday"]:
                return DayRule(_nth(value["nth"], 53), day)
        raise ValueError(f"“{value['weekday']}” is no weekday; write {', '.join(WEEKDAYS)}")
    raise ValueError(f"“{value}” names no day: {_HELP}")


def parse_offset(value: object) -> Deadline:
    """Read `5 days` or `5 workdays` after the end of a period; ValueError otherwise."""
    counted = _COUNTED.fullmatch(value) if isinstance(value, str) else None
    if counted is None or not 1 <= int(counted[1]) <= 366:
        raise ValueError(f"“{value}” is no offset from the end of a period: write 5 days or 5 workdays")
    return Deadline("day" if counted[2] == "day" else "workday", int(counted[1]))


def _nth(value: object, most: int) -> int:
    if value == "last":
        return _LAST
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most:
        return value
    raise ValueError(f"“{value}” counts no day: write a number from 1 to {most}, or last")


def _each_unit(schedule: Schedule, calendar: Calendar, after: datetime) -> Iterator[Occasion]:
    local = schedule.local(calendar)
    grain: Grain = "week" if schedule.every == "day" else schedule.every
    anchor = index_of(grain, max(local.day_of(after), schedule.start or date.min), local)

    def of_unit(index: int) -> tuple[Occasion, ...]:
        return tuple(_of_unit(schedule, unit(grain, index, local), local, calendar))

    def past(one: Occasion) -> bool:
        return one.due <= after or (schedule.start is not None and one.day < schedule.start)

    earlier = (index for index in range(anchor, anchor - _IDLE, -1) if any(map(past, of_unit(index))))
    first, idle = next(earlier, None), 0
    for index in count(first) if first is not None else ():
        found = of_unit(index)
        idle = 0 if found else idle + 1
        if idle > _IDLE:
            return
        yield from found


def _of_unit(schedule: Schedule, whole: Period, local: Calendar, calendar: Calendar) -> Iterator[Occasion]:
    ended = calendar.instant(whole.start) if schedule.offset is not None else None
    for day in _days(schedule, whole, local):
        kept = _kept(schedule.day_off, day, whole.start, local)
        if kept is not None:
            due = local.instant(datetime.combine(kept, schedule.at))
            # What is put off shows what it would have shown; what is brought forward cannot look ahead.
            named = due if kept <= day else local.instant(datetime.combine(day, schedule.at))
            yield Occasion(day, max(due, ended or due), ended or named)


def _days(schedule: Schedule, whole: Period, local: Calendar) -> tuple[date, ...]:
    if whole.kind == "week":
        days = schedule.days or (WEEKDAYS if schedule.every == "day" else WEEKDAYS[:1])
        return tuple(date.fromordinal(whole.start.toordinal() + n) for n in range(7) if WEEKDAYS[n] in days)
    if schedule.offset is not None:
        return (schedule.offset.after(whole.start - DAY, local),)
    return (schedule.day.within(whole, local) if schedule.day is not None else whole.start,)


def _kept(policy: DayOff | None, day: date, first: date, local: Calendar) -> date | None:
    """The day itself if it is worked, else the one that takes its place."""
    if policy is None or local.is_workday(day):
        return day
    if policy == "skip":
        return None
    before = (day - DAY * n for n in range(1, (day - first).days + 1))
    after = (day + DAY * n for n in range(1, _IDLE))
    candidates = (*before, *after) if policy == "before" else tuple(after)
    return next((other for other in candidates if local.is_workday(other)), None)
