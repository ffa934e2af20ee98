"""Lists of rows: exactly the rows that the KPI counts, in an order that never depends on the engine."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from broadsheet.metrics import Question, Rows
from metrics.small import Make, Store, at, catalog, condition, day

ACTION = {"columns": {"Task": "title"}, "reason": "Due {due}", "next_step": "Do it."}
COLUMNS = {
    "id": "number",
    "title": "text",
    "made": "time",
    "done": "time",
    "due": "date",
    "worth": "money",
    "urgent": "flag",
    "person": "text",
}
TASKS = catalog(
    {
        "tasks": {
            "key": "id",
            "clock": "made",
            "columns": COLUMNS,
            "link": {"person": "person"},
            "always": {"title": {"not": "test"}},
        }
    },
    {
        "made": {"count": "tasks", "list": {**ACTION, "order": ["due desc", "title"]}},
        "urgent": {"count": "tasks", "where": {"urgent": True}, "list": ACTION},
        "worth": {"sum": "tasks.worth", "list": {**ACTION, "columns": {"Worth": "worth", "At": "made"}}},
        "open": {
            "balance": "tasks",
            "begins": "made",
            "ends": "done",
            "list": {**ACTION, "columns": {"Task": "title", "Urgent": "urgent"}, "owner": "person.name"},
        },
        "overdue": {
            "count": "tasks",
            "begins": "made",
            "ends": "done",
            "where": {"due": {"before": "period_end"}, "made": {"age": {"at_least": "4 weeks"}}},
            "list": ACTION,
        },
        "started": {"count": "tasks", "clock": "due", "list": ACTION},
    },
    entities={"person": {"key": "code", "columns": {"code": "text", "name": "text"}}},
    dimensions={"urgency": {"via": "urgent"}, "who": {"via": "person.name"}},
    timezone="Europe/Berlin",
)
ROWS: dict[str, list[tuple[Any, ...]]] = {
    "person": [("a", "Ada"), ("b", "Bo")],
    "tasks": [
        (1, "write", at("2026-05-03 22:30"), None, day("2026-06-02"), 10.5, True, "a"),
        (2, "Zip", at("2026-05-04 10:00"), at("2026-05-20 08:00"), None, None, False, "b"),
        (3, "zip", at("2026-05-05 10:00"), None, day("2026-06-02"), 5, None, None),
        (4, "call", at("2026-05-31 21:59:59"), at("2026-06-01 00:00"), day("2026-07-01"), 0, True, "b"),
        (5, "late", at("2026-05-31 22:00"), None, day("2026-05-30"), 7, True, "nobody"),
        (6, "test", at("2026-05-10 10:00"), None, day("2026-06-02"), 99, True, "a"),
    ],
}
MAY = "2026-05"


def listed(store: Store, kpi: str, label: str = MAY, most: int = 200, **where: Any) -> tuple[float, Rows]:
    question = Question((kpi,), (store.period(label),), where=condition(**where), rows=most)
    (found,) = store.ask(question)
    assert found.rows is not None
    return found.value(kpi), found.rows


def test_the_list_holds_the_rows_that_are_counted(make: Make) -> None:
    value, rows = listed(make(TASKS, ROWS), "made")
    assert list(rows.types.items()) == [("title", "text"), ("due", "date")]
    # The greatest date first, an empty one last; then by letters as they are coded: Z before w before z.
    assert [title for title, _ in rows.values] == ["call", "write", "zip", "Zip"]
    assert value == len(rows.values) == 4


def test_conditions_of_the_kpi_and_the_question_hold(make: Make) -> None:
    store = make(TASKS, ROWS)
    assert [title for title, _ in listed(store, "urgent")[1].values] == ["write", "call"]
    assert [title for title, _ in listed(store, "made", who="Bo")[1].values] == ["call", "Zip"]
    assert [title for title, _ in listed(store, "made", urgency="yes")[1].values] == ["call", "write"]


def test_a_sum_lists_the_rows_with_a_value(make: Make) -> None:
    value, rows = listed(make(TASKS, ROWS), "worth")
    assert [worth for worth, *_ in rows.values] == [10.5, 5, 0]
    assert value == 15.5


def test_a_balance_lists_what_stands_at_the_end(make: Make) -> None:
    store = make(TASKS, ROWS)
    value, rows = listed(store, "open")
    assert rows.values == (
        ("write", True, day("2026-06-02"), "Ada"),
        ("zip", None, day("2026-06-02"), None),
        ("call", True, day("2026-07-01"), "Bo"),
    )
    assert value == 3
    assert [title for title, *_ in listed(store, "open", "2026-06")[1].values] == ["write", "zip", "late"]


def test_conditions_on_the_end_of_the_period_choose_the_rows(make: Make) -> None:
    store = make(TASKS, ROWS)
    assert listed(store, "overdue")[1].values == ()
    value, rows = listed(store, "overdue", "2026-06")
    assert (value, [title for title, _ in rows.values]) == (3, ["write", "zip", "late"])
    assert [title for title, _ in listed(store, "overdue", "2026-W23")[1].values] == ["write", "zip"]


def test_another_clock_places_the_rows(make: Make) -> None:
    assert [title for title, _ in listed(make(TASKS, ROWS), "started")[1].values] == ["late"]


def test_only_so_many_rows_are_read(make: Make) -> None:
    store = make(TASKS, ROWS)
    value, rows = listed(store, "made", most=2)
    assert (value, [title for title, _ in rows.values]) == (4, ["call", "write"])
    assert "LIMIT" in store.sent[-1]


def test_times_are_told_in_the_zone_of_the_calendar(make: Make) -> None:
    _, rows = listed(make(TASKS, ROWS), "worth")
    moments = [moment for _, moment, _ in rows.values]
    assert moments[0] == datetime(2026, 5, 3, 22, 30, tzinfo=UTC)
    assert moments[0].isoformat() == "2026-05-04T00:30:00+02:00"


def test_its_statement_is_part_of_the_trail(make: Make) -> None:
    from broadsheet.metrics import answer

    store = make(TASKS, ROWS)
    question = Question(("made",), (store.period(MAY),), rows=2)
    found = answer([question], TASKS, store.calendar, store, datetime(2027, 1, 1, tzinfo=UTC))
    assert [(item.fact, item.rows, item.questions) for item in found.trail] == [
        ("tasks", 1, (0,)),
        ("tasks", 2, (0,)),
    ]
    assert "ORDER BY" in found.trail[1].sql


@pytest.mark.parametrize("kpi", ["made", "urgent", "worth", "open"])
@pytest.mark.parametrize("label", [MAY, "2026-06", "2026-W22", "2026"])
def test_every_list_is_as_long_as_its_count(make: Make, kpi: str, label: str) -> None:
    store = make(TASKS, ROWS)
    question = Question((kpi,), (store.period(label),), rows=200)
    (found,) = store.ask(question, as_of=datetime(2026, 6, 10, tzinfo=UTC))
    assert found.rows is not None
    assert len(found.rows.values) == int(found.frames[()][f"{kpi}:n"].iloc[0])


SHOP = catalog(
    {
        "tasks": {
            "key": "id",
            "clock": "made",
            "columns": {"id": "number", "made": "time", "customer": "text", "worth": "money"},
        },
        "orders": {
            "key": "id",
            "clock": "day",
            "columns": {"id": "number", "day": "time", "customer": "text", "amount": "money"},
        },
    },
    {
        "spent": {"sum": "orders.amount"},
        "spent_year": {"running": "spent", "over": "12 months"},
        "mean_order": {"mean": "orders.amount"},
        "calls": {
            "count": "tasks",
            "list": {
                "columns": {"Customer": "customer"},
                "each": "customer",
                "kpis": {"Spent": "spent", "12 months": "spent_year", "Mean": "mean_order"},
                "reason": "Spent {spent_year} in a year",
                "next_step": "Call.",
                "order": "worth desc",
            },
        },
    },
    dimensions={"customer": {"via": "customer"}},
)
SHOP_ROWS: dict[str, list[tuple[Any, ...]]] = {
    "tasks": [
        (1, at("2026-05-02 10:00"), "ada", 5),
        (2, at("2026-05-03 10:00"), None, 9),
        (3, at("2026-05-04 10:00"), "bo", 7),
        (4, at("2026-05-05 10:00"), "ada", 6),
        (5, at("2026-06-05 10:00"), "cy", 9),
    ],
    "orders": [
        (1, at("2026-05-02 10:00"), "ada", 10),
        (2, at("2026-05-31 23:00"), "ada", 15),
        (3, at("2025-06-01 00:00"), "ada", 100),
        (4, at("2025-05-31 23:00"), "ada", 1000),
        (5, at("2026-05-04 10:00"), "cy", 3),
        (6, at("2026-05-04 10:00"), None, 4),
    ],
}


def test_rows_stand_beside_the_kpis_of_their_member(make: Make) -> None:
    value, rows = listed(make(SHOP, SHOP_ROWS), "calls")
    kinds = {"customer": "text", "spent": "kpi", "spent_year": "kpi", "mean_order": "kpi"}
    assert dict(rows.types) == kinds
    # A customer who bought nothing has spent 0 and has no mean; a task without a customer tells nothing.
    assert rows.values == (
        (None, None, None, None),
        ("bo", 0.0, 0.0, None),
        ("ada", 25.0, 125.0, 12.5),
        ("ada", 25.0, 125.0, 12.5),
    )
    assert value == 4


def test_conditions_of_the_question_hold_for_the_kpis_beside_rows(make: Make) -> None:
    _, rows = listed(make(SHOP, SHOP_ROWS), "calls", customer="ada")
    assert rows.values == (("ada", 25.0, 125.0, 12.5),) * 2
    assert listed(make(SHOP, SHOP_ROWS), "calls", "2026-04")[1].values == ()
