"""Calendar units by index: every day, week, month … has a whole number, so a neighbor is one more or less."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from broadsheet.periods.calendar import Calendar

Grain = Literal["day", "week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year"]
GRAINS: tuple[Grain, ...] = get_args(Grain)

_MONTHS = {"month": 1, "quarter": 3, "year": 12, "fiscal_quarter": 3, "fiscal_year": 12}


def index_of(grain: Grain, day: date, calendar: Calendar) -> int:
    """The index of the unit that holds the day; weeks are ISO weeks."""
    if grain == "day":
        return day.toordinal()
    if grain == "week":
        # Day 1 of the proleptic calendar is a Monday.
        return (day.toordinal() - 1) // 7
    return (day.year * 12 + day.month - 1 - _shift(grain, calendar)) // _MONTHS[grain]


def start_of(grain: Grain, index: int, calendar: Calendar) -> date:
    """The first day of a unit; the unit ends where the next one starts."""
    if grain == "day":
        return date.fromordinal(index)
    if grain == "week":
        return date.fromordinal(index * 7 + 1)
    year, month = divmod(index * _MONTHS[grain] + _shift(grain, calendar), 12)
    return date(year, month + 1, 1)


def label_of(grain: Grain, index: int, calendar: Calendar) -> str:
    """The unit's label; a fiscal year is named after the calendar year it ends in."""
    start = start_of(grain, index, calendar)
    ends_later = calendar.fiscal_year_starts > 1
    match grain:
        case "day":
            return start.isoformat()
        case "week":
            year, week, _ = start.isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{start.year}-{start.month:02}"
        case "quarter":
            return f"{start.year}-Q{index % 4 + 1}"
        case "year":
            return f"{start.year}"
        case "fiscal_year":
            return f"FY{index + ends_later}"
        case "fiscal_quarter":
            return f"FY{index // 4 + ends_later}-Q{index % 4 + 1}"


def units_per_year(grain: Grain) -> int:
    """How many months, quarters or years (fiscal ones too) a year has."""
    return 12 // _MONTHS[grain]


def _shift(grain: Grain, calendar: Calendar) -> int:
    return calendar.fiscal_year_starts - 1 if grain.startswith("fiscal") else 0
