"""Rows of another fact counted for the row before them, by sorting both together: no row meets every other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from broadsheet.definitions.models.conversions import Followers
from broadsheet.definitions.models.sources import ColumnType
from broadsheet.metrics.conditions import clauses
from broadsheet.metrics.joins import Joined, comparable
from broadsheet.metrics.moments import Clause, Typed, local_day, seconds_between
from broadsheet.metrics.source import Context

Labels = list[sa.Label[Any]]


def followers(joined: Joined, wanted: Followers, clock: str, context: Context) -> Typed:
    """How many rows of `into` count for each row of `joined`, which is placed in time by `clock`."""
    there = wanted.moment or context.catalog.facts[wanted.into].clock
    base, into = Joined(context, wanted.fact, clock), Joined(context, wanted.into, there)
    before, after = base.column(clock), into.column(there)
    kind = before.type if before.type == after.type else "date"
    keys = context.catalog.facts[wanted.fact].key
    own, theirs = _alike(_by(base, wanted, before, kind, context), _by(into, wanted, after, kind, context))
    rows = _bases(base, own, keys, wanted, context)
    happened = [after.expression <= context.now(after.type), *clauses(wanted.follow, into.column, context)]
    events = _known(sa.select(*theirs), into, theirs, happened, context)
    hits = _hits(rows, events, wanted, kind, context)
    on = sa.and_(*(rows.c[name] == hits.c[name] for name in _shared(wanted)))
    found = (
        sa.select(*(rows.c[f"k{i}"] for i in range(len(keys))), hits.c.hits)
        .select_from(rows.join(hits, on))
        .where(rows.c.place == 1)
        .subquery()
    )
    counted = joined.attach(found, {key: found.c[f"k{i}"] for i, key in enumerate(keys)})
    return Typed(sa.func.coalesce(counted.c.hits, sa.literal_column("0")), "number")


def _bases(
    base: Joined, own: Labels, keys: Sequence[str], wanted: Followers, context: Context
) -> sa.Subquery:
    """The rows that may be followed; of those that agree in everything the first has `place` 1."""
    names = [base.column(key).expression.label(f"k{i}") for i, key in enumerate(keys)]
    place = sa.func.row_number().over(
        partition_by=[label.element for label in own], order_by=[label.element for label in names]
    )
    where = clauses(wanted.where, base.column, context)
    return _known(sa.select(*names, *own, place.label("place")), base, own, where, context)


def _hits(
    rows: sa.Subquery, events: sa.Subquery, wanted: Followers, kind: ColumnType, context: Context
) -> sa.Subquery:
    """The number of followers by the moment that they count for."""
    same = _shared(wanted)
    both = sa.union_all(
        sa.select(*(rows.c[name] for name in same), rows.c.at.label("begun")).where(rows.c.place == 1),
        sa.select(*(events.c[name] for name in same), sa.null().label("begun")),
    ).subquery()
    latest = sa.func.max(both.c.begun).over(
        partition_by=[both.c[name] for name in same[:-1]], order_by=both.c.at
    )
    told = sa.select(both, latest.label("latest")).subquery()
    conditions: list[Clause] = [told.c.begun.is_(None), told.c.latest.is_not(None)]
    if wanted.within is not None:
        passed = seconds_between(context, Typed(told.c.latest, kind), Typed(told.c.at, kind))
        conditions.append(passed < wanted.within.seconds)
    groups = [*(told.c[name] for name in same[:-1]), told.c.latest]
    return (
        sa.select(*groups[:-1], told.c.latest.label("at"), sa.func.count().label("hits"))
        .where(*conditions)
        .group_by(*groups)
        .subquery()
    )


def _shared(wanted: Followers) -> list[str]:
    return [*(f"s{i}" for i in range(len(wanted.same))), "at"]


def _by(rows: Joined, wanted: Followers, moment: Typed, kind: ColumnType, context: Context) -> Labels:
    """What rows and followers have in common, and when they happened."""
    at = moment.expression if moment.type == kind else local_day(context, moment)
    same = [rows.column(path).expression.label(f"s{i}") for i, path in enumerate(wanted.same)]
    return [*same, at.label("at")]


def _alike(own: Labels, theirs: Labels) -> tuple[Labels, Labels]:
    """Keys of both as they can be compared."""
    pairs = [comparable(one.element, other.element) for one, other in zip(own, theirs, strict=True)]
    left = [pair[0].label(label.name) for pair, label in zip(pairs, own, strict=True)]
    return left, [pair[1].label(label.name) for pair, label in zip(pairs, theirs, strict=True)]


def _known(
    select: sa.Select[Any], rows: Joined, own: Labels, conditions: list[Clause], context: Context
) -> sa.Subquery:
    """The rows of a fact that have everything by which they could meet."""
    always = clauses(context.catalog.facts[rows.fact].always, rows.column, context)
    present = [label.element.is_not(None) for label in own]
    return select.select_from(rows.rows).where(*always, *conditions, *present).subquery()
