"""Answers to questions of the suite by plain SQL, written from its rules alone: nothing of the engine is used.

It stands in for expected rows where the suite lists none: `test_plain` first proves it on the listed ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import yaml

Table = dict[tuple[Any, ...], Any]
Body = Mapping[str, Any]

_DAY = "CAST(date_trunc('day', {}) AS DATE)"
_AGGREGATES = {
    "count": "count({})",
    "count_distinct": "count(DISTINCT {})",
    "sum": "sum({})",
    "avg": "avg({})",
    "min": "min({})",
    "max": "max({})",
    "median": "median({})",
}
_COARSER = {"first": "arg_min(v, day)", "last": "arg_max(v, day)", "average": "avg(v)"}


class Step(NamedTuple):
    """How the day that is read comes out of the day that is asked: an offset, an opening day, or a window."""

    kind: str
    length: str | None = None
    unit: str | None = None
    coarser: str = ""


class Plain:
    """The tables and measures of a model."""

    def __init__(self, folder: Path) -> None:
        self._model = yaml.safe_load((folder / "model.yaml").read_text(encoding="utf-8"))
        self._db = duckdb.connect()
        for table in self._model["tables"]:
            self._db.execute(f"CREATE VIEW {table} AS SELECT * FROM '{folder}/tables/{table}.parquet'")

    def rows(self, case: Body) -> list[tuple[Any, ...]]:
        """The header, and the rows of a case."""
        tables = [self._measure(name, case, (), "TRUE") for name in case["metrics"]]
        fills = [self._metric(name).get("null_value") for name in case["metrics"]]
        lines = [
            (
                *key,
                *(
                    fill if found.get(key) is None else found[key]
                    for found, fill in zip(tables, fills, strict=True)
                ),
            )
            for key in dict.fromkeys(key for found in tables for key in found)
        ]
        header = [*(group["as"] for group in case["group_by"]), *case["metrics"]]
        for order in reversed(case["order"]):
            place = header.index(order["by"])
            lines.sort(
                key=lambda line, place=place: (line[place] is None, line[place] or 0),  # type: ignore[misc]
                reverse=order["dir"] == "desc",
            )
        return [tuple(header), *lines[: case["limit"]]]

    def _metric(self, name: str) -> Any:
        return self._model["metrics"][name]

    def _measure(self, name: str, case: Body, steps: tuple[Step, ...], extra: str) -> Table:
        body = self._metric(name)
        found: Table = getattr(self, f"_{body['kind']}")(body, case, steps, extra)
        return self._dense(found, body, case) if body.get("dense") else found

    def _simple(self, body: Body, case: Body, steps: tuple[Step, ...], extra: str) -> Table:
        clock = _DAY.format(body["time"])
        day = "c.day" if steps else clock
        groups, where = self._groups(body, case, day), self._where(body, case, day, extra)
        source = self._source(body, (*groups, *where, body["expr"], body["time"]))
        if steps:
            grains = [group.get("grain") for group in case["group_by"] if _timed(group, body)]
            condition, more = _reading(steps, clock, grains)
            source += f" JOIN (SELECT CAST(day AS DATE) AS day FROM calendar) c ON {condition}"
            where += more
        window = next((step for step in steps if step.kind == "window"), None)
        timed = [group for group in case["group_by"] if _timed(group, body)]
        if window is not None and any(group.get("grain") != "day" for group in timed):
            inner = _listed(groups)
            return self._ask(
                f"SELECT {_names(groups, _COARSER[window.coarser])} FROM (SELECT {inner} c.day AS day, "
                f"{_value(body, body['expr'])} AS v FROM {source} WHERE {' AND '.join(where)} GROUP BY ALL) "
                f"WHERE v IS NOT NULL GROUP BY {_names(groups)}",
                len(groups),
            )
        value = _value(body, body["expr"])
        sql = f"SELECT {_listed(groups)} {value} FROM {source} WHERE {' AND '.join(where)}"
        return self._ask(f"{sql} GROUP BY {_places(groups)}", len(groups))

    def _semi_additive(self, body: Body, case: Body, steps: tuple[Step, ...], extra: str) -> Table:
        assert not steps, "offsets of balances are not asked for"
        day = _DAY.format(body["time"])
        groups, where = self._groups(body, case, day), self._where(body, case, day, extra)
        source = self._source(body, (*groups, *where, body["expr"], body["time"]))
        own = [group for group, given in zip(groups, case["group_by"], strict=True) if _timed(given, body)]
        own += body.get("per", [])
        pick = {"first": "min", "last": "max"}[body["pick"]]
        part = f"PARTITION BY {', '.join(own)}" if own else ""
        return self._ask(
            f"SELECT {_names(groups, _value(body, 'v'))} FROM (SELECT {_listed(groups)} {body['expr']} AS v "
            f"FROM {source} WHERE {' AND '.join(where)} QUALIFY {day} = {pick}({day}) OVER ({part})) "
            f"GROUP BY {_places(groups)}",
            len(groups),
        )

    def _cumulative(self, body: Body, case: Body, steps: tuple[Step, ...], extra: str) -> Table:
        base = self._metric(body["metric"])
        timed = any(_timed(group, base) for group in case["group_by"])
        if not timed and not body.get("window") and not body.get("to_date"):
            return self._simple(base, case, steps, extra)
        window = Step("window", body.get("window"), body.get("to_date"), body["coarser_grain"])
        return self._simple(base, case, (*steps, window), extra)

    def _ratio(self, body: Body, case: Body, steps: tuple[Step, ...], extra: str) -> Table:
        inputs = {"n": body["numerator"], "d": body["denominator"]}
        return self._derived({"formula": "n / NULLIF(d, 0)", "inputs": inputs}, case, steps, extra)

    def _derived(self, body: Body, case: Body, steps: tuple[Step, ...], extra: str) -> Table:
        inputs: dict[str, tuple[Table, Any]] = {}
        for key, given in body["inputs"].items():
            own = steps
            if "offset" in given:
                own = (*steps, Step("offset", given["offset"]))
            if "offset_to_start_of" in given:
                own = (*steps, Step("opening", unit=given["offset_to_start_of"]))
            more = f"({extra}) AND ({given['filter']})" if given.get("filter") else extra
            fill = self._metric(given["metric"]).get("null_value")
            inputs[key] = self._measure(given["metric"], case, own, more), fill
        found: Table = {}
        for key in dict.fromkeys(key for table, _ in inputs.values() for key in table):
            values = {
                name: fill if table.get(key) is None else table[key] for name, (table, fill) in inputs.items()
            }
            found[key] = self._formula(body["formula"], values)
        return found

    def _formula(self, formula: str, values: Mapping[str, Any]) -> Any:
        numbers = ", ".join(
            f"{'NULL' if value is None else repr(float(value))}::DOUBLE AS {name}"
            for name, value in values.items()
        )
        row = self._db.execute(f"SELECT {formula} FROM (SELECT {numbers})").fetchone()
        return row[0] if row else None

    def _conversion(self, body: Body, case: Body, _steps: tuple[Step, ...], extra: str) -> Table:
        base, into = self._metric(body["base"]), self._metric(body["conversion"])
        day, key = _DAY.format(base["time"]), self._model["tables"][base["table"]]["key"][0]
        groups, where = self._groups(base, case, day), self._where(base, case, day, extra)
        same = [body["entity"], *body.get("same", [])]
        columns = [f"{base['table']}.{name} AS s{i}" for i, name in enumerate(same)]
        window = f"AND n.day - INTERVAL '{body['window']}' < b.t" if body["window"] else ""
        match = " AND ".join(f"b.s{i} = n.{name}" for i, name in enumerate(same))
        return self._ask(
            f"WITH b AS (SELECT {_listed(groups)} {base['table']}.{key} AS k, {day} AS t, {', '.join(columns)} "
            f"FROM {self._source(base, (*groups, *where))} WHERE {' AND '.join(where)}), "
            f"n AS (SELECT row_number() OVER () AS id, {', '.join(same)}, {_DAY.format(into['time'])} AS day "
            f"FROM {into['table']}), "
            f"pairs AS (SELECT n.id, b.k FROM n JOIN b ON {match} AND b.t <= n.day {window} "
            f"QUALIFY row_number() OVER (PARTITION BY n.id ORDER BY b.t DESC, b.k) = 1), "
            f"hits AS (SELECT k, count(*) AS n FROM pairs GROUP BY k) "
            f"SELECT {_names(groups, 'sum(hits.n) / count(*)')} FROM b LEFT JOIN hits USING (k) "
            f"GROUP BY {_places(groups)}",
            len(groups),
        )

    def _ask(self, sql: str, width: int) -> Table:
        return {tuple(row[:width]): row[width] for row in self._db.execute(sql).fetchall()}

    def _groups(self, body: Body, case: Body, day: str) -> list[str]:
        found = []
        for group in case["group_by"]:
            expression = day if _timed(group, body) else group["field"]
            if "grain" in group:
                expression = f"CAST(date_trunc('{group['grain']}', {expression}) AS DATE)"
            found.append(f"extract({group['part']} FROM {expression})" if "part" in group else expression)
        return found

    def _where(self, body: Body, case: Body, day: str, extra: str) -> list[str]:
        where = [_dated(text or "TRUE", day, body) for text in (extra, body.get("filter"), case["filter"])]
        return where + _range(case, day)

    def _source(self, body: Body, texts: Iterable[str]) -> str:
        """The measure's table with every table that the texts name, by left joins on the shortest chain."""
        tables, root = self._model["tables"], body["table"]
        wanted = {name for text in texts for name in re.findall(r"\b(\w+)\.\w+", text) if name in tables} - {
            root
        }
        chains: dict[str, list[tuple[str, str, str, str]]] = {root: []}
        waiting = [root]
        for table in waiting:
            for link in tables[table].get("links", ()):
                target, key = link["to"].split(".")
                if target not in chains:
                    chains[target] = [*chains[table], (table, link["column"], target, key)]
                    waiting.append(target)
        sql, joined = root, {root}
        for owner, column, target, key in (hop for name in sorted(wanted) for hop in chains[name]):
            if target not in joined:
                joined.add(target)
                sql += f" LEFT JOIN {target} ON {owner}.{column} = {target}.{key}"
        return sql

    def _dense(self, table: Table, body: Body, case: Body) -> Table:
        """With a row for every period of the calendar."""
        base = body if "time" in body else self._metric(body["metric"])
        times = [group for group in case["group_by"] if _timed(group, base) and "grain" in group]
        own = set(re.findall(r"\b\w+\.\w+\b", case["filter"] or "")) - {base["time"]}
        again = own and own <= {group["field"] for group in case["group_by"]}
        if not times or (again and "IS NULL" not in case["filter"]):
            return table
        day = "CAST(day AS DATE)"
        limits = [part for part in re.split(r"\bAND\b", case["filter"] or "") if re.search(r"\btime\b", part)]
        where = ["TRUE", *(_dated(part, day, base) for part in limits), *_range(case, day)]
        units = ", ".join(f"CAST(date_trunc('{group['grain']}', day) AS DATE)" for group in times)
        periods = self._db.execute(
            f"SELECT DISTINCT {units} FROM calendar WHERE {' AND '.join(where)}"
        ).fetchall()
        spots = [i for i, group in enumerate(case["group_by"]) if group in times]
        held = {tuple(key[i] for i in spots) for key in table}
        for period in periods:
            if period not in held:
                key = dict(zip(spots, period, strict=True))
                table[tuple(key.get(i) for i in range(len(case["group_by"])))] = None
        return table


def _timed(group: Body, body: Body) -> bool:
    return group["field"] in ("time", body["time"])


def _dated(text: str, day: str, body: Body) -> str:
    return "(" + re.sub(r"(?<![.\w])time\b", day, text.replace(f"{body['time']} ", f"{day} ")) + ")"


def _range(case: Body, day: str) -> list[str]:
    if not case["time_range"]:
        return []
    first, last = case["time_range"]
    return [f"{day} BETWEEN DATE '{first}' AND DATE '{last}'"]


def _reading(steps: Iterable[Step], day: str, grains: Sequence[str | None]) -> tuple[str, list[str]]:
    """Which rows a calendar day `c.day` reads, and which calendar days count."""
    asked, more, window = "c.day", list[str](), None
    for step in steps:
        if step.kind == "offset":
            asked = f"CAST({asked} - INTERVAL '{step.length}' AS DATE)"
        elif step.kind == "opening":
            units = [grain for grain in grains if grain]
            if units and "day" not in units:
                more.append("(" + " OR ".join(f"c.day = date_trunc('{unit}', c.day)" for unit in units) + ")")
            asked = f"CAST(date_trunc('{step.unit}', {asked}) AS DATE)"
        else:
            window = step
    if window is None:
        return f"{day} = {asked}", more
    lower = "TRUE"
    if window.length:
        lower = f"{day} > {asked} - INTERVAL '{window.length}'"
    elif window.unit:
        lower = f"{day} >= date_trunc('{window.unit}', {asked})"
    return f"{day} <= {asked} AND {lower}", more


def _value(body: Body, expression: str) -> str:
    if body["agg"] == "percentile":
        how = "quantile_cont" if body["method"] == "continuous" else "quantile_disc"
        return f"{how}({expression}, {body['p']})"
    return _AGGREGATES[body["agg"]].format(expression)


def _listed(groups: Sequence[str]) -> str:
    return "".join(f"{group} AS g{i}, " for i, group in enumerate(groups))


def _names(groups: Sequence[str], *more: str) -> str:
    return ", ".join((*(f"g{i}" for i in range(len(groups))), *more)) or "()"


def _places(groups: Sequence[str]) -> str:
    return ", ".join(str(i + 1) for i in range(len(groups))) or "()"
