"""Proposals as a user gets them: through the command, and proven by the strict loader and `check --data`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from broadsheet.cli.app import app
from broadsheet.clock import FixedClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.errors import Place, Problem
from broadsheet.metrics.source import Context
from broadsheet.periods import Calendar
from broadsheet.warehouse.inspect import check_data
from broadsheet.warehouse.warehouse import open_warehouse

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
FILES = {
    "settings.yaml": "version: 1\ncompany: Example Tackle Ltd\n",
    "dimensions.yaml": "dimensions: {}\n",
    "audiences.yaml": "audiences: {}\n",
}


@dataclass(frozen=True)
class Proposed:
    """What the command wrote: the file, its tables, the doubts, and what the checks say of them."""

    text: str
    tables: dict[str, Any]
    doubts: str
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> list[str]:
        return [str(problem) for problem in self.problems if problem.severity == "error"]

    def doubts_about(self, place: str) -> str:
        return "\n".join(line for line in self.doubts.splitlines() if f"  {place}: " in line)


Connect = Callable[..., Proposed]


@pytest.fixture
def connect(tmp_path: Path) -> Connect:
    """Runs the command on a source, writes its proposal into a workspace and checks it offline and live."""
    root = tmp_path / "workspace"

    def run(source: str | Path, environ: dict[str, str] | None = None) -> Proposed:
        arguments = ["-C", str(root), "connect", str(source), "--write", "--overwrite"]
        (root / "config").mkdir(parents=True, exist_ok=True)
        result = CliRunner().invoke(app, arguments, env=environ, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        for name, text in FILES.items():
            (root / "config" / name).write_text(text, encoding="utf-8")
        workspace = load_workspace(root)
        assert workspace.errors == ()
        catalog = workspace.catalog
        with open_warehouse(
            catalog, root, environ or {}, snapshots=tmp_path / "snapshots", clock=FixedClock(AS_OF)
        ) as warehouse:
            context = Context(catalog, Calendar("UTC"), warehouse, AS_OF)
            problems = check_data(context, warehouse, lambda *path: Place(".".join(path)))
        text = (root / "config" / "sources.yaml").read_text(encoding="utf-8")
        data = workspace.files.files["config/sources.yaml"].data
        tables = {**data.get("entities", {}), **data["facts"]}
        return Proposed(text, tables, result.stderr, tuple(problems))

    return run
