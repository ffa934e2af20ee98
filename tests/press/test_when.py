"""Conditions of a report: what nobody would miss is skipped with the reason, unless somebody asks for it."""

from __future__ import annotations

from datetime import timedelta

import duckdb
import pytest

from broadsheet.analysis.change import natural_limits
from broadsheet.archive.manifest import get_manifest
from broadsheet.clock import FixedClock
from broadsheet.periods import parse_label
from broadsheet.press.conditions import questions_of
from broadsheet.press.demand import Wish, order_for, send_orders
from broadsheet.press.gather import gather
from broadsheet.press.tick import tick
from press.workspace import MONDAY, SUNDAY, House, report


def unwanted(house: House, when: str, **more: str) -> str:
    """Why the edition of W24 is not wanted."""
    house.write("reports/orders.yaml", report(when=when, **more))
    house.clock.at = MONDAY
    with house.press() as press:
        return gather(press, order_for(press, Wish("orders", period="2026-W24"))).unwanted


def change(house: House, statement: str) -> None:
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute(statement)


EMPTY_WEEK = "DELETE FROM orders WHERE ordered_at >= TIMESTAMP '2026-06-07 22:00'"


def test_empty_and_not_empty(house: House) -> None:
    assert unwanted(house, "not_empty") == ""
    assert unwanted(house, "empty") == "there are rows behind its figures"
    change(house, EMPTY_WEEK)
    # The week before, which stands beside it, has rows.
    assert unwanted(house, "not_empty") == "no row stands behind its figures"
    assert unwanted(house, "empty") == ""


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("{kpi: orders, below: 25}", ""),
        ("{kpi: orders, below: 24}", "orders is 24, not below 24"),
        ("{kpi: orders, at_least: 24, at_most: 24}", ""),
        ("{kpi: orders, above: 30, below: 40}", "orders is 24, not below 40 and above 30"),
        ("[not_empty, {kpi: orders, above: 30}]", "orders is 24, not above 30"),
    ],
)
def test_thresholds(house: House, when: str, why: str) -> None:
    assert unwanted(house, when) == why


def test_a_threshold_needs_no_card_and_heeds_the_reports_filter(house: House) -> None:
    block = "[{table: {rows: channel, kpis: [revenue]}}]"
    assert unwanted(house, "{kpi: orders, below: 10}", blocks=block, where="{channel: Shop}") == ""


def test_significant_against_the_twelve_periods_before(house: House) -> None:
    assert unwanted(house, "significant") == "orders is 24, which chance alone makes of it (24 to 24)"
    change(house, "DELETE FROM orders WHERE ordered_at >= TIMESTAMP '2026-06-07 22:00' AND order_no % 3 = 0")
    assert unwanted(house, "significant") == ""
    assert "chance alone makes of it" in unwanted(house, "{significant: revenue}"), "it varies more by itself"


def test_a_period_to_date_is_compared_with_as_much_of_each_one_before(house: House) -> None:
    """On 30 March February is whole; the months before it are not cut to its length."""
    house.write("reports/orders.yaml", report(when="significant", period="{to_date: month}"))
    with house.press() as press:
        shown = press.report("orders")
        (asked,) = questions_of(shown, parse_label("2026-03.to.2026-03-30", press.calendar), press.calendar)
    assert [period.days for period in asked.buckets] == [30, 28, *[30] * 11]


def test_natural_limits() -> None:
    assert natural_limits([1.0] * 7) is None
    assert natural_limits([10, 12, 10, 12, 10, 12, 10, 12]) == (11 - 2.66 * 2, 11 + 2.66 * 2)
    assert natural_limits([5.0] * 8) == (5, 5)


@pytest.mark.faults
def test_a_skipped_edition_says_why_and_can_be_asked_for(house: House) -> None:
    house.write(
        "reports/orders.yaml", report(when="{kpi: orders, above: 30}", blocks="[{text: Many orders.}]")
    )
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
        house.clock.at = MONDAY
        (published,) = tick(press).published
        assert (published.state, published.reason) == ("skipped", "orders is 24, not above 30")
        ((record, _),) = press.ledger.history.latest()
        assert (record.state, record.cause) == ("skipped", "condition")
        assert press.ledger.alerts.current() == ()
        assert tick(press).published == ()
        assert house.outbox == []
        (sent,) = send_orders(press, [order_for(press, Wish("orders", period="2026-W24"))])
        assert sent.published is not None, sent
        assert sent.published.state == "ready"
        assert [item.state for item in sent.deliveries] == ["sent", "sent"]
        files = get_manifest(press.archive, press.ledger.editions.find(record.key).manifest).files
        assert (
            "Statement 1, for the conditions of the report"
            in press.archive.get(files["statements.sql"]).decode()
        )


@pytest.mark.faults
def test_changed_compares_with_the_last_edition_that_was_sent(house: House) -> None:
    house.write("reports/orders.yaml", report(when="changed", period="{to_date: year}", schedule=DAILY))
    assert isinstance(house.clock, FixedClock)
    change(house, "DELETE FROM orders WHERE ordered_at >= TIMESTAMP '2026-06-13'")
    states = []
    for day in range(-1, 3):
        house.clock.at = MONDAY + timedelta(days=day)
        if day == 2:
            change(house, "INSERT INTO orders VALUES (9999, TIMESTAMP '2026-06-16 10:00', 5, 'Web')")
        with house.press() as press:
            states += [(each.state, each.reason) for each in tick(press).published]
    assert states == [
        ("ready", ""),
        ("skipped", "no figure is other than in the last edition"),
        ("ready", ""),
    ]


DAILY = '{every: day, at: "07:00"}'
