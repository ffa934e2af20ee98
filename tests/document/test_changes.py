"""Comparisons: signs, bases that allow no percentage, tones and the status rule."""

from __future__ import annotations

import pytest

from broadsheet.document.changes import changes, status
from broadsheet.document.reading import Reading, Spot
from broadsheet.metrics.question import Question
from broadsheet.periods import Period
from document.build import CALENDAR, KPIS, WEEK, answer, context, report

N = "\u202f"
BEFORE = WEEK.previous(CALENDAR)


def found(kpi: str, now: float | None, before: float | None) -> tuple[str, str, str, str]:
    assert BEFORE is not None
    values = {WEEK: now, BEFORE.period: before}

    def value(period: Period) -> float | None:
        return values[period]

    reading = Reading(
        answer(Question((kpi,), (WEEK, BEFORE.period)), {kpi: value}, {}), context(report({"kpis": [kpi]}))
    )
    (change,) = changes(reading, kpi, Spot(WEEK), ("previous",))
    assert change.label == "W23"
    return change.difference.text, change.relative.text, change.direction, change.tone


@pytest.mark.parametrize(
    ("kpi", "now", "before", "expected"),
    [
        ("won", 2_046_000.0, 2_300_000.0, (f"−254{N}k", f"−11.0{N}%", "down", "bad")),
        ("cost", 82_000.0, 100_000.0, (f"−18.0{N}k", f"−18.0{N}%", "down", "good")),
        ("plan", 82_000.0, 100_000.0, (f"−18.0{N}k", f"−18.0{N}%", "down", "neutral")),
        ("win_rate", 0.359, 0.314, (f"+4.5{N}pp", "", "up", "good")),
        ("won", 127.49, 119.0, ("+8", f"+7.1{N}%", "up", "good")),
        ("won", 12.5, 10.0, ("+2.50", f"+25.0{N}%", "up", "good")),
        ("won", 5_000.0, 0.0, ("+5,000", "–", "up", "good")),
        ("won", 5_000.0, -5_000.0, (f"+10.0{N}k", "–", "up", "good")),
        ("won", -5_000.0, -10_000.0, ("+5,000", f"+50.0{N}%", "up", "good")),
        ("won", 5_000.0, 5_000.0, ("±0", f"±0.0{N}%", "flat", "neutral")),
        ("won", 5_000.0, None, ("–", "–", "flat", "muted")),
        ("won", None, 5_000.0, ("–", "–", "flat", "muted")),
    ],
)
def test_change(kpi: str, now: float | None, before: float | None, expected: tuple[str, ...]) -> None:
    assert found(kpi, now, before) == expected


@pytest.mark.parametrize(
    ("kpi", "value", "plan", "expected"),
    [
        ("won", 98.0, 100.0, "on_track"),
        ("won", 97.9, 100.0, "at_risk"),
        ("won", 90.0, 100.0, "at_risk"),
        ("won", 89.9, 100.0, "off_track"),
        ("cost", 102.0, 100.0, "on_track"),
        ("cost", 110.0, 100.0, "at_risk"),
        ("cost", 110.1, 100.0, "off_track"),
        ("plan", 50.0, 100.0, None),
        ("won", None, 100.0, None),
        ("won", 50.0, 0.0, None),
        ("won", 50.0, None, None),
    ],
)
def test_status(kpi: str, value: float | None, plan: float | None, expected: str | None) -> None:
    assert status(KPIS[kpi], value, plan) == expected
