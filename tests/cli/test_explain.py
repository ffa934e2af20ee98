"""`broadsheet explain`: a KPI or a report from its definition down to the rows."""

from __future__ import annotations

import json

import duckdb
import pytest

from cli.conftest import Command
from press.workspace import House

WEEK = ("--period", "2026-W24", "--as-of", "2026-07-01")
WEEKS = {
    "2026-W24": ("2026-06-07 22:00", "2026-06-14 22:00"),
    "2026-W23": ("2026-05-31 22:00", "2026-06-07 22:00"),
    "2025-W24": ("2025-06-08 22:00", "2025-06-15 22:00"),
}


def test_the_numbers_of_a_kpi_are_those_of_the_rows(house: House, command: Command) -> None:
    said = command("-C", house.root, "explain", "revenue", *WEEK, "--json")
    kpi = json.loads(said.out)["kpi"]
    shown = {item["period"]: (item["value"], item["rows"]) for item in kpi["numbers"]["values"]}
    with duckdb.connect(str(house.warehouse), read_only=True) as connection:
        rows = "SELECT sum(amount)::DOUBLE, count(*) FROM orders WHERE ordered_at >= ? AND ordered_at < ?"
        counted = {week: connection.execute(rows, bounds).fetchone() for week, bounds in WEEKS.items()}
    assert shown == counted
    assert kpi["attribution"] == ["orders.ordered_at"]
    assert kpi["additivity"] == "additive"
    split = {"dimension": "channel", "label": "Channel", "paths": ["orders.channel"], "overlapping": False}
    assert kpi["splits"] == [split]


def test_a_kpi_is_told_down_to_its_statement(house: House, command: Command) -> None:
    lines = command("-C", house.root, "explain", "revenue", *WEEK).out.splitlines()
    assert lines[:4] == [
        "Revenue (KPI revenue)",
        "Money ordered in the period.",
        "",
        "formula     sum of orders.amount, by ordered_at",
    ]
    assert (
        "period 2026-W24: 2026-06-08 00:00 CEST to 2026-06-15 00:00 CEST (2026-06-07T22:00Z to 2026-06-14T22:00Z)"
        in lines
    )
    assert any(line.startswith("statement 1: orders (orders), 3 rows, ") for line in lines)
    assert any(line.startswith("SELECT") for line in lines)


def test_the_edge_cases_are_told(house: House, command: Command) -> None:
    kpis = house.root / "config" / "kpis" / "sales.yaml"
    text = kpis.read_text(encoding="utf-8")
    kpis.write_text(text.replace("orders.amount}", 'orders.amount, edge_cases: "No orders: 0."}'), "utf-8")
    told = command("-C", house.root, "explain", "revenue", "--offline").out.splitlines()
    assert "edge cases  No orders: 0." in told


def test_a_name_may_mean_a_kpi_and_a_report(house: House, command: Command) -> None:
    told = json.loads(command("-C", house.root, "explain", "orders", *WEEK, "--json").out)
    assert told["kpi"]["meaning"] == "Orders of the period."
    trail = told["report"]["numbers"]["trail"]
    assert trail["edition"] == "orders · 2026-W24 · sales · r1"
    assert [block["kind"] for block in trail["blocks"]] == ["kpis", "table"]
    assert all(item["sql"] for item in trail["statements"])


def test_the_definition_needs_no_data(house: House, command: Command) -> None:
    house.warehouse.unlink()
    offline = command("-C", house.root, "explain", "revenue", "--offline")
    assert (offline.code, offline.err) == (0, "")
    asked = command("-C", house.root, "explain", "revenue")
    assert asked.code == 1
    assert asked.out == offline.out
    assert "does not exist" in asked.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("revenu",), "Did you mean “revenue”?"),
        (("revenue", "--offline", "--period", "2026-W24"), "--offline asks no data source"),
        (("revenue", "--all-time", "--period", "2026-W24"), "exclude each other"),
        (("revenue", "--period", "2026-W99"), "2026-W99"),
    ],
)
def test_mistakes_are_told(house: House, command: Command, words: tuple[str, ...], says: str) -> None:
    said = command("-C", house.root, "explain", *words)
    assert said.code == 2
    assert says in said.err


def test_all_time_holds_every_row(house: House, command: Command) -> None:
    said = command("-C", house.root, "explain", "orders", "--all-time", "--as-of", "2027-01-01", "--json")
    values = json.loads(said.out)["kpi"]["numbers"]["values"]
    assert [(item["value"], item["rows"]) for item in values] == [(1900, 1900)]
