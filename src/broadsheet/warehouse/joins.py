"""A fact with the columns it reaches over many-to-one links, as one FROM clause.

    joins = Joins(catalog, warehouse, "orders", as_of=as_of)
    region = joins.column(catalog.route("orders", "customer.region"))
    segment_today = joins.column(catalog.route("orders", "customer.segment"), "today")
    select(region, segment_today, ...).select_from(joins.rows)

Every hop is a LEFT JOIN on the target's key, shared by the routes that begin alike, so a row of the fact
is kept when it refers to nothing, and never multiplied while the key is unique (`check_data` proves it).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, FromClause, and_, func, or_, select

from broadsheet.definitions.catalog import Catalog, Hop, Route
from broadsheet.definitions.models.sources import Entity
from broadsheet.errors import WarehouseError

As = Literal["event", "today"]


class Relations(Protocol):
    """What a join needs of a warehouse."""

    def relation(self, name: str) -> FromClause:
        """The clean rows of a fact or entity, under its declared name."""


def clock_of(catalog: Catalog, fact: str) -> Route:
    """The route from a fact to its clock; Unreachable when the declared path leads nowhere."""
    return catalog.route(fact, catalog.facts[fact].clock)


class Joins:
    """A growing FROM clause: `rows` is complete once `column` has been asked for every route.

    Dated entities (`valid`) hold several versions per key. Read as `event`, a row meets the version valid
    at its clock (`clock`, by default the fact's own): from <= clock < to, where an empty end is open. Read
    as `today`, it meets the version valid at `as_of` (an aware instant, or naive in the zone of stored
    timestamps), the latest where several are; without `as_of`, the one that began last.
    """

    def __init__(
        self,
        catalog: Catalog,
        warehouse: Relations,
        fact: str,
        *,
        clock: Route | None = None,
        as_of: datetime | None = None,
    ) -> None:
        self._catalog, self._warehouse, self._name = catalog, warehouse, fact
        self._clock, self._as_of = clock, _naive(catalog, as_of)
        self.fact: FromClause = warehouse.relation(fact)
        self.rows: FromClause = self.fact
        self._reached: dict[tuple[tuple[str, ...], As], FromClause] = {}

    def column(self, route: Route, as_: As = "event") -> ColumnElement[Any]:
        """The column at the end of a route, joining what is not joined yet.

        Raises WarehouseError when a hop leaves the fact's connection, Unreachable when versions are needed
        and the clock has no path.
        """
        owner = self.fact
        for depth, hop in enumerate(route.hops, start=1):
            # The two readings differ only beyond a dated entity.
            reading: As = as_ if any(self._valid(step.table) for step in route.hops[:depth]) else "event"
            links = tuple(step.name for step in route.hops[:depth])
            if (links, reading) not in self._reached:
                self._reached[links, reading] = self._join(owner, hop, reading)
            owner = self._reached[links, reading]
        return owner.c[route.column]

    def _join(self, owner: FromClause, hop: Hop, as_: As) -> FromClause:
        self._same_connection(hop)
        valid = self._valid(hop.table)
        clock = self._event_clock() if valid and as_ == "event" else None
        relation = self._warehouse.relation(hop.table)
        if valid and as_ == "today":
            relation = self._current(relation, hop.key, *valid)
        # Numbered, because a chain of links may pass one name twice; shortened, because names have limits.
        target = relation.alias(f"{hop.name[:50]}_{len(self._reached) + 1}")
        on = owner.c[hop.by] == target.c[hop.key]
        if clock is not None:
            on = and_(on, _during(clock, *(target.c[end] for end in valid)))
        self.rows = self.rows.outerjoin(target, on)
        return target

    def _event_clock(self) -> ColumnElement[Any]:
        route = self._clock or clock_of(self._catalog, self._name)
        dated = [hop.table for hop in route.hops if self._valid(hop.table)]
        if dated:
            raise WarehouseError(
                f"the clock {self._name}.{route.column} is read from {dated[0]}, which has versions itself",
                "Give the fact a clock of its own, or one from a table without `valid`.",
            )
        return self.column(route)

    def _valid(self, table: str) -> tuple[str, ...]:
        definition = self._catalog.table(table)
        return (definition.valid or ()) if isinstance(definition, Entity) else ()

    def _current(self, relation: FromClause, key: str, start: str, end: str) -> FromClause:
        latest_first = relation.c[start].desc().nulls_last()
        rank = func.row_number().over(partition_by=relation.c[key], order_by=latest_first)
        versions = select(*relation.c, rank.label("version_rank"))
        if self._as_of is not None:
            versions = versions.where(
                or_(relation.c[start].is_(None), relation.c[start] <= self._as_of),
                or_(relation.c[end].is_(None), relation.c[end] > self._as_of),
            )
        ranked = versions.subquery()
        columns = (ranked.c[column.key] for column in relation.c)
        return select(*columns).where(ranked.c.version_rank == 1).subquery()

    def _same_connection(self, hop: Hop) -> None:
        here, there = (self._catalog.table(table).connection for table in (self._name, hop.table))
        if here != there:
            raise WarehouseError(
                f"fact {self._name} is in connection “{here}”, but its link “{hop.name}” leads to {hop.table} "
                f"in connection “{there}”",
                "Rows are joined inside one connection: bring both tables into the same one.",
            )


def _naive(catalog: Catalog, as_of: datetime | None) -> datetime | None:
    if as_of is None or as_of.tzinfo is None:
        return as_of
    return as_of.astimezone(ZoneInfo(catalog.settings.calendar.naive_timestamps)).replace(tzinfo=None)


def _during(
    clock: ColumnElement[Any], start: ColumnElement[Any], end: ColumnElement[Any]
) -> ColumnElement[bool]:
    return and_(or_(start.is_(None), clock >= start), or_(end.is_(None), clock < end))
