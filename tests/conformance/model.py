"""The suite's model as definitions of ours: tables become facts and entities, measures become KPIs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.models.dimensions import Dimension
from broadsheet.definitions.models.filters import Filter
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.settings import Settings
from broadsheet.definitions.models.sources import Connection, Entity, Fact
from broadsheet.definitions.steps import parse_length
from conformance.conditions import NotSupported, parse

TYPES = {"timestamp": "date", "text": "text", "float": "number", "integer": "number", "boolean": "flag"}
DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
_PARTS: Mapping[Any, Any] = {"isodow": "weekday", "dayofyear": "day_of_year"}
_AGGREGATES = {"avg": "mean", "count_distinct": "distinct"}
_FLAG = re.compile(r"CASE WHEN (\w+\.\w+) THEN 1 ELSE 0 END")


@dataclass(frozen=True)
class Measure:
    """A measure of the suite as a KPI.

    `presence` are KPIs that count the rows it rests on: a group appears where one of them finds any. `reach`
    is how many days before or after its rows it may still show them, `to_date` that it never forgets them.
    `moved` are the steps that move days, by kind. A `positive` one is never 0:
    of groups in which nothing was converted the suite has no value.
    """

    kpi: str
    presence: tuple[str, ...]
    facts: frozenset[str]
    dense: bool = False
    fill: float | None = None
    reach: int = 0
    endless: bool = False
    moved: frozenset[str] = frozenset()
    positive: bool = False


@dataclass(frozen=True)
class Scope:
    """Where a measure is asked: under the conditions of an input, and in one total or in groups.

    The count of nothing is 0 in a total, which always exists; a group without rows does not exist. What is
    `asked` of the base of a conversion holds before anything is counted for its rows.
    """

    where: Filter = ()
    total: bool = False
    asked: Filter = ()

    def narrowed(self, text: str | None) -> Scope:
        """Under a further condition."""
        return replace(self, where=(*self.where, *parse(text))) if text else self


EVERYWHERE = Scope()


class Model:
    """The tables and measures of `model.yaml`; `catalog` holds what was asked for so far."""

    def __init__(self, folder: Path) -> None:
        self._model = yaml.safe_load((folder / "model.yaml").read_text(encoding="utf-8"))
        self._tables: Mapping[str, Any] = self._model["tables"]
        self._kpis: dict[str, Kpi] = {}
        self.clocks = {
            self._fact(table, column): f"{table}.{column}"
            for table, body in self._tables.items()
            for column in body.get("time", ())
        }
        self.catalog = Catalog(
            Settings(version=1, company="Conformance"),
            {"warehouse": Connection(folder=str(folder / "tables"))},
            self._entities(),
            {fact: self._table(clock.split(".")[0], Fact, clock) for fact, clock in self.clocks.items()},
            {},
            self._kpis,
        )

    @cache  # noqa: B019  (a model lives as long as the run)
    def measure(self, name: str, scope: Scope = EVERYWHERE) -> Measure:
        """A measure of the suite in a scope."""
        body = self._model["metrics"][name]
        made = getattr(self, f"_{body['kind']}")(name, body, scope)
        fill = body.get("null_value")
        return replace(made, dense=made.dense or body.get("dense", False), fill=fill)

    def dimension(self, column: str, facts: frozenset[str], part: str | None = None) -> str:
        """A dimension for a column that all facts reach."""
        own = {fact: self.clocks[fact] if column == "time" else column for fact in facts}
        via = {fact: self.path(fact, own[fact]) for fact in facts}
        name = re.sub(r"\W", "_", f"{column}_{part}" if part else column)
        known = self.catalog.dimensions.get(name)
        if known is not None and isinstance(known.via, dict):
            via = {**known.via, **via}
        dimensions: Any = self.catalog.dimensions
        dimensions[name] = Dimension(label=name, via=via, part=_PARTS.get(part, part))
        return name

    def path(self, fact: str, column: str) -> str:
        """The path to `table.column` over the shortest chain of links."""
        wanted, name = column.split(".")
        waiting: list[tuple[str, tuple[str, ...]]] = [(self.clocks[fact].split(".")[0], ())]
        for table, hops in waiting:
            if table == wanted:
                return ".".join((*hops, name))
            for link in self._tables[table].get("links", ()):
                target, key = link["to"].split(".")
                waiting.append((target, (*hops, _entity(target, key))))
        raise NotSupported(f"{fact} reaches no {column}")

    def type_of(self, column: str) -> str:
        """The suite's type of `table.column`."""
        table, name = column.split(".")
        return str(self._tables[table]["columns"][name])

    def _fact(self, table: str, clock: str) -> str:
        return table if clock == self._tables[table]["time"][0] else f"{table}_{clock}"

    def _table(self, table: str, kind: type[Any], clock: str | None = None, key: str | None = None) -> Any:
        body = self._tables[table]
        links, many = {}, {}
        for link in body.get("links", ()):
            target, column = _entity(*link["to"].split(".")), link["to"].split(".")[1]
            if link.get("cardinality") == "many_to_many":
                many[target] = {"through": target, "by": column, "on": link["column"]}
            else:
                links[target] = {"to": target, "by": link["column"]}
        given: dict[str, Any] = {
            "file": f"{table}.parquet",
            "key": [key] if key else body["key"] or [next(iter(body["columns"]))],
            "columns": {name: TYPES[type_] for name, type_ in body["columns"].items()},
            "link": links,
            "many": many,
        }
        return kind(**given, **({"clock": clock.split(".")[1]} if clock else {}))

    def _entities(self) -> dict[str, Any]:
        targets = [link["to"].split(".") for body in self._tables.values() for link in body.get("links", ())]
        return {_entity(table, key): self._table(table, Entity, key=key) for table, key in targets}

    def _add(self, name: str, body: dict[str, Any]) -> str:
        """Define a KPI, and return its name; the same definition twice is the same KPI."""
        kpi = Kpi(label=name, meaning="A measure of the suite.", **body)
        return next(
            known
            for known in (name, *(f"{name}_{i}" for i in range(2, 1000)))
            if self._kpis.setdefault(known, kpi) == kpi
        )

    def _where(self, fact: str, scope: Scope) -> Filter:
        return tuple(replace(each, path=self.path(fact, each.path)) for each in scope.where)

    def _simple(
        self,
        name: str,
        body: Mapping[str, Any],
        scope: Scope,
        options: Mapping[str, Any] = MappingProxyType({}),
    ) -> Measure:
        table, clock = body["time"].split(".")
        fact, scope = self._fact(table, clock), scope.narrowed(body.get("filter"))
        conditions = self._where(fact, scope)
        presence = self._add(f"{name}_rows", {"count": fact, "where": conditions, "fill": "none", **options})
        kind, expression = body["agg"], body["expr"]
        counts = kind in ("count", "count_distinct")
        fill = body.get("null_value", 0 if counts and scope.total else "none")
        flag = _FLAG.fullmatch(expression)
        column = f"{fact}.{(flag[1] if flag else expression).split('.')[-1]}"
        given: dict[str, Any] = {"where": conditions, "fill": fill, **options}
        if kind == "count" and expression == "1":
            given["count"] = fact
        elif kind == "count":
            # A group whose rows all lack the value has 0; where there are no rows, the presence says so.
            valued = scope.narrowed(f"{expression} IS NOT NULL")
            given.update(count=fact, where=self._where(fact, valued), fill=0)
        else:
            given[_AGGREGATES.get(kind, kind)] = column
        if kind == "percentile":
            given.update(at=body["p"], existing=body["method"] == "discrete")
        return Measure(self._add(name, given), (presence,), frozenset({fact}))

    def _semi_additive(self, name: str, body: Mapping[str, Any], scope: Scope) -> Measure:
        own = [column.split(".")[1] for column in body.get("per", ())]
        return self._simple(name, body, scope, {"take": body["pick"], "per": own})

    def _cumulative(self, name: str, body: Mapping[str, Any], scope: Scope) -> Measure:
        base = self.measure(body["metric"], scope)
        take = {"average": "mean"}.get(body["coarser_grain"], body["coarser_grain"])
        options = {"within": body.get("to_date"), "over": body.get("window"), "take": take}
        fill = body.get("null_value", "none")
        length = DAYS[body["to_date"]] if body.get("to_date") else _days(body.get("window"))
        return replace(
            base,
            kpi=self._add(name, {"running": base.kpi, "fill": fill, **options}),
            presence=tuple(self._add(f"{name}_rows", {"running": rows, **options}) for rows in base.presence),
            reach=base.reach + length,
            endless=not length,
            moved=base.moved | {"running"},
        )

    def _ratio(self, name: str, body: Mapping[str, Any], scope: Scope) -> Measure:
        return self._derived(
            name, {"formula": "n / d", "inputs": {"n": body["numerator"], "d": body["denominator"]}}, scope
        )

    def _derived(self, name: str, body: Mapping[str, Any], scope: Scope) -> Measure:
        inputs = {key: self._input(given, scope) for key, given in body["inputs"].items()}
        formula = re.sub(r"NULLIF\((\w+), 0\)", r"\1", body["formula"])
        formula = re.sub(
            r"[a-z]\w*", lambda found: inputs[found[0]].kpi if found[0] in inputs else found[0], formula
        )
        made = inputs.values()
        return Measure(
            self._add(name, {"formula": formula}),
            tuple(dict.fromkeys(rows for part in made for rows in part.presence)),
            frozenset[str]().union(*(part.facts for part in made)),
            any(part.dense for part in made),
            None,
            max(part.reach for part in made),
            any(part.endless for part in made),
            frozenset[str]().union(*(part.moved for part in made)),
        )

    def _input(self, given: Mapping[str, Any], scope: Scope) -> Measure:
        made = self.measure(given["metric"], scope.narrowed(given.get("filter")))
        if "offset" in given:
            unit = parse_length(given["offset"]).unit
            return self._moved(made, {"by": given["offset"]}, _days(given["offset"]), unit)
        if "offset_to_start_of" in given:
            unit = given["offset_to_start_of"]
            return self._moved(made, {"to_start_of": unit}, DAYS[unit], "opening")
        return made

    def _moved(self, made: Measure, step: dict[str, Any], reach: int, kind: str) -> Measure:
        def shifted(kpi: str) -> str:
            return self._add(f"{kpi}_{'_'.join(step.values()).replace(' ', '_')}", {"shift": kpi, **step})

        return replace(
            made,
            kpi=shifted(made.kpi),
            presence=tuple(shifted(rows) for rows in made.presence),
            reach=made.reach + reach,
            moved=made.moved | {kind},
            fill=None,
        )

    def _conversion(self, name: str, body: Mapping[str, Any], scope: Scope) -> Measure:
        base, into = (self._model["metrics"][body[key]] for key in ("base", "conversion"))
        fact, later = (self._fact(*each["time"].split(".")) for each in (base, into))
        scope = scope.narrowed(base.get("filter"))
        asked = (
            replace(each, path=base["time"] if each.path == "time" else each.path) for each in scope.asked
        )
        where = self._where(fact, replace(scope, where=(*scope.where, *asked)))
        given = {
            "of": fact,
            "into": later,
            "same": [body["entity"], *body.get("same", ())],
            "within": body["window"],
            "where": self._where(later, EVERYWHERE.narrowed(into.get("filter"))),
        }
        rate = self._add(name, {"conversion": given, "where": where})
        presence = self._add(f"{name}_rows", {"count": fact, "where": where, "fill": "none"})
        return Measure(rate, (presence,), frozenset({fact}), positive=True)


def _entity(table: str, key: str) -> str:
    return f"{table}_by_{key}"


def _days(length: str | None) -> int:
    if length is None:
        return 0
    found = parse_length(length)
    return found.count * DAYS[found.unit]
