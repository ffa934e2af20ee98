"""KPIs against plain SQL: the queries of `sql/`, asked beside the engine on one and the same sample company.

A query is written from the KPI catalog and the data model, never from what the engine sends. It gives one row
per member: `{by}` stands for the member, which a header line names (`-- by team: t.name`), or for a constant
when the total is asked. `$start` and `$until` bound the period as stored instants, `$first` and `$end` as
local days; both periods are half-open. The rules that hold for every query are the macros of `rules.sql`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from broadsheet.definitions.catalog import Catalog
from broadsheet.metrics import EMPTY, Answer, Question, answer
from broadsheet.metrics.source import Source
from broadsheet.periods import Calendar, Period, parse_label
from catalog.count import coverage, with_steps

ROOT = Path(__file__).resolve().parents[2]
QUERIES = Path(__file__).parent / "sql"
#: A month with its comparisons, the week before the last day, the week of a clock change, two years.
LABELS = ("2026-05", "2026-04", "2025-05", "2026-W24", "2026-W13", "2025", "2024")
AS_OF = datetime(2026, 6, 14, 22, tzinfo=UTC)
MOST = 1_000_000
"""All rows of a list."""
ADDING = ("sum", "count", "distinct", "balance", "running", "formula", "across")
HEADER = re.compile(r"^-- by (\w+): (.+)$", re.MULTILINE)

Values = Mapping[str, float | None]
"""Values by member; None is undefined."""


@dataclass(frozen=True)
class World:
    """The sample company, as the engine sees it and as plain SQL does."""

    catalog: Catalog
    calendar: Calendar
    source: Source
    plain: duckdb.DuckDBPyConnection

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods every KPI is compared in."""
        return tuple(parse_label(label, self.calendar) for label in LABELS)


def kpis_of(subject: str) -> tuple[str, ...]:
    """The names in `config/kpis/SUBJECT.yaml` and of the steps there, without those whose value is a method's."""
    text = (ROOT / "config" / "kpis" / f"{subject}.yaml").read_text(encoding="utf-8")
    kpis = with_steps(yaml.safe_load(text)["kpis"])
    return tuple(name for name, kpi in kpis.items() if "method" not in kpi)


def cases(kpis: Sequence[str]) -> list[Any]:
    """The KPIs as parameters of a test, those that are known to differ marked as such."""
    known = coverage()["differs"]
    return [
        pytest.param(kpi, marks=pytest.mark.xfail(reason=known[kpi], strict=True)) if kpi in known else kpi
        for kpi in kpis
    ]


def query_of(kpi: str) -> str:
    """The plain query of a KPI. FileNotFoundError: nothing proves that KPI."""
    return (QUERIES / f"{kpi}.sql").read_text(encoding="utf-8")


def splits_of(kpi: str) -> dict[str, str]:
    """The dimensions a KPI's query can be split by, with the expression of the member; "" is the total."""
    return {"": "''", **dict(HEADER.findall(query_of(kpi)))}


def engine_answers(kpis: Sequence[str], world: World) -> dict[tuple[str, str], Answer]:
    """What the engine says for every KPI and split, all asked together."""
    keys = [(kpi, by) for kpi in kpis for by in splits_of(kpi)]
    questions = [
        Question((kpi,), world.periods, (by,), ((by,),)) if by else Question((kpi,), world.periods)
        for kpi, by in keys
    ]
    given = answer(questions, world.catalog, world.calendar, world.source, AS_OF)
    assert not given.failures, {keys[index]: why for index, why in given.failures.items()}
    return {key: item for key, item in zip(keys, given.answers, strict=True) if item is not None}


def differences(kpi: str, world: World, given: Mapping[tuple[str, str], Answer]) -> list[str]:
    """Every member and period for which the engine and the plain query disagree."""
    found: list[str] = []
    for by, expression in splits_of(kpi).items():
        told = given[kpi, by]
        for index, period in enumerate(world.periods):
            ours = _members(told, kpi, by, index)
            theirs = _plain(kpi, expression, period, world)
            for member in sorted({*ours, *theirs}):
                one, other = ours.get(member), theirs.get(member)
                if not _same(world.catalog, kpi, one, other):
                    place = f"{LABELS[index]} {by} {member.replace(EMPTY, '(not set)')}".rstrip()
                    found.append(f"{place}: engine {one}, plain SQL {other}")
    return found


def listed(kpi: str, world: World) -> list[str]:
    """Every period for which the rows that a KPI lists are not those of its plain query `KPI.list.sql`, in order."""
    text = (QUERIES / f"{kpi}.list.sql").read_text(encoding="utf-8")
    questions = [Question((kpi,), (period,), rows=MOST) for period in world.periods]
    given = answer(questions, world.catalog, world.calendar, world.source, AS_OF)
    assert not given.failures, given.failures
    found: list[str] = []
    for period, told in zip(world.periods, given.answers, strict=True):
        rows = told.rows.values if told and told.rows else ()
        ours = [tuple(map(_plainly, row)) for row in rows]
        plain = world.plain.execute(text, _bounds(text, period, world)).fetchall()
        theirs = [tuple(map(_plainly, row)) for row in plain]
        if ours != theirs:
            differing = (pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1])
            found.append(f"{period.label}: {len(ours)} and {len(theirs)} rows, first {next(differing, None)}")
    return found


def _plainly(value: object) -> object:
    """A value of a row as a page shows it: times in UTC, numbers to four places, blank text as nothing."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, float | Decimal):
        return round(float(value), 4)
    return None if value == "" else value


def _members(told: Answer, kpi: str, by: str, bucket: int) -> Values:
    frame = told.frames[(by,) if by else ()]
    rows = frame[frame["bucket"] == bucket]
    members = rows[by] if by else [""] * len(rows)
    return {
        str(member): None if math.isnan(value) else float(value)
        for member, value in zip(members, rows[kpi], strict=True)
    }


def _plain(kpi: str, expression: str, period: Period, world: World) -> Values:
    text = HEADER.sub("", query_of(kpi)).replace("{by}", expression)
    rows = world.plain.execute(text, _bounds(text, period, world)).fetchall()
    return {_member(member, expression): None if value is None else float(value) for member, value in rows}


def _bounds(text: str, period: Period, world: World) -> dict[str, Any]:
    """The bounds of a period that a query names."""
    start, until = (moment.replace(tzinfo=None) for moment in period.bounds(world.calendar))
    known = {"start": start, "until": until, "first": period.start, "end": period.end}
    return {name: value for name, value in known.items() if re.search(rf"\${name}\b", text)}


def _member(member: object, expression: str) -> str:
    if isinstance(member, bool):
        return "yes" if member else "no"
    return EMPTY if member is None or (member == "" and expression != "''") else str(member)


def _same(catalog: Catalog, kpi: str, ours: float | None, theirs: float | None) -> bool:
    definition = catalog.kpis[kpi]
    # Nothing to add up is 0; nothing to divide, or to take the middle of, is undefined.
    adds = any(getattr(definition, key) for key in ADDING)
    if ours is None or theirs is None:
        return ours is theirs or (adds and not ours and not theirs)
    cents = 0.005 if definition.unit == "money" else 1e-9
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=cents)
