"""Every shipped KPI against values worked out by hand on a company small enough to be counted."""

from __future__ import annotations

import math
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml

from broadsheet.clock import AnchoredClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.metrics import EMPTY, Answer, Question, answer
from broadsheet.periods import parse_label
from broadsheet.press.press import Press
from catalog.count import with_steps
from miniature.company import HERE, Expected, build, expectations, kpis_with_a_value, rows

ROOT = HERE.parents[1]
#: 15 April 2026, midnight in Berlin.
AS_OF = datetime(2026, 4, 14, 22, tzinfo=UTC)


def shipped() -> set[str]:
    """The KPIs of config/kpis, with the steps of funnels; what a method computes cannot be counted."""
    files = (yaml.safe_load(path.read_text("utf-8")) for path in (ROOT / "config" / "kpis").glob("*.yaml"))
    kpis = (item for file in files for item in with_steps(file["kpis"]).items())
    return {name for name, kpi in kpis if "method" not in kpi}


EXPECTED = expectations()


@pytest.fixture(scope="module", params=["duckdb", "postgresql"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Answer]:
    """What the shipped workspace says over the miniature on either engine, by the place of the expectation."""
    root = tmp_path_factory.mktemp("miniature")
    shutil.copytree(ROOT / "config", root / "config")
    (root / "var").mkdir()
    url = _database(request, root)
    engine = sa.create_engine(url)
    build(engine)
    engine.dispose()
    _connect(root / "config" / "sources.yaml", url)
    workspace = load_workspace(root)
    assert not workspace.errors
    press = Press(workspace, AnchoredClock(AS_OF), {}, root / "var")
    questions = [_question(entry, press) for entry in EXPECTED]
    with press.warehouse() as warehouse:
        given = answer(questions, workspace.catalog, press.calendar, warehouse, AS_OF)
    failed = {(EXPECTED[i].kpi, EXPECTED[i].by): why for i, why in given.failures.items()}
    assert not failed
    return {i: found for i, found in enumerate(given.answers) if found is not None}


def _database(request: pytest.FixtureRequest, root: Path) -> sa.URL:
    """An empty database on the engine that the fixture's parameter names."""
    if request.param == "duckdb":
        return sa.make_url(f"duckdb:///{root}/var/warehouse.duckdb")
    server: sa.URL = request.getfixturevalue("postgres_url")
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE miniature")
    engine.dispose()
    return server.set(database="miniature")


def _connect(sources: Path, url: sa.URL) -> None:
    """Point the shipped sources to a database."""
    text, shipped = sources.read_text("utf-8"), "url: duckdb:///var/warehouse.duckdb"
    assert shipped in text
    plain = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)
    sources.write_text(text.replace(shipped, f"url: {plain}"), "utf-8")


def _question(entry: Expected, press: Press) -> Question:
    level = (entry.by,) if entry.by else ()
    return Question((entry.kpi,), (parse_label(entry.period, press.calendar),), level, (level,))


@pytest.mark.parametrize(
    "index", range(len(EXPECTED)), ids=[f"{entry.kpi}-{entry.period}-{entry.by}" for entry in EXPECTED]
)
def test_it_is_what_was_counted_by_hand(index: int, told: dict[int, Answer]) -> None:
    entry, found = EXPECTED[index], told[index]
    frame = found.frames[(entry.by,) if entry.by else ()]
    names = [str(name).replace(EMPTY, "(not set)") for name in frame[entry.by]] if entry.by else [""]
    values = {
        name: None if math.isnan(value) else float(value)
        for name, value in zip(names, frame[entry.kpi], strict=True)
    }
    assert values == {
        name: None if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)
        for name, value in entry.values.items()
    }, entry.because
    if entry.why is not None:
        assert found.reason(entry.kpi) == entry.why
    if entry.left_out is not None:
        assert found.faults.get(entry.kpi, 0) == entry.left_out
    if entry.waiting is not None:
        assert found.pending.get(entry.kpi, 0) == entry.waiting


def test_every_shipped_kpi_has_a_value_worked_out_by_hand() -> None:
    assert shipped() - kpis_with_a_value(EXPECTED) == set()
    assert kpis_with_a_value(EXPECTED) - shipped() == set()


def test_every_row_and_value_says_what_it_is_for() -> None:
    assert [entry.kpi for entry in EXPECTED if not entry.because.strip()] == []
    assert [
        row for table in rows() for row, why in zip(table.cells, table.reasons, strict=True) if not why
    ] == []
