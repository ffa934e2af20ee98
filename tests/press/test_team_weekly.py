"""The sample's report for each sales team: every team its own rows, and together all that there is."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from broadsheet.clock import AnchoredClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.document.material import Material
from broadsheet.press.demand import Wish, orders_for
from broadsheet.press.gather import gather
from broadsheet.press.press import Press
from broadsheet.press.reconcile import orphans
from broadsheet.sample.build import build

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TEAMS = {"East", "International", "North", "South", "West"}


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Press:
    root = tmp_path_factory.mktemp("company")
    for folder in ("config", "reports", "templates"):
        shutil.copytree(ROOT / folder, root / folder)
    (root / "var").mkdir()
    build(root / "var" / "warehouse.duckdb", until=date(2026, 6, 14), seed=7, scale=0.1)
    return Press(load_workspace(root), AnchoredClock(NOW), {}, root / "var")


@pytest.fixture(scope="module")
def teams(press: Press) -> Mapping[str, Material]:
    orders = orders_for(press, Wish("team-weekly"))
    return {each.edition.slice.removeprefix("team="): gather(press, each).job.material for each in orders}


def figures(material: Material, kpi: str) -> list[float]:
    """A KPI week by week, as the first block shows it."""
    answer = material.data[0].answer
    assert answer is not None
    return list(answer.frames[()][kpi].astype(float).fillna(0))


def test_every_team_has_an_edition_and_readers_of_the_house(
    press: Press, teams: Mapping[str, Material]
) -> None:
    assert set(teams) == TEAMS
    groups = press.directory.groups("sales_teams")
    assert sum(len(group.recipients) for group in groups) == 6
    assert all(one.endswith("@tidewater.test>") for group in groups for one in group.recipients)


@pytest.mark.parametrize("kpi", ["won_amount", "won_amount_plan", "open_pipeline"])
def test_what_the_teams_show_adds_up_to_the_whole(
    press: Press, teams: Mapping[str, Material], kpi: str
) -> None:
    (order,) = orders_for(press, Wish("team-weekly", audience="sales"))
    whole = figures(gather(press, order).job.material, kpi)
    parts = [figures(material, kpi) for material in teams.values()]
    assert sum(whole) > 0
    assert [sum(each) for each in zip(*parts, strict=True)] == pytest.approx(whole)


def test_no_row_is_in_nobodys_edition(press: Press) -> None:
    assert orphans(press, "team-weekly") == ()


def test_a_team_reads_of_its_own_deals_alone(press: Press, teams: Mapping[str, Material]) -> None:
    with duckdb.connect(str(press.var / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "SELECT o.opportunity_id, t.name FROM opportunities o JOIN teams t USING (team_id)"
        )
        owner = dict(found.fetchall())
    for team, material in teams.items():
        rows = [
            row
            for block in material.data
            for each in block.every
            if each.answer and (each.answer.rows)
            for row in each.answer.rows.values
        ]
        assert rows
        assert {owner[str(row[0])] for row in rows} == {team}
