"""What a KPI is made of: numbers that one statement over one fact can return."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from broadsheet.definitions.models.filters import Filter
from broadsheet.definitions.models.kpis import (
    SECONDS,
    Aggregate,
    Balance,
    Column,
    Duration,
    Kpi,
    Operand,
    Share,
)
from broadsheet.metrics.source import Context
from broadsheet.periods import Period, unit_of

Operation = Literal["count", "sum", "min", "max", "distinct", "percentile", "stddev", "variance"]
Part = Literal["additive", "exact", "apart"]
Span = tuple[date, date]
"""Local days [start, end)."""
EVERYTHING: Span = (date(1, 1, 2), date(9999, 12, 30))
"""The span of all time; a day is left at both ends, because zones shift."""


@dataclass(frozen=True)
class Base:
    """The rows of a fact, placed in periods by `clock`; with `ends`, those standing when a period ends."""

    fact: str
    clock: str
    ends: str | None = None

    def span(self, bucket: Period) -> Span:
        """What a bucket asks of these rows; of a balance only the end matters."""
        if self.ends is not None:
            return (bucket.end, bucket.end)
        return EVERYTHING if bucket.kind == "all" else (bucket.start, bucket.end)


@dataclass(frozen=True)
class Component:
    """One aggregate. `rows` selects among the rows of a duration: ended, still open, or ended before begun; and
    among amounts: `unrated` are those in a currency without a rate.
    """

    operation: Operation
    operand: Operand | None = None
    where: Filter = ()
    at: float | None = None
    censored: bool = False
    rows: Literal["ended", "open", "negative", "unrated"] = "ended"

    @property
    def additive(self) -> bool:
        """Whether parts add up (or their least and greatest do); others are asked for at every level."""
        return self.operation in ("count", "sum", "min", "max")


@dataclass(frozen=True)
class Leaf:
    """A KPI with a measure over rows: `value` and the `rows` it rests on, of the same base.

    `kind` total is the value itself, 0 without rows; quotient is value ÷ rows; exact is undefined without
    rows. `scale` converts seconds into the unit of a duration.
    """

    base: Base
    kind: Literal["total", "quotient", "exact"]
    value: Component
    rows: Component
    scale: float = 1.0
    pending: Component | None = None
    faults: Component | None = None

    def components(self, part: Part) -> tuple[Component, ...]:
        """What adds up, what does not, or the counts that stand apart (open and faulty rows)."""
        if part == "apart":
            return tuple(item for item in (self.pending, self.faults) if item is not None)
        values = dict.fromkeys((self.rows, self.value))
        return tuple(item for item in values if item.additive == (part == "additive"))


def leaf(kpi: Kpi, context: Context) -> Leaf:
    """Take a measure over rows apart."""
    measure = kpi.measure
    if isinstance(measure, Balance):
        base = Base(measure.fact, measure.begins, measure.ends)
        rows = Component("count", measure.operand, measure.where)
        value = replace(rows, operation="sum") if measure.operand else rows
        return Leaf(base, "total", value, rows, faults=_unrated(rows, base, context))
    if isinstance(measure, Share):
        base = _flow(kpi, measure.fact, context)
        hits = Component("count", where=(*measure.of, *measure.where))
        return Leaf(base, "quotient", hits, Component("count", where=measure.of))
    assert isinstance(measure, Aggregate)  # noqa: S101  (formulas have leaves)
    return _aggregate(kpi, measure, _flow(kpi, measure.fact, context), context)


def nests(base: Base, bucket: Period, context: Context) -> bool:
    """Whether a bucket holds whole rows: months of a plan lie in a quarter, not in a week."""
    grain = context.catalog.facts[base.fact].grain
    if grain is None or bucket.kind == "all":
        return True
    starts, ends = (unit_of(grain, day, context.calendar).start for day in (bucket.start, bucket.end))
    return starts == bucket.start and ends == bucket.end


def _flow(kpi: Kpi, fact: str, context: Context) -> Base:
    return Base(fact, kpi.clock or context.catalog.facts[fact].clock)


def _unrated(rows: Component, base: Base, context: Context) -> Component | None:
    """The count of amounts that no rate converts, where amounts have a currency at all."""
    if not isinstance(rows.operand, Column) or context.currency_path(base.fact, rows.operand.path) is None:
        return None
    return replace(rows, rows="unrated")


def _aggregate(kpi: Kpi, measure: Aggregate, base: Base, context: Context) -> Leaf:
    censored = kpi.open_rows == "censor_at_as_of"
    rows = Component("count", measure.operand, measure.where, censored=censored)
    kind: Literal["total", "quotient", "exact"] = "exact"
    match measure.operation:
        case "median":
            value = replace(rows, operation="percentile", at=0.5)
        case "mean":
            value, kind = replace(rows, operation="sum"), "quotient"
        case "sum" | "count" | "distinct":
            value, kind = replace(rows, operation=measure.operation), "total"
        case _:
            value = replace(rows, operation=measure.operation, at=measure.at)
    if not isinstance(measure.operand, Duration):
        return Leaf(base, kind, value, rows, faults=_unrated(rows, base, context))
    unit = float(SECONDS[measure.operand.unit])
    scales = {"count": 1.0, "distinct": 1.0, "variance": unit**2}
    return Leaf(
        base,
        kind,
        value,
        rows,
        scale=scales.get(value.operation, unit),
        pending=replace(rows, rows="open") if kpi.open_rows == "count_apart" else None,
        faults=replace(rows, rows="negative"),
    )
