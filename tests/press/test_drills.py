"""Alarms get through: a few of the drills of F13 (`python -m soak.f13_alarms` runs fifty)."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from soak.drills import Trouble, drill, failing_block, killed, missing_warehouse, quiet, revoked_password

pytestmark = pytest.mark.faults
MINUTES = 15


@pytest.mark.parametrize(
    ("trouble", "dead"),
    [(failing_block, True), (missing_warehouse, False), (revoked_password, False), (quiet, True)],
)
def test_the_owner_hears_of_it_in_time(trouble: Trouble, dead: bool, tmp_path: Path) -> None:
    assert drill(trouble, tmp_path / "shop", dead=dead) <= MINUTES


def test_a_killed_service_is_missed(tmp_path: Path) -> None:
    assert killed(tmp_path / "shop", signal.SIGKILL) <= MINUTES
