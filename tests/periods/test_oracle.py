"""The calendar against an oracle that shares no code with it: the reduced set of F1."""

from __future__ import annotations

import pytest

from soak.f01_calendar import REDUCED, Figures, compare, report


@pytest.mark.faults
def test_no_period_of_thirty_zones_is_missing_doubled_or_due_at_another_time() -> None:
    figures = Figures()
    for zone in REDUCED:
        compare(zone, 2000, 2027, figures)
    line = report(figures, 0)
    assert figures.periods == 364_050
    assert figures.void == 1, "30 December 2011 in Apia"
    assert "days of 0, 22, 23, 23.5, 24, 24.5, 25, 26 hours" in line
