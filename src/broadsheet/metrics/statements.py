"""Scans as SQL: rows are placed in spans and given their dimensions inside, aggregated outside.

Bounds and conditions are bound parameters, nothing is divided and no date is truncated, so that every engine
gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from broadsheet.definitions.models.conversions import Followers
from broadsheet.definitions.models.filters import ColumnRef, Filter, PeriodEnd
from broadsheet.definitions.models.measures import Duration, Worked
from broadsheet.definitions.models.windows import Window
from broadsheet.errors import UsageError
from broadsheet.metrics.components import Base, Component, Snapshot
from broadsheet.metrics.conditions import clauses
from broadsheet.metrics.durations import Held, duration, held
from broadsheet.metrics.ends import SPAN, AtEnd, Ends
from broadsheet.metrics.followers import followers
from broadsheet.metrics.joins import As, Joined
from broadsheet.metrics.moments import Clause, Typed
from broadsheet.metrics.plan import Scan
from broadsheet.metrics.readings import EVERYTHING, Span
from broadsheet.metrics.source import Context
from broadsheet.metrics.splits import codes, late_links, split


def statement(scan: Scan, context: Context) -> sa.Select[Any]:
    """The select of a scan.

    Columns: `span` (which bound the row lies behind, or which span holds it; not where there is but one), `d0`,
    `d1`, … (dimensions), `folded` (1 = beyond the kept members), and `c0`, `c1`, … (components).
    Only the fact's own standing exclusions hold: those of linked tables are theirs alone, so that a report on
    order lines says itself what it thinks of lines of cancelled orders.
    """
    inner = rows_of(scan, context)
    groups = [inner.rows.c[key] for key in inner.keys]
    select = sa.select(*groups, *_aggregates(scan, inner.columns, context)).group_by(*groups)
    return select.where(*inner.taken)


class Inner(NamedTuple):
    """The rows of a scan, placed in spans and given their dimensions: with the names of those `keys`, the
    columns that aggregates read, and which rows are `taken` where only one moment of a span counts. `links` are the
    keys that stand for late dimensions, by the fact's own column.
    """

    rows: sa.Subquery
    keys: tuple[str, ...]
    columns: Columns
    taken: tuple[Clause, ...]
    links: Mapping[str, str]


def rows_of(scan: Scan, context: Context, shown: Sequence[Reading] = ()) -> Inner:
    """The rows that a scan aggregates, with the columns `shown` beside those that it needs itself."""
    joined = Joined(context, scan.base.fact, scan.base.clock)
    readings = list(dict.fromkeys((*_readings(scan, context), *shown)))
    span = _placed(scan, joined, readings, context)
    labels, conditions = split(scan, joined, context)
    links = {by: f"l{i}" for i, by in enumerate(late_links(scan, scan.late, context))}
    keys = [*labels, *(joined.own(by).label(label) for by, label in links.items())]
    keys += [code.label(f"m{i}") for i, code in enumerate(codes(scan, joined, context))]
    if not keys or scan.at_end or scan.base.snapshot is not None or len(edges(scan)) > 2:
        keys.insert(0, span.label(SPAN))
    columns = [_column(reading, joined, scan.base, context) for reading in readings]
    conditions += _conditions(scan, joined, context)
    marks: list[sa.Label[Any]] = []
    if scan.base.snapshot is not None:
        marks = _marks(scan.base.snapshot, joined, scan.base.clock, span)
    inner = (
        sa.select(*keys, *marks, *(column.expression.label(f"x{i}") for i, column in enumerate(columns)))
        .select_from(joined.rows)
        .where(sa.and_(sa.true(), *conditions))
        .subquery("r")
    )
    typed = {
        reading: Typed(inner.c[f"x{i}"], column.type)
        for i, (reading, column) in enumerate(zip(readings, columns, strict=True))
    }
    taken = (inner.c.moment == inner.c.mark,) if marks else ()
    return Inner(inner, tuple(key.name for key in keys), Columns(typed), taken, links)


def _placed(
    scan: Scan, joined: Joined, readings: Iterable[Reading], context: Context
) -> sa.ColumnElement[int]:
    """Which span a row lies in: behind which of all bounds, or on which lines of the table of ends."""
    clock = joined.column(scan.base.clock)
    if not scan.at_end:
        return _locate(clock.expression, [context.start_of(day, clock.type) for day in edges(scan)[:-1]])
    wanted = (reading for reading in readings if isinstance(reading, AtEnd))
    ends = Ends(scan.spans, clock.type, wanted, context)
    standing = scan.base.standing
    if standing is None:
        on = sa.and_(clock.expression >= ends.table.c.since, clock.expression < ends.table.c.until)
        if scan.spans[-1][1] == EVERYTHING[1] and _own_clock(scan.base, context):
            on = sa.or_(on, sa.and_(clock.expression.is_(None), ends.table.c.until == _last(clock, context)))
    else:
        on = clock.expression < _end(ends, clock)
        if standing.ends is not None:
            ended = joined.column(standing.ends)
            on = sa.and_(on, sa.or_(ended.expression.is_(None), ended.expression >= _end(ends, ended)))
    joined.place(ends, on)
    return ends.table.c[SPAN]


def _end(ends: Ends, beside: Typed) -> sa.ColumnElement[Any]:
    return ends.column(AtEnd(beside.type)).expression


def _last(clock: Typed, context: Context) -> date:
    """The bound that only all time has."""
    return context.start_of(EVERYTHING[1], clock.type)


def _own_clock(base: Base, context: Context) -> bool:
    return base.clock == context.catalog.facts[base.fact].clock


def _conditions(scan: Scan, joined: Joined, context: Context) -> list[Clause]:
    """Standing exclusions, and the days that the spans cover."""
    always = context.catalog.facts[scan.base.fact].always
    conditions = clauses(always, joined.column, context)
    if not scan.at_end:
        own = _own_clock(scan.base, context)
        conditions.append(_within(joined.column(scan.base.clock), scan.spans, context, own=own))
    if scan.base.snapshot is not None:
        conditions += clauses(scan.base.snapshot.where, joined.column, context, joined.end)
    return conditions


def _marks(
    snapshot: Snapshot, joined: Joined, clock: str, span: sa.ColumnElement[Any]
) -> list[sa.Label[Any]]:
    """When a row was recorded, and which moment of its span counts for it."""
    moment = joined.column(clock).expression
    chosen = sa.func.max(moment) if snapshot.take == "last" else sa.func.min(moment)
    own = [joined.column(path).expression for path in snapshot.per]
    return [moment.label("moment"), chosen.over(partition_by=[span, *own]).label("mark")]


Reading = Held | AtEnd | Followers | tuple[str, Literal["amount"] | Worked | None]
"""What a statement reads of its rows: a path as stored, as an amount or as working time; or a row's time on
hold, its followers, or the end of its period.
"""


def _column(reading: Reading, joined: Joined, base: Base, context: Context) -> Typed:
    """Amounts of what stands are taken at the rate of the period's end, others at that of their event."""
    if isinstance(reading, Held):
        return held(joined, reading, context)
    if isinstance(reading, Followers):
        return followers(joined, reading, base.clock, context)
    if isinstance(reading, AtEnd):
        return joined.end(reading)
    path, use = reading
    as_: As = "period_end" if base.as_end else "event"
    if use is None:
        return joined.column(path, as_)
    if use == "amount":
        return joined.amount(path, as_, "period_end" if base.standing else "event")
    return joined.worked(path, use)


class Columns(NamedTuple):
    """The columns of the inner rows by what was read; amounts are in the currency of the reports."""

    typed: Mapping[Reading, Typed]

    def plain(self, path: str) -> Typed:
        """As stored."""
        return self.typed[path, None]

    def amount(self, path: str) -> Typed:
        """Converted."""
        return self.typed[path, "amount"]

    def worked(self, path: str, by: Worked) -> Typed:
        """As seconds worked up to it."""
        return self.typed[path, by]

    def held(self, held: Held) -> Typed:
        """The seconds that a row stood still."""
        return self.typed[held]

    def end(self, at: AtEnd) -> Typed:
        """The end of the row's period."""
        return self.typed[at]


def edges(scan: Scan) -> list[date]:
    """The bounds of all spans, ascending; a row's `span` is the index of the last one not after it."""
    return sorted({day for span in scan.spans for day in span})


def _locate(clock: sa.ColumnElement[Any], bounds: Sequence[date], first: int = 0) -> sa.ColumnElement[int]:
    """Which bound a clock lies behind, halving, so that a row is compared only a few times.

    A row without a clock lands behind the last one, where only all time reaches.
    """
    if len(bounds) == 1:
        return sa.literal_column(str(first), sa.Integer)
    half = len(bounds) // 2
    before, after = _locate(clock, bounds[:half], first), _locate(clock, bounds[half:], first + half)
    return sa.case((clock < bounds[half], before), else_=after)


def _within(clock: Typed, spans: Iterable[Span], context: Context, *, own: bool) -> Clause:
    """The stretches that spans cover without a gap; rows without a clock are in none.

    All time has no bounds and takes every row, also those without the fact's `own` clock (a deal that is
    still open). A KPI that names another clock counts that event, so a row without it is not meant.
    """
    days = sorted(day for span in spans for day in span)
    if days[-1] == EVERYTHING[1]:
        return sa.true() if own else clock.expression.is_not(None)
    gaps = [(left, right) for left, right in list(pairwise(days))[1::2] if left < right]
    starts, ends = [days[0], *(right for _, right in gaps)], [*(left for left, _ in gaps), days[-1]]
    return sa.or_(
        *(
            sa.and_(
                clock.expression >= context.start_of(start, clock.type),
                clock.expression < context.start_of(end, clock.type),
            )
            for start, end in zip(starts, ends, strict=True)
        )
    )


def _readings(scan: Scan, context: Context) -> Iterable[Reading]:
    """All that aggregates read."""
    for component in scan.components:
        if isinstance(component.operand, Duration):
            yield from _duration_readings(component.operand, component, context)
        elif isinstance(component.operand, Followers):
            yield component.operand
        elif component.operand is not None:
            yield component.operand.path, "amount"
            if component.operand.times is not None:
                yield component.operand.times, None
            if component.rows == "unrated":
                yield component.operand.path, None
        yield from _condition_readings(component.where, scan.base.fact, context)


def _duration_readings(duration: Duration, component: Component, context: Context) -> Iterable[Reading]:
    for path in (duration.start, duration.end):
        if path is not None:
            yield path, None
            if duration.worked is not None:
                yield path, duration.worked
    if duration.end is None:
        yield AtEnd(context.route(duration.fact, duration.start).type)
        if duration.worked is not None:
            yield AtEnd(duration.worked)
    if duration.less is not None:
        yield Held(duration, component.censored)


def _condition_readings(where: Filter, fact: str, context: Context) -> Iterable[Reading]:
    for condition in where:
        yield condition.path, None
        for value in condition.values:
            if isinstance(value, ColumnRef):
                yield value.path, None
            elif isinstance(value, PeriodEnd):
                yield AtEnd(context.route(fact, condition.path).type, value)
            elif isinstance(value, Window):
                yield value.of, None
                if value.by is not None:
                    yield value.by, None


def _aggregates(scan: Scan, columns: Columns, context: Context) -> Iterable[sa.Label[Any]]:
    for i, component in enumerate(scan.components):
        yield aggregate(component, columns, context).label(f"c{i}")


def counted(scan: Scan, columns: Columns, context: Context) -> list[Clause]:
    """The conditions under which a row is one of those that the only component of a scan counts."""
    (component,) = scan.components
    value, conditions = value_of(component, columns, context)
    return conditions if value is None else [*conditions, value.is_not(None)]


def aggregate(component: Component, columns: Columns, context: Context) -> sa.ColumnElement[Any]:
    """One aggregate over the rows that meet its own conditions: it passes over the others, which have no value.

    So several aggregates of the same rows look at their conditions once; a FILTER of each would look again.
    """
    value, conditions = value_of(component, columns, context)
    if conditions:
        value = sa.case((sa.and_(*conditions), sa.literal_column("1") if value is None else value))
    result: sa.ColumnElement[Any] = apply(component, value)
    return result


def value_of(
    component: Component, columns: Columns, context: Context
) -> tuple[sa.ColumnElement[Any] | None, list[Clause]]:
    """What is aggregated (None: the rows themselves), and the conditions that a row must meet."""
    conditions = clauses(component.where, columns.plain, context, columns.end)
    if isinstance(component.operand, Duration):
        value, limits = duration(component, component.operand, columns, context)
        return value, [*conditions, *limits]
    if component.operand is None:
        return None, conditions
    if isinstance(component.operand, Followers):
        return columns.typed[component.operand].expression, conditions
    column = columns.amount(component.operand.path)
    if component.rows == "unrated":
        stored = columns.plain(component.operand.path).expression
        return stored, [*conditions, column.expression.is_(None)]
    whatever = component.operation in ("count", "distinct")
    if whatever and component.operand.times is None:
        return column.expression, conditions
    value = _number(column, component.operand.path)
    if component.operand.times is not None:
        value *= _number(columns.plain(component.operand.times), component.operand.times)
    return value, conditions


def apply(component: Component, value: sa.ColumnElement[Any] | None) -> Any:
    """The aggregate of a component over values, or over rows."""
    if value is None:
        return sa.func.count()
    match component.operation:
        case "distinct":
            return sa.func.count(sa.distinct(value))
        case "percentile" | "percentile_disc":
            at: sa.ColumnElement[float] = sa.literal_column(repr(component.at), sa.Double)
            exact = component.operation == "percentile_disc"
            ranked = sa.func.percentile_disc if exact else sa.func.percentile_cont
            return ranked(at).within_group(sa.cast(value, sa.Double))
        case "stddev":
            return sa.func.stddev_samp(sa.cast(value, sa.Double))
        case "variance":
            return sa.func.var_samp(sa.cast(value, sa.Double))
        case _:
            return getattr(sa.func, component.operation)(value)


def _number(column: Typed, path: str) -> sa.ColumnElement[Any]:
    if column.type == "flag":
        return sa.case(
            (column.expression, sa.literal_column("1")), (sa.not_(column.expression), sa.literal_column("0"))
        )
    if column.type not in ("number", "money"):
        raise UsageError(
            f"{path} is a {column.type}, not a number", "Count it, or choose a column of numbers."
        )
    return column.expression
