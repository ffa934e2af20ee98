"""One small sample company for all proofs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from broadsheet.clock import AnchoredClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.press.press import Press
from broadsheet.sample.build import build
from catalog.proof import AS_OF, QUERIES, ROOT, World


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The shipped workspace over a quarter of the sample company."""
    root = tmp_path_factory.mktemp("company")
    for folder in ("config", "reports", "templates"):
        shutil.copytree(ROOT / folder, root / folder)
    file = root / "var" / "warehouse.duckdb"
    file.parent.mkdir()
    build(file, until=date(2026, 6, 14), seed=7, scale=0.25)
    workspace = load_workspace(root)
    assert not workspace.errors
    press = Press(workspace, AnchoredClock(AS_OF), {}, root / "var")
    with press.warehouse() as warehouse:
        plain = duckdb.connect(":memory:")
        plain.execute(f"ATTACH '{file}' AS company (READ_ONLY)")
        plain.execute("USE company")
        plain.execute((QUERIES / "rules.sql").read_text(encoding="utf-8"))
        yield World(workspace.catalog, press.calendar, warehouse, plain)
        plain.close()
