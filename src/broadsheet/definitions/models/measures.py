"""Measures in canonical form: what one number is made of, and the texts that name columns and durations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from broadsheet.definitions.formula import Term
from broadsheet.definitions.models.base import PATH
from broadsheet.definitions.models.filters import Filter

DurationUnit = Literal["seconds", "minutes", "hours", "days"]
SECONDS: dict[DurationUnit, int] = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}


@dataclass(frozen=True)
class Column:
    """A column of a fact: `fact.column`, or `fact.link.column` over a many-to-one link."""

    fact: str
    path: str


@dataclass(frozen=True)
class Duration:
    """Elapsed time between two timestamps of a row, in `unit`, as a fraction (never boundaries crossed)."""

    fact: str
    start: str
    end: str
    unit: DurationUnit


Operand = Column | Duration


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


def parse_operand(value: Any) -> Operand:
    """Read `fact.column` or `{days: [fact.start, fact.end]}`."""
    if isinstance(value, Column | Duration):
        return value
    if not isinstance(value, dict):
        return parse_column(value)
    for unit in SECONDS:
        if set(value) == {unit} and isinstance(value[unit], list) and len(value[unit]) == 2:
            start, end = (parse_column(item) for item in value[unit])
            if start.fact != end.fact:
                raise ValueError(
                    f"a duration needs two columns of one fact, not of {start.fact} and {end.fact}"
                )
            return Duration(start.fact, start.path, end.path, unit)
    raise ValueError("a duration is {days: [fact.start, fact.end]}, or hours, minutes, seconds")


OperandField = Annotated[
    Operand,
    BeforeValidator(parse_operand),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": "column"}, {"type": "object", "format": "duration"}]}
    ),
]
