"""Two schedulers through downtimes, clock steps and edits: the reduced set of F2."""

from __future__ import annotations

from pathlib import Path

import pytest

from soak.f02_simulated import simulate


@pytest.mark.faults
def test_no_period_is_missed_or_planned_twice_in_10_000_schedule_days(tmp_path: Path) -> None:
    line = simulate(tmp_path / "shop", schedules=40, days=250, seed=1)
    assert "10,000 schedule-days" in line
    assert "0 missed, 0 duplicates" in line
