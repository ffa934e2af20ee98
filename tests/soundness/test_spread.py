"""Plans by month for periods that cut months: shares of working days, worked out by hand."""

from __future__ import annotations

from math import isnan
from typing import Any

import pytest

from broadsheet.metrics import EMPTY, OTHER, Question, Top, describe
from metrics.small import Make, Store, catalog, day, table

KPIS: dict[str, Any] = {
    "planned": {"sum": "plan.target"},
    "lines": {"count": "plan"},
    "typical": {"mean": "plan.target"},
    "done": {"sum": "work.amount"},
    "fulfillment": {"ratio": ["done", "planned"]},
    "planned_ytd": {"running": "planned", "within": "year"},
    "planned_ever": {"running": "planned"},
}
#: In May 2026 Germany works 18 days: not on the 1st, 14th (Ascension Day) and 25th (Whit Monday), nor on ten
#: days of weekends. April has 20 (Good Friday, Easter Monday), June 22, January 21.
PLAN = [
    ("North", day("2026-01-01"), "210.00"),
    ("North", day("2026-04-01"), "200.00"),
    ("North", day("2026-05-01"), "180.00"),
    ("South", day("2026-05-01"), "90.00"),
    (None, day("2026-06-01"), "22.00"),
]
WORK = [(1, day("2026-05-04"), "North", "25.00"), (2, day("2026-05-31"), "South", "1.00")]


def _store(make: Make, spread: str = "working_days", **calendar: str) -> Store:
    definitions = catalog(
        {
            "plan": {
                "key": ["region", "month"],
                "clock": "month",
                "grain": "month",
                "spread": spread,
                "columns": {"region": "text", "month": "date", "target": "money"},
            },
            "work": {
                "key": "id",
                "clock": "day",
                "columns": {"id": "number", "day": "date", "region": "text", "amount": "money"},
            },
        },
        KPIS,
        dimensions={"region": {"via": "region"}},
        **calendar,
    )
    return make(definitions, {"plan": PLAN, "work": WORK})


@pytest.fixture
def german(make: Make) -> Store:
    return _store(make, holidays="DE")


@pytest.mark.parametrize(
    ("label", "planned"),
    [
        ("2026-05", 270.0),
        ("2026-05-01", 0.0),  # a holiday
        ("2026-05-04", 15.0),  # a Monday: 1/18
        ("2026-W19", 75.0),  # 4–10 May: 5/18
        ("2026-W20", 60.0),  # 11–17 May, without Ascension Day: 4/18
        ("2026-W18", 40.0),  # 27 April – 3 May: four days of April at 10, none of May
        ("2026-05.to.2026-05-15", 135.0),  # 4–8, 11–13 and 15 May: 9/18
        ("2026-Q2.to.2026-05-15", 335.0),  # April whole, and that
        ("2026-05-16..2026-05-31", 135.0),  # the other half
        ("2026-04-30..2026-06-01", 10.0 + 270.0 + 1.0),  # both ends cut, a month between
        ("2026-05-30..2026-05-31", 0.0),  # a weekend
        ("2026-Q2", 492.0),
        ("2026-04-01..2026-05-29", 470.0),  # cut, but no working day is missing
    ],
)
def test_a_cut_month_gives_the_share_of_its_working_days(german: Store, label: str, planned: float) -> None:
    assert german.value("planned", label) == pytest.approx(planned, rel=1e-12)


def test_the_days_of_a_month_add_up_to_it(german: Store) -> None:
    days = tuple(german.period(f"2026-05-{number:02}") for number in range(1, 32))
    found = german.ask(Question(("planned",), (*days, german.period("2026-05"))))[0]
    values = [found.value("planned", i) for i in range(32)]
    assert sum(values[:31]) == pytest.approx(values[31], rel=1e-12)
    assert sorted(set(values[:31])) == [0, 15]


@pytest.mark.parametrize("spread", ["working_days", "days"])
def test_without_a_working_calendar_days_count(make: Make, spread: str) -> None:
    assert _store(make, spread).value("planned", "2026-05-01..2026-05-10") == pytest.approx(270 * 10 / 31)


def test_days_count_where_they_are_asked_for(make: Make) -> None:
    store = _store(make, "days", holidays="DE")
    assert store.value("planned", "2026-05-01") == pytest.approx(270 / 31)


def test_only_sums_are_shared_out(german: Store) -> None:
    for kpi in ("lines", "typical"):
        assert german.reason(kpi, "2026-W19") == "not_recorded"
        assert not isnan(german.value(kpi, "2026-05"))


def test_a_plan_that_nobody_made_stays_unknown(german: Store) -> None:
    assert german.reason("planned", "2026-W10") == "not_recorded"
    # Of two months that a week touches, the one with a plan counts.
    assert german.value("planned", "2026-W14") == pytest.approx(200 * 2 / 20)


def test_fulfillment_to_date_by_member_and_in_total(german: Store) -> None:
    weeks = (german.period("2026-W19"), german.period("2026-05-31"))
    kpis = ("done", "planned", "fulfillment")
    found = german.ask(Question(kpis, weeks, ("region",), ((), ("region",))))[0]
    assert table(found, "planned", "region") == pytest.approx({"North": 50, "South": 25})
    assert table(found, "fulfillment", "region") == pytest.approx({"North": 0.5, "South": 0})
    assert found.value("fulfillment") == pytest.approx(25 / 75)
    # Something done on a Sunday, for which 0 is planned.
    assert (found.value("planned", 1), found.reason("fulfillment", 1)) == (0, "zero_base")


def test_the_others_share_the_plan_of_the_rest(german: Store) -> None:
    top = Top("region", "planned", 1)
    question = Question(
        ("planned",), (german.period("2026-Q2.to.2026-06-01"),), ("region",), (("region",),), top=top
    )
    found = german.ask(question)[0]
    assert table(found, "planned", "region") == pytest.approx({"North": 380, OTHER: 91})
    plain = german.ask(Question(("planned",), question.buckets, ("region",), (("region",),)))[0]
    assert table(plain, "planned", "region") == pytest.approx({"North": 380, "South": 90, EMPTY: 1})


def test_running_plans_end_inside_a_month(german: Store) -> None:
    assert german.value("planned_ytd", "2026-W20") == pytest.approx(210 + 200 + 135)
    assert german.value("planned_ever", "2026-05-08") == pytest.approx(210 + 200 + 75)


def test_what_is_shared_out_is_said(german: Store) -> None:
    text = "sum of plan.target, by month, shared out over the working days of each month"
    assert describe("planned", german.catalog) == [text]
    assert describe("lines", german.catalog) == ["count of plan, by month"]
