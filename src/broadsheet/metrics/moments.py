"""Dates and times of rows inside a statement: made comparable, and subtracted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

import sqlalchemy as sa

from broadsheet.definitions.models.sources import ColumnType
from broadsheet.metrics.source import Context

Expression = sa.ColumnElement[Any]
Clause = sa.ColumnElement[bool]


ALWAYS: Mapping[str, tuple[date, date]] = {
    "date": (date.min, date.max),
    "time": (datetime.combine(date.min, time()), datetime.combine(date.max, time())),
}
"""Before and after everything, as a date and as a stored timestamp."""


DAY = 86400
"""Seconds of a whole day."""


class Typed(NamedTuple):
    """A SQL expression and the declared type of its values."""

    expression: Expression
    type: ColumnType


Lookup = Callable[[str], Typed]
"""A column of a row by its path."""


def alike(context: Context, *columns: Typed) -> Sequence[Expression]:
    """The columns as they are when all are dates or all are times, else as local dates."""
    if len({column.type for column in columns}) == 1:
        return [column.expression for column in columns]
    return [local_day(context, column) for column in columns]


def local_day(context: Context, column: Typed) -> Expression:
    """The report's local date of a date or time column."""
    if column.type == "date":
        return column.expression
    aware = sa.func.timezone(context.stored_zone, column.expression)
    return sa.cast(sa.func.timezone(context.calendar.timezone, aware), sa.Date)


_PARTS = {"weekday": "isodow", "day_of_year": "doy"}


def calendar_part(context: Context, column: Typed, part: str, ahead: int = 0) -> Expression:
    """A number of the report's local date or time: month 1 … 12, weekday 1 (Monday) … 7, hour 0 … 23.

    `ahead` takes that of so many days later.
    """
    local = column.expression
    if column.type == "time":
        aware = sa.func.timezone(context.stored_zone, column.expression)
        local = sa.func.timezone(context.calendar.timezone, aware)
    if ahead and part != "hour":
        local = sa.cast(local, sa.Date).op("+")(sa.literal_column(str(ahead)))
    return sa.cast(sa.extract(_PARTS.get(part, part), local), sa.Integer)


def age(context: Context, born: Typed, at: Typed, unit: str) -> Expression:
    """Whole years or days from the local day of one moment to that of another; a birthday completes a year."""
    first, last = local_day(context, born), local_day(context, at)
    if unit == "days":
        return last.op("-", return_type=sa.Integer())(first)

    def part(name: str, day: Expression) -> Expression:
        return sa.cast(sa.extract(name, day), sa.Integer)

    # Born on 29 February, one has a birthday on 1 March.
    early = part("month", last) * 100 + part("day", last) < part("month", first) * 100 + part("day", first)
    years = part("year", last) - part("year", first)
    return years - sa.case((early, sa.literal_column("1")), else_=sa.literal_column("0"))


def seconds_between(context: Context, start: Typed, end: Typed) -> Expression:
    """Elapsed seconds: of two dates those of whole days, else a float; a date stands for its local midnight."""
    if start.type == end.type == "date":
        days = sa.cast(end.expression - start.expression, sa.BigInteger)
        return days * sa.literal_column(str(DAY), sa.BigInteger)
    plain = start.type == end.type and context.stored_zone == "UTC"
    left, right = (_stored(column) if plain else instant(context, column) for column in (start, end))
    return sa.cast(sa.extract("epoch", right - left), sa.Double)


def in_order(context: Context, start: Typed, end: Typed) -> Clause:
    """Whether one is not after the other; times of one kind are compared as they are."""
    if start.type == end.type and (start.type == "date" or context.stored_zone == "UTC"):
        return end.expression >= start.expression
    return seconds_between(context, start, end) >= 0


def _stored(column: Typed) -> Expression:
    return sa.cast(column.expression, sa.DateTime) if column.type == "date" else column.expression


def instant(context: Context, column: Typed) -> Expression:
    """The moment itself, with its zone; a date stands for its local midnight."""
    zone = context.calendar.timezone if column.type == "date" else context.stored_zone
    return sa.func.timezone(zone, _stored(column))
