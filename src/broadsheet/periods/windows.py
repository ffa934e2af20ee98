"""Which period is meant at a moment, and how one divides into smaller ones or reaches back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from broadsheet.periods.calendar import DAY, Calendar
from broadsheet.periods.period import Period, RollingUnit, between, rolling_to, to_date, unit, unit_of
from broadsheet.periods.units import Grain, index_of, start_of


def last_closed(grain: Grain, as_of: datetime, calendar: Calendar) -> Period:
    """The newest unit that has ended at `as_of`."""
    return unit(grain, index_of(grain, calendar.day_of(as_of), calendar) - 1, calendar)


def current_to_date(grain: Grain, as_of: datetime, calendar: Calendar) -> Period:
    """The unit that holds the last complete day at `as_of`, from its start to that day.

    On the first of a month this is the whole former month: there is always something to show.
    """
    today = calendar.day_of(as_of)
    return to_date(unit_of(grain, today - DAY, calendar), today)


def rolling(count: int, of: RollingUnit, as_of: datetime, calendar: Calendar) -> Period:
    """The last `count` complete days, ISO weeks or months at `as_of`."""
    end = start_of(of, index_of(of, calendar.day_of(as_of), calendar), calendar)
    return rolling_to(count, of, end, calendar)


def buckets(period: Period, grain: Grain, calendar: Calendar) -> tuple[Period, ...]:
    """The units that make up the period, in order; the first and last are clipped where they reach out."""
    first = index_of(grain, period.start, calendar)
    last = index_of(grain, period.last_day, calendar)
    return tuple(_clip(unit(grain, index, calendar), period) for index in range(first, last + 1))


def span(count: int, grain: Grain, ending: Period, calendar: Calendar) -> tuple[Period, ...]:
    """The `count` units up to the one that holds the last day of `ending`, in order.

    The last one is clipped where `ending` ends inside it, so that nothing later than the period is shown.
    """
    if count < 1:
        raise ValueError("A span has at least one unit.")
    last = index_of(grain, ending.last_day, calendar)
    start = start_of(grain, last - count + 1, calendar)
    return buckets(between(start, ending.end), grain, calendar)


def _clip(whole: Period, period: Period) -> Period:
    start, end = max(whole.start, period.start), min(whole.end, period.end)
    return replace(whole, start=start, end=end, clipped=(start, end) != (whole.start, whole.end))
