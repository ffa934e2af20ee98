"""Money of several currencies is converted at the rate of each row's day, or left out and counted, never added."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from broadsheet.metrics import Question
from metrics.small import Make, Store, at, catalog, day, table

FACTS: dict[str, Any] = {
    "deals": {
        "key": "id",
        "clock": "closed_at",
        "currency": "currency",
        "columns": {
            "id": "number",
            "closed_at": "time",
            "paid_at": "time",
            "team": "text",
            "amount": "money",
            "currency": "text",
        },
    },
    "lines": {
        "key": "id",
        "clock": "deal.closed_at",
        "currency": "deal.currency",
        "link": {"deal": {"to": "deals", "by": "deal_id"}},
        "columns": {"id": "number", "deal_id": "number", "net": "money"},
    },
}
RATES: dict[str, Any] = {
    "rates": {
        "key": "currency",
        "valid": ["valid_from", "valid_to"],
        "always": {"kind": "daily"},
        "columns": {
            "currency": "text",
            "kind": "text",
            "rate": "number",
            "valid_from": "date",
            "valid_to": "date",
        },
    }
}
KPIS: dict[str, Any] = {
    "amount": {"sum": "deals.amount", "unit": "money"},
    "large": {"count": "deals", "where": {"amount": {"at_least": 100}}},
    "mean_amount": {"mean": "deals.amount", "unit": "money"},
    "net": {"sum": "lines.net", "unit": "money"},
    "standing": {"balance": "deals.amount", "begins": "closed_at", "ends": "paid_at", "unit": "money"},
}
CATALOG = catalog(
    FACTS,
    KPIS,
    entities=RATES,
    dimensions={"team": {"via": {"deals": "team"}}},
    timezone="Europe/Berlin",
)
IN_EURO = replace(CATALOG, settings=CATALOG.settings.model_copy(update={"currency": "EUR", "rates": "rates"}))
ROWS: dict[str, Any] = {
    "deals": [
        (1, at("2026-03-10 09:00"), None, "North", "100.00", "EUR"),
        (2, at("2026-03-10 09:00"), None, "North", "50.00", "CHF"),
        # 23:30 UTC is already the 11th in Berlin, where another rate holds.
        (3, at("2026-03-10 23:30"), None, "South", "50.00", "CHF"),
        # No rate for this day, and none for this currency.
        (4, at("2026-03-12 09:00"), None, "South", "70.00", "CHF"),
        (5, at("2026-03-10 09:00"), None, "South", "900.00", "SEK"),
        (6, at("2026-03-10 09:00"), None, "South", "10.00", None),
    ],
    "lines": [(1, 2, "20.00"), (2, 2, "30.00"), (3, 1, "100.00"), (4, 5, "1.00")],
    "rates": [
        ("CHF", "daily", "1.10", day("2026-03-10"), day("2026-03-11")),
        ("CHF", "daily", "1.20", day("2026-03-11"), day("2026-03-12")),
        ("CHF", "plan", "9.00", day("2026-01-01"), None),
    ],
}
DDL = {"rates.rate": "DECIMAL(18, 6)"}


@pytest.fixture
def store(make: Make) -> Store:
    return make(IN_EURO, ROWS, DDL)


def test_each_row_takes_the_rate_of_its_own_local_day(store: Store) -> None:
    # 100 + 50 × 1.10 + 50 × 1.20 + 10
    assert store.value("amount", "2026-03") == pytest.approx(225.0)


def test_rows_without_a_rate_are_left_out_counted_and_lower_n(store: Store) -> None:
    question = Question(("amount", "mean_amount"), (store.period("2026-03"),), ("team",), (("team",), ()))
    (answer,) = store.ask(question)
    assert table(answer, "amount", "team") == {"North": 155.0, "South": 70.0}
    assert answer.faults == {"amount": 2, "mean_amount": 2}
    assert answer.value("mean_amount") == pytest.approx(225.0 / 4)


def test_rows_left_out_are_counted_in_each_period(store: Store) -> None:
    # The SEK of the 10th and the CHF of the 12th have no rate; a week holds both, each once.
    labels = ("2026-W11", "2026-03-10", "2026-03-11", "2026-03-12", "2026-02")
    (answer,) = store.ask(Question(("amount",), tuple(map(store.period, labels))))
    assert answer.faults == {"amount": 2}
    assert answer.faults_in == {"amount": (2, 1, 0, 1, 0)}


def test_conditions_speak_of_the_stored_amount(store: Store) -> None:
    assert store.value("large", "2026-03") == 2


def test_the_currency_may_stand_in_a_linked_table(store: Store) -> None:
    # (20 + 30) × 1.10 + 100; the line in SEK is left out.
    assert store.value("net", "2026-03") == pytest.approx(155.0)


def test_without_rates_foreign_money_is_left_out_rather_than_added(make: Make) -> None:
    plain = replace(IN_EURO, settings=IN_EURO.settings.model_copy(update={"rates": None}))
    assert make(plain, ROWS, DDL).value("amount", "2026-03") == pytest.approx(110.0)


def test_a_balance_takes_the_rate_of_its_own_day(store: Store) -> None:
    question = Question(("standing",), (store.period("2026-03-10"), store.period("2026-03-11")))
    (answer,) = store.ask(question)
    # On the 10th: 100 + 50 × 1.10 + 10. On the 11th another deal stands and the franc is at 1.20.
    assert answer.value("standing", 0) == pytest.approx(165.0)
    assert answer.value("standing", 1) == pytest.approx(100 + 50 * 1.20 + 50 * 1.20 + 10)
