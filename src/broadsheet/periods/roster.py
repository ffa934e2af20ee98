"""Working time as a table of days: how much of it has passed by any moment, without asking day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate
from string import ascii_letters, digits

from broadsheet.periods.calendar import DAY, Calendar

Seconds = tuple[int, int]
_MIDNIGHT = 24 * 60 * 60
_LETTERS = digits + ascii_letters


@dataclass(frozen=True)
class Workday:
    """What is worked on a kind of day: seconds in all, and the stretches [from, until) of the day they lie in.

    A whole working day has no stretches: it is over or not.
    """

    worked: int
    stretches: tuple[Seconds, ...] = ()


@dataclass(frozen=True, eq=False)
class Roster:
    """The days of some years in order, one letter each, and the kind of day that a letter stands for.

    `years` maps the first day of each year to its letters. The days are UTC days where hours are counted, so
    that no day has 23 or 25 hours, and local days where whole days are.
    """

    years: Mapping[date, str]
    kinds: Mapping[str, Workday]

    def worked_before(self, day: date) -> int:
        """Seconds worked from the beginning of the roster up to a day. Raises ValueError beyond the roster."""
        place = (day - self._first).days
        if not 0 <= place < len(self._letters):
            raise ValueError(f"{day} lies outside the years of the roster.")
        return self._before[place]

    def worked_until(self, moment: datetime) -> int | float:
        """Seconds worked up to a UTC moment without a zone. Raises ValueError beyond the roster."""
        before = self.worked_before(moment.date())
        second = (moment - datetime.combine(moment.date(), datetime.min.time())) / timedelta(seconds=1)
        kind = self.kinds[self._letters[(moment.date() - self._first).days]]
        return before + sum(max(0.0, min(second, until) - start) for start, until in kind.stretches)

    @cached_property
    def _first(self) -> date:
        return next(iter(self.years))

    @cached_property
    def _letters(self) -> str:
        return "".join(self.years.values())

    @cached_property
    def _before(self) -> list[int]:
        return list(accumulate((self.kinds[letter].worked for letter in self._letters), initial=0))


@lru_cache(maxsize=8)
def hours_roster(calendar: Calendar, first: int, last: int) -> Roster:
    """The working hours of the years first to last by UTC day. Raises ValueError without working hours."""
    days: dict[date, list[Seconds]] = {date.fromordinal(day): [] for day in range(*_bounds(first, last))}
    for day in (date(first, 1, 1) - DAY, *list(days), date(last, 12, 31) + DAY):
        for start, until in calendar.hours_of(day):
            for utc_day, stretch in _by_utc_day(*(_instant(calendar, day, at) for at in (start, until))):
                if utc_day in days:
                    days[utc_day].append(stretch)
    workdays = {
        day: Workday(sum(until - start for start, until in found), tuple(sorted(found)))
        for day, found in days.items()
    }
    return _roster(workdays)


@lru_cache(maxsize=8)
def days_roster(calendar: Calendar, first: int, last: int) -> Roster:
    """The working days of the years first to last; each counts 24 hours."""
    days = (date.fromordinal(day) for day in range(*_bounds(first, last)))
    return _roster({day: Workday(_MIDNIGHT if calendar.is_workday(day) else 0) for day in days})


def _roster(days: Mapping[date, Workday]) -> Roster:
    letters = {workday: _letter(place) for place, workday in enumerate(dict.fromkeys(days.values()))}
    years: dict[date, str] = {}
    for day, workday in days.items():
        first = date(day.year, 1, 1)
        years[first] = years.get(first, "") + letters[workday]
    return Roster(years, {letter: workday for workday, letter in letters.items()})


def _letter(place: int) -> str:
    return _LETTERS[place] if place < len(_LETTERS) else chr(0x100 + place)


def _bounds(first: int, last: int) -> tuple[int, int]:
    return date(first, 1, 1).toordinal(), date(last + 1, 1, 1).toordinal()


def _instant(calendar: Calendar, day: date, minutes: int) -> datetime:
    local = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)
    return calendar.instant(local).astimezone(UTC).replace(tzinfo=None)


def _by_utc_day(start: datetime, until: datetime) -> list[tuple[date, Seconds]]:
    """A stretch of time, cut at UTC midnights, in seconds of each day."""
    found: list[tuple[date, Seconds]] = []
    while start < until:
        midnight = datetime.combine(start.date(), datetime.min.time())
        ends = min(until, midnight + DAY)
        found.append((start.date(), (_seconds(start - midnight), _seconds(ends - midnight))))
        start = ends
    return found


def _seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)
