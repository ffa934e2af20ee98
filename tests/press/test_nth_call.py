"""Every call of the disk, the database and the network may fail: nothing is lost, and the next wakes put it right."""

from __future__ import annotations

import pytest

from soak.f03_nth_call import WAYS, Way, sweep

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("way", WAYS)
def test_whichever_call_fails_everything_comes_right_by_itself(way: Way) -> None:
    found = sweep(way, 3 if way == "after it was done" else 23)
    assert found.failed.total() >= 6
    assert found.repeated <= found.failed.total()
