"""Periods: half-open ranges of local days with a label, and the periods they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from broadsheet.errors import UsageError
from broadsheet.periods.calendar import DAY, Calendar
from broadsheet.periods.elapsed import Note, cut_alike, lengths
from broadsheet.periods.units import GRAINS, Grain, index_of, label_of, start_of, units_per_year

Kind = Literal[Grain, "range", "to_date", "rolling", "all"]
RollingUnit = Literal["day", "week", "month"]
ROLLING_UNITS: tuple[RollingUnit, ...] = get_args(RollingUnit)


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """The local days [start, end); `bounds` gives the instants.

    | kind | label |
    | --- | --- |
    | day, week, month, quarter, year | 2026-11-22, 2026-W47, 2026-11, 2026-Q4, 2026 |
    | fiscal_year, fiscal_quarter | FY2026, FY2026-Q3 (named after the year in which it ends) |
    | range, all | 2026-11-01..2026-11-15, all.2026-11-01..2026-11-15 (with the last day) |
    | to_date (`of` a week … fiscal year) | 2026-11.to.2026-11-15 (the unit, the last day) |
    | rolling (`of` day, week, month) | 30d.to.2026-11-21, 13w.to.2026-11-15, 12m.to.2026-10-31 |

    A label names one period for good and is safe in a file name. Only a `clipped` bucket, the part of a week
    or month that lies inside a larger period, bears the label of its whole.
    """

    start: date
    end: date
    kind: Kind
    label: str
    of: Grain | None = None
    clipped: bool = False

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"A period ends after it starts; {self.start} … {self.end} does not.")

    def __str__(self) -> str:
        return self.label

    @property
    def days(self) -> int:
        """The number of calendar dates."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day that belongs to it."""
        return self.end - DAY

    @property
    def count(self) -> int:
        """How many days, weeks or months a rolling period has; 1 for every other."""
        if self.kind != "rolling":
            return 1
        if self.of == "month":
            return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        return self.days // 7 if self.of == "week" else self.days

    def bounds(self, calendar: Calendar) -> tuple[datetime, datetime]:
        """The UTC instants [start, end); both are the same for a day that the zone skipped."""
        return calendar.instant(self.start), calendar.instant(self.end)

    def cut(self, as_of: datetime, calendar: Calendar) -> Period:
        """Itself when closed at `as_of`, else its complete days so far; UsageError when there are none."""
        today = calendar.day_of(as_of)
        if self.end <= today:
            return self
        if self.start >= today:
            raise UsageError(
                f"The period {self.label} has no complete day yet.",
                f"The last complete day is {today - DAY}; choose a period that starts by then.",
            )
        if self.kind in GRAINS and self.kind != "day" and not self.clipped:
            return to_date(self, today)
        if self.kind == "to_date":
            return to_date(_whole(self, calendar), today)
        return (all_time if self.kind == "all" else between)(self.start, today)

    def previous(self, calendar: Calendar, n: int = 1) -> Comparison | None:
        """The same kind of period, n before: by index, never by shifted dates; None for all time.

        To-date: the unit n before, cut after as many elapsed working days (calendar days without holidays).
        Rolling: the window right before. Range and clipped bucket: the n-th run of as many days before.
        """
        if self.kind == "all":
            return None
        if self.kind == "to_date" and self.of is not None:
            index = index_of(self.of, self.start, calendar)
            return self._cut_like_this(unit(self.of, index - n, calendar), (), calendar)
        if self.kind == "rolling" and self.of is not None:
            return self._earlier_window(self.of, n * self.count, calendar)
        if self.kind in GRAINS and not self.clipped:
            index = index_of(self.kind, self.start, calendar)
            return self._beside(unit(self.kind, index - n, calendar), calendar)
        shift = timedelta(days=n * self.days)
        return self._beside(between(self.start - shift, self.end - shift), calendar)

    def last_year(self, calendar: Calendar) -> Comparison | None:
        """The same kind of period with the same index one year earlier; None for all time.

        Week 53 meets week 52 where there is no 53rd, and 29 February meets 28 February, with a note. To-date:
        cut after as many elapsed working days (calendar days without holidays). Rolling days and weeks:
        364 days earlier, so that weekdays match; rolling months: twelve months earlier. Range and clipped
        bucket: the same dates.
        """
        if self.kind == "all":
            return None
        if self.kind == "to_date" and self.of is not None:
            former = _unit_last_year(_whole(self, calendar), calendar)
            return self._cut_like_this(former.period, former.notes, calendar)
        if self.kind == "rolling" and self.of is not None:
            return self._earlier_window(self.of, {"day": 364, "week": 52, "month": 12}[self.of], calendar)
        if self.kind in GRAINS and not self.clipped:
            former = _unit_last_year(self, calendar)
            return self._beside(former.period, calendar, former.notes)
        return self._beside(between(_year_before(self.start), _year_before(self.last_day) + DAY), calendar)

    def _earlier_window(self, of: Grain, back: int, calendar: Calendar) -> Comparison:
        end = start_of(of, index_of(of, self.end, calendar) - back, calendar)
        return self._beside(_rolling(self.count, of, end, calendar), calendar)

    def _beside(self, other: Period, calendar: Calendar, notes: tuple[Note, ...] = ()) -> Comparison:
        differ = lengths((self.start, self.end), (other.start, other.end), calendar)
        return Comparison(other, notes + differ)

    def _cut_like_this(self, whole: Period, notes: tuple[Note, ...], calendar: Calendar) -> Comparison:
        end, note = cut_alike((self.start, self.end), (whole.start, whole.end), calendar)
        return Comparison(to_date(whole, end), (*notes, note))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The period compared with, and what the reader must know about the pair."""

    period: Period
    notes: tuple[Note, ...] = ()


def unit(grain: Grain, index: int, calendar: Calendar) -> Period:
    """The calendar unit of that index."""
    start, end = start_of(grain, index, calendar), start_of(grain, index + 1, calendar)
    return Period(start, end, grain, label_of(grain, index, calendar))


def unit_of(grain: Grain, day: date, calendar: Calendar) -> Period:
    """The calendar unit that holds the day."""
    return unit(grain, index_of(grain, day, calendar), calendar)


def to_date(whole: Period, end: date) -> Period:
    """The days of a week, month, … from its start up to (not with) `end`."""
    if whole.kind not in GRAINS or whole.kind == "day" or not whole.start < end <= whole.end:
        raise ValueError(f"No part of {whole.label} ends before {end}.")
    return Period(whole.start, end, "to_date", f"{whole.label}.to.{end - DAY}", of=whole.kind)


def rolling_to(count: int, of: RollingUnit, end: date, calendar: Calendar) -> Period:
    """The `count` days, ISO weeks or months before `end`; ValueError unless `end` starts such a unit."""
    if count < 1 or start_of(of, index_of(of, end, calendar), calendar) != end:
        raise ValueError(f"No {count} {of}s end before {end}.")
    return _rolling(count, of, end, calendar)


def between(start: date, end: date) -> Period:
    """Any days [start, end); the label shows the last one."""
    return Period(start, end, "range", f"{start}..{end - DAY}")


def all_time(start: date, end: date) -> Period:
    """The whole range [start, end) of the data, which has nothing before it to be compared with."""
    return Period(start, end, "all", f"all.{start}..{end - DAY}")


def _rolling(count: int, of: Grain, end: date, calendar: Calendar) -> Period:
    start = start_of(of, index_of(of, end, calendar) - count, calendar)
    return Period(start, end, "rolling", f"{count}{of[0]}.to.{end - DAY}", of=of)


def _whole(period: Period, calendar: Calendar) -> Period:
    return unit_of(period.of, period.start, calendar) if period.of else period


def _unit_last_year(period: Period, calendar: Calendar) -> Comparison:
    if period.kind == "week":
        return _week_last_year(period, calendar)
    if period.kind == "day":
        former = unit_of("day", _year_before(period.start), calendar)
        moved = former.start.day != period.start.day
        return Comparison(former, (Note("leap_day", period.label, former.label),) if moved else ())
    if period.kind not in GRAINS:
        raise ValueError(f"{period.label} is no calendar unit.")
    index = index_of(period.kind, period.start, calendar)
    return Comparison(unit(period.kind, index - units_per_year(period.kind), calendar))


def _week_last_year(period: Period, calendar: Calendar) -> Comparison:
    year, week, _ = period.start.isocalendar()
    try:
        return Comparison(unit_of("week", date.fromisocalendar(year - 1, week, 1), calendar))
    except ValueError:
        former = unit_of("week", date.fromisocalendar(year - 1, 52, 1), calendar)
        return Comparison(former, (Note("week_53", period.label, former.label),))


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
