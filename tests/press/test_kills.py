"""The press dies at every step it takes; started again, it finishes as if nothing had happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from press.workspace import MONDAY
from soak.f03_kills import every_visit, some_visits
from soak.kills import cycle, shop, steps, visits
from support.smtp import mail_server

pytestmark = pytest.mark.faults

ELSEWHERE: dict[str, str] = {
    "archive.before-remove": "press/test_retention.py",
    "archive.after-remove": "press/test_retention.py",
    "ledger.between-revisions": "ledger/test_upgrade.py",
    "ledger.before-upgraded": "ledger/test_upgrade.py",
    "ledger.before-backup": "ledger/test_restore.py",
    "ledger.before-restored": "ledger/test_restore.py",
    "alarms.before-tell": "press/test_alarms.py",
    "alarms.before-told": "press/test_alarms.py",
    "folder.after-file": "press/test_channels.py",
    "webhook.before-call": "press/test_channels.py",
    "webhook.after-call": "press/test_channels.py",
    "bounces.before-seen": "delivery/test_returns.py",
}
"""Steps that a plain tick does not come to, and the file below tests/ in which a press dies at them."""


def test_fault_l01_kill_at_every_failpoint(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        start = shop(tmp_path / "start", server)
        kills = every_visit(tmp_path, shop(tmp_path / "trial", server).root)
        for number, kill in enumerate(some_visits(kills)):
            verdict = cycle(start, tmp_path / f"cycle{number}", server, [kill])
            assert verdict.killed == 1, f"{kill} was not come to again"


def test_every_step_of_the_program_is_died_at(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        house = shop(tmp_path / "start", server)
        reached = set(visits(house.root, MONDAY, tmp_path / "trail"))
    tests = Path(__file__).parents[1]
    for step, file in ELSEWHERE.items():
        assert f'"{step}"' in (tests / file).read_text("utf-8"), f"{file} never stops at {step}"
    assert reached | set(ELSEWHERE) == steps()
