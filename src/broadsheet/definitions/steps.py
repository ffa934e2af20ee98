"""Where a KPI is read from: days before the period, the day that opens a unit, or a stretch up to its end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Unit = Literal["day", "week", "month", "quarter", "year"]
Within = Literal["week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year"]
Take = Literal["last", "first", "mean"]

_PERIODS = re.compile(r"([1-9]\d{0,3}) periods?", re.ASCII)
_LENGTH = re.compile(r"([1-9]\d{0,3}) (day|week|month|quarter|year)s?", re.ASCII)


@dataclass(frozen=True)
class Length:
    """So many calendar units: `14 days`, `1 month`."""

    count: int
    unit: Unit


@dataclass(frozen=True)
class Shift:
    """The same days so much earlier; a single day that the earlier month lacks is that month's last."""

    by: Length


@dataclass(frozen=True)
class Earlier:
    """The period so many before, by index: of a March the February, of a week the week before."""

    periods: int


@dataclass(frozen=True)
class Opening:
    """The first day of the unit in which the period starts."""

    unit: Within


@dataclass(frozen=True)
class Running:
    """All days up to the period's end: of the unit (`within`), of a trailing length (`over`), or ever.

    `take` says what a period of several days shows: the value at its end (last), or the first or the mean of
    the values at the end of each of its days, days without a value left out.
    """

    within: Within | None = None
    over: Length | None = None
    take: Take = "last"


Step = Shift | Earlier | Opening | Running


def parse_length(text: str) -> Length:
    """Read `14 days`; ValueError otherwise."""
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}” is no length: write 14 days, 2 weeks, 3 months, 1 quarter or 1 year")
    unit: Unit = found[2]  # type: ignore[assignment]
    return Length(int(found[1]), unit)


def parse_shift(text: str) -> Shift | Earlier:
    """Read `14 days` or `1 period`; ValueError otherwise."""
    found = _PERIODS.fullmatch(text)
    return Earlier(int(found[1])) if found is not None else Shift(parse_length(text))
