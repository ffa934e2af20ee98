"""The spoken form of charts: the message of the title and at least two numbers, in every kind."""

from __future__ import annotations

import re
from typing import Any

import pytest

from broadsheet.document.tree import Chart, Diagram
from broadsheet.periods import Period
from document.build import section

WEEKS: dict[str, Any] = {"by": "week", "span": "4 weeks", "compare": ["plan", "last_year"]}
TEAM: dict[str, Any] = {"by": "team", "compare": "last_year"}
BLOCKS: dict[str, dict[str, Any]] = {
    "columns": {"chart": "bar", "kpis": ["won"], **WEEKS},
    "line": {"chart": "line", "kpis": ["won"], **WEEKS},
    "two lines": {"chart": "line", "kpis": ["won", "cost"], **WEEKS},
    "running total": {"chart": "bar", "kpis": ["won"], "cumulative": True, **WEEKS},
    "forecast": {"chart": "line", "kpis": ["signed"], "ahead": 2, **WEEKS},
    "stacked": {"chart": "stacked", "kpis": ["won"], "split": "team", **WEEKS},
    "panels": {"chart": "bar", "kpis": ["won"], "split": "team", **WEEKS},
    "panels of lines": {"chart": "line", "kpis": ["won"], "split": "team", **WEEKS},
    "bars": {"chart": "bar", "kpis": ["won"], **TEAM},
    "ranked": {"chart": "ranked", "kpis": ["won"], **TEAM},
    "bullets": {"bullet": {"kpis": ["won", "cost"]}},
    "waterfall": {"waterfall": {"kpi": "won", "by": "team"}, "compare": "last_year"},
}


def won(period: Period, *members: str) -> float:
    part = {"North": 0.6, "South": 0.4}.get(members[0], 1.0) if members else 1.0
    return part * (400e3 + 10e3 * period.start.isocalendar().week - 1e5 * (period.start.year == 2025))


@pytest.mark.parametrize("kind", BLOCKS)
def test_it_holds_the_message_and_two_numbers(kind: str) -> None:
    data = dict.fromkeys(("won", "plan", "signed", "hoped", "cost"), won)
    told = section(BLOCKS[kind], data, {"team": ["North", "South"]})
    assert isinstance(told.body, Chart | Diagram)
    assert told.title in told.alt
    rest = told.alt.replace(told.title, "")
    numbers = re.findall(r"\d[\d.,]*", rest)
    assert len(numbers) >= 2, told.alt


def test_the_words_of_the_author_are_spoken_before_the_numbers() -> None:
    told = section({**BLOCKS["columns"], "title": "Sales hold."}, {"won": won, "plan": won})
    assert told.title == "Sales hold."
    assert told.alt.startswith("Sales hold. Bar chart. Won amount")
