"""A company small enough to be counted by hand: its tables, and what every KPI must say of it.

`data/*.md` holds the rows, a table below each heading with the name of the warehouse's table; `why` says what
a row is there for. An empty cell is no value. `expected/*.yaml` holds the values, worked out from the KPI
catalog and the rows alone:

    won_count:
      - {in: 2026-03, is: 6, because: "B1, B2, B9, B10, B11, B12"}
      - {in: 2026-03, by: team, is: {North: 2, South: 3, (not set): 1}, because: "…"}
      - {in: 2026-04, is: undefined, why: zero_base, because: "…"}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from broadsheet.sample.schema import SQL_TYPES, Table
from broadsheet.sample.tables import TABLES

HERE = Path(__file__).parent
Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Rows:
    """The rows of one table as they stand in a file of `data/`."""

    table: Table
    columns: tuple[str, ...]
    cells: tuple[Row, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Expected:
    """What a KPI is in a period: a number or undefined, in all or by the members of a dimension.

    `left_out` are its rows with faults, `waiting` those still open, where either is to be checked.
    """

    kpi: str
    period: str
    by: str
    values: Mapping[str, float | None]
    because: str
    why: str | None = None
    left_out: int | None = None
    waiting: int | None = None


def rows() -> Iterator[Rows]:
    """All tables of `data/`."""
    known = {table.name: table for table in TABLES}
    for path in sorted((HERE / "data").glob("*.md")):
        for name, body in re.findall(r"^## (\w+)\n\n((?:\|.*\n?)+)", path.read_text("utf-8"), re.MULTILINE):
            head, _, *lines = ([cell.strip() for cell in line.split("|")[1:-1]] for line in body.splitlines())
            assert head[-1] == "why", f"{name}: the last column says why a row is there"
            assert all(len(line) == len(head) for line in lines), f"{name}: a row of another length"
            cells = tuple(tuple(cell or None for cell in line[:-1]) for line in lines)
            yield Rows(known[name], tuple(head[:-1]), cells, tuple(line[-1] for line in lines))


def build(engine: sa.Engine) -> None:
    """Write the company into an empty database; tables of which nothing is told are empty."""
    with engine.begin() as connection:
        for table in TABLES:
            columns = ", ".join(f'"{column.name}" {_type(column.kind)}' for column in table.columns)
            connection.exec_driver_sql(f'CREATE TABLE "{table.name}" ({columns})')
        for told in rows():
            kinds = {column.name: _type(column.kind) for column in told.table.columns}
            names = ", ".join(f'"{name}"' for name in told.columns)
            values = ", ".join(f"CAST(:c{i} AS {kinds[name]})" for i, name in enumerate(told.columns))
            insert = sa.text(f'INSERT INTO "{told.table.name}" ({names}) VALUES ({values})')
            connection.execute(insert, [{f"c{i}": cell for i, cell in enumerate(row)} for row in told.cells])


def _type(kind: str) -> str:
    return SQL_TYPES.get(kind, "VARCHAR")


def expectations() -> list[Expected]:
    """All values of `expected/`."""
    found = []
    for path in sorted((HERE / "expected").glob("*.yaml")):
        for kpi, entries in yaml.safe_load(path.read_text("utf-8")).items():
            found += [_expected(kpi, entry) for entry in entries]
    return found


def _expected(kpi: str, entry: Mapping[str, Any]) -> Expected:
    told = entry["is"]
    values = told if isinstance(told, dict) else {"": told}
    return Expected(
        kpi,
        str(entry["in"]),
        entry.get("by", ""),
        {_member(name): _number(value) for name, value in values.items()},
        entry["because"],
        entry.get("why"),
        entry.get("left_out"),
        entry.get("waiting"),
    )


def _member(name: object) -> str:
    return {True: "yes", False: "no"}.get(name, str(name)) if isinstance(name, bool) else str(name)


def _number(value: float | str) -> float | None:
    """A number, or a sum worked out as written: `550 / 3`."""
    if value == "undefined":
        return None
    if isinstance(value, str):
        assert re.fullmatch(r"[\d.+*/() -]+", value), value
        return float(eval(value))
    return float(value)


def kpis_with_a_value(expected: Sequence[Expected]) -> set[str]:
    """The KPIs of which anything is told."""
    return {entry.kpi for entry in expected}
