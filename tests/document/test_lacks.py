"""What figures lack is told of the figures that are printed, not of all that a block asks for."""

from __future__ import annotations

from typing import Any

from broadsheet.document.blocks import questions
from broadsheet.document.tree import Section
from document.build import CALENDAR, CATALOG, WEEK, document, report, section

TWO_CARDS = {
    "kpis": ["won", {"kpi": "won", "label": "Quarter to date", "period": {"to_date": "quarter"}}],
    "span": "13 weeks",
    "compare": ["plan", "previous", "last_year"],
}
WON = {"won": lambda *_: (100.0, 50), "plan": lambda *_: 90.0, "win_rate": lambda *_: (0.5, 40)}
TEAMS = {"team": ["North", "South"]}


def told(block: dict[str, Any], kpi: str, counts: dict[str, int], **more: Any) -> Section:
    """The block, with so many rows left out of a KPI in periods, by their labels."""
    ((question,),) = questions(report(block), WEEK, CATALOG, CALENDAR)
    periods = [period.label for period in question.buckets]
    assert counts.keys() <= set(periods)
    each = tuple(counts.get(label, 0) for label in periods)
    kind = more.pop("kind", "faults")
    apart = {kind: {kpi: sum(each)}, f"{kind}_in": {kpi: each}}
    return section(block, WON, TEAMS, **apart, **more)


def test_a_card_tells_what_its_own_figure_and_its_bases_lack() -> None:
    # The week has all; 1 amount is missing in its last year, 3 in the quarter, 4 in a week of the course.
    counts = {"2026-W24": 0, "2025-W24": 1, "2026-Q2.to.2026-06-14": 3, "2026-W20": 4}
    assert told(TWO_CARDS, "won", counts).remarks == (
        "Won amount, PY: 1 amount without an exchange rate is left out.",
        "Quarter to date: 3 amounts without an exchange rate are left out.",
    )


def test_a_table_tells_of_bases_only_where_it_prints_them() -> None:
    table = {"table": {"rows": "team", "kpis": ["won", "win_rate"]}, "compare": ["previous"]}
    counts = {"2026-W24": 2, "2026-W23": 5}
    first = told(table, "won", counts).remarks
    assert first == (
        "Won amount: 2 amounts without an exchange rate are left out.",
        "Won amount, W23: 5 amounts without an exchange rate are left out.",
    )
    second = told(table, "win_rate", counts, kind="pending").remarks
    assert second == ("Win rate: 2 rows are still open and not in the figure.",)


def test_a_course_tells_of_all_that_it_draws() -> None:
    chart = {"chart": "bar", "kpis": ["won"], "by": "week", "span": "4 weeks", "compare": []}
    assert told(chart, "won", {"2026-W21": 1, "2026-W24": 2}).remarks == (
        "Won amount: 3 amounts without an exchange rate are left out.",
    )


def test_the_last_page_tells_how_far_the_comparisons_of_a_card_go() -> None:
    # 1 April to 14 June are 30 + 31 + 14 days.
    notes = dict(document(report(TWO_CARDS), WON).notes)["Comparisons"]
    assert "Q2 2026 to date, previous period: to date, after 75 days against 75." in notes
    assert "Q2 2026 to date, last year: to date, after 75 days against 75." in notes
    plain = dict(document(report(TWO_CARDS | {"kpis": ["won"]}), WON).notes)["Comparisons"]
    assert "to date" not in plain
