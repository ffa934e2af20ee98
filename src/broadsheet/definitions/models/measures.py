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
from broadsheet.definitions.models.filters import Filter, PeriodEnd

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


PERIOD_END = "period_end"
"""In the YAML, the end of the period: as an end of durations, in conditions and for dated attributes."""
NEVER = "never"
"""As the end of what stands for good."""


@dataclass(frozen=True)
class Column:
    """A column of a fact: `fact.column`, or `fact.link.column` over a many-to-one link; or it `times` another."""

    fact: str
    path: str
    times: str | None = None


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
    start up to the one before the end's. `less` are taken off. Without an `end` it lasts up to the period's.
    """

    fact: str
    start: str
    end: str | None
    unit: DurationUnit
    worked: Worked | None = None
    less: Holds | None = None

    @property
    def key(self) -> str:
        """The word of the YAML: hours, business_hours."""
        return next(key for key, kind in DURATIONS.items() if kind == (self.unit, self.worked))


Operand = Column | Duration | Followers


@dataclass(frozen=True)
class Standing:
    """Only rows that stand at the period's end count: begun before it and not yet ended; None never ends."""

    begins: str
    ends: str | None


@dataclass(frozen=True)
class Aggregate:
    """One number out of the rows of a fact; `at` is the percentile as a fraction, `operand` None counts rows.

    `take` keeps only the rows of the first or last moment of the period, for each of the values of `per`.
    What is `standing` adds up over dimensions, never over time.
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
    standing: Standing | None = None


@dataclass(frozen=True)
class Share:
    """Rows that meet `where` among the rows that meet `of`."""

    fact: str
    where: Filter
    of: Filter
    standing: Standing | None = None


@dataclass(frozen=True)
class Formula:
    """A term over other KPIs, computed anew at every level, so that a total is never a mean of rows."""

    term: Term
    uses: tuple[str, ...]


Measure = Aggregate | Share | Formula


def parse_standing(begins: str | None, ends: str | None) -> Standing | None:
    """Read `begins` and `ends`; ValueError where only one of them is given."""
    if (begins is None) != (ends is None):
        raise ValueError("`begins` and `ends` belong together; a row that never ends has ends: never")
    return None if begins is None else Standing(begins, None if ends == NEVER else ends)


def names_end(operand: Operand | None, where: Filter) -> bool:
    """Whether a duration lasts up to the end of the period, or a condition names it."""
    lasting = isinstance(operand, Duration) and operand.end is None
    return lasting or any(isinstance(value, PeriodEnd) for item in where for value in item.values)


def parse_column(text: Any) -> Column:
    """Read `fact.column`; ValueError otherwise."""
    if not isinstance(text, str) or not PATH.match(text) or "." not in text:
        raise ValueError(f"“{text}” is not a column: write fact.column or fact.link.column")
    fact, path = text.split(".", 1)
    return Column(fact, path)


def parse_operand(value: Any) -> Operand | Each:
    """Read `fact.column`, a product of two, `{days: [fact.start, fact.end]}` or `{each: dimension, kpi: name}`."""
    if isinstance(value, Column | Duration | Each):
        return value
    if not isinstance(value, dict):
        return parse_column(value)
    if "each" in value:
        return parse_each(value)
    for key, (unit, worked) in DURATIONS.items():
        if set(value) == {key} and isinstance(value[key], list) and len(value[key]) == 2:
            if value[key][1] == PERIOD_END:
                start = parse_column(value[key][0])
                return Duration(start.fact, start.path, None, unit, worked)
            fact, path, end = _columns(value[key], "a duration")
            return Duration(fact, path, end, unit, worked)
    if set(value) == {"product"} and isinstance(value["product"], list) and len(value["product"]) == 2:
        return Column(*_columns(value["product"], "a product"))
    raise ValueError(
        f"a duration is {{days: [fact.start, fact.end]}}, a product {{product: [fact.column, fact.column]}}; "
        f"use {', '.join(DURATIONS)} or product"
    )


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
