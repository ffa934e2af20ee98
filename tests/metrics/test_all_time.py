"""All time has no bounds: what never closed is part of it, and of no month."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from broadsheet.metrics import Question
from broadsheet.periods import all_time
from metrics.small import Make, Store, at, catalog, day

DEALS: dict[str, Any] = {
    "key": "id",
    "clock": "closed_at",
    "columns": {
        "id": "number",
        "opened_at": "time",
        "closed_at": "time",
        "outcome": "text",
        "amount": "money",
    },
}
PLAN: dict[str, Any] = {
    "key": "id",
    "clock": "starts_on",
    "grain": "month",
    "columns": {"id": "number", "starts_on": "date", "amount": "money"},
}
KPIS: dict[str, dict[str, Any]] = {
    "deals": {"count": "deals"},
    "won": {"count": "deals", "where": {"outcome": "won"}},
    "amount": {"sum": "deals.amount"},
    "median_amount": {"median": "deals.amount"},
    "opened": {"count": "deals", "clock": "opened_at"},
    "still_open": {"balance": "deals", "begins": "opened_at", "ends": "closed_at"},
    "planned": {"sum": "plan.amount"},
}
ROWS = {
    "deals": [
        (1, at("2026-01-05 10:00"), at("2026-01-20 10:00"), "won", 10),
        (2, at("2026-01-06 10:00"), at("2026-02-20 10:00"), "lost", 20),
        (3, at("2026-01-07 10:00"), None, None, 70),
        (4, None, None, None, 60),
        # Outside of the days that the period is labeled with.
        (5, at("1999-01-07 10:00"), at("2031-01-07 10:00"), "won", 40),
    ],
    "plan": [(1, day("2026-01-01"), 100), (2, day("2026-02-01"), 200)],
}
EVERYTHING = all_time(date(2026, 1, 20), date(2026, 2, 21))


@pytest.fixture(params=["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def store(make: Make, request: pytest.FixtureRequest) -> Store:
    dimensions = {"outcome": {"via": {"deals": "outcome"}}}
    zone = request.param
    facts: dict[str, dict[str, Any]] = {"deals": DEALS, "plan": PLAN}
    return make(catalog(facts, KPIS, dimensions=dimensions, timezone=zone, naive_timestamps=zone), ROWS)


def test_all_time_takes_rows_without_a_time_and_beyond_its_days(store: Store) -> None:
    kpis = ("deals", "won", "amount", "median_amount")
    answer = store.ask(Question(kpis, (EVERYTHING,), ("outcome",), (("outcome",), ())))[0]
    assert [answer.value(kpi) for kpi in kpis] == [5, 2, 200, 40]
    frame = answer.frames[("outcome",)]
    assert dict(zip(frame["outcome"], frame["deals"], strict=True)) == {"won": 2, "lost": 1, "\0empty": 2}


def test_a_month_beside_it_takes_only_its_own(store: Store) -> None:
    question = Question(
        ("deals", "median_amount"), (EVERYTHING, store.period("2026-01"), store.period("2026-02"))
    )
    answer = store.ask(question)[0]
    assert [answer.value("deals", bucket) for bucket in range(3)] == [5, 1, 1]
    assert [answer.value("median_amount", bucket) for bucket in range(3)] == [40, 10, 20]


def test_a_kpi_with_a_clock_of_its_own_counts_that_event(store: Store) -> None:
    assert store.ask(Question(("opened",), (EVERYTHING,)))[0].value("opened") == 4


def test_a_balance_is_taken_at_the_end_of_its_days(store: Store) -> None:
    assert store.ask(Question(("still_open",), (EVERYTHING,)))[0].value("still_open") == 2


def test_all_time_holds_whole_months_of_a_plan(store: Store) -> None:
    assert store.ask(Question(("planned",), (EVERYTHING,)))[0].value("planned") == 300
