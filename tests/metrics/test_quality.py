"""What is wrong with the rows behind a report, counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from broadsheet.metrics.quality import Flaw, Use, flaws, uses
from broadsheet.metrics.question import Question
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
    assert flaws(context, "orders", Use({"channel": ((),), "region": ((),)}), may, now) == [
        # 3: no version of b held then; 4: nobody is called lost. 5 refers to nobody, which is no broken key.
        Flaw("orphan", "orders", "customer", 2),
        Flaw("blank", "orders", "channel", 2),
        Flaw("blank", "orders", "region", 4),
        Flaw("future", "orders", "", 1),
    ]
    assert flaws(context, "orders", Use(), store.period("2026-03"), now) == [Flaw("future", "orders", "", 1)]
    assert flaws(context, "plan", Use({"channel": ((),)}), may, now) == []
    assert len(store.sent) == 2


def test_rows_that_came_after_a_report_made_again_are_no_flaws(make: Make) -> None:
    store = make(SHOP, ROWS)
    march = store.period("2026-03")
    again = Context(SHOP, store.calendar, store, datetime(2026, 4, 1, tzinfo=UTC))

    def future(loaded_at: datetime) -> list[Flaw]:
        return flaws(again, "orders", Use(), march, loaded_at)

    # Order 7 of 11 June is the only one that a load on the 10th cannot have known.
    assert future(datetime(2026, 6, 10, tzinfo=UTC)) == [Flaw("future", "orders", "", 1)]
    assert future(datetime(2026, 6, 12, tzinfo=UTC)) == []
    # Data loaded before the moment of the report are held against that moment.
    assert future(datetime(2026, 3, 1, tzinfo=UTC)) == [Flaw("future", "orders", "", 7)]


def test_rows_without_a_member_are_counted_where_a_figure_takes_them(make: Make) -> None:
    deals = catalog(
        {
            "deals": {
                "key": "id",
                "clock": "closed",
                "columns": {
                    "id": "number",
                    "closed": "time",
                    "due": "time",
                    "done": "time",
                    "outcome": "text",
                }
                | {"reason": "text", "team": "text", "test": "flag"},
                "always": {"test": {"not": True}},
            },
        },
        {
            "lost": {"count": "deals", "where": {"outcome": "lost"}},
            "all": {"count": "deals"},
            "open": {"balance": "deals", "begins": "due", "ends": "done"},
        },
        dimensions={"reason": {"via": {"deals": "reason"}}, "team": {"via": {"deals": "team"}}},
    )
    may, june = at("2026-05-04 10:00"), at("2026-06-20 10:00")
    rows: dict[str, list[tuple[Any, ...]]] = {
        "deals": [
            (1, may, may, None, "won", None, "North", False),  # a won deal has no reason of loss
            (2, may, may, None, "lost", None, None, False),
            (3, may, may, None, "lost", "price", None, False),
            (4, may, may, None, "lost", None, "North", True),  # of a test customer
            (5, june, june, None, "won", None, "North", False),
        ]
    }
    store = make(deals, rows)
    period, now = store.period("2026-05"), datetime(2026, 6, 10, tzinfo=UTC)
    context = Context(deals, store.calendar, store, now)
    asked = [Question(("lost",), (period,), ("reason",)), Question(("all",), (period,), ("team",))]
    assert flaws(context, "deals", uses(asked, deals)["deals"], period, now) == [
        Flaw("blank", "deals", "reason", 1),
        Flaw("blank", "deals", "team", 2),
        Flaw("future", "deals", "", 1),
    ]
    # What only stands may begin tomorrow: a task that is due then is no fault.
    standing = uses([Question(("open",), (period,))], deals)["deals"]
    assert flaws(context, "deals", standing, period, now) == []
