"""Figures of fewer than five persons are not printed, nor is what would tell them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from broadsheet.document.tree import Cards, Chart, Section, Table
from broadsheet.metrics.question import OTHER
from broadsheet.periods import Period
from document.build import Data
from document.build import section as told_of

TEAMS = {"North": 30, "East": 12, "South": 3, "West": 0}
REMARK = (
    "“<5” and “n<5”: fewer than 5 persons, not printed; “hidden”: not printed either, "
    "for it would tell the others."
)


def people(counts: Mapping[str, int], total: int | None = None) -> Data:
    whole = sum(counts.values()) if total is None else total

    def count(_: Period, member: str = "") -> tuple[float, int]:
        n = counts.get(member, whole)
        return n, n

    def per_person(bucket: Period, member: str = "") -> tuple[float | None, int]:
        n = counts.get(member, whole)
        return (900 / n if n else None), n

    return {"people": count, "per_person": per_person, "won": lambda _, team="": 900 if team else 3600}


def section(
    block: dict[str, Any],
    data: Data,
    members: Mapping[str, list[str]] | None = None,
    compare: list[str] | None = None,
    **more: Any,
) -> Section:
    return told_of({**block, "compare": compare or []}, data, members, **more)


def texts(told: Section) -> list[list[str]]:
    assert isinstance(told.body, Table)
    return [[cell.text for cell in row.cells] for row in told.body.rows]


def test_a_small_row_takes_another_with_it_and_the_total_stays() -> None:
    block = {"table": {"rows": "team", "kpis": ["people", "won", "per_person"]}}
    told = section(block, people(TEAMS), {"team": list(TEAMS)})
    assert texts(told) == [
        ["North", "30", "900", "30.00"],
        ["West", "0", "900", "–"],
        ["East", "hidden", "900", "hidden"],
        ["South", "<5", "900", "n<5"],
        ["All", "45", "3,600", "20.00"],
    ]
    assert isinstance(told.body, Table)
    assert [row.cells[1].bar for row in told.body.rows] == [1.0, 0.0, None, None, None]
    assert REMARK in told.remarks


def test_the_ranked_ones_stand_last_by_name() -> None:
    members = {"North": 30, "South": 12, "East": 3, "Center": 3, OTHER: 9}
    block = {"table": {"rows": "team", "kpis": ["people"], "top": 4}}
    told = section(block, people(members), {"team": list(members)}, other_members=2)
    assert [row[0] for row in texts(told)] == ["North", "South", "Center", "East", "Other (2)", "All"]
    assert [row[1] for row in texts(told)] == ["30", "12", "<5", "<5", "9", "57"]


def test_without_persons_every_figure_is_printed() -> None:
    block = {"table": {"rows": "team", "kpis": ["deals"]}}
    told = section(block, {"deals": people(TEAMS)["people"]}, {"team": list(TEAMS)})
    assert [row[1] for row in texts(told)] == ["30", "12", "3", "0", "45"]
    assert not told.remarks


def test_a_contingency_table_keeps_back_a_square_and_its_test() -> None:
    cells = {
        ("North", "won"): 3, ("North", "lost"): 20, ("South", "won"): 30, ("South", "lost"): 40,
        ("West", "won"): 50, ("West", "lost"): 60,
    }  # fmt: skip

    def count(_: Period, *members: str) -> tuple[float, int]:
        n = sum(value for key, value in cells.items() if set(members) <= set(key))
        return n, n

    block = {
        "crosstab": {
            "rows": "team",
            "columns": "outcome",
            "count": "people",
            "shares": ["row"],
            "test": "chi_square",
        }
    }
    told = section(block, {"people": count}, {"team": ["North", "South", "West"], "outcome": ["won", "lost"]})
    percent = "\u202f%"
    assert texts(told) == [
        ["West", f"45{percent}", f"55{percent}", f"100{percent}"],
        ["South", "hidden", "hidden", f"100{percent}"],
        ["North", "<5", "hidden", f"100{percent}"],
        ["All", f"41{percent}", f"59{percent}", f"100{percent}"],
    ]
    assert "No test is printed: it would tell something of the figures that are not." in told.remarks
    assert REMARK in told.remarks


def test_a_total_of_few_persons_is_no_empty_block() -> None:
    block = {"crosstab": {"rows": "team", "columns": "outcome", "count": "people"}}
    told = section(block, {"people": lambda *_: (3, 3)}, {"team": ["North"], "outcome": ["won"]})
    assert told.title == "People"
    assert texts(told)[-1][-1] == "<5"


@pytest.mark.parametrize("kind", ["bar", "ranked"])
def test_charts_draw_no_bar_and_their_titles_name_no_small_member(kind: str) -> None:
    told = section({"chart": kind, "kpis": ["people"], "by": "team"}, people(TEAMS), {"team": list(TEAMS)})
    assert isinstance(told.body, Chart)
    assert dict(zip(told.body.categories, told.body.series[0].values, strict=True)) == {
        "North": 30, "West": 0, "East": None, "South": None,
    }  # fmt: skip
    assert told.body.series[0].texts == ("30", "0", "hidden", "<5")
    assert told.title == "Largest by people: North with 30, 67\u202f% of the total"
    assert told.remarks[-1] == REMARK


def test_months_that_make_up_a_whole_are_kept_back_together() -> None:
    def count(bucket: Period) -> tuple[float, int]:
        n = {"2026-04": 20, "2026-05": 3}.get(bucket.label, 9 if bucket.days < 60 else 32)
        return n, n

    block = {"table": {"rows": "month", "kpis": ["people"], "span": "3 months"}}
    told = section(block, {"people": count})
    assert [row[1] for row in texts(told)] == ["20", "<5", "hidden", "32"]


def test_a_card_of_few_persons_says_so_and_shows_no_change() -> None:
    def count(bucket: Period) -> tuple[float, int]:
        n = 3 if bucket.label == "2026-W24" else 40
        return n, n

    told = section({"kpis": ["people"]}, {"people": count}, compare=["previous"])
    assert isinstance(told.body, Cards)
    (card,) = told.body.cards
    assert (card.figure.text, card.figure.n) == ("<5", None)
    assert card.figure.value is None
    assert [change.difference.value for change in card.changes] == [None]
    assert told.remarks == ("People is undefined: not printed, fewer than 5 persons.",)


def test_a_former_period_of_few_persons_is_not_told_by_the_change() -> None:
    def count(bucket: Period, member: str = "") -> tuple[float, int]:
        former = {"North": 30, "South": 3}
        n = (
            {"North": 28, "South": 21}.get(member, 49)
            if bucket.label == "2026-W24"
            else former.get(member, 33)
        )
        return n, n

    block = {"table": {"rows": "team", "kpis": ["people"]}}
    told = section(block, {"people": count}, {"team": ["North", "South"]}, compare=["previous"])
    assert [row[2] for row in texts(told)] == ["–", "–", "+48.5\u202f%"]
