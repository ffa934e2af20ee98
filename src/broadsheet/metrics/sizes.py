"""How many groups a cube is likely to have, and which dimensions are better looked up once it is grouped.

What is known of a table without reading it (see `Size`) is enough: nothing here changes a number, only what the
numbers cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from math import prod
from typing import NamedTuple, Protocol

from broadsheet.definitions.catalog import Route
from broadsheet.definitions.models.dimensions import CalendarPart
from broadsheet.metrics.source import Context

MEMBERS = 30
"""Members that a dimension is expected to have where nothing is known."""
NEAR = 4096
"""Groups, periods aside, that a processor keeps near while it adds up: rows mostly come in the order of time, so
the groups of other periods rest. Larger cubes cost more than reading the rows again."""

ROWS_EACH = 10
"""Rows of a fact for every row behind a link, from which on it is worth while to number the latter's attributes."""

_PARTS: Mapping[CalendarPart, int] = {
    "year": 10,
    "quarter": 4,
    "month": 12,
    "day": 31,
    "weekday": 7,
    "day_of_year": 366,
    "hour": 24,
}


class Grouping(NamedTuple):
    """By what a cube groups: about how many `members` together, and the dimensions that are looked up `late`.

    Those are attributes of what a row links to. The cube groups by the link's own column and is given their values
    when its rows are few. Where the links are many, each combination of attributes has a number, by which the cube
    groups; those are `coded`.
    """

    members: int
    late: tuple[str, ...] = ()
    coded: tuple[str, ...] = ()


class Sizes(Protocol):
    """What a plan knows about its facts."""

    def rows(self, fact: str, /) -> int | None:
        """About how many rows a fact has; None where that is not known."""

    def grouping(self, fact: str, dimensions: tuple[str, ...], /) -> Grouping:
        """How a cube over the dimensions groups."""

    def joins(self, fact: str, dimensions: tuple[str, ...], /) -> frozenset[str]:
        """The links of the fact that the dimensions follow."""

    def values(self, fact: str, path: str, /) -> int | None:
        """About how many values a column has; None where that is not known."""

    def complete(self, fact: str, dimensions: tuple[str, ...], /) -> tuple[str, ...]:
        """The fact's own columns behind the dimensions, of which every row is known to lead somewhere."""

    def text(self, fact: str, dimension: str, /) -> bool:
        """Whether the members of a dimension are its stored texts, one for each row."""


class Unknown:
    """Nothing is known."""

    def rows(self, _fact: str, /) -> int | None:
        """Not known."""
        return None

    def grouping(self, _fact: str, dimensions: tuple[str, ...], /) -> Grouping:
        """As many members as usual."""
        return Grouping(MEMBERS ** len(dimensions))

    def joins(self, _fact: str, _dimensions: tuple[str, ...], /) -> frozenset[str]:
        """None."""
        return frozenset()

    def values(self, _fact: str, _path: str, /) -> int | None:
        """Not known."""
        return None

    def complete(self, _fact: str, _dimensions: tuple[str, ...], /) -> tuple[str, ...]:
        """None."""
        return ()

    def text(self, _fact: str, _dimension: str, /) -> bool:
        """Not known."""
        return False


UNKNOWN = Unknown()


class Known:
    """What the source tells, asked for once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._size = cache(context.source.size)
        self.grouping = cache(self._grouping)  # one per set of questions, so it ends with them

    def rows(self, fact: str) -> int | None:
        """About how many rows a fact has."""
        return self._size(fact).rows

    def joins(self, fact: str, dimensions: tuple[str, ...]) -> frozenset[str]:
        """The links of the fact that the dimensions follow."""
        routes = (self._context.catalog.dimension_route(fact, name) for name in dimensions)
        return frozenset(route.hops[0].name for route in routes if route.hops)

    def values(self, fact: str, path: str) -> int | None:
        """About how many values a column has."""
        route = self._context.route(fact, path)
        return 2 if route.type == "flag" else self._size(route.table).members.get(route.column)

    def complete(self, fact: str, dimensions: tuple[str, ...]) -> tuple[str, ...]:
        """The fact's own columns behind the dimensions, of which every row is known to lead somewhere."""
        hops = dict.fromkeys(self._context.dimension_route(fact, name).hops[0] for name in dimensions)
        return tuple(hop.by for hop in hops if self._context.source.complete(fact, hop.name))

    def text(self, fact: str, dimension: str) -> bool:
        """Whether the members of a dimension are its stored texts, one for each row."""
        route, definition = (
            self._context.dimension_route(fact, dimension),
            self._context.catalog.dimensions[dimension],
        )
        return route.type == "text" and not route.bridge and definition.part is None and not definition.bands

    def _grouping(self, fact: str, dimensions: tuple[str, ...]) -> Grouping:
        routes = {name: self._context.catalog.dimension_route(fact, name) for name in dimensions}
        linked: dict[str, list[str]] = {}
        for name, route in routes.items():
            linked.setdefault(route.hops[0].by if route.hops else "", []).append(name)
        own = prod(self._members(name, routes[name]) for name in linked.pop("", ()))
        plain = {by: self._attributes(names, routes) for by, names in linked.items()}
        members, late, coded = own * prod(plain.values()), list[str](), list[str]()
        for by, names in linked.items():
            keys = None if self._ages(names) else self._keys(fact, by, [routes[name] for name in names])
            if keys is not None and (grown := members // plain[by] * keys) <= NEAR:
                members, late = grown, [*late, *names]
            elif keys is not None and keys * ROWS_EACH <= (self._size(fact).rows or 0):
                coded += names
        chosen = (tuple(name for name in dimensions if name in some) for some in (late, coded))
        return Grouping(members, *chosen)

    def _ages(self, names: Iterable[str]) -> bool:
        """Whether a dimension depends on more of a row than what it links to."""
        return any(self._context.catalog.dimensions[name].age is not None for name in names)

    def _members(self, name: str, route: Route) -> int:
        definition = self._context.catalog.dimensions[name]
        if definition.bands:
            return len(definition.bands) + 1
        if definition.part is not None:
            return _PARTS[definition.part]
        return 3 if route.type == "flag" else self._size(route.table).members.get(route.column) or MEMBERS

    def _attributes(self, names: Iterable[str], routes: Mapping[str, Route]) -> int:
        """How many different attributes the rows behind a link have together."""
        found = [(self._members(name, routes[name]), self._size(routes[name].table).rows) for name in names]
        rows = [count for _, count in found if count is not None]
        return max(1, min((prod(members for members, _ in found), *rows)))

    def _keys(self, fact: str, by: str, routes: Iterable[Route]) -> int | None:
        """How many different values a link's column has; None where a version would depend on the row's time."""
        tables = [hop.table for route in routes for hop in route.hops]
        dated = (self._context.catalog.entities.get(table) for table in tables)
        if any(entity is not None and entity.valid is not None for entity in dated):
            return None
        return self._size(fact).members.get(by) or self._size(tables[0]).rows
