"""Reading a period's label, as the command line and the ledger write it."""

from __future__ import annotations

import re
from datetime import date

from broadsheet.errors import UsageError
from broadsheet.periods.calendar import DAY, Calendar
from broadsheet.periods.period import (
    ROLLING_UNITS,
    Period,
    all_time,
    between,
    rolling_to,
    to_date,
    unit,
    unit_of,
)
from broadsheet.periods.units import Grain

FORMS = (
    "Write a day 2026-11-22, week 2026-W47, month 2026-11, quarter 2026-Q4, year 2026, fiscal year FY2026 or "
    "quarter FY2026-Q3, days 2026-11-01..2026-11-15 (with the last one), to date 2026-11.to.2026-11-15, "
    "or rolling 30d.to.2026-11-21, 13w.to.2026-11-15, 12m.to.2026-10-31."
)
_YEARS = range(1900, 2900)
_UNITS = re.compile(
    r"(?P<fiscal>FY)?(?P<year>\d{4})(?:-Q(?P<quarter>\d)|-W(?P<week>\d\d)|-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?",
    re.ASCII,
)
_ROLLING = re.compile(r"(?P<count>\d{1,4})(?P<of>[dwm])", re.ASCII)


def parse_label(text: str, calendar: Calendar) -> Period:
    """The period that a label names: `parse_label(period.label, calendar) == period`, clipped buckets apart.

    Raises UsageError for another form, a date or week that does not exist, or a range that runs backwards.
    """
    try:
        return _read(text.strip(), calendar)
    except ValueError as wrong:
        raise UsageError(f"“{text}” is not a period: {wrong}.", FORMS) from None


def _read(text: str, calendar: Calendar) -> Period:
    if ".to." in text:
        return _read_to(text, calendar)
    if ".." in text:
        first, _, last = text.removeprefix("all.").partition("..")
        start, end = _day(first), _day(last) + DAY
        if end <= start:
            raise ValueError(f"{last} comes before {first}")
        return (all_time if text.startswith("all.") else between)(start, end)
    return _unit(text, calendar)


def _read_to(text: str, calendar: Calendar) -> Period:
    head, _, tail = text.partition(".to.")
    last = _day(tail)
    if rolling := _ROLLING.fullmatch(head):
        of = next(grain for grain in ROLLING_UNITS if grain.startswith(rolling["of"]))
        count = int(rolling["count"])
        whole = unit_of(of, last, calendar)
        if count < 1:
            raise ValueError(f"it needs at least one {of}")
        if whole.last_day != last:
            raise ValueError(f"the {of} of {last} ends on {whole.last_day}")
        return rolling_to(count, of, last + DAY, calendar)
    whole = _unit(head, calendar)
    if whole.kind == "day":
        raise ValueError("a single day has no part to date")
    if not whole.start <= last < whole.end:
        raise ValueError(f"{last} is not in {head}, which runs from {whole.start} to {whole.last_day}")
    return to_date(whole, last + DAY)


def _unit(text: str, calendar: Calendar) -> Period:
    parts = _UNITS.fullmatch(text)
    if parts is None or (parts["fiscal"] and (parts["month"] or parts["week"])):
        raise ValueError("it has none of the known forms")
    year = int(parts["year"])
    if year not in _YEARS:
        raise ValueError(f"its year lies outside {_YEARS.start} to {_YEARS.stop - 1}")
    if parts["week"]:
        return unit_of("week", _monday(year, int(parts["week"])), calendar)
    if parts["month"]:
        if not 1 <= int(parts["month"]) <= 12:
            raise ValueError("a year has months 01 to 12")
        grain: Grain = "day" if parts["day"] else "month"
        return unit_of(grain, _day(text if parts["day"] else f"{text}-01"), calendar)
    return _quarters(parts, year, calendar)


def _quarters(parts: re.Match[str], year: int, calendar: Calendar) -> Period:
    fiscal = parts["fiscal"] is not None
    if fiscal:
        year -= calendar.fiscal_year_starts > 1
    if parts["quarter"] is None:
        return unit("fiscal_year" if fiscal else "year", year, calendar)
    quarter = int(parts["quarter"])
    if not 1 <= quarter <= 4:
        raise ValueError("a year has quarters Q1 to Q4")
    return unit("fiscal_quarter" if fiscal else "quarter", year * 4 + quarter - 1, calendar)


def _monday(year: int, week: int) -> date:
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        last = date(year, 12, 28).isocalendar().week
        raise ValueError(f"{year} has weeks W01 to W{last}") from None


def _day(text: str) -> date:
    parts = _UNITS.fullmatch(text)
    if parts is None or not parts["day"] or parts["fiscal"]:
        raise ValueError(f"“{text}” is not a date such as 2026-11-22")
    if int(parts["year"]) not in _YEARS:
        raise ValueError(f"its year lies outside {_YEARS.start} to {_YEARS.stop - 1}")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no day {text}") from None
