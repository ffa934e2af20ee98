"""A beat over many schedules: the reduced set of F15."""

from __future__ import annotations

from pathlib import Path

import pytest

from soak.f15_tick import GOAL, measure


@pytest.mark.faults
def test_a_beat_over_a_thousand_schedules_with_nothing_due_takes_less_than_a_fifth_of_a_second(
    tmp_path: Path,
) -> None:
    seconds = measure(tmp_path / "shop", 1000)
    assert seconds["nothing due"] < GOAL / 5
    assert seconds["first of a process"] < GOAL / 2
