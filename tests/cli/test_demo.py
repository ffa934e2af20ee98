"""`make demo`: what has a schedule is mailed, what has none is made on demand only."""

from __future__ import annotations

import pytest

from broadsheet.cli.demo import send_scheduled
from press.workspace import MONDAY, House, report


def test_only_what_has_a_schedule_is_mailed(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.write("reports/asked.yaml", report("On demand").replace("schedule:", "# schedule:"))
    house.clock.at = MONDAY
    with house.press() as press:
        assert set(press.workspace.reports) == {"asked", "orders"}
        assert send_scheduled(press) == 0
    assert [path.name for path in (house.var / "out").iterdir()] == ["orders"]
    assert len(house.outbox) == 2
    assert "2 mails in" in capsys.readouterr().out
