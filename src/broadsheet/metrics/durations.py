"""Durations of rows in seconds: elapsed or worked, less what they stood still, and which rows have one."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa

from broadsheet.definitions.models.measures import Duration, Holds, Worked
from broadsheet.metrics.components import Component
from broadsheet.metrics.conditions import clauses
from broadsheet.metrics.ends import AtEnd
from broadsheet.metrics.joins import Joined
from broadsheet.metrics.moments import Clause, Expression, Typed, in_order, instant, seconds_between
from broadsheet.metrics.source import Context
from broadsheet.metrics.working import worked_by_now


class Held(NamedTuple):
    """The time that the rows of a duration stood still; of `censored` ones up to now, if they still run."""

    duration: Duration
    censored: bool


class Times(Protocol):
    """What durations read of the inner rows."""

    def plain(self, path: str) -> Typed:
        """A column as stored."""

    def worked(self, path: str, by: Worked) -> Typed:
        """The seconds worked up to a time."""

    def held(self, held: Held) -> Typed:
        """The seconds that a row stood still."""

    def end(self, at: AtEnd) -> Typed:
        """The end of the row's period."""


def duration(
    component: Component, operand: Duration, times: Times, context: Context
) -> tuple[Expression, list[Clause]]:
    """Seconds, and which rows have them: an end after `as_of` has not happened yet.

    Whether a row ends before it begins is seen by the clock, for outside working hours none would pass. A
    moment beyond the calendar's years makes a row faulty too.
    """
    if operand.end is None:
        return _until_end(component, operand, times, context)
    start, end = times.plain(operand.start), times.plain(operand.end)
    begun, still_open = start.expression.is_not(None), _still_open(end, context)
    if component.rows == "open":
        return start.expression, [begun, still_open]
    if component.censored:
        end = _until_now(end, context)
    seconds = elapsed = seconds_between(context, start, end)
    if operand.worked is not None:
        seconds = _worked(component, operand, times, context)
    if operand.less is not None:
        held = times.held(Held(operand, component.censored)).expression
        seconds = sa.func.greatest(seconds - held, sa.literal_column("0"))
    happened = [] if component.censored else [end.expression <= context.now(end.type)]
    sound = [in_order(context, start, end)]
    if operand.worked is not None:
        happened, sound = [begun, *happened], [*sound, seconds.is_not(None)]
    if component.rows == "negative":
        return elapsed, [*happened, sa.not_(sa.and_(*sound))]
    return seconds, [*happened, *sound]


def _until_end(
    component: Component, operand: Duration, times: Times, context: Context
) -> tuple[Expression, list[Clause]]:
    """Up to the end of the row's period, which has come whatever becomes of the row."""
    start = times.plain(operand.start)
    elapsed = seconds_between(context, start, times.end(AtEnd(start.type)))
    begun, sound, seconds = start.expression.is_not(None), [elapsed >= 0], elapsed
    if operand.worked is not None:
        worked = times.worked(operand.start, operand.worked).expression
        seconds = times.end(AtEnd(operand.worked)).expression - worked
        sound.append(seconds.is_not(None))
    if component.rows == "negative":
        return elapsed, [begun, sa.not_(sa.and_(*sound))]
    return seconds, [begun, *sound]


def held(joined: Joined, wanted: Held, context: Context) -> Typed:
    """The seconds that each row of `joined` stood still: each moment once, and only those within the row.

    A hold without an end lasts as long as its row.
    """
    duration, less = wanted.duration, wanted.duration.less
    assert less is not None  # noqa: S101  (whoever asks has holds)
    link = context.catalog.link_back(less.fact, duration.fact)
    by = context.catalog.facts[less.fact].links[link].by
    table = _held_by_row(wanted, less, link, by, context)
    key = context.catalog.facts[duration.fact].key[0]
    seconds = joined.attach(table, {key: table.c.row}).c.seconds
    return Typed(sa.func.coalesce(seconds, sa.literal_column("0")), "number")


def _held_by_row(wanted: Held, less: Holds, link: str, by: str, context: Context) -> sa.Subquery:
    rows = Joined(context, less.fact, context.catalog.facts[less.fact].clock)
    row, began = rows.column(by).expression, rows.column(less.start).expression
    start, end = f"{link}.{wanted.duration.start}", f"{link}.{wanted.duration.end}"
    clock = _Clock(rows, wanted, context)
    always = clauses(context.catalog.facts[less.fact].always, rows.column, context)
    lines = (
        sa.select(
            row.label("row"),
            sa.func.greatest(clock.at(less.start), clock.at(start)).label("since"),
            sa.func.least(sa.func.coalesce(clock.at(less.end), clock.end(end)), clock.end(end)).label(
                "until"
            ),
        )
        .select_from(rows.rows)
        .where(began.is_not(None), *always)
        .subquery("h")
    )
    known = sa.func.max(lines.c.until).over(
        partition_by=lines.c.row, order_by=[lines.c.since, lines.c.until], rows=(None, -1)
    )
    apart = sa.select(lines, known.label("known")).subquery("h")
    since = sa.func.greatest(apart.c.since, sa.func.coalesce(apart.c.known, apart.c.since))
    seconds = sa.func.sum(sa.func.greatest(apart.c.until - since, sa.literal_column("0")))
    return sa.select(apart.c.row, seconds.label("seconds")).group_by(apart.c.row).subquery()


class _Clock:
    """Seconds by the clock of a duration at the moments of its holds and of its rows."""

    def __init__(self, rows: Joined, wanted: Held, context: Context) -> None:
        self._rows, self._wanted, self._context = rows, wanted, context

    def at(self, path: str) -> Expression:
        """At a time column."""
        by = self._wanted.duration.worked
        if by is not None:
            return self._rows.worked(path, by).expression
        return _epoch(self._context, self._rows.column(path))

    def end(self, path: str) -> Expression:
        """At the end of the row, or now where it still runs."""
        if not self._wanted.censored:
            return self.at(path)
        by, context = self._wanted.duration.worked, self._context
        column = self._rows.column(path)
        if by is None:
            return _epoch(context, _until_now(column, context))
        return sa.case(
            (_still_open(column, context), sa.literal(worked_by_now(context, by))), else_=self.at(path)
        )


def _worked(component: Component, operand: Duration, times: Times, context: Context) -> Expression:
    by, end = operand.worked, operand.end
    assert by is not None and end is not None  # noqa: S101, PT018  (the caller looked)
    start, until = (times.worked(path, by).expression for path in (operand.start, end))
    if component.censored:
        still_open = _still_open(times.plain(end), context)
        until = sa.case((still_open, sa.literal(worked_by_now(context, by))), else_=until)
    return until - start


def _still_open(end: Typed, context: Context) -> Clause:
    return sa.or_(end.expression.is_(None), end.expression > context.now(end.type))


def _until_now(end: Typed, context: Context) -> Typed:
    now: Any = context.now(end.type)
    return Typed(sa.case((_still_open(end, context), now), else_=end.expression), end.type)


def _epoch(context: Context, moment: Typed) -> Expression:
    return sa.cast(sa.extract("epoch", instant(context, moment)), sa.Double)
