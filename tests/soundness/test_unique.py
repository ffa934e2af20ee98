"""A key that names several rows, or two versions at once, doubles no figure: what follows the link fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from broadsheet.definitions.scope import WHOLE, Scope, scope_of
from broadsheet.metrics import Question, answer
from broadsheet.metrics.source import Size
from metrics.small import Make, Store, catalog, day

NOW = datetime(2027, 1, 1, tzinfo=UTC)
SOLD = catalog(
    {
        "sales": {
            "key": "id",
            "clock": "day",
            "currency": "currency",
            "columns": {
                "id": "number",
                "day": "date",
                "customer": "text",
                "agent": "text",
                "amount": "money",
                "currency": "text",
            },
            "link": {
                "client": {"to": "clients", "by": "customer"},
                "agent": {"to": "agents", "by": "agent"},
            },
        }
    },
    {
        "sales": {"count": "sales"},
        "amount": {"sum": "sales.amount"},
        "northern": {"count": "sales", "where": {"client.region": "North"}},
    },
    entities={
        "clients": {
            "key": "id",
            "always": {"test": False},
            "columns": {"id": "text", "region": "text", "test": "flag"},
        },
        "agents": {
            "key": "id",
            "valid": ["since", "until"],
            "columns": {"id": "text", "name": "text", "since": "date", "until": "date"},
        },
        "rates": {
            "key": "currency",
            "valid": ["since", "until"],
            "columns": {"currency": "text", "rate": "number", "since": "date", "until": "date"},
        },
    },
    dimensions={"region": {"via": "client.region"}, "agent": {"via": "agent.name"}},
)
SOLD = replace(SOLD, settings=SOLD.settings.model_copy(update={"rates": "rates"}))
SALES: dict[str, list[tuple[Any, ...]]] = {
    "sales": [
        (1, day("2026-03-02"), "a", "a", "10.00", "EUR"),
        (2, day("2026-03-03"), "b", None, "20.00", "EUR"),
    ],
    "clients": [
        ("a", "North", False),
        ("b", "South", False),
        ("b", "South", True),
        (None, "x", False),
        (None, "y", False),
    ],
    "agents": [
        ("a", "Ada", None, day("2026-03-01")),
        ("a", "Bo", day("2026-03-01"), None),
        ("a", "Nobody", day("2026-03-01"), day("2026-03-01")),
    ],
    "rates": [("EUR", 2, None, None)],
}


def told(store: Store, scope: Scope = WHOLE) -> dict[str, str]:
    """Of a total, a split, a condition, an amount and a dated split: how each is answered."""
    march = (store.period("2026-03"),)
    asked = {
        "total": Question(("sales",), march),
        "split": Question(("sales",), march, ("region",), (("region",),)),
        "condition": Question(("northern",), march),
        "amount": Question(("amount",), march),
        "agent": Question(("sales",), march, ("agent",), (("agent",),)),
    }
    found = answer(list(asked.values()), store.catalog, store.calendar, store, NOW, scope)
    return {name: found.failures.get(index, "") for index, name in enumerate(asked)}


@pytest.mark.parametrize(
    ("entity", "row", "failed", "what"),
    [
        (
            "clients",
            ("b", "South", False),
            {"split", "condition"},
            "a value of the key id stands in several rows",
        ),
        (
            "agents",
            ("a", "Al", day("2026-05-01"), day("2026-06-01")),
            {"agent"},
            "a value of the key id has versions that overlap",
        ),
        (
            "agents",
            ("a", "Al", None, day("2026-02-01")),
            {"agent"},
            "a value of the key id has versions that overlap",
        ),
        (
            "rates",
            ("EUR", 3, day("2026-05-01"), None),
            {"amount"},
            "a value of the key currency has versions that overlap",
        ),
    ],
)
def test_a_key_of_several_rows_fails_what_follows_it_and_nothing_else(
    make: Make, entity: str, row: tuple[Any, ...], failed: set[str], what: str
) -> None:
    store = make(SOLD, SALES)
    assert not any(told(store).values())
    store.fill({entity: [*SALES[entity], row]})
    reasons = {name: reason for name, reason in told(store).items() if reason}
    assert reasons.keys() == failed
    assert all(reason.startswith(f"entities.{entity}: {what}") for reason in reasons.values())
    # Of readers of a slice, every figure follows the link by which their rows are told.
    sliced = told(store, scope_of({"region": ["South"]}))
    assert {name for name, reason in sliced.items() if reason} == (
        sliced.keys() if entity == "clients" else failed
    )


class Many(Store):
    """A store that is taken to have many sales, so that what lies behind their links is numbered."""

    def size(self, name: str) -> Size:
        """As if there were more."""
        known = super().size(name)
        return Size(50_000_000, {**known.members, "customer": 50_000}) if name == "sales" else known


def test_a_key_of_several_rows_fails_also_what_is_numbered(make: Make) -> None:
    store = make(SOLD, {**SALES, "clients": [*SALES["clients"], ("b", "South", False)]})
    many = Many(store.engine, SOLD)
    assert "a value of the key id stands in several rows" in told(many)["split"]
    store.fill({"clients": SALES["clients"]})
    assert not any(told(many).values())
    assert any("dense_rank" in statement for statement in many.sent)
