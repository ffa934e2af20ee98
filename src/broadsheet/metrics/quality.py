"""What is wrong with the rows behind a report: counted for the note on data, whatever the figures make of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from broadsheet.definitions.catalog import Unreachable
from broadsheet.metrics.joins import As, Joined
from broadsheet.metrics.source import Context
from broadsheet.periods import Period

Kind = Literal["orphan", "blank", "future", "unread"]


@dataclass(frozen=True)
class Flaw:
    """So many rows of a fact: with a key that leads nowhere (`subject`: the link), without a member (`subject`: the
    dimension), dated after it was loaded, or with a value that cannot be read (`subject`: the column).
    """

    kind: Kind
    fact: str
    subject: str
    count: int


def flaws(
    context: Context, fact: str, dimensions: Iterable[str], period: Period, loaded_at: datetime
) -> list[Flaw]:
    """The flaws of a fact's rows: of those in the period, and of those dated after `loaded_at`.

    A report made again for an earlier date reads rows that came later; only what is dated after the last load cannot
    be right. `dimensions` are those the report is split by. Facts of whole periods (plans) may lie in the future.
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
    for name, expression in _blanks(context, joined, dimensions):
        counted["blank", name] = sa.and_(inside, expression)
    if table.grain is None:
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


def _blanks(
    context: Context, joined: Joined, dimensions: Iterable[str]
) -> Iterator[tuple[str, sa.ColumnElement[bool]]]:
    """The dimensions that a fact reaches by one row, and where they have no member."""
    for name in dimensions:
        try:
            route = context.catalog.dimension_route(joined.fact, name)
        except Unreachable:
            continue
        if not route.bridge:
            definition = context.catalog.dimensions[name]
            path = definition.path(joined.fact) or ""
            at: As = "today" if definition.as_ == "today" else "event"
            yield name, joined.column(path, at).expression.is_(None)
