"""What is out comes back, and everything is made up for by itself (the figure F8, reduced)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from soak.f08_outages import BEAT, KINDS, run

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("kind", KINDS)
def test_after_a_minutes_outage_everything_is_done_within_two_beats(kind: str) -> None:
    found = run(kind, timedelta(minutes=1), [3, 25])
    assert len(found) == 2
    assert max(found) <= 2 * BEAT
