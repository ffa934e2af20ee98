"""What the tests of the examples share: a workspace over its data, its answers, and the edition it prints."""

from __future__ import annotations

import html
import math
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from typer.testing import CliRunner

from broadsheet.cli.app import app
from broadsheet.clock import FixedClock
from broadsheet.definitions.models.filters import parse_filter
from broadsheet.definitions.workspace import Workspace, load_workspace
from broadsheet.metrics import Question, answer
from broadsheet.periods import Calendar, Period, all_time
from broadsheet.warehouse.warehouse import Warehouse, open_warehouse

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
CALENDAR = Calendar("UTC")
EVERYTHING = all_time(date(2000, 1, 1), date(2030, 1, 1))
AS_OF = datetime(2030, 1, 1, tzinfo=UTC)

Values = dict[Any, dict[str, float]]
"""Values by member (several dimensions: a tuple; none: the period's label) and KPI."""


@dataclass(frozen=True)
class Example:
    """A workspace below docs/examples/ and the folder with its data."""

    root: Path
    data: Path
    snapshots: Path
    workspace: Workspace
    warehouse: Warehouse

    def ask(
        self,
        *kpis: str,
        by: Sequence[str] = (),
        buckets: Sequence[Period] = (EVERYTHING,),
        where: Mapping[str, Any] | None = None,
    ) -> Values:
        """KPIs by dimensions over all data, or in total by periods."""
        question = Question(kpis, tuple(buckets), tuple(by), (tuple(by),), parse_filter(dict(where or {})))
        found = answer([question], self.workspace.catalog, CALENDAR, self.warehouse, AS_OF)
        assert not found.failures, found.failures
        (given,) = found.answers
        assert given is not None
        values: Values = {}
        for row in given.frames[tuple(by)].to_dict("records"):
            members = tuple(row[name] for name in by)
            label = buckets[row["bucket"]].label
            key = label if not by else members[0] if len(by) == 1 else members
            values[key] = {kpi: row[kpi] for kpi in kpis}
        return values

    def total(self, *kpis: str, where: Mapping[str, Any] | None = None) -> dict[str, float]:
        """KPIs over all data."""
        return self.ask(*kpis, where=where)[EVERYTHING.label]

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of a statement of DuckDB over the files, named as tables: independent of the workspace."""
        with duckdb.connect() as connection:
            connection.execute(f"SET file_search_path = '{self.data}'")
            return connection.execute(statement).fetchall()


@contextmanager
def opened(name: str, data: Path, snapshots: Path) -> Iterator[Example]:
    """The example `name` over the files in `data`."""
    root = EXAMPLES / name
    workspace = load_workspace(root)
    assert not workspace.problems, workspace.problems
    environ = {"BROADSHEET_DATA": str(data)}
    clock = FixedClock(AS_OF)
    with open_warehouse(workspace.catalog, root, environ, snapshots=snapshots, clock=clock) as warehouse:
        yield Example(root, data, snapshots, workspace, warehouse)


def like(value: float, published: str, name: str = "") -> str:
    """A value rounded and written as its published counterpart is: `1,234.5`, `12.3 %`. `name` is for tables."""
    places = len(re.sub(r"[^\d.]", "", published).partition(".")[2])
    percent = published.endswith("%")
    return f"{value * 100 if percent else value:,.{places}f}{' %' if percent else ''}"


def read(table: str) -> dict[str, dict[str, str]]:
    """A published table: its figures as they were printed, by member and KPI."""
    head, *rows = ([cell.strip() for cell in line.split("|")] for line in table.strip().splitlines())
    return {member: dict(zip(head[1:], figures, strict=True)) for member, *figures in rows}


def as_printed(values: Values, published: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Our values of the published members, in the published form."""
    return {
        member: {kpi: like(values[member][kpi], text, f"{kpi} {member}") for kpi, text in figures.items()}
        for member, figures in published.items()
    }


def close(ours: float, theirs: float | None) -> bool:
    """Equal up to what the order of summation decides; undefined is equal to undefined."""
    return (
        math.isnan(ours) if theirs is None else math.isclose(ours, float(theirs), rel_tol=1e-9, abs_tol=1e-9)
    )


def printed(example: Example, report: str, folder: Path) -> Path:
    """The PDF that `broadsheet run REPORT` makes of a copy of the example; its page lies beside it."""
    copy = shutil.copytree(example.root, folder / "workspace", ignore=shutil.ignore_patterns("var"))
    shutil.copytree(example.snapshots, copy / "var" / "snapshots")  # equal content is read once
    arguments = ["-C", str(copy), "run", report, "--out", str(folder / "out")]
    environ = {"BROADSHEET_DATA": str(example.data)}
    run = CliRunner().invoke(app, arguments, env=environ, catch_exceptions=False)
    assert run.exit_code == 0, run.output
    (pdf,) = (folder / "out").rglob("*.pdf")
    return pdf


def words_of(pdf: Path) -> str:
    """What stands on the HTML page beside a PDF, in one line, with plain spaces."""
    (page,) = pdf.parent.glob("*.html")
    text = re.sub(
        r"<(style|script)\b.*?</\1>|<[^>]+>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    return " ".join(html.unescape(text).replace("\u202f", " ").replace("\xa0", " ").split())
