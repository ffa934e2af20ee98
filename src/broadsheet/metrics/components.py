"""What a KPI is made of: numbers that one statement over one fact can return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from broadsheet.definitions.models.conversions import Followers
from broadsheet.definitions.models.filters import Filter
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.measures import (
    SECONDS,
    Aggregate,
    Column,
    Duration,
    Operand,
    Share,
    Standing,
)
from broadsheet.metrics.maturity import Maturity, maturity
from broadsheet.metrics.readings import EVERYTHING, Span, Steps, day_by_day, days_of, read, span_of
from broadsheet.metrics.source import Context
from broadsheet.metrics.spread import Spread
from broadsheet.periods import Calendar, Period, unit_of

Operation = Literal[
    "count", "sum", "min", "max", "distinct", "percentile", "percentile_disc", "stddev", "variance"
]
Part = Literal["additive", "exact", "apart"]


@dataclass(frozen=True)
class Snapshot:
    """Only the rows of the first or last moment of a period count, for each value of the columns `per`.

    The moment is looked up among the rows that meet `where`, whatever the level of the question.
    """

    take: Literal["first", "last"]
    per: tuple[str, ...]
    where: Filter


@dataclass(frozen=True)
class Base:
    """The rows of a fact, placed in periods by `clock`; or those `standing` when a period ends, begun by then.

    What is `at_end` depends on when the period ends, `as_end` in the dated attributes that it reads. `steps` say
    which days are read in place of those of the period. With `spread`, periods that cut a unit take its sums by
    their share of its days. Rows are read so many days `ahead` where a calendar part of the reading day is asked.
    """

    fact: str
    clock: str
    standing: Standing | None = None
    at_end: bool = False
    as_end: bool = False
    snapshot: Snapshot | None = None
    steps: Steps = ()
    spread: Spread | None = None
    ahead: int = 0

    @property
    def rows(self) -> Base:
        """The same rows, whatever days are read."""
        return replace(self, steps=(), spread=None)

    def moments(self, index: int, bucket: Period, calendar: Calendar) -> Mapping[int, float]:
        """What the bucket's value is made of, with its weight: itself, each of its days, or parts of units."""
        if day_by_day(self.steps):
            return dict.fromkeys(range(bucket.start.toordinal(), bucket.end.toordinal()), 1.0)
        shared = self._shared(bucket, calendar)
        return {moment: share for moment, (_, share) in shared.items()} if shared else {index: 1.0}

    def spans(self, index: int, bucket: Period, calendar: Calendar) -> dict[int, Span]:
        """What a bucket asks of these rows, by moment; of what stands only the end matters."""
        if day_by_day(self.steps):
            spans = {day.toordinal(): self._reading((day, end), calendar) for day, end in days_of(bucket)}
        else:
            shared = self._shared(bucket, calendar)
            spans = {moment: span for moment, (span, _) in shared.items()}
            whole = None if spans else span_of(bucket, self.steps, calendar)
            spans = spans if whole is None else {index: whole}
        if self.standing is None:
            return spans
        ends = {at: bucket.end if span == EVERYTHING else span[1] for at, span in spans.items()}
        return {at: (end, end) for at, end in ends.items()}

    def _shared(self, bucket: Period, calendar: Calendar) -> Mapping[int, tuple[Span, float]]:
        """The units of a bucket that cuts one; nothing where the bucket itself is read."""
        if self.spread is None:
            return {}
        span = span_of(bucket, self.steps, calendar)
        parts = {} if span is None else self.spread.parts(span, calendar)
        return {} if (span, 1.0) in parts.values() else parts

    def _reading(self, span: Span, calendar: Calendar) -> Span:
        for step in self.steps:
            span = read(span, step, calendar)
        return span


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

    @property
    def further(self) -> tuple[str, ...]:
        """The facts that it reads beside those whose rows it aggregates."""
        if isinstance(self.operand, Duration):
            return () if self.operand.less is None else (self.operand.less.fact,)
        return (self.operand.into,) if isinstance(self.operand, Followers) else ()

    def narrowed(self, where: Filter) -> Component:
        """The same of fewer rows."""
        return replace(self, where=(*self.where, *where))


@dataclass(frozen=True)
class Leaf:
    """A KPI with a measure over rows: `value` and the `rows` it rests on, of the same base.

    `kind` total is the value itself; quotient is value ÷ rows; exact is a value that does not add up. Without
    rows it is `fill`, or undefined. `scale` converts seconds into the unit of a duration.
    """

    base: Base
    kind: Literal["total", "quotient", "exact"]
    value: Component
    rows: Component
    scale: float = 1.0
    pending: Component | None = None
    faults: Component | None = None
    fill: float | None = None

    def components(self, part: Part) -> tuple[Component, ...]:
        """What adds up, what does not, or the counts that stand apart (open and faulty rows)."""
        if part == "apart":
            return tuple(item for item in (self.pending, self.faults) if item is not None)
        values = dict.fromkeys((self.rows, self.value))
        return tuple(item for item in values if item.additive == (part == "additive"))

    def only(self, found: Maturity) -> Leaf:
        """Only the rows whose time is up; the others are pending."""
        return replace(
            self,
            value=self.value.narrowed(found.taken),
            rows=self.rows.narrowed(found.taken),
            faults=self.faults.narrowed(found.taken) if self.faults else None,
            pending=Component("count", where=(*self.rows.where, *found.pending)),
        )


def leaf(kpi: Kpi, context: Context, steps: Steps = ()) -> Leaf:
    """Take a measure over rows apart; `steps` lead to it from the KPI that was asked for."""
    found = _leaf(kpi, context)
    young = maturity(kpi, found.base.clock)
    found = found.only(young) if young else found
    fill = 0.0 if kpi.fill is None and found.kind == "total" else kpi.fill
    return replace(
        found, base=replace(found.base, steps=steps), fill=None if fill in (None, "none") else float(fill)
    )


def _leaf(kpi: Kpi, context: Context) -> Leaf:
    measure = kpi.measure
    assert isinstance(measure, Aggregate | Share)  # noqa: S101  (formulas have leaves)
    base = _base(kpi, measure, context)
    if isinstance(measure, Share):
        hits = Component("count", where=(*measure.of, *measure.where))
        return Leaf(base, "quotient", hits, Component("count", where=measure.of))
    if measure.take is not None:
        base = replace(base, snapshot=Snapshot(measure.take, measure.per, measure.where))
        return _aggregate(kpi, replace(measure, where=()), base, context)
    fact = context.catalog.spread(kpi)
    spread = Spread(fact.grain, fact.spread) if fact and fact.grain and fact.spread else None
    return _aggregate(kpi, measure, replace(base, spread=spread), context)


def nests(base: Base, span: Span, context: Context) -> bool:
    """Whether days hold whole rows: months of a plan lie in a quarter, not in a week."""
    grain = context.catalog.facts[base.fact].grain
    if grain is None or span == EVERYTHING:
        return True
    return all(unit_of(grain, day, context.calendar).start == day for day in span if day != EVERYTHING[0])


def _base(kpi: Kpi, measure: Aggregate | Share, context: Context) -> Base:
    standing = measure.standing
    clock = standing.begins if standing else kpi.clock or context.catalog.facts[measure.fact].clock
    return Base(measure.fact, clock, standing, kpi.at_end, kpi.as_ == "period_end")


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
        case "percentile":
            ranked: Operation = "percentile_disc" if measure.existing else "percentile"
            value = replace(rows, operation=ranked, at=measure.at)
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
