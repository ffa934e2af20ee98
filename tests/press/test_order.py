"""Which period an order means, and the moment it is seen from."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pytest

from broadsheet.errors import UsageError, WarehouseError
from broadsheet.press.agenda import agenda
from broadsheet.press.demand import Wish, order_for
from broadsheet.press.order import moment
from press.workspace import FILES, MONDAY, SETTINGS, SUNDAY, House, report


def settled(house: House, **wish: object) -> tuple[str, str]:
    with house.press() as press:
        order = order_for(press, Wish("orders", **wish))
        return order.period.label, order.as_of.astimezone(press.calendar.zone).isoformat()


def test_a_closed_period_is_seen_from_the_moment_it_was_due(house: House) -> None:
    house.clock.at = MONDAY
    assert settled(house) == ("2026-W24", "2026-06-15T07:00:00+02:00")
    assert settled(house, period="2025-W24") == ("2025-W24", "2025-06-16T07:00:00+02:00")


def test_a_period_between_its_end_and_its_due_time_is_seen_from_its_end(house: House) -> None:
    house.clock.at = datetime(2026, 6, 15, 3, 0, tzinfo=UTC)
    assert settled(house) == ("2026-W24", "2026-06-15T00:00:00+02:00")


def test_a_rolling_period_is_seen_from_its_due_time_too(house: House) -> None:
    house.write("reports/orders.yaml", report(period="{rolling: 30 days}"))
    house.clock.at = MONDAY
    assert settled(house) == ("30d.to.2026-06-14", "2026-06-15T07:00:00+02:00")
    assert settled(house, period="2026-06-10")[1] == "2026-06-11T00:00:00+02:00"


def test_an_open_period_is_cut_after_its_last_complete_day(house: House) -> None:
    house.clock.at = SUNDAY
    assert settled(house, period="2026-06") == ("2026-06.to.2026-06-13", "2026-06-14T00:00:00+02:00")
    with pytest.raises(UsageError, match="no complete day yet"):
        settled(house, period="2026-W40")


def test_the_moment_asked_for_decides_what_is_closed(house: House) -> None:
    at = datetime(2025, 3, 5, 8, 0, tzinfo=UTC)
    assert settled(house, as_of=at) == ("2025-W09", "2025-03-05T09:00:00+01:00")
    assert settled(house, as_of=at, all_time=True) == (
        "all.2025-01-01..2025-03-04",
        "2025-03-05T09:00:00+01:00",
    )


def test_all_time_is_what_the_data_hold_and_seen_from_its_end(house: House) -> None:
    house.clock.at = datetime(2027, 1, 1, tzinfo=UTC)
    assert settled(house, all_time=True) == ("all.2025-01-01..2026-07-08", "2026-07-09T00:00:00+02:00")


def test_a_finished_data_set_has_its_own_now(house: House) -> None:
    house.write("config/settings.yaml", SETTINGS + "as_of: data\n")
    house.clock.at = datetime(2030, 1, 1, tzinfo=UTC)
    assert settled(house) == ("2026-W27", "2026-07-06T07:00:00+02:00")
    house.warehouse.unlink()
    with pytest.raises(WarehouseError, match="does not exist"):
        settled(house)


@pytest.mark.parametrize(
    ("kpi", "due"),
    [
        ("{count: visits, where: {left_at: {within: 9 weeks, of: came_at}}}", "2026-07-27"),
        ("{count: visits, where: {left_at: happened}}", "2026-07-27"),
        ("{conversion: {of: visits, into: letters, same: order_no}}", "2026-09-07"),
    ],
)
def test_a_finished_data_set_ends_with_the_last_time_that_its_figures_see(
    house: House, kpi: str, due: str
) -> None:
    house.clock.at = datetime(2027, 1, 1, tzinfo=UTC)
    with duckdb.connect(str(house.warehouse)) as connection:
        left = "TIMESTAMP '2026-08-01 10:00' AS left_at"
        connection.execute(f"CREATE TABLE visits AS SELECT *, ordered_at AS came_at, {left} FROM orders")
        connection.execute(
            "CREATE TABLE letters AS SELECT *, TIMESTAMP '2026-09-10 10:00' AS sent_at FROM orders"
        )
    facts = """
  visits: {table: visits, key: order_no, clock: came_at, columns: {came_at: time, left_at: time}}
  letters: {table: letters, key: order_no, clock: sent_at, columns: {sent_at: time}}
"""
    house.write("config/settings.yaml", SETTINGS + "as_of: data\n")
    house.write("config/sources.yaml", FILES["config/sources.yaml"].rstrip() + facts)
    seen = f"label: Seen, meaning: What followed., {kpi[1:]}"
    house.write("config/kpis/seen.yaml", "kpis:\n  seen: {" + seen + "\n")
    house.write("reports/orders.yaml", report(blocks="[{kpis: [seen]}]"))
    assert settled(house)[1] == f"{due}T07:00:00+02:00"


def test_one_moment_may_bring_several_periods(house: House) -> None:
    daily = report(period="day", schedule='{every: day, days: [mon, wed], at: "07:00"}')
    house.write("reports/orders.yaml", daily)
    house.clock.at = MONDAY
    assert settled(house, period="2026-06-12")[1] == "2026-06-15T07:00:00+02:00"
    with house.press() as press:
        coming = [(item.order.period.label, item.due.day) for item in agenda(press, 3)]
    assert coming == [("2026-06-15", 17), ("2026-06-16", 17), ("2026-06-17", 22)]


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31"])
def test_what_is_no_moment_is_told(house: House, text: str) -> None:
    with house.press() as press, pytest.raises(UsageError, match="is not a moment"):
        moment(text, press.calendar)
