"""Windows as SQL: whether something happened within its limit, and whether that is decided at `as_of`.

What happens after `as_of` has not happened yet, so that the same report made again gives the same numbers.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Any

import sqlalchemy as sa

from broadsheet.definitions.models.filters import ColumnRef, Condition
from broadsheet.definitions.models.windows import Elapsed, Window
from broadsheet.metrics.moments import Clause, Lookup, Typed, seconds_between
from broadsheet.metrics.source import Context


def window(condition: Condition, lookup: Lookup, context: Context) -> Clause:
    """A condition `within`, `decided` or `undecided`."""
    event, limit = lookup(condition.path), condition.values[0]
    happened = sa.and_(event.expression.is_not(None), event.expression <= context.now(event.type))
    if isinstance(limit, Window):
        start, seconds = lookup(limit.of), _limit(limit, lookup)
        if condition.operator == "within":
            taken = seconds_between(context, start, event)
            return sa.and_(happened, taken >= 0, taken <= seconds)
        run = seconds_between(context, start, _now(event, context))
        # Until its last day is over, something may still happen on it.
        passed = run > seconds if event.type == "date" else run >= seconds
        known = sa.and_(start.expression.is_not(None), sa.true() if seconds is None else seconds.is_not(None))
    else:
        assert isinstance(limit, ColumnRef)  # noqa: S101  (a limit is a length or a column)
        due = lookup(limit.path)
        known = due.expression.is_not(None)
        passed = (
            due.expression < context.now("date")
            if due.type == "date"
            else due.expression <= context.now("time")
        )
    if condition.operator == "decided":
        return sa.and_(known, sa.or_(happened, passed))
    return sa.and_(known, sa.not_(happened), sa.not_(passed))


def age(condition: Condition, lookup: Lookup, context: Context) -> Clause:
    """A condition `mature` or `young`: did so much time pass since the column, up to `as_of`?"""
    column, length = lookup(condition.path), condition.values[0]
    assert isinstance(length, Elapsed)  # noqa: S101  (made by `mature`)
    if column.type == "date":
        # The day itself has to be over.
        last = context.now("date") - timedelta(days=ceil(length.seconds / 86400))
        mature: Clause = column.expression < last
    else:
        mature = column.expression <= context.now("time") - timedelta(seconds=length.seconds)
    return (
        mature if condition.operator == "mature" else sa.and_(column.expression.is_not(None), sa.not_(mature))
    )


def _now(event: Typed, context: Context) -> Typed:
    kind = sa.Date() if event.type == "date" else sa.DateTime()
    return Typed(sa.cast(sa.literal(context.now(event.type), kind), kind), event.type)


def _limit(limit: Window, lookup: Lookup) -> sa.ColumnElement[Any]:
    otherwise = sa.null() if limit.limit is None else sa.literal(limit.limit.seconds, sa.Double)
    if limit.by is None:
        return sa.cast(otherwise, sa.Double)
    by = lookup(limit.by).expression
    whens = [(by == name, sa.literal(length.seconds, sa.Double)) for name, length in limit.classes]
    return sa.cast(sa.case(*whens, else_=otherwise), sa.Double)
