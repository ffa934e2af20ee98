"""Same unit, same scale, or a note: charts of a document beside each other."""

from __future__ import annotations

import pytest

from broadsheet.document.tree import Chart, Section
from document.build import document, report

BAR = {"chart": "bar", "kpis": ["won"], "by": "week", "span": "2 weeks", "compare": [], "width": "half"}
COST = {**BAR, "kpis": ["cost"]}
STACK = {**BAR, "chart": "stacked", "kpis": ["cost"], "split": "team"}


def told(cost: float, *blocks: dict[str, object]) -> tuple[Section, ...]:
    data = {"won": lambda _: 100e3, "cost": lambda *_: cost, "win_rate": lambda _: (0.5, 40)}
    return document(report(*blocks), data, {"team": ["North", "South"]}).sections


def reaches(sections: tuple[Section, ...]) -> list[tuple[float, float] | None]:
    return [section.body.reach for section in sections if isinstance(section.body, Chart)]


def noted(sections: tuple[Section, ...]) -> list[bool]:
    return [section.caption.endswith("own scale") for section in sections]


def test_charts_built_alike_and_similar_in_size_share_a_scale() -> None:
    sections = told(60e3, BAR, COST)
    assert reaches(sections) == [(0.0, 100e3)] * 2
    assert noted(sections) == [False, False]


def test_parts_are_as_high_as_their_sum() -> None:
    assert reaches(told(60e3, BAR, STACK)) == [(0.0, 120e3)] * 2


@pytest.mark.parametrize(
    "other", [COST, {**COST, "width": "full"}, {"chart": "ranked", "kpis": ["cost"], "by": "team"}]
)
def test_all_others_say_that_their_scale_is_their_own(other: dict[str, object]) -> None:
    sections = told(30e3, BAR, other)
    assert reaches(sections) == [None, None]
    assert noted(sections) == [True, True]


def test_what_stands_alone_or_has_another_unit_needs_no_note() -> None:
    rate = {"chart": "line", "kpis": ["win_rate"], "by": "week", "span": "2 weeks", "compare": []}
    assert noted(told(1.0, BAR, rate)) == [False, False]
    count = {**BAR, "kpis": ["deals"]}
    assert noted(told(1.0, count, {**count, "kpis": ["won_deals"], "width": "full"})) == [False, False]
