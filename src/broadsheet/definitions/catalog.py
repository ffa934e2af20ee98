"""The catalog: facts, entities, dimensions and KPIs, and the routes between them.

A route is a chain of many-to-one links, so following it never multiplies the rows of the fact. Only the route
of a dimension may cross one bridge to many rows, where each row of the fact counts once per member. Whatever
cannot be reached this way is refused with the paths that were tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from broadsheet.definitions.members import Across, Members
from broadsheet.definitions.models.dimensions import Dimension
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.measures import Aggregate, Formula, Share
from broadsheet.definitions.models.settings import Settings
from broadsheet.definitions.models.sources import ColumnType, Connection, Entity, Fact, Link, Table
from broadsheet.errors import did_you_mean


class Unreachable(Exception):  # noqa: N818  (a fact about the catalog, not a failure of the program)
    """A path that leads nowhere; `remedy` names what would."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


@dataclass(frozen=True)
class Hop:
    """One link followed: from a table's column `by` to the single-column key of `table`.

    Over a bridge (`many`) the column `key` names the row here in any number of rows there.
    """

    name: str
    by: str
    table: str
    key: str
    many: bool = False


@dataclass(frozen=True)
class Route:
    """How a fact reaches a column: hops, then the column of the last table."""

    fact: str
    hops: tuple[Hop, ...]
    column: str
    type: ColumnType

    @property
    def table(self) -> str:
        """The fact or entity that owns the column."""
        return self.hops[-1].table if self.hops else self.fact

    @property
    def bridge(self) -> tuple[Hop, ...]:
        """The hops up to the bridge; empty where every hop leads to one row."""
        return next((self.hops[: i + 1] for i, hop in enumerate(self.hops) if hop.many), ())


@dataclass(frozen=True)
class Catalog:
    """All that questions can be asked about."""

    settings: Settings
    connections: Mapping[str, Connection]
    entities: Mapping[str, Entity]
    facts: Mapping[str, Fact]
    dimensions: Mapping[str, Dimension]
    kpis: Mapping[str, Kpi]

    def table(self, name: str) -> Table:
        """The fact or entity of that name; KeyError when there is none."""
        return self.facts[name] if name in self.facts else self.entities[name]

    def route(self, fact: str, path: str) -> Route:
        """Resolve `column` or `link.….column` from a fact to one value per row.

        Unreachable when a step does not exist, or leads to many rows.
        """
        found = self._route(fact, path)
        if found.bridge:
            bridge = found.bridge[-1]
            rest = ".".join((*(hop.name for hop in found.hops[len(found.bridge) :]), found.column))
            raise Unreachable(
                f"{fact}.{path}: bridge “{bridge.name}” leads to many rows, so a row would count several times",
                f"Measure {bridge.table}, which has the path {bridge.table}.{rest}; only dimensions cross a bridge.",
            )
        return found

    def _route(self, fact: str, path: str) -> Route:
        owner, hops, whole = fact, list[Hop](), f"{fact}.{path}"
        *links, column = path.split(".")
        for step in links:
            hop = self._hop(owner, step, whole)
            if hop.many and any(other.many for other in hops):
                raise Unreachable(
                    f"{whole}: bridge “{step}” follows another bridge",
                    "A path crosses one bridge at most; join the two in a view.",
                )
            hops.append(hop)
            owner = hop.table
        return Route(fact, tuple(hops), column, self._type(owner, column, whole))

    def dimension_route(self, fact: str, dimension: str) -> Route:
        """The route by which a fact reaches a dimension; Unreachable names the facts that do reach it."""
        definition = self.dimensions[dimension]
        path = definition.path(fact)
        if path is None:
            reached = ", ".join(sorted(definition.via)) if isinstance(definition.via, dict) else ""
            raise Unreachable(
                f"fact {fact} has no path to dimension {dimension}",
                f"It is reached by: {reached}. Add a path for {fact} under its `via`, or take another dimension.",
            )
        return self._route(fact, path)

    def link_back(self, fact: str, to: str) -> str:
        """The one link by which the rows of a fact refer to another fact; Unreachable for none or several."""
        links = [name for name, link in self.facts[fact].links.items() if link.to == to]
        if len(links) != 1:
            found = "no link" if not links else f"the links {', '.join(links)}"
            raise Unreachable(
                f"{fact} has {found} to {to}, so which of its rows belong together is not known",
                f"Give {fact} one link to {to}, in config/sources.yaml.",
            )
        return links[0]

    def leaves(self, kpi: str) -> tuple[str, ...]:
        """The KPIs with a measure over rows that a KPI is made of (itself, unless it is a formula)."""
        measure = self.kpis[kpi].measure
        if not isinstance(measure, Formula):
            return (kpi,)
        found: dict[str, None] = {}
        for used in measure.uses:
            found.update(dict.fromkeys(self.leaves(used)))
        return tuple(found)

    def spread(self, kpi: Kpi) -> Fact | None:
        """The fact of a sum whose rows are shared out over the days of their units; None of other measures."""
        measure = kpi.measure
        if not isinstance(measure, Aggregate) or measure.operation != "sum":
            return None
        if measure.take is not None or kpi.at_end:
            return None
        fact = self.facts[measure.fact]
        return fact if fact.spread is not None else None

    def asked(self, kpi: str, level: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The KPIs over rows that a KPI is made of, with the dimensions by which each is then asked for."""
        measure = self.kpis[kpi].measure
        if not isinstance(measure, Formula):
            yield kpi, level
            return
        term = measure.term
        for used in measure.uses:
            yield from self.asked(used, term.level(level) if isinstance(term, Across | Members) else level)

    def fact_of(self, kpi: str) -> str:
        """The fact of a KPI with a measure over rows."""
        measure = self.kpis[kpi].measure
        assert isinstance(measure, Aggregate | Share)  # noqa: S101  (formulas have leaves)
        return measure.fact

    def _hop(self, owner: str, step: str, whole: str) -> Hop:
        links, bridges = self.table(owner).links, self.table(owner).many
        if step in bridges:
            return self._bridge(owner, step, whole)
        if step not in links:
            known = (*links, *bridges)
            raise Unreachable(f"{whole}: {owner} has no link “{step}”", did_you_mean(step, known))
        link: Link = links[step]
        if link.to not in self.facts and link.to not in self.entities:
            tables = (*self.entities, *self.facts)
            raise Unreachable(
                f"{whole}: link “{step}” leads to unknown “{link.to}”", did_you_mean(link.to, tables)
            )
        key = self.table(link.to).key
        if len(key) != 1:
            raise Unreachable(
                f"{whole}: link “{step}” would multiply rows, {link.to} has the key {', '.join(key)}",
                "Links are many-to-one: link to a table whose key is one column.",
            )
        return Hop(step, link.by, link.to, key[0])

    def _bridge(self, owner: str, step: str, whole: str) -> Hop:
        table = self.table(owner)
        bridge = table.many[step]
        if bridge.through not in self.facts and bridge.through not in self.entities:
            raise Unreachable(
                f"{whole}: bridge “{step}” leads through unknown “{bridge.through}”",
                did_you_mean(bridge.through, (*self.entities, *self.facts)),
            )
        if bridge.on is None and len(table.key) != 1:
            raise Unreachable(
                f"{whole}: bridge “{step}” needs one column, {owner} has the key {', '.join(table.key)}",
                "Name the column that the many rows hold under `on`.",
            )
        return Hop(step, bridge.on or table.key[0], bridge.through, bridge.by, many=True)

    def _type(self, owner: str, column: str, whole: str) -> ColumnType:
        types = self.table(owner).types
        if column not in types:
            raise Unreachable(f"{whole}: {owner} has no column “{column}”", did_you_mean(column, types))
        return types[column]
