"""Broken definitions: what they said when they were last sound stays in force, and the owner hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broadsheet.definitions.workspace import load_workspace
from broadsheet.ledger.records import Alert
from broadsheet.press.inforce import in_force
from broadsheet.press.press import Press
from broadsheet.press.watch import watch
from broadsheet.schedule import Beat
from press.workspace import FILES, MONDAY, SETTINGS, SUNDAY, House, report

WEEK = timedelta(weeks=1)


def standing(house: House) -> Press:
    return in_force(Press(load_workspace(house.root), house.clock, {}, house.var))


def made(house: House) -> list[tuple[str, str, str]]:
    with house.press() as press:
        records = [record for record, _ in press.ledger.history.latest()]
    return sorted((one.key.report, one.key.period, one.state) for one in records)


def alerts(house: House) -> list[Alert]:
    with house.press() as press:
        return [one for one in press.ledger.alerts.current() if one.kind == "definition"]


@pytest.mark.faults
def test_fault_s17_yaml_broken_on_reload(house: House) -> None:
    house.write("config/settings.yaml", f"{SETTINGS}alerts: {{to: owner@example.test}}\n")
    house.write("reports/second.yaml", report("Second"))
    beat = Beat(house.root, lambda: standing(house))
    beat()
    house.write("reports/orders.yaml", report("Orders", period="weak"))
    house.clock.at = MONDAY
    beat()
    (alert,) = alerts(house)
    assert alert.subject == "reports/orders.yaml"
    assert alert.detail.startswith("reports/orders.yaml:4:9: “weak” is not a period")
    assert alert.detail.endswith("what it said when it was last sound stays in force")
    watch(beat.press)
    beat.close()
    assert made(house) == [("orders", "2026-W24", "ready"), ("second", "2026-W24", "ready")]
    assert any("alert" in name or "owner" in name for name in house.outbox)
    house.write("reports/second.yaml", report("Second again"))
    house.clock.at = MONDAY + WEEK
    again = Beat(house.root, lambda: standing(house))  # Started anew; the file is still broken.
    again()
    assert made(house)[1::2] == [("orders", "2026-W25", "ready"), ("second", "2026-W25", "ready")]
    assert again.press.workspace.reports["second"].title == "Second again"
    house.write("reports/orders.yaml", report("Mended"))
    again()
    assert alerts(house) == []
    assert again.press.workspace.reports["orders"].title == "Mended"
    again.close()


def test_a_change_of_the_configuration_that_breaks_a_report_is_not_taken(house: House) -> None:
    house.clock.at = SUNDAY
    standing(house).close()
    kpis = FILES["config/kpis/sales.yaml"]
    house.write("config/kpis/sales.yaml", kpis.replace("revenue:", "turnover:"))
    house.write("config/kpis/more.yaml", "kpis:\n  more: {label: More, meaning: More., count: orders}\n")
    press = standing(house)
    assert list(press.workspace.reports) == ["orders"]
    assert press.workspace.former == ("config/kpis/sales.yaml",)
    assert "revenue" in press.workspace.catalog.kpis
    assert "more" in press.workspace.catalog.kpis, "what breaks nothing is taken"
    assert press.workspace.errors, "check and monitor still tell what is wrong"
    press.close()
    (house.root / "config/kpis/sales.yaml").unlink()
    press = standing(house)
    assert list(press.workspace.reports) == ["orders"]
    press.close()
    house.write("config/kpis/sales.yaml", kpis)
    press = standing(house)
    assert press.workspace.former == ()
    press.close()


def test_a_report_that_was_never_sound_is_left_out_and_the_others_go_on(house: House) -> None:
    house.clock.at = SUNDAY
    house.write("reports/new.yaml", report("New", audience="nobody"))
    standing(house).close()
    press = standing(house)
    assert list(press.workspace.reports) == ["orders"]
    (alert,) = alerts(house)
    assert alert.subject == "reports/new.yaml"
    assert alert.detail.endswith("nothing of it is made until it is mended")
    press.close()


def test_a_deleted_report_does_not_come_back(house: House) -> None:
    house.write("reports/second.yaml", report("Second"))
    standing(house).close()
    (house.root / "reports/second.yaml").unlink()
    house.write("reports/orders.yaml", "title: [\n")
    press = standing(house)
    assert list(press.workspace.reports) == ["orders"]
    press.close()
