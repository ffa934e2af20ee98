"""What is wrong with the rows behind a report, counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from broadsheet.metrics.quality import Flaw, flaws
from broadsheet.metrics.source import Context
from metrics.small import Make, at, catalog, day

COLUMNS = {"id": "number", "paid": "time", "amount": "money", "customer": "text", "channel": "text"}
SHOP = catalog(
    {
        "orders": {
            "key": "id",
            "clock": "paid",
            "columns": COLUMNS,
            "link": {
                "customer": "customer",
                "extra": {"to": "customer", "by": "id"},
                "again": {"to": "customer", "by": "customer"},
            },
        },
        "plan": {"key": "month", "clock": "month", "grain": "month", "columns": {"month": "date"}},
    },
    {"orders": {"count": "orders"}, "plan": {"count": "plan"}},
    entities={
        "customer": {
            "key": "code",
            "valid": ["since", "until"],
            "columns": {"code": "text", "region": "text", "since": "date", "until": "date"},
        }
    },
    dimensions={"channel": {"via": {"orders": "channel"}}, "region": {"via": {"orders": "customer.region"}}},
)
ROWS: dict[str, list[tuple[Any, ...]]] = {
    "customer": [("a", "North", day("2026-01-01"), None), ("b", None, day("2026-01-01"), day("2026-05-10"))],
    "orders": [
        (1, at("2026-05-04 10:00"), 10, "a", "shop"),
        (2, at("2026-05-05 10:00"), 10, "b", None),
        (3, at("2026-05-20 10:00"), 10, "b", "web"),
        (4, at("2026-05-21 10:00"), 10, "lost", "web"),
        (5, at("2026-05-22 10:00"), 10, None, None),
        (6, at("2026-04-30 10:00"), 10, "lost", None),
        (7, at("2026-06-11 10:00"), 10, "a", "web"),
        (8, None, 10, "lost", None),
    ],
    "plan": [(day("2026-12-01"),)],
}


def test_flaws_are_those_of_the_period_and_of_the_future(make: Make) -> None:
    store = make(SHOP, ROWS)
    now = datetime(2026, 6, 10, tzinfo=UTC)
    context = Context(SHOP, store.calendar, store, now)
    may = store.period("2026-05")
    assert flaws(context, "orders", ("channel", "region"), may, now) == [
        # 3: no version of b held then; 4: nobody is called lost. 5 refers to nobody, which is no broken key.
        Flaw("orphan", "orders", "customer", 2),
        Flaw("blank", "orders", "channel", 2),
        Flaw("blank", "orders", "region", 4),
        Flaw("future", "orders", "", 1),
    ]
    assert flaws(context, "orders", (), store.period("2026-03"), now) == [Flaw("future", "orders", "", 1)]
    assert flaws(context, "plan", ("channel",), may, now) == []
    assert len(store.sent) == 2


def test_rows_that_came_after_a_report_made_again_are_no_flaws(make: Make) -> None:
    store = make(SHOP, ROWS)
    march = store.period("2026-03")
    again = Context(SHOP, store.calendar, store, datetime(2026, 4, 1, tzinfo=UTC))

    def future(loaded_at: datetime) -> list[Flaw]:
        return flaws(again, "orders", (), march, loaded_at)

    # Order 7 of 11 June is the only one that a load on the 10th cannot have known.
    assert future(datetime(2026, 6, 10, tzinfo=UTC)) == [Flaw("future", "orders", "", 1)]
    assert future(datetime(2026, 6, 12, tzinfo=UTC)) == []
    # Data loaded before the moment of the report are held against that moment.
    assert future(datetime(2026, 3, 1, tzinfo=UTC)) == [Flaw("future", "orders", "", 7)]
