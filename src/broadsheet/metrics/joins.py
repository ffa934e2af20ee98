"""The rows of a fact, with the columns it reaches over many-to-one links."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import sqlalchemy as sa

from broadsheet.definitions.catalog import Hop, Unreachable
from broadsheet.definitions.models.filters import Condition
from broadsheet.definitions.models.measures import Worked
from broadsheet.definitions.models.sources import Entity
from broadsheet.definitions.scope import WHOLE
from broadsheet.errors import Absent, MissingError, RefusedError, UsageError, did_you_mean
from broadsheet.metrics import working
from broadsheet.metrics.conditions import clauses
from broadsheet.metrics.ends import AtEnd, Ends
from broadsheet.metrics.moments import ALWAYS, Clause, Typed, alike
from broadsheet.metrics.source import Context

Columns = Mapping[str, sa.ColumnElement[Any]]
Groups = tuple[sa.FromClause, Columns]
As = Literal["event", "today", "period_end"]
"""As of when a dated attribute is read."""


class Joined:
    """A fact left-joined with what its columns need; ask for all columns before taking `rows`.

    Left joins along many-to-one links keep every row of the fact exactly once, whether or not it refers to
    something. An entity with `valid` versions gives the one that held at the row's event (the time column
    `event`), the one that holds today (at `as_of`), or the one that held when the row's period ended. The event
    column itself is found by today's.
    In place of the fact's rows there may be `groups` of them, with those of its columns by which they are grouped.
    An entity's standing exclusions (`always`) leave out its rows, not those of the fact.
    """

    def __init__(self, context: Context, fact: str, event: str, groups: Groups | None = None) -> None:
        self.fact = fact
        self._context, self._event = context, event
        self.root, self._columns = groups or _whole(entity_rows(context, fact).alias("f"))
        self._ends: Ends | None = None
        self._joined: dict[tuple[tuple[Hop, ...], As], sa.FromClause] = {}
        self._days: dict[tuple[str, Worked], sa.FromClause] = {}
        self._rates: dict[tuple[str, As, As], sa.ColumnElement[Any]] = {}
        self.rows: sa.FromClause = self.root

    def place(self, ends: Ends, on: Clause) -> None:
        """Put each row on the lines of all periods that hold it."""
        self._ends = ends
        self.rows = self.rows.join(ends.table, on)

    def end(self, at: AtEnd) -> Typed:
        """The end of the period that a row was put in. Raises UsageError where rows are in none."""
        if self._ends is None:
            raise UsageError("there is no period whose end could be meant", "Only KPIs are asked by period.")
        return self._ends.column(at)

    def moment(self, as_: As) -> Typed:
        """The event of a row, the report's day, or the last day of the row's period."""
        if as_ == "event":
            return self.column(self._event, "today")
        today = sa.literal(self._context.now("date"), sa.Date)
        return Typed(today, "date") if as_ == "today" else self.end(AtEnd("last_day"))

    def column(self, path: str, as_: As = "event") -> Typed:
        """A column by its path from the fact.

        Raises UsageError for a path that leads nowhere, MissingError for a column that its source does not have.
        """
        route = self._context.route(self.fact, path)
        columns = self._columns
        for depth in range(len(route.hops)):
            columns = _named(self._follow(columns, route.hops[: depth + 1], as_))
        return Typed(_pick(columns, route.column, route.table), route.type)

    def own(self, column: str) -> sa.ColumnElement[Any]:
        """A column of the fact itself. Raises MissingError for one that it has not."""
        return _pick(self._columns, column, self.fact)

    def worked(self, path: str, by: Worked) -> Typed:
        """The seconds worked up to a time column, counted from a fixed day; empty beyond the calendar's years."""
        moment = self.column(path)
        if (path, by) not in self._days:
            table = working.days(self._context, by).alias()
            self.rows = self.rows.outerjoin(table, table.c.day == working.day_of(self._context, moment, by))
            self._days[path, by] = table
        return Typed(working.worked_until(self._context, moment, self._days[path, by], by), "number")

    def attach(self, table: sa.FromClause, keys: Mapping[str, sa.ColumnElement[Any]]) -> sa.FromClause:
        """Join a table by columns of the fact; every row of the fact stays, with each of its rows there."""
        # Columns first: they may themselves join what they are reached over.
        on = [operator.eq(*comparable(key, self.column(column).expression)) for column, key in keys.items()]
        self.rows = self.rows.outerjoin(table, sa.and_(*on))
        return table

    def amount(self, path: str, as_: As, rate: As) -> Typed:
        """A column to be aggregated: money in the currency of the reports, empty where no rate is known.

        The rate is that of the row's event, or of the last day of its period. Money without a currency is taken
        to be in that of the reports.
        """
        column, currency = self.column(path, as_), self._context.currency_path(self.fact, path)
        if currency is None:
            return column
        spoken = self.column(currency, as_).expression
        home = sa.or_(spoken.is_(None), spoken == self._context.catalog.settings.currency)
        if (currency, as_, rate) not in self._rates:
            self._rates[currency, as_, rate] = self._rate(spoken, rate)
        converted = column.expression * self._rates[currency, as_, rate]
        return Typed(sa.case((home, column.expression), else_=converted), column.type)

    def _rate(self, spoken: sa.ColumnElement[Any], rate: As) -> sa.ColumnElement[Any]:
        rates = self._context.catalog.settings.rates
        if rates is None:
            return sa.null()
        self._context.follow(rates)
        table = entity_rows(self._context, rates).alias(f"x{len(self._rates)}")
        (key,) = self._context.catalog.entities[rates].key
        same = comparable(_pick(_named(table), key, rates), spoken)
        on = sa.and_(operator.eq(*same), *self._version(table, rates, rate))
        self.rows = self.rows.outerjoin(table, on)
        return _pick(_named(table), "rate", rates)

    def _follow(self, owner: Columns, hops: tuple[Hop, ...], as_: As) -> sa.FromClause:
        hop = hops[-1]
        if not any(self._dated(hop.table) for hop in hops):
            as_ = "event"
        known = self._joined.get((hops, as_))
        if known is not None:
            return known
        self._context.follow(hop.table)
        table = entity_rows(self._context, hop.table).alias(f"e{len(self._joined)}")
        self._joined[hops, as_] = table
        same = comparable(
            _pick(owner, hop.by, hops[-2].table if hops[1:] else self.fact),
            _pick(_named(table), hop.key, hop.table),
        )
        on = sa.and_(operator.eq(*same), *self._version(table, hop.table, as_))
        self.rows = self.rows.outerjoin(table, on)
        return table

    def _dated(self, name: str) -> Entity | None:
        entity = self._context.catalog.entities.get(name)
        return entity if entity is not None and entity.valid is not None else None

    def _version(self, table: sa.FromClause, name: str, as_: As) -> list[Clause]:
        entity = self._dated(name)
        if entity is None:
            return []
        starts, ends = (validity(table, entity, name, column) for column in entity.valid or ())
        dated = "date" in (starts.type, ends.type)
        if as_ == "today":
            moment = Typed(sa.literal(self._context.now(starts.type)), starts.type)
        elif as_ == "period_end":
            moment = self.end(AtEnd("last_day" if dated else "time"))
        else:
            moment = self.column(self._event, "today")
        at, start, end = alike(self._context, moment, starts, ends)
        first, last = ALWAYS["date" if dated or moment.type == "date" else "time"]
        # Plain comparisons: an OR in the condition of a join keeps engines from hashing its keys.
        since, until = sa.func.coalesce(start, first), sa.func.coalesce(end, last)
        if as_ == "period_end" and not dated:
            # What changes at the very end belongs to the next period.
            return [since < at, until >= at]
        return [since <= at, until > at]


def permitted_rows(context: Context, name: str) -> sa.FromClause:
    """The rows of a fact or entity that may be read: no statement of ours reads any but these.

    The rows of a fact are those with a permitted member of every dimension of the scope, as a split by it would tell;
    entities are only reached from them. Facts that are `shared` belong to everyone. Raises RefusedError where nobody
    has said which rows are permitted, or where that cannot be told of a row.
    """
    rows, fact = context.source.relation(name), context.catalog.facts.get(name)
    if fact is None or fact.shared or context.scope == WHOLE:
        return rows
    joined = Joined(replace(context, scope=WHOLE), name, fact.clock, groups=_whole(rows.alias("f")))
    paths = {dimension: slicing(context, name, dimension) for dimension, _ in context.scope.permitted}
    only = tuple(Condition(name, "in", members) for name, members in context.scope.permitted)
    conditions = clauses(only, lambda dimension: joined.column(*paths[dimension]), context)
    columns = list(_named(joined.root).values())
    return sa.select(*columns).select_from(joined.rows).where(*conditions).subquery(name)


def slicing(context: Context, fact: str, dimension: str) -> tuple[str, As]:
    """The path by which a fact reaches a dimension of the scope, and as of when; RefusedError where it does not."""
    definition, lost = context.catalog.dimensions.get(dimension), ""
    if definition is None:
        lost = f"there is no dimension {dimension}"
    elif not dict(context.scope.permitted).get(dimension, ("",)):
        lost = f"no member of {dimension} is permitted"
    else:
        try:
            if context.catalog.dimension_route(fact, dimension).bridge:
                lost = f"a row of {fact} has several members of {dimension}"
        except Unreachable as error:
            lost = str(error)
    if definition is None or lost:
        raise RefusedError(
            f"{lost}, so it cannot be told which rows of {fact} these readers may see",
            f"Name members in the audience's slice, and give {fact} a path to {dimension} in config/dimensions.yaml; "
            "`shared: true` in config/sources.yaml says that every reader may see all of a fact.",
        )
    return definition.path(fact) or "", "today" if definition.as_ == "today" else "event"


def entity_rows(context: Context, name: str) -> sa.FromClause:
    """The rows of what a link leads to; an entity without those its standing exclusions leave out."""
    rows = permitted_rows(context, name)
    entity = context.catalog.entities.get(name)
    if entity is None or not entity.always:
        return rows
    types = entity.types

    def own(column: str) -> Typed:
        return Typed(_pick(_named(rows), column, name), types.get(column, "text"))

    return sa.select(rows).where(*clauses(entity.always, own, context)).subquery()


def comparable(
    left: sa.ColumnElement[Any], right: sa.ColumnElement[Any]
) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    """Two keys as they can be compared: whole numbers as text where the other is text."""
    if isinstance(left.type, sa.String) == isinstance(right.type, sa.String):
        return left, right
    return sa.cast(left, sa.String), sa.cast(right, sa.String)


def validity(table: sa.FromClause, entity: Entity, name: str, column: str) -> Typed:
    """A column that tells since or until when a version holds."""
    declared = entity.columns.get(column)
    return Typed(_pick(_named(table), column, name), declared.type if declared else "date")


def _whole(table: sa.FromClause) -> Groups:
    return table, _named(table)


def _named(table: sa.FromClause) -> Columns:
    return dict(table.c.items())


def _pick(columns: Columns, column: str, name: str) -> sa.ColumnElement[Any]:
    if column not in columns:
        what, remedy = f"{name} has no column “{column}”", did_you_mean(column, columns.keys())
        raise MissingError(what, remedy, absent=Absent("column", column))
    return columns[column]
