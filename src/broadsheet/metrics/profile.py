"""What the rows behind a report look like, whatever the figures make of them: how many, how many empty values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.models.measures import Column
from broadsheet.metrics.conditions import clauses
from broadsheet.metrics.joins import Joined
from broadsheet.metrics.source import Context
from broadsheet.periods import Period


@dataclass(frozen=True)
class Profile:
    """The rows of a fact in a period, and by column the share of them without a value."""

    fact: str
    rows: int
    nulls: tuple[tuple[str, float], ...] = ()


def measured(kpis: Iterable[str], catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """By fact its own columns that KPIs aggregate; without the facts of which rows only stand, or are planned."""
    found: dict[str, dict[str, None]] = {}
    for leaf in (leaf for name in kpis for leaf in catalog.leaves(name)):
        kpi, fact = catalog.kpis[leaf], catalog.fact_of(leaf)
        table = catalog.facts[fact]
        if kpi.standing is not None or kpi.clock not in (None, table.clock) or table.grain is not None:
            continue
        columns = found.setdefault(fact, {})
        if isinstance(kpi.operand, Column) and kpi.operand.path in table.columns:
            columns[kpi.operand.path] = None
    return {fact: tuple(columns) for fact, columns in found.items()}


def profile(context: Context, fact: str, columns: Iterable[str], period: Period) -> Profile:
    """The profile of a fact's rows in a period, without what the fact always leaves out.

    Raises WarehouseError when the rows cannot be read.
    """
    table, names = context.catalog.facts[fact], list(columns)
    joined = Joined(context, fact, table.clock)
    clock = joined.column(table.clock)
    start, end = (context.start_of(day, clock.type) for day in (period.start, period.end))
    values = [joined.column(name).expression for name in names]
    kept = clauses(table.always, joined.column, context)
    counted: list[Any] = [sa.func.count().label("rows")]
    counted += [sa.func.count(value).label(f"c{i}") for i, value in enumerate(values)]
    inside = sa.and_(clock.expression >= start, clock.expression < end, *kept)
    row = context.source.query(fact, sa.select(*counted).select_from(joined.rows).where(inside)).frame.iloc[0]
    rows = int(row["rows"])
    shares = ((name, 1 - int(row[f"c{i}"]) / rows) for i, name in enumerate(names)) if rows else ()
    return Profile(fact, rows, tuple(shares))
