"""Any number of schedulers and workers may run: what one does, no other does again. The small form of soak/f06."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import URL

from soak.race import Race, run
from support.ledgers import database


@pytest.mark.faults
def test_schedulers_and_workers_that_are_stopped_and_resumed_double_nothing(
    postgres_url: URL, tmp_path: Path
) -> None:
    with database(postgres_url, "race") as server:
        done = run(Race(server, tmp_path, count=120, schedulers=2, workers=4), pauses=6)
    assert done.paused == 6
    assert done.refused <= done.freed
    assert min(done.shares) > 0, "they share the work"
