"""Waterfalls and movements over real rows: the steps close the way, on both engines."""

from __future__ import annotations

from typing import Any

from broadsheet.definitions.models.reports import Report
from broadsheet.document.blocks import kind_of
from broadsheet.document.context import Context
from broadsheet.document.tree import Section
from metrics.small import Make, Store, at, catalog

CASES: dict[str, Any] = {
    "key": "id",
    "clock": "opened",
    "columns": {"id": "number", "opened": "time", "closed": "time", "queue": "text", "fee": "money"},
}
CATALOG = catalog(
    {"cases": CASES},
    {
        "open": {"balance": "cases", "begins": "opened", "ends": "closed"},
        "opened": {"count": "cases"},
        "solved": {"count": "cases", "clock": "closed"},
        "fees": {"sum": "cases.fee", "unit": "money"},
    },
    dimensions={"queue": {"via": {"cases": "queue"}}},
)
ROWS = [
    # Open before the week and after it.
    (1, at("2026-06-01 09:00"), None, "phone", 100),
    # Solved on the last minute of the day before, and on the first of the week.
    (2, at("2026-06-02 09:00"), at("2026-06-07 23:59"), "mail", 50),
    (3, at("2026-06-02 09:00"), at("2026-06-08 00:00"), "mail", 70),
    # Opened in the week; one of them solved in it, one later.
    (4, at("2026-06-08 09:00"), at("2026-06-14 23:59"), "phone", 40),
    (5, at("2026-06-14 23:59"), at("2026-06-20 09:00"), None, 30),
    (6, at("2026-06-15 00:00"), None, "mail", 20),
]


def told(store: Store, block: dict[str, Any]) -> Section:
    report = Report(
        title="T",
        question="Q",
        audience="a",
        period="week",
        compare=["previous"],
        blocks=[block],
    )
    period = store.period("2026-W24")
    parts = (store.catalog.settings, store.catalog.kpis, store.catalog.dimensions)
    context = Context(report, period, store.calendar, *parts, "en")
    ask, tell = kind_of(report.blocks[0])
    (found,) = store.ask(ask(report.blocks[0], context))
    return tell(report.blocks[0], found, context)


def bars(section: Section) -> list[tuple[str, float]]:
    return [(step.label, step.value) for step in section.body.steps]


def test_a_movement_closes_between_the_moments_at_which_the_period_begins_and_ends(make: Make) -> None:
    store = make(CATALOG, {"cases": ROWS})
    section = told(store, {"movement": {"of": "open", "plus": ["opened"], "minus": ["solved"]}})
    assert bars(section) == [
        ("At the beginning", 2),
        ("opened", 2),
        ("solved", -2),
        ("At the end", 2),
    ]
    assert "close the way" in section.caption


def test_a_waterfall_adds_up_with_members_that_come_go_and_are_not_known(make: Make) -> None:
    store = make(CATALOG, {"cases": ROWS})
    section = told(store, {"waterfall": {"kpi": "fees", "by": "queue"}})
    assert bars(section) == [
        ("W23", 220),
        ("mail", -120),
        ("phone", -60),
        ("(not set)", 30),
        ("Actual, W24", 70),
    ]
