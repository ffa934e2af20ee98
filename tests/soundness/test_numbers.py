"""Traps that give plausible wrong numbers, each with its right one worked out by hand."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from broadsheet.metrics import EMPTY, OTHER, Question, Top
from metrics.small import Make, Store, at, catalog, day, table
from support.postgres import read_only_role

FACTS: dict[str, Any] = {
    "orders": {
        "key": "id",
        "clock": "ordered_at",
        "columns": {
            "id": "number",
            "ordered_at": "time",
            "region": "text",
            "units": "number",
            "net": "money",
            "status": "text",
        },
    },
    "order_lines": {
        "key": "id",
        "clock": "order.ordered_at",
        "link": {"order": {"to": "orders", "by": "order_id"}},
        "always": {"order.status": {"not": "cancelled"}},
        "columns": {"id": "number", "order_id": "number", "net": "money", "product": "text"},
    },
    "plan": {
        "key": ["region", "month"],
        "clock": "month",
        "grain": "month",
        "columns": {"region": "text", "month": "date", "target": "money"},
    },
}
KPIS: dict[str, Any] = {
    "orders": {"count": "orders"},
    "units": {"sum": "orders.units"},
    "net": {"sum": "orders.net"},
    "middle": {"median": "orders.net"},
    "planned": {"sum": "plan.target"},
    "fulfillment": {"ratio": ["net", "planned"]},
    "units_per_order": {"ratio": ["units", "orders"]},
    "orders_per_unit": {"ratio": ["orders", "units"]},
    "units_per_net": {"ratio": ["units", "net"]},
    "line_net": {"sum": "order_lines.net"},
    "lines": {"count": "order_lines"},
}
DIMENSIONS: dict[str, Any] = {
    "region": {"via": {"orders": "region", "plan": "region", "order_lines": "order.region"}},
    "product": {"via": {"order_lines": "product"}},
}
CATALOG = catalog(FACTS, KPIS, dimensions=DIMENSIONS, timezone="Europe/Berlin")


def _order(
    number: int, time: str, region: str | None, units: int, net: str, status: str | None = None
) -> tuple[Any, ...]:
    return number, at(time), region, units, net, status


def test_whole_numbers_are_not_divided_as_whole_numbers(make: Make) -> None:
    store = make(
        CATALOG, {"orders": [_order(i, "2026-03-02 12:00", None, 1 + (i == 2), "1.00") for i in range(3)]}
    )
    assert store.value("units_per_order", "2026-03") == pytest.approx(4 / 3)
    assert store.value("orders_per_unit", "2026-03") == 0.75


def test_a_total_is_not_the_mean_of_its_rows(make: Make) -> None:
    orders = [
        _order(1, "2026-03-02 12:00", "North", 1, "1.00"),
        *(_order(i, "2026-03-02 12:00", "South", 5, "1.00") for i in (2, 3, 4)),
    ]
    store = make(CATALOG, {"orders": orders})
    found = store.ask(
        Question(("units_per_order",), (store.period("2026-03"),), ("region",), ((), ("region",)))
    )[0]
    assert table(found, "units_per_order", "region") == {"North": 1, "South": 5}
    assert found.value("units_per_order") == 4


def test_money_is_exact_and_cancels_out_to_nothing(make: Make) -> None:
    orders = [
        _order(i, f"2026-03-{i:02} 12:00", None, 3, net)
        for i, net in enumerate(("0.10", "0.20", "-0.30"), start=1)
    ]
    store = make(CATALOG, {"orders": orders})
    # 0.1 + 0.2 − 0.3 is 5.6e-17 in floats, and 9 units per that much a billion times the truth.
    days = tuple(store.period(label) for label in ("2026-03", "2026-03-01", "2026-03-02", "2026-03-03"))
    found = store.ask(Question(("net", "units_per_net"), days))[0]
    assert [found.value("net", i) for i in range(4)] == [0, 0.1, 0.2, -0.3]
    assert found.reason("units_per_net") == "zero_base"


def test_large_money_keeps_its_cents(make: Make) -> None:
    orders = [
        _order(1, "2026-03-01 12:00", None, 1, "9876543210987.65"),
        _order(2, "2026-03-02 12:00", None, 1, "0.01"),
    ]
    store = make(CATALOG, {"orders": orders})
    found = store.ask(Question(("net",), (store.period("2026-03"), store.period("2026-03-01"))))[0]
    assert found.value("net") == 9876543210987.66


def test_large_whole_numbers_keep_their_last_digit(make: Make) -> None:
    facts = {
        "parts": {"key": "id", "clock": "day", "columns": {"id": "number", "day": "date", "units": "number"}}
    }
    rows = [(1, day("2026-03-01"), 2**52), (2, day("2026-03-02"), 1), (3, day("2026-03-03"), None)]
    units = catalog(facts, {"units": {"sum": "parts.units"}})
    for kind in ("BIGINT", "DOUBLE PRECISION"):
        store = make(units, {"parts": rows}, {"parts.units": kind})
        days = tuple(store.period(label) for label in ("2026-03", "2026-03-01", "2026-03-03"))
        found = store.ask(Question(("units",), days))[0]
        assert [found.value("units", i) for i in range(3)] == [2**52 + 1, 2**52, 0]


def test_float_sums_do_not_depend_on_the_order_of_rows(make: Make) -> None:
    values = ("0.1", "0.2", "0.3", "-0.6", "1e15", "-1e15")
    facts = {
        "tides": {"key": "id", "clock": "day", "columns": {"id": "number", "day": "date", "height": "number"}}
    }
    store = make(
        catalog(facts, {"height": {"sum": "tides.height"}}),
        {"tides": [(i, day(f"2026-03-{i:02}"), float(value)) for i, value in enumerate(values, start=1)]},
        {"tides.height": "DOUBLE PRECISION"},
    )
    periods = ("2026-03-01..2026-03-02", "2026-03-01..2026-03-04", "2026-03-01..2026-03-31")
    whole = Question(
        ("height",),
        tuple(store.period(label) for label in (*periods, "2026-03-02", "2026-03-03", "2026-03-05")),
    )
    found = store.ask(whole)[0]
    assert [found.value("height", i) for i in range(3)] == [0.3, 0, 0]


def test_the_median_of_money_lies_between_cents(make: Make) -> None:
    store = make(
        CATALOG,
        {
            "orders": [
                _order(1, "2026-03-02 12:00", None, 1, "10.10"),
                _order(2, "2026-03-02 12:00", None, 1, "10.11"),
            ]
        },
    )
    assert store.value("middle", "2026-03") == 10.105


def test_plan_without_orders_and_orders_without_plan(make: Make) -> None:
    orders = [
        _order(1, "2026-01-31 22:59", "North", 1, "50.00"),
        _order(2, "2026-03-31 21:59", "North", 1, "70.00"),
    ]
    plan = [
        ("North", day("2026-01-01"), "100.00"),
        ("North", day("2026-02-01"), "100.00"),
        ("North", day("2026-04-01"), "0.00"),
    ]
    store = make(CATALOG, {"orders": orders, "plan": plan})
    months = tuple(store.period(f"2026-0{month}") for month in (1, 2, 3, 4))
    found = store.ask(Question(("net", "planned", "fulfillment"), months))[0]
    frame = found.frames[()]
    assert list(frame["net"]) == [50, 0, 70, 0]
    assert list(frame["planned"].fillna(-1)) == [100, 100, -1, 0]
    assert list(frame["fulfillment"].fillna(-1)) == [0.5, 0, -1, -1]
    # A plan that was never made is not recorded; one of zero is a base of zero.
    assert list(frame["fulfillment:why"]) == [None, None, "not_recorded", "zero_base"]


@pytest.mark.parametrize(
    ("label", "planned"),
    [
        ("2026-Q1", 310.0),
        ("2026-01-01..2026-02-28", 110.0),
        ("2026", 310.0),
        ("2026-W10", None),
        ("2026-01-15", None),
        ("2026-01-01..2026-02-27", None),
        ("2026-01-02..2026-02-28", None),
    ],
)
def test_a_monthly_plan_answers_only_whole_months(make: Make, label: str, planned: float | None) -> None:
    plan = [
        (None, day("2026-01-01"), "100.00"),
        (None, day("2026-02-01"), "10.00"),
        (None, day("2026-03-01"), "200.00"),
    ]
    store = make(CATALOG, {"orders": [_order(1, "2026-01-15 12:00", None, 1, "5.00")], "plan": plan})
    found = store.ask(
        Question(("planned", "fulfillment", "net"), (store.period(label), store.period("2026-02")))
    )[0]
    if planned is None:
        assert isnan(found.value("planned"))
        assert found.reason("planned") == found.reason("fulfillment") == "not_recorded"
    else:
        assert found.value("planned") == planned
    assert found.value("planned", 1) == 10


def test_rows_without_a_region_meet_in_both_facts(make: Make) -> None:
    orders = [
        _order(1, "2026-03-02 12:00", None, 1, "50.00"),
        _order(2, "2026-03-02 12:00", "North", 1, "20.00"),
        _order(3, "2026-03-02 12:00", "East", 1, "1.00"),
    ]
    plan = [
        (None, day("2026-03-01"), "100.00"),
        ("North", day("2026-03-01"), "10.00"),
        ("South", day("2026-03-01"), "5.00"),
    ]
    store = make(CATALOG, {"orders": orders, "plan": plan})
    kpis = ("net", "planned", "fulfillment")
    found = store.ask(Question(kpis, (store.period("2026-03"),), ("region",), ((), ("region",))))[0]
    frame = found.frames[("region",)].fillna(dict.fromkeys(kpis, -1))
    assert list(frame["region"]) == ["East", "North", "South", EMPTY]
    assert list(frame["net"]) == [1, 20, 0, 50]
    assert list(frame["planned"]) == [-1, 10, 5, 100]
    assert list(frame["fulfillment"]) == [-1, 2, 0, 0.5]
    assert found.value("fulfillment") == 71 / 115


def test_a_ranking_over_two_facts_folds_both(make: Make) -> None:
    orders = [
        _order(i, "2026-03-02 12:00", region, 1, net)
        for i, (region, net) in enumerate([("A", "9.00"), ("B", "8.00"), ("C", "1.00")])
    ]
    plan = [
        (region, day("2026-03-01"), target)
        for region, target in (("A", "10.00"), ("C", "4.00"), ("D", "6.00"))
    ]
    store = make(CATALOG, {"orders": orders, "plan": plan})
    top = Top("region", "net", 2)
    found = store.ask(
        Question(
            ("net", "planned", "fulfillment"),
            (store.period("2026-03"),),
            ("region",),
            (("region",),),
            top=top,
        )
    )[0]
    assert found.other_members == 2
    assert table(found, "net", "region") == {"A": 9, "B": 8, OTHER: 1}
    assert table(found, "planned", "region")[OTHER] == 10
    assert table(found, "fulfillment", "region")[OTHER] == 0.1


def test_links_keep_every_line_once(make: Make) -> None:
    orders = [
        _order(1, "2026-03-02 12:00", "North", 1, "0.00"),
        _order(2, "2026-03-02 12:00", None, 1, "0.00", "cancelled"),
        _order(3, "2026-03-02 12:00", "South", 1, "0.00", "paid"),
    ]
    lines = [
        (1, 1, "10.00", "rope"),
        (2, 1, "20.00", "oar"),
        (3, 2, "500.00", "oar"),
        (4, 3, "7.00", "oar"),
        (5, 9, "1.00", "oar"),
    ]
    store = make(CATALOG, {"orders": orders, "order_lines": lines})
    levels = ((), ("region",), ("product",))
    found = store.ask(
        Question(("lines", "line_net"), (store.period("2026-03"),), ("region", "product"), levels)
    )[0]
    # Lines of a cancelled order are out by the lines' own rule, an order without a status is not cancelled;
    # a line of an order that does not exist has no time and belongs to no period.
    assert (found.value("lines"), found.value("line_net")) == (3, 37)
    assert table(found, "line_net", "region") == {"North": 30, "South": 7}
    assert table(found, "line_net", "product") == {"oar": 27, "rope": 10}


def test_a_role_that_may_only_read_is_enough(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    orders = [
        _order(1, "2026-03-02 12:00", "North", 2, "10.00"),
        _order(2, "2026-03-03 12:00", "South", 4, "30.00"),
    ]
    postgres = request.getfixturevalue("postgres_url")
    for owner, reader in (
        (postgres, lambda: sa.create_engine(read_only_role(postgres, "metrics_reader"))),
        (f"duckdb:///{tmp_path}/sales.duckdb", lambda: sa.create_engine(
            f"duckdb:///{tmp_path}/sales.duckdb", connect_args={"read_only": True})),
    ):  # fmt: skip
        writer = Store(sa.create_engine(owner), CATALOG)
        writer.fill({"orders": orders})
        writer.engine.dispose()
        store = Store(reader(), CATALOG)
        top = Top("region", "net", 1)
        question = Question(
            ("net", "middle"), (store.period("2026-03"),), ("region",), ((), ("region",)), top=top
        )
        found = store.ask(question)[0]
        assert found.value("middle") == 20
        assert table(found, "middle", "region") == {"South": 30, OTHER: 10}
        store.engine.dispose()
