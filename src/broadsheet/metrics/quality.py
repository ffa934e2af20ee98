"""What is wrong with the rows behind a report: counted for the note on data, whatever the figures make of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from broadsheet.definitions.catalog import Catalog, Unreachable
from broadsheet.definitions.models.filters import Filter, Operator
from broadsheet.definitions.models.measures import Share
from broadsheet.metrics.conditions import clauses
from broadsheet.metrics.joins import As, Joined
from broadsheet.metrics.question import Question
from broadsheet.metrics.source import Context
from broadsheet.periods import Period

Kind = Literal["orphan", "blank", "future", "unread"]
_WHAT_IT_IS: tuple[Operator, ...] = ("in", "not_in", "present", "missing")
"""Conditions on what a row is; others say when, or compare."""


@dataclass(frozen=True)
class Flaw:
    """So many rows of a fact: with a key that leads nowhere (`subject`: the link), without a member (`subject`: the
    dimension), dated after it was loaded, or with a value that cannot be read (`subject`: the column).
    """

    kind: Kind
    fact: str
    subject: str
    count: int


@dataclass(frozen=True)
class Use:
    """How a report reads a fact: the dimensions that it splits its rows by, each with the conditions of the KPIs that
    are split so (an empty one takes all rows); and whether rows are dated by the fact's clock, or only stand.
    """

    splits: Mapping[str, tuple[Filter, ...]] = field(default_factory=dict)
    dated: bool = True


def uses(questions: Iterable[Question], catalog: Catalog) -> dict[str, Use]:
    """How questions read each fact."""
    splits: dict[str, dict[str, dict[Filter, None]]] = {}
    dated: set[str] = set()
    for question in questions:
        for leaf in (leaf for name in question.kpis for leaf in catalog.leaves(name)):
            kpi, fact = catalog.kpis[leaf], catalog.fact_of(leaf)
            where = kpi.base if isinstance(kpi.measure, Share) else kpi.where
            kept = tuple(each for each in where if each.operator in _WHAT_IT_IS)
            split = splits.setdefault(fact, {})
            for name in question.dimensions:
                split.setdefault(name, {})[kept] = None
            if kpi.standing is None and kpi.clock in (None, catalog.facts[fact].clock):
                dated.add(fact)
    return {
        fact: Use({name: tuple(taken) for name, taken in split.items()}, fact in dated)
        for fact, split in splits.items()
    }


def flaws(context: Context, fact: str, use: Use, period: Period, loaded_at: datetime) -> list[Flaw]:
    """The flaws of a fact's rows: of those in the period, and of those dated after `loaded_at`.

    A report made again for an earlier date reads rows that came later; only what is dated after the last load cannot
    be right. Facts of whole periods (plans) may lie in the future, and so may what only stands: a task due tomorrow.
    Raises WarehouseError when the rows cannot be read.
    """
    table = context.catalog.facts[fact]
    joined = Joined(context, fact, table.clock)
    clock = joined.column(table.clock)
    start, end = (context.start_of(day, clock.type) for day in (period.start, period.end))
    inside = sa.and_(clock.expression >= start, clock.expression < end)
    reading = replace(context, as_of=max(context.as_of, loaded_at))
    later = clock.expression > reading.now(clock.type)
    counted: dict[tuple[Kind, str], sa.ColumnElement[bool]] = {}
    for name, expression in _orphans(context, joined):
        counted["orphan", name] = sa.and_(inside, expression)
    for name, expression in _blanks(context, joined, use):
        counted["blank", name] = sa.and_(inside, expression)
    if table.grain is None and use.dated:
        counted["future", ""] = later
    if not counted:
        return []
    totals: list[Any] = [
        sa.func.count().filter(condition).label(f"c{i}") for i, condition in enumerate(counted.values())
    ]
    select = sa.select(*totals).select_from(joined.rows).where(sa.or_(inside, later))
    row = context.source.query(fact, select).frame.iloc[0]
    found = (Flaw(kind, fact, name, int(row[f"c{i}"])) for i, (kind, name) in enumerate(counted))
    return [flaw for flaw in found if flaw.count]


def _orphans(context: Context, joined: Joined) -> Iterator[tuple[str, sa.ColumnElement[bool]]]:
    """The links of a fact to one row each, and where their key leads to none.

    A fact's own key leads to what is known of some of its rows only, and of the links by one column the first is
    the thing itself: a customer without a segment is known.
    """
    table = context.catalog.facts[joined.fact]
    first = {link.by: name for name, link in reversed(table.links.items())}
    for name, link in table.links.items():
        if first[link.by] != name or link.by in table.key:
            continue
        target = context.catalog.table(link.to)
        own, there = joined.column(link.by).expression, joined.column(f"{name}.{target.key[0]}").expression
        yield name, sa.and_(own.is_not(None), there.is_(None))


def _blanks(context: Context, joined: Joined, use: Use) -> Iterator[tuple[str, sa.ColumnElement[bool]]]:
    """The dimensions that a fact reaches by one row, and where rows that a figure takes have no member."""
    for name, taken in use.splits.items():
        try:
            route = context.catalog.dimension_route(joined.fact, name)
        except Unreachable:
            continue
        if not route.bridge:
            definition = context.catalog.dimensions[name]
            path = definition.path(joined.fact) or ""
            at: As = "today" if definition.as_ == "today" else "event"
            yield name, sa.and_(joined.column(path, at).expression.is_(None), _taken(context, joined, taken))


def _taken(context: Context, joined: Joined, taken: tuple[Filter, ...]) -> sa.ColumnElement[bool]:
    """The rows that one of the figures takes: what the fact always leaves out is in none."""
    always = clauses(context.catalog.facts[joined.fact].always, joined.column, context)
    each = [sa.and_(sa.true(), *clauses(where, joined.column, context)) for where in taken]
    return sa.and_(sa.true(), *always, sa.or_(sa.false(), *each))
