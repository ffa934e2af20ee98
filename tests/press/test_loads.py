"""A log of loads: what is dated after the last one is a fault, what came after the date of the report is none."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from broadsheet.clock import AnchoredClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.press.demand import Wish, order_for, orders_for
from broadsheet.press.gather import circumstances, gather
from broadsheet.press.press import Press
from broadsheet.sample.build import build
from broadsheet.warehouse.extent import logged_load

ROOT = Path(__file__).resolve().parents[2]
LOG = "    loads: source_loads.loaded_at # rows dated later are faults\n"
UNTIL = date(2026, 6, 14)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("company")
    for folder in ("config", "reports", "templates"):
        shutil.copytree(ROOT / folder, root / folder)
    (root / "var").mkdir()
    build(root / "var" / "warehouse.duckdb", until=UNTIL, seed=7, scale=0.02)
    with duckdb.connect(str(root / "var" / "warehouse.duckdb")) as connection:
        connection.execute(
            "UPDATE cases SET created_at = TIMESTAMP '2027-01-01' WHERE case_id = (SELECT min(case_id) FROM cases)"
        )
    return root


def later(root: Path) -> dict[str, int]:
    """How many rows of each fact are told to lie in the future, in a report made again for March."""
    now = datetime(2026, 3, 15, 23, tzinfo=UTC)
    press = Press(load_workspace(root), AnchoredClock(now), {}, root / "var")
    order = order_for(press, Wish("service-weekly", None, False, now))
    flaws = gather(press, order).job.material.flaws
    return {flaw.fact: flaw.count for flaw in flaws if flaw.kind == "future"}


def test_rows_that_came_after_the_report_are_no_faults(company: Path) -> None:
    assert later(company) == {"cases": 1}


def test_without_a_log_the_date_of_the_report_is_all_that_is_known(company: Path) -> None:
    sources = company / "config" / "sources.yaml"
    text = sources.read_text("utf-8")
    assert LOG in text
    sources.write_text(text.replace(LOG, ""), "utf-8")
    try:
        assert later(company)["cases"] > 1
    finally:
        sources.write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("written", "code", "what"),
    [
        ("source_load.loaded_at", "unknown-fact", "“source_load” is not a fact"),
        ("source_loads.loaded", "unknown-path", "loaded"),
        (
            "source_loads.rows",
            "column-type",
            "a log of loads needs a column of type time, source_loads.rows is number",
        ),
    ],
)
def test_a_log_is_a_time_of_a_fact(company: Path, written: str, code: str, what: str) -> None:
    sources = company / "config" / "sources.yaml"
    text = sources.read_text("utf-8")
    sources.write_text(text.replace("loads: source_loads.loaded_at", f"loads: {written}"), "utf-8")
    try:
        (problem,) = load_workspace(company).problems
    finally:
        sources.write_text(text, "utf-8")
    assert (problem.code, problem.place.file) == (code, "config/sources.yaml")
    assert what in problem.what


def test_the_log_is_read_as_a_whole_also_for_those_who_see_a_part(company: Path) -> None:
    now = datetime(2026, 6, 15, 9, tzinfo=UTC)
    press = Press(load_workspace(company), AnchoredClock(now), {}, company / "var")
    order = orders_for(press, Wish("team-weekly"))[0]
    with duckdb.connect(str(company / "var" / "warehouse.duckdb"), read_only=True) as connection:
        (last,) = connection.execute("SELECT max(loaded_at) FROM source_loads").fetchone() or (None,)
    with press.warehouse() as warehouse:
        logged = logged_load(circumstances(press, warehouse, now, order.scope), "warehouse")
    assert logged is not None
    assert logged.astimezone(UTC).replace(tzinfo=None) == last
