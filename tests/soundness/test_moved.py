"""KPIs that read other days than those of the period, and states that do not add up over time: counted by hand."""

from __future__ import annotations

from math import isnan
from typing import Any

import pytest

from broadsheet.metrics import Question
from metrics.small import Make, Store, at, catalog, day, table

FACTS: dict[str, Any] = {
    "orders": {
        "key": "id",
        "clock": "ordered_at",
        "columns": {"id": "number", "ordered_at": "time", "customer": "text", "units": "number"},
    },
    "stock": {
        "key": ["product", "site", "day"],
        "clock": "day",
        "columns": {"product": "text", "site": "text", "day": "date", "units": "number"},
    },
}
KPIS: dict[str, Any] = {
    "orders": {"count": "orders"},
    "units": {"sum": "orders.units"},
    "customers": {"distinct": "orders.customer"},
    "units_per_order": {"ratio": ["units", "orders"]},
    "known_units": {"sum": "orders.units", "fill": "none"},
    "typical": {"mean": "orders.units", "fill": 0},
    "most": {"percentile": "orders.units", "at": 0.75},
    "most_existing": {"percentile": "orders.units", "at": 0.75, "existing": True},
    "orders_ytd": {"running": "orders", "within": "year"},
    "orders_fiscal": {"running": "orders", "within": "fiscal_year"},
    "orders_ever": {"running": "orders"},
    "orders_quarter": {"running": "orders", "over": "3 months"},
    "customers_ytd": {"running": "customers", "within": "year"},
    "units_per_order_ytd": {"running": "units_per_order", "within": "year"},
    "orders_mtd_mean": {"running": "known_orders", "within": "month", "take": "mean"},
    "orders_mtd_first": {"running": "known_orders", "within": "month", "take": "first"},
    "known_orders": {"count": "orders", "fill": "none"},
    "orders_month_ago": {"shift": "orders", "by": "1 month"},
    "orders_week_ago": {"shift": "orders", "by": "7 days"},
    "orders_before": {"shift": "orders", "by": "1 day"},
    "buyers_before": {"shift": "customers", "by": "1 day"},
    "more_than_before": {"formula": "orders - orders_before"},
    "orders_opening": {"shift": "orders", "to_start_of": "month"},
    "ytd_year_ago": {"shift": "orders_ytd", "by": "1 year"},
    "growth": {"formula": "orders - orders_month_ago"},
    "stock": {"sum": "stock.units", "take": "last"},
    "opening_stock": {"sum": "stock.units", "take": "first"},
    "rope_stock": {"sum": "stock.units", "take": "last", "where": {"product": "rope"}},
    "latest_stock": {"sum": "stock.units", "take": "last", "per": ["product", "site"]},
    "stock_month_ago": {"shift": "stock", "by": "1 month"},
}
CATALOG = catalog(
    FACTS,
    KPIS,
    dimensions={
        "customer": {"via": {"orders": "customer"}},
        "product": {"via": {"stock": "product"}},
        "weekday": {"via": {"orders": "ordered_at", "stock": "day"}, "part": "weekday"},
        "hour": {"via": {"orders": "ordered_at"}, "part": "hour"},
        "month_of_year": {"via": {"orders": "ordered_at"}, "part": "month"},
    },
    timezone="Europe/Berlin",
    fiscal_year_starts="april",
)
# In Berlin the fourth is on 1 March; the fifth is the night to 1 April, still March in UTC.
ORDERS = [
    (1, at("2025-12-31 12:00"), "Ada", 8),
    (2, at("2026-01-05 12:00"), "Ada", 2),
    (3, at("2026-02-28 12:00"), "Bea", 4),
    (4, at("2026-02-28 23:30"), "Ada", 6),
    (5, at("2026-03-31 22:30"), "Cyd", 1),
]
STOCK = [
    ("rope", "north", day("2026-02-01"), 10),
    ("rope", "north", day("2026-02-27"), 7),
    ("oar", "north", day("2026-02-27"), 5),
    ("rope", "south", day("2026-02-20"), 3),
    ("rope", "north", day("2026-03-02"), 6),
    ("oar", "north", day("2026-03-03"), 4),
]


@pytest.fixture
def store(make: Make) -> Store:
    return make(CATALOG, {"orders": ORDERS, "stock": STOCK})


@pytest.mark.parametrize(
    ("kpi", "label", "value"),
    [
        ("orders", "2026-03", 1),
        ("orders_ytd", "2026-01", 1),
        ("orders_ytd", "2026-03", 3),
        ("orders_ytd", "2026-04-01", 4),
        ("orders_fiscal", "2026-03", 4),
        ("orders_fiscal", "2026-04", 1),
        ("orders_ever", "2026-02", 3),
        ("orders_ever", "2026-12", 5),
        ("orders_quarter", "2026-03", 3),
        ("orders_quarter", "2026-05", 2),
        ("customers_ytd", "2026-03", 2),
        ("units_per_order_ytd", "2026-03", 4),
        ("ytd_year_ago", "2026-12", 1),
        ("ytd_year_ago", "2027-03", 3),
    ],
)
def test_running_totals_end_with_the_period(store: Store, kpi: str, label: str, value: float) -> None:
    assert store.value(kpi, label) == value


def test_a_period_may_show_its_days(store: Store) -> None:
    # January has a running total from the 5th on, always 1; March 1 on all 31 days; February only on its last.
    assert store.value("orders_mtd_mean", "2026-01") == 1
    assert store.value("orders_mtd_first", "2026-02") == 1
    # The week from 23 February: one order on the 28th, and on 1 March the new month's first.
    assert store.value("orders_mtd_mean", "2026-W09") == 1
    assert isnan(store.value("orders_mtd_mean", "2025-11"))
    # Of the first quarter: 27 days of January, 1 of February, 31 of March with one order each.
    assert store.value("orders_mtd_mean", "2026-Q1") == 1


@pytest.mark.parametrize(
    ("kpi", "label", "value"),
    [
        ("orders_month_ago", "2026-03", 1),
        ("orders_month_ago", "2026-03-31", 1),
        ("orders_month_ago", "2026-03-27", 0),
        ("orders_week_ago", "2026-W10", 2),
        ("orders_week_ago", "2026-03-08", 1),
        ("orders_opening", "2026-03-20", 1),
        ("orders_opening", "2026-03", 1),
        ("orders_opening", "2026-02", 0),
        ("growth", "2026-04", 0),
        ("growth", "2026-02", 0),
        ("stock_month_ago", "2026-03", 12),
    ],
)
def test_earlier_days_are_found_by_the_calendar(store: Store, kpi: str, label: str, value: float) -> None:
    # 27 March meets 27 February; 31 March meets the 28th, the last day that February has.
    assert store.value(kpi, label) == value


@pytest.mark.parametrize(
    ("kpi", "label", "value"),
    [
        ("stock", "2026-02", 12),
        ("stock", "2026-Q1", 4),
        ("opening_stock", "2026-Q1", 10),
        ("rope_stock", "2026-Q1", 6),
        ("latest_stock", "2026-02", 15),
        ("latest_stock", "2026-Q1", 13),
    ],
)
def test_states_are_taken_once_per_period(store: Store, kpi: str, label: str, value: float) -> None:
    # The last record of February is of the 27th: 7 rope and 5 oars; the south was last counted on the 20th.
    assert store.value(kpi, label) == value


def test_states_add_up_over_members_only(store: Store) -> None:
    periods = tuple(map(store.period, ("2026-02", "2026-03", "2026-Q1")))
    found = store.ask(Question(("stock", "latest_stock"), periods, ("product",), ((), ("product",))))[0]
    assert table(found, "stock", "product") == {"oar": 5, "rope": 7}
    assert table(found, "latest_stock", "product", bucket=2) == {"oar": 4, "rope": 9}
    assert [found.value("stock", bucket) for bucket in range(3)] == [12, 4, 4]


def test_calendar_parts_are_those_of_the_local_day(store: Store) -> None:
    # 31 December 2025 is a Wednesday, 5 January 2026 a Monday, 28 February a Saturday, 1 April a Wednesday.
    levels = (("weekday",), ("hour",), ("month_of_year",))
    names = tuple(name for (name,) in levels)
    found = store.ask(Question(("orders", "customers"), (store.period("2026"),), names, levels))[0]
    assert table(found, "orders", "weekday") == {"1": 1, "3": 1, "6": 1, "7": 1}
    assert table(found, "orders", "hour") == {"0": 2, "13": 2}
    assert table(found, "orders", "month_of_year") == {"1": 1, "2": 1, "3": 1, "4": 1}
    stock = store.ask(Question(("latest_stock",), (store.period("2026-02"),), ("weekday",), (("weekday",),)))
    assert table(stock[0], "latest_stock", "weekday") == {"5": 15}


def test_nothing_is_0_or_undefined_as_declared(store: Store) -> None:
    assert (store.value("units", "2026-06"), store.value("typical", "2026-06")) == (0, 0)
    assert isnan(store.value("known_units", "2026-06"))
    assert store.reason("known_units", "2026-06") == "no_rows"


def test_a_percentile_may_have_to_exist(store: Store) -> None:
    # Ordered 1 2 4 6 8: the 0.75 quantile is 6 exactly; of 2 4 6, interpolated 5, existing 6.
    assert store.value("most", "2026-Q1") == 5
    assert store.value("most_existing", "2026-Q1") == 6


def test_a_weekday_is_that_of_the_day_that_reads_a_row(make: Make) -> None:
    # Two on a Monday evening, and one at half past eleven of Tuesday in London, which is Wednesday in Berlin.
    moments = ("2026-03-02 18:00", "2026-03-02 19:00", "2026-03-03 23:30", "2026-03-31 12:00")
    store = make(CATALOG, {"orders": [(i, at(moment), "Ada", 1) for i, moment in enumerate(moments)]})
    kpis = ("orders", "orders_before", "buyers_before", "more_than_before")
    for name in ("weekday", "month_of_year", "hour"):
        found = store.ask(Question(kpis, (store.period("2026-03-01..2026-04-01"),), (name,), ((name,),)))[0]
        tables = {kpi: table(found, kpi, name) for kpi in kpis}
        if name == "weekday":
            assert tables["orders"] == {"1": 2, "2": 1, "3": 1, "4": 0}
            assert tables["orders_before"] == {"1": 0, "2": 2, "3": 1, "4": 1}
            assert tables["buyers_before"] == {"1": 0, "2": 1, "3": 1, "4": 1}
            assert tables["more_than_before"] == {"1": 2, "2": -1, "3": 0, "4": -1}
        elif name == "month_of_year":
            assert tables["orders"] == {"3": 4, "4": 0}
            assert tables["orders_before"] == {"3": 3, "4": 1}
        else:
            assert tables["orders_before"] == tables["orders"]
