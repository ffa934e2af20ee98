"""What figures lack is told of the figures that are printed, not of all that a block asks for."""

from __future__ import annotations

from typing import Any

from broadsheet.document.blocks import questions
from broadsheet.document.tree import Cards, Section, Story
from broadsheet.periods import Period
from document.build import CALENDAR, CATALOG, WEEK, document, report, section

N = "\u202f"
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


def test_sentences_mark_figures_of_few_rows() -> None:
    # 2 of 4 this week; of the teams North has 1 of 2, both had 9 of 10 in W23 of 20.
    def rate(period: Period, team: str | None = None) -> tuple[float, int]:
        if period != WEEK:
            return (0.9, 10) if team else (0.9, 20)
        return (0.5, 2) if team else (0.5, 4)

    blocks = ({"kpis": ["win_rate"]}, {"story": {"by": ["team"]}})
    told = document(
        report(*blocks, compare=["previous"], headline="win_rate"),
        {"win_rate": rate},
        {"team": ["North", "South"]},
    )
    assert told.headline.startswith(f"Win rate 50.0{N}% (low base) in W24, 40.0{N}pp below W23")
    assert told.subject == f"Sales weekly W24: win rate −40.0{N}pp vs W23 (low base)"
    story = told.sections[1].body
    assert isinstance(story, Story)
    happened, why = (
        ["".join(span.text for span in each.spans) for each in part.lines] for part in story.parts[:2]
    )
    assert happened == [f"Win rate 50.0{N}% (low base): 40.0{N}pp below W23."]
    assert why[1] == f"South adds −20.0{N}pp, with 50.0{N}% (low base) against 90.0{N}%."


def test_sentences_mark_bases_of_few_rows() -> None:
    told = document(
        report({"kpis": ["win_rate"]}, compare=["previous"]),
        {"win_rate": lambda period, *_: (0.5, 40) if period == WEEK else (0.9, 9)},
    )
    assert told.headline == f"Win rate 50.0{N}% in W24, 40.0{N}pp below W23 (low base)"


def test_a_record_of_few_rows_says_so() -> None:
    # A winning week of two deals is the highest, but of what?
    course = {"2026-W21": (0.4, 30), "2026-W22": (0.5, 30), "2026-W23": (0.3, 30), "2026-W24": (1.0, 2)}
    chart = {"chart": "line", "kpis": ["win_rate"], "by": "week", "span": "4 weeks", "compare": []}
    told = section(chart, {"win_rate": lambda period, *_: course[period.label]})
    assert told.title == f"Win rate rose to 100.0{N}% (low base) in W24, the highest of 4 weeks"


def test_differences_of_sums_are_facts_however_small() -> None:
    of_five = section(
        {"kpis": ["margin", "win_rate"]}, {"margin": lambda _: (40.0, 5), "win_rate": lambda _: (0.4, 5)}
    )
    assert isinstance(of_five.body, Cards)
    margin, rate = of_five.body.cards
    assert (margin.caption, margin.figure.low_base) == ("n\u00a0=\u00a05", False)
    assert (rate.caption.endswith("low base"), rate.figure.low_base) == (True, True)
