"""Small multiples: one panel per member, what stands out in the title, one scale told in the caption."""

from __future__ import annotations

import pytest

from broadsheet.document.blocks import questions
from broadsheet.document.panels import Multiples
from broadsheet.document.tree import Notice
from broadsheet.metrics.question import OTHER, Top
from broadsheet.periods import Period
from document.build import CALENDAR, CATALOG, WEEK, document, report, section

N = "\u202f"
BLOCK = {
    "chart": "bar",
    "kpis": ["won"],
    "by": "week",
    "span": "2 weeks",
    "split": "team",
    "compare": "last_year",
}
WON = {"North": (400e3, 440e3, 400e3), "Export": (300e3, 200e3, 350e3), OTHER: (50e3, 60e3, 60e3)}


def won(period: Period, *members: str) -> float:
    before, now, last_year = WON[members[0]] if members else (750e3, 700e3, 810e3)
    if period.start.year == 2025:
        return last_year
    return now if period == WEEK else before + now if period.days > 7 else before


def test_the_question_ranks_members_over_the_whole_course() -> None:
    ((question,),) = questions(report(BLOCK), WEEK, CATALOG, CALENDAR)
    labels = [bucket.label for bucket in question.buckets]
    assert labels == ["2026-06-01..2026-06-14", "2026-W23", "2026-W24", "2025-W23", "2025-W24"]
    assert (question.dimensions, question.levels) == (("team",), (("team",), ()))
    assert question.top == Top("team", "won", 5)


def test_every_member_has_its_value_change_and_course() -> None:
    told = section(BLOCK, {"won": won}, {"team": list(WON)}, other_members=3)
    body = told.body
    assert isinstance(body, Multiples)
    assert [panel.name for panel in body.panels] == ["North", "Export", "Other (3)"]
    north, export, _ = body.panels
    assert (north.text, export.text) == ("440", "200")
    assert [series.label for series in north.series] == ["AC", "PY"]
    assert north.series[0].values == (400e3, 440e3)
    assert north.change is not None
    assert export.change is not None
    assert (north.change.difference.text, north.change.tone) == ("+40", "good")
    assert (export.change.relative.text, export.change.tone) == (f"−42.9{N}%", "bad")
    assert (
        told.title == f"Largest difference in won amount: Export, €150{N}k below last year (of the 2 shown)"
    )
    assert "all on one scale, tick or dashed line: PY" in told.caption
    assert "North 440, Export 200" in told.alt
    assert "stands for 3 further members" in " ".join(told.remarks)


def test_the_workbook_gets_every_member_and_base() -> None:
    body = section(BLOCK, {"won": won}, {"team": ["North", "Export"]}).body
    assert isinstance(body, Multiples)
    assert [head.text for head in body.columns] == ["", "North", "North, PY", "Export", "Export, PY"]
    assert body.lines[1] == ("W24", 440e3, 400e3, 200e3, 350e3)


def test_panels_without_comparison_tell_the_leader() -> None:
    told = section({**BLOCK, "compare": []}, {"won": won}, {"team": ["North", "Export"]})
    assert told.title.startswith("Largest by won amount: North")
    assert isinstance(told.body, Multiples)
    assert all(panel.change is None for panel in told.body.panels)


def test_no_member_is_said_plainly() -> None:
    told = document(report(BLOCK), {"won": won}, {"team": []}).sections[0]
    assert isinstance(told.body, Notice)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"by": "segment", "span": None}, "to lines and bars by time"),
        ({"kpis": ["won", "cost"]}, "shows one KPI"),
        ({"ahead": 2}, "of one KPI by time"),
    ],
)
def test_what_cannot_be_split_is_refused(wrong: dict[str, object], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        report({**BLOCK, **wrong})
