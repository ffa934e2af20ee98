"""Row conditions as SQL. An empty value meets `not_in` and `missing`, and nothing else."""

from __future__ import annotations

import operator as op
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from broadsheet.definitions.models.filters import ColumnRef, Condition, Filter, PeriodEnd, Scalar
from broadsheet.definitions.models.sources import ColumnType
from broadsheet.errors import UsageError
from broadsheet.metrics.ends import AtEnd
from broadsheet.metrics.moments import Clause, Lookup, Typed, alike
from broadsheet.metrics.source import Context
from broadsheet.metrics.windows import age, window

Ending = Callable[[AtEnd], Typed]

_COMPARE = {"at_least": op.ge, "at_most": op.le, "above": op.gt, "below": op.lt}
_FLAGS = {"yes": True, "true": True, "no": False, "false": False}


def clauses(where: Filter, lookup: Lookup, context: Context, ends: Ending | None = None) -> list[Clause]:
    """One clause per condition, to be joined by AND. Raises UsageError for a value of the wrong type.

    `ends` gives the ends of the rows' periods, where rows are in periods.

    For a time column a text such as `2026-03-31` means the whole local day: `at_most` includes it, `above`
    begins after it. A date and a time are compared by local date.
    """
    return [_clause(condition, lookup, context, ends) for condition in where]


def _clause(condition: Condition, lookup: Lookup, context: Context, ends: Ending | None) -> Clause:
    column = _as_text(lookup(condition.path))
    match condition.operator:
        case "present":
            return column.expression.is_not(None)
        case "missing":
            return column.expression.is_(None)
        case "happened":
            return sa.and_(column.expression.is_not(None), column.expression <= context.now(column.type))
        case "not_happened":
            return sa.or_(column.expression.is_(None), column.expression > context.now(column.type))
        case "in":
            return _one_of(column, condition, context)
        case "not_in":
            return sa.or_(column.expression.is_(None), sa.not_(_one_of(column, condition, context)))
        case "within" | "decided" | "undecided":
            return window(condition, lookup, context)
        case "mature" | "young":
            return age(condition, lookup, context)
        case _:
            return _bound(column, condition, lookup, context, ends)


def _as_text(column: Typed) -> Typed:
    """A key of whole numbers that is told as text."""
    if column.type == "text" and isinstance(column.expression.type, sa.Integer):
        return Typed(sa.cast(column.expression, sa.String), "text")
    return column


def _one_of(column: Typed, condition: Condition, context: Context) -> Clause:
    values = [value for value in condition.values if isinstance(value, str | int | float)]
    if column.type != "time":
        return column.expression.in_([_value(value, column.type, condition) for value in values])
    spans = [_moments(value, condition, context) for value in values]
    return sa.or_(
        *(
            column.expression == start
            if start == end
            else sa.and_(column.expression >= start, column.expression < end)
            for start, end in spans
        )
    )


def _beside_end(column: Typed, end: PeriodEnd, condition: Condition, ends: Ending | None) -> Clause:
    if ends is None:
        raise UsageError(
            f"the condition on {condition.path} names the end of a period, but stands outside of KPIs",
            "Write it in the `where` or `of` of a KPI.",
        )
    return _compare(column.expression, condition.operator, ends(AtEnd(column.type, end)).expression)


def _bound(
    column: Typed, condition: Condition, lookup: Lookup, context: Context, ends: Ending | None
) -> Clause:
    value, operator = condition.values[0], condition.operator
    if isinstance(value, PeriodEnd):
        return _beside_end(column, value, condition, ends)
    if isinstance(value, ColumnRef):
        left, right = alike(context, column, lookup(value.path))
        return _compare(left, operator, right)
    assert isinstance(value, str | int | float)  # noqa: S101  (so bounds are read)
    if column.type != "time":
        return _compare(column.expression, operator, _value(value, column.type, condition))
    start, end = _moments(value, condition, context)
    if start == end or operator in ("at_least", "below"):
        return _compare(column.expression, operator, start)
    return column.expression < end if operator == "at_most" else column.expression >= end


def _compare(left: sa.ColumnElement[Any], operator: str, right: Any) -> Clause:
    clause: Clause = _COMPARE[operator](left, right)
    return clause


def _value(value: Scalar, kind: ColumnType, condition: Condition) -> Any:
    """A value as its column stores it; numbers stay exact."""
    try:
        if kind == "text":
            return str(value)
        if kind == "flag":
            return value if isinstance(value, bool) else _FLAGS[str(value)]
        if kind == "date":
            return date.fromisoformat(str(value))
        return value if isinstance(value, int) else Decimal(str(value))
    except (KeyError, ValueError, InvalidOperation):
        raise _mismatch(value, kind, condition) from None


def _moments(value: Scalar, condition: Condition, context: Context) -> tuple[datetime, datetime]:
    """Start and end of what a text means for a time column: a local day, or twice the same moment."""
    calendar, text = context.calendar, str(value)
    try:
        if len(text) == len("2026-01-31"):
            day = date.fromisoformat(text)
            ends = calendar.instant(day + timedelta(days=1))
            return context.stored(calendar.instant(day)), context.stored(ends)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _mismatch(value, "time", condition) from None
    stored = context.stored(moment if moment.tzinfo else calendar.instant(moment))
    return stored, stored


def _mismatch(value: Scalar, kind: ColumnType, condition: Condition) -> UsageError:
    examples = {"flag": "true or false", "date": "2026-01-31", "time": "2026-01-31 or 2026-01-31T08:30"}
    return UsageError(
        f"the condition on {condition.path} compares a {kind} with “{value}”",
        f"Write a {kind}: {examples.get(kind, 'such as 10 or 0.5')}.",
    )
