"""Lists of members: exactly those that a KPI counts, each with its KPIs, the same on every engine."""

from __future__ import annotations

from typing import Any

from broadsheet.metrics import Question, Rows
from metrics.small import Make, Store, at, catalog, condition

LIST = {"reason": "Spent {spent}", "next_step": "Thank {customer}."}
SHOP = catalog(
    {
        "orders": {
            "key": "id",
            "clock": "day",
            "columns": {"id": "number", "day": "time", "customer": "text", "shop": "text", "amount": "money"},
        },
        "cases": {
            "key": "id",
            "clock": "day",
            "columns": {"id": "number", "day": "time", "customer": "text"},
        },
    },
    {
        "orders": {"count": "orders"},
        "spent": {"sum": "orders.amount"},
        "cases": {"count": "cases"},
        "per_case": {"ratio": ["spent", "cases"]},
        "regulars": {
            "count": {"each": "customer"},
            "where": {"orders": {"at_least": 2}},
            "list": {**LIST, "columns": {"Who": "customer", "Cases": "cases"}, "order": "spent desc"},
        },
        "best": {
            "count": {"each": "customer"},
            "where": {"spent": {"top": 2}},
            "list": {
                **LIST,
                "columns": {"Who": "customer", "Per case": "per_case"},
                "order": "customer desc",
            },
        },
    },
    dimensions={"customer": {"via": "customer"}, "shop": {"via": {"orders": "shop"}}},
)
ROWS: dict[str, list[tuple[Any, ...]]] = {
    "orders": [
        (1, at("2026-05-02 10:00"), "ada", "A", 10),
        (2, at("2026-05-03 10:00"), "ada", "B", 15),
        (3, at("2026-05-04 10:00"), "bo", "A", 40),
        (4, at("2026-05-05 10:00"), "bo", "A", None),
        (5, at("2026-05-06 10:00"), "cy", "A", 40),
        (6, at("2026-05-07 10:00"), None, "A", 999),
        (7, at("2026-05-08 10:00"), None, "A", 999),
        (8, at("2026-04-30 10:00"), "cy", "A", 7),
    ],
    "cases": [(1, at("2026-05-02 10:00"), "ada"), (2, at("2026-05-03 10:00"), "dee")],
}


def listed(store: Store, kpi: str, most: int = 200, **where: Any) -> tuple[float, Rows]:
    (found,) = store.ask(Question((kpi,), (store.period("2026-05"),), where=condition(**where), rows=most))
    assert found.rows is not None
    return found.value(kpi), found.rows


def test_members_are_those_that_are_counted(make: Make) -> None:
    value, rows = listed(make(SHOP, ROWS), "regulars")
    assert list(rows.types.items()) == [("customer", "member"), ("cases", "kpi"), ("spent", "kpi")]
    assert rows.values == (("bo", 0.0, 40.0), ("ada", 1.0, 25.0))
    assert value == 2


def test_ranks_are_among_all_and_undefined_figures_stay_empty(make: Make) -> None:
    value, rows = listed(make(SHOP, ROWS), "best")
    assert rows.values == (("cy", None, 40.0), ("bo", None, 40.0))
    assert value == 2


def test_conditions_of_the_question_hold(make: Make) -> None:
    assert [row[0] for row in listed(make(SHOP, ROWS), "regulars", customer="ada")[1].values] == ["ada"]
    assert listed(make(SHOP, ROWS), "regulars", customer="cy")[1].values == ()


def test_only_so_many_are_listed(make: Make) -> None:
    value, rows = listed(make(SHOP, ROWS), "regulars", most=1)
    assert (value, [row[0] for row in rows.values]) == (2, ["bo"])
