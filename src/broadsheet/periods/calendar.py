"""The calendar of a workspace: when a local day begins, which days are worked, when fiscal years start."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

from broadsheet.errors import did_you_mean
from broadsheet.periods.hours import Hours, WorkingHours

if TYPE_CHECKING:
    from holidays import HolidayBase

DAY = timedelta(days=1)
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A time zone, the month the fiscal year starts in (1-12), whose holidays count, and the working hours.

    `holidays` is an ISO country code with an optional subdivision: `DE`, `DE-BY`; None means that no
    holidays are known, and to-date comparisons then count calendar days. Raises ValueError for an
    unknown zone, month or country.
    """

    timezone: str = "UTC"
    fiscal_year_starts: int = 1
    holidays: str | None = None
    working_hours: WorkingHours | None = None

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError):
            remedy = did_you_mean(self.timezone, available_timezones())
            raise ValueError(f"“{self.timezone}” is not a time zone. {remedy}") from None
        if not 1 <= self.fiscal_year_starts <= 12:
            raise ValueError(f"A fiscal year starts in a month from 1 to 12, not {self.fiscal_year_starts}.")
        if self.holidays is not None:
            _days_off(self.holidays, 2000)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone's rules."""
        return ZoneInfo(self.timezone)

    def instant(self, local: date) -> datetime:
        """The UTC instant of a local date (its midnight) or naive local datetime.

        A local time that is skipped by a clock change is the first instant after the gap; one that
        happens twice is its first occurrence. Raises ValueError for an aware datetime.
        """
        wall = local if isinstance(local, datetime) else datetime.combine(local, time())
        if wall.tzinfo is not None:
            raise ValueError("A local time carries no time zone.")
        zone = self.zone
        found = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if found.astimezone(zone).replace(tzinfo=None, fold=0) == wall.replace(fold=0):
            return found
        # Inside a gap the two readings (PEP 495) lie on either side of the change.
        before = wall.replace(tzinfo=zone, fold=1, microsecond=0).astimezone(UTC)
        offset = before.astimezone(zone).utcoffset()
        seconds = int((found - before).total_seconds()) + 1
        passed = bisect_left(
            range(seconds),
            True,
            key=lambda second: (before + timedelta(seconds=second)).astimezone(zone).utcoffset() != offset,
        )
        return before + timedelta(seconds=passed)

    def day_of(self, instant: datetime) -> date:
        """The local day whose bounds hold the instant. Raises ValueError for a naive datetime."""
        if instant.tzinfo is None:
            raise ValueError("An instant carries its time zone.")
        day = instant.astimezone(self.zone).date()
        # Where clocks go back across midnight, the next day has begun although its date is shown later again.
        return day + DAY if self.instant(day + DAY) <= instant else day

    def is_workday(self, day: date) -> bool:
        """A day with working hours; without any, Monday to Friday or the country's own week, but no holidays."""
        return self._is_weekday(day) if self.working_hours is None else bool(self.hours_of(day))

    def hours_of(self, day: date) -> Hours:
        """The working hours of a local day. Raises ValueError where the calendar has none."""
        hours = self.working_hours
        if hours is None:
            raise ValueError("The calendar has no working hours.")
        special = hours.special_hours(day)
        if special is not None:
            return special
        if not hours.weekly:
            return hours.daily if self._is_weekday(day) else ()
        off = self.holidays is not None and day in _public_holidays(self.holidays, day.year)
        return () if off else hours.weekly[day.weekday()]

    def _is_weekday(self, day: date) -> bool:
        if self.holidays is None:
            return day.weekday() < 5
        return day not in _days_off(self.holidays, day.year)

    def workdays(self, start: date, end: date) -> int:
        """How many days of [start, end) are worked."""
        days = range(start.toordinal(), end.toordinal())
        return sum(self.is_workday(date.fromordinal(day)) for day in days)


@lru_cache(maxsize=256)
def _days_off(code: str, year: int) -> frozenset[date]:
    known = _known(code, year)
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    days = (date.fromordinal(day) for day in range(first, last + 1))
    return frozenset(day for day in days if not known.is_working_day(day))


@lru_cache(maxsize=256)
def _public_holidays(code: str, year: int) -> frozenset[date]:
    return frozenset(_known(code, year))


def _known(code: str, year: int) -> HolidayBase:
    from holidays import country_holidays  # a tenth of a second, for those who configure a country

    country, _, subdivision = code.partition("-")
    try:
        return country_holidays(country, subdiv=subdivision or None, years=year)
    except NotImplementedError:
        raise ValueError(
            f"No holidays are known for “{code}”: give an ISO country code such as DE, or DE-BY for a part."
        ) from None
