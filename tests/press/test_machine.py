"""Two presses on one ledger, in every weather: whatever happens in whatever order, the editions come about."""

from __future__ import annotations

import pytest

from soak.f03_machine import play

pytestmark = pytest.mark.faults


def test_random_stories_of_two_presses_end_as_the_model_says() -> None:
    told = play(12, 25)
    assert told.steps >= 200
    assert told.kills >= 1
    assert told.messages >= 30
