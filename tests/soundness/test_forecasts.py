"""Charts that look ahead, from rows of both engines to what is drawn: worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.definitions.models.reports import Report
from broadsheet.document.blocks import chart, questions
from broadsheet.document.context import Context
from broadsheet.document.tree import Chart, Event
from metrics.small import Make, Store, catalog, day

MONTHLY = {
    "key": ["region", "month"],
    "clock": "month",
    "grain": "month",
    "columns": {"region": "text", "month": "date", "amount": "money"},
}
FACTS: dict[str, Any] = {
    "sales": {"key": "id", "clock": "day", "columns": {"id": "number", "day": "date", "amount": "money"}},
    "expected": MONTHLY,
    "planned": MONTHLY,
    "fairs": {"key": "name", "clock": "opens", "columns": {"name": "text", "opens": "date"}},
}
KPIS: dict[str, Any] = {
    "revenue": {"sum": "sales.amount", "good": "up", "plan": "goal", "forecast": "hoped"},
    "goal": {"sum": "planned.amount"},
    "hoped": {"sum": "expected.amount"},
    "shows": {
        "count": "fairs",
        "owner": "Marketing",
        "list": {"columns": {"Fair": "name"}, "reason": "Opened {opens}", "next_step": "Go there."},
    },
}
ROWS: dict[str, list[tuple[Any, ...]]] = {
    "sales": [
        (1, day("2026-04-02"), "100.00"),
        (2, day("2026-05-01"), "30.00"),
        (3, day("2026-05-31"), "90.00"),
        (4, day("2026-06-03"), "999.00"),  # after the period: never drawn
    ],
    "expected": [
        ("North", day("2026-05-01"), "1.00"),  # of a month that is over: not drawn
        ("North", day("2026-06-01"), "70.00"),
        ("South", day("2026-06-01"), "50.00"),
        ("North", day("2026-08-01"), "80.00"),
    ],
    "planned": [("North", day(f"2026-{month:02}-01"), f"{100 + month}.00") for month in range(4, 8)],
    "fairs": [
        ("Boat show", day("2026-05-12")),
        ("Winter fair", day("2026-01-20")),
        ("Easter fair", day("2026-04-05")),
        ("June fair", day("2026-06-05")),
    ],
}


@pytest.fixture
def store(make: Make) -> Store:
    return make(catalog(FACTS, KPIS, timezone="Europe/Berlin"), ROWS)


def drawn(store: Store, **block: Any) -> tuple[Chart, tuple[str, ...]]:
    basis = {"chart": "bar", "kpis": ["revenue"], "by": "month", "span": "2 months", "compare": "plan"}
    report = Report.model_validate(
        {
            "title": "Sales",
            "question": "?",
            "audience": "all",
            "period": "month",
            "blocks": [{**basis, **block}],
        }
    )
    period, known = store.period("2026-05"), store.catalog
    ((question,),) = questions(report, period, known, store.calendar)
    context = Context(report, period, store.calendar, known.settings, known.kpis, known.dimensions, "en")
    (wanted,) = report.blocks
    assert isinstance(wanted, ChartBlock)
    told = chart.tell(wanted, store.ask(question)[0], context)
    assert isinstance(told.body, Chart)
    return told.body, told.remarks


def test_the_forecast_follows_what_was_and_misses_where_nobody_made_one(store: Store) -> None:
    body, _ = drawn(store, ahead=3)
    assert body.categories == ("Apr", "May", "Jun", "Jul", "Aug")
    assert {series.label: series.values for series in body.series} == {
        "AC": (100.0, 120.0, None, None, None),
        "FC": (None, None, 120.0, None, 80.0),
        "PL": (104.0, 105.0, 106.0, 107.0, None),
    }
    assert body.variances[0].values == (-4.0, 15.0, 14.0, None, None)


def test_running_totals_of_the_quarter_end_with_its_forecast(store: Store) -> None:
    body, _ = drawn(store, cumulative=True, ahead="end", period={"to_date": "quarter"}, span=None)
    assert {series.label: series.values for series in body.series} == {
        "AC": (100.0, 220.0, None),
        "FC": (None, None, 340.0),
        "PL": (104.0, 209.0, 315.0),
    }


def test_events_of_the_course_are_marked_and_no_others(store: Store) -> None:
    body, remarks = drawn(store, ahead=1, events="shows")
    assert body.events == (Event(0, "A"), Event(1, "B"))
    assert remarks == ("shows: A Easter fair (5 Apr 2026); B Boat show (12 May 2026).",)
