"""Measures in canonical form: what one number is made of, and the texts that name columns and durations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from broadsheet.definitions.formula import Term
from broadsheet.definitions.models.base import PATH
from broadsheet.definitions.models.conversions import Followers
from broadsheet.definitions.models.each import Each, parse_each
from broadsheet.definitions.models.filters import Filter

DurationUnit = Literal["seconds", "minutes", "hours", "days"]
SECONDS: dict[DurationUnit, int] = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
Worked = Literal["hours", "days"]
DURATIONS: Mapping[str, tuple[DurationUnit, Worked | None]] = MappingProxyType(
    {
        **{unit: (unit, None) for unit in SECONDS},
        "business_hours": ("hours", "hours"),
        "business_minutes": ("minutes", "hours"),
        "working_days": ("days", "days"),
    }
)
"""The kinds of duration: their unit, and whether only working hours or working days count."""


@dataclass(frozen=True)
class Column:
    """A column of a fact: `fact.column`, or `fact.link.column` over a many-to-one link."""

    fact: str
    path: str


@dataclass(frozen=True)
class Holds:
    """Stretches of time that a fact records for the rows it refers to, during which their clock stands still."""

    fact: str
    start: str
    end: str


@dataclass(frozen=True)
class Duration:
    """Elapsed time between two timestamps of a row, in `unit`, as a fraction (never boundaries crossed).

    With `worked` only the working hours between them count, or the working days: those from the day of the
    start up to the one before the end's. `less` are taken off.
    """

    fact: str
    start: str
    end: str
    unit: DurationUnit
    worked: Worked | None = None
    less: Holds | None = None

    @property
    def key(self) -> str:
        """The word of the YAML: hours, business_hours."""
        return next(key for key, kind in DURATIONS.items() if kind == (self.unit, self.worked))


Operand = Column | Duration | Followers


@dataclass(frozen=True)
class Aggregate:
    """One number out of the rows of a fact; `at` is the percentile as a fraction, `operand` None counts rows.

    `take` keeps only the rows of the first or last moment of the period, for each of the values of `per`.
    """

    operation: Literal[
        "sum", "count", "distinct", "min", "max", "mean", "median", "percentile", "stddev", "variance"
    ]
    fact: str
    operand: Operand | None
    where: Filter
    at: float | None = None
    existing: bool = False
    take: Literal["first", "last"] | None = None
    per: tuple[str, ...] = ()


@dataclass(frozen=True)
class Share:
    """Rows that meet `where` among the rows that meet `of`."""

    fact: str
    where: Filter
    of: Filter


@dataclass(frozen=True)
class Balance:
    """What stood at the end of a period: rows begun before it and not yet ended.

    Additive over dimensions, never over time. `operand` None counts rows.
    """

    fact: str
    operand: Column | None
    begins: str
    ends: str
    where: Filter


@dataclass(frozen=True)
class Formula:
    """A term over other KPIs, computed anew at every level, so that a total is never a mean of rows."""

    term: Term
    uses: tuple[str, ...]


Measure = Aggregate | Share | Balance | Formula


def parse_column(text: Any) -> Column:
    """Read `fact.column`; ValueError otherwise."""
    if not isinstance(text, str) or not PATH.match(text) or "." not in text:
        raise ValueError(f"“{text}” is not a column: write fact.column or fact.link.column")
    fact, path = text.split(".", 1)
    return Column(fact, path)


def parse_operand(value: Any) -> Operand | Each:
    """Read `fact.column`, `{days: [fact.start, fact.end]}` or `{each: dimension, kpi: name}`."""
    if isinstance(value, Column | Duration | Each):
        return value
    if not isinstance(value, dict):
        return parse_column(value)
    if "each" in value:
        return parse_each(value)
    for key, (unit, worked) in DURATIONS.items():
        if set(value) == {key} and isinstance(value[key], list) and len(value[key]) == 2:
            fact, start, end = _columns(value[key], "a duration")
            return Duration(fact, start, end, unit, worked)
    raise ValueError(f"a duration is {{days: [fact.start, fact.end]}}; use {', '.join(DURATIONS)}")


def parse_holds(value: Any) -> Holds | None:
    """Read `[fact.start, fact.end]`."""
    if value is None or isinstance(value, Holds):
        return value
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("`less` has two times of a fact: write [holds.began, holds.ended]")
    return Holds(*_columns(value, "`less`"))


def _columns(pair: list[Any], use: str) -> tuple[str, str, str]:
    start, end = (parse_column(item) for item in pair)
    if start.fact != end.fact:
        raise ValueError(f"{use} needs two columns of one fact, not of {start.fact} and {end.fact}")
    return start.fact, start.path, end.path


OperandField = Annotated[
    Operand | Each,
    BeforeValidator(parse_operand),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "column"},
                {"type": "object", "format": "duration"},
                {"type": "object", "format": "each"},
            ]
        }
    ),
]
HoldsField = Annotated[
    Holds | None, BeforeValidator(parse_holds), WithJsonSchema({"type": "array", "format": "holds"})
]
