"""What a planted effect is, and how the seed settles its place, dates and size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Dates:
    """The days from which effects count back; `last_*` are closed at the end of day `until`."""

    until: date

    @property
    def last_week(self) -> date:
        """Monday of the last closed ISO week."""
        after = self.until + timedelta(days=1)
        return after - timedelta(days=after.weekday() + 7)

    @property
    def last_month(self) -> date:
        """First day of the last closed month."""
        return months_before((self.until + timedelta(days=1)).replace(day=1), 1)


def months_before(first: date, months: int) -> date:
    """The first day of the month that lies `months` before the month of `first`."""
    index = first.year * 12 + first.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Effect:
    """One planted effect: from `start` to `end` (inclusive), at `place`, of `size`.

    `column` names the column and `place` the value where it lies; `size` is in the unit that `measure` tells.
    """

    id: str
    subject: str
    tables: tuple[str, ...]
    column: str
    place: str
    start: date
    end: date
    size: float
    measure: str
    finding: str


Window = Callable[[Dates, int], tuple[date, date]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an effect is drawn: candidate places, range of sizes, range of `back`, and the window it yields.

    `back` counts weeks or months before the last closed one; `window` turns it into dates.
    `apart` names an earlier effect whose place this one must not share.
    """

    id: str
    subject: str
    tables: tuple[str, ...]
    column: str
    places: tuple[str, ...]
    sizes: tuple[float, float]
    back: tuple[int, int]
    window: Window
    measure: str
    finding: str
    apart: str = ""


def weeks_back(dates: Dates, back: int) -> tuple[date, date]:
    """From the Monday so many weeks before the last closed week on."""
    return dates.last_week - timedelta(weeks=back), dates.until


def months_back(dates: Dates, back: int) -> tuple[date, date]:
    """From the first of the month so many before the last closed one on."""
    return months_before(dates.last_month, back), dates.until


def last_week(dates: Dates, _: int) -> tuple[date, date]:
    """The last closed ISO week."""
    return dates.last_week, dates.last_week + timedelta(days=6)


def last_month(dates: Dates, _: int) -> tuple[date, date]:
    """The last closed month."""
    return dates.last_month, months_before(dates.last_month, -1) - timedelta(days=1)


def whole(dates: Dates, _: int) -> tuple[date, date]:
    """All days of the company."""
    return first_day(dates.until), dates.until


def december(dates: Dates, _: int) -> tuple[date, date]:
    """The gift season of the latest December that has come."""
    year = dates.until.year - (dates.until < date(dates.until.year, 12, 31))
    return date(year, 12, 1), date(year, 12, 24)


def first_day(until: date) -> date:
    """The first of the three full years that end with `until`."""
    after = until + timedelta(days=1)
    leap = after.month == 2 and after.day == 29
    return after.replace(year=after.year - 3, day=28 if leap else after.day)
