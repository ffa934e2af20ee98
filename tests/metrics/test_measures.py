"""Each measure against numbers worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isnan, sqrt

import pytest

from broadsheet.metrics import Question
from metrics.small import Make, Store, at, catalog, condition, day

FACTS = {
    "deals": {
        "key": "id",
        "clock": "closed_at",
        "columns": {
            "id": "number",
            "opened_at": "time",
            "closed_at": "time",
            "outcome": "text",
            "rep": "text",
            "amount": "money",
            "units": "number",
            "is_first": "flag",
            "due_on": "date",
        },
    }
}
DAYS = ["deals.opened_at", "deals.closed_at"]
KPIS = {
    "won": {"count": "deals", "where": {"outcome": "won"}},
    "lost": {"count": "deals", "where": {"outcome": "lost"}},
    "closed": {"formula": "won + lost"},
    "win_rate": {"ratio": ["won", "won + lost"]},
    "amount": {"sum": "deals.amount"},
    "won_amount": {"sum": "deals.amount", "where": {"outcome": "won"}},
    "units": {"sum": "deals.units"},
    "mean_units": {"mean": "deals.units"},
    "mean_amount": {"mean": "deals.amount"},
    "largest": {"max": "deals.amount"},
    "smallest": {"min": "deals.amount"},
    "median_amount": {"median": "deals.amount"},
    "p90_units": {"percentile": "deals.units", "at": 0.9},
    "spread": {"stddev": "deals.units"},
    "spread_squared": {"variance": "deals.units"},
    "reps": {"distinct": "deals.rep"},
    "first_share": {"share": "deals", "where": {"is_first": True}, "of": {"outcome": ["won", "lost"]}},
    "first_rate": {"mean": "deals.is_first"},
    "on_time": {"share": "deals", "where": {"closed_at": {"at_most": {"column": "due_on"}}}},
    "per_win": {"formula": "amount / won"},
    "margin": {"formula": "won_amount * 0.25 - 1"},
    "factor": {"constant": 0.35},
    "not_lost": {"count": "deals", "where": {"outcome": {"not": "lost"}}},
    "not_first": {"count": "deals", "where": {"is_first": False}},
    "unassigned": {"count": "deals", "where": {"rep": "missing"}},
    "large": {"count": "deals", "where": {"amount": {"at_least": 20.1, "below": 40}}},
    "wait": {"mean": {"hours": DAYS}, "open_rows": "exclude"},
    "cycle": {"median": {"days": DAYS}, "open_rows": "exclude"},
}
ROWS = [
    (1, at("2026-03-02 09:00"), at("2026-03-03 10:30"), "won", "Ada", "10.10", 1, True, day("2026-03-03")),
    (2, at("2026-03-02 09:00"), at("2026-03-04 09:00"), "won", "Bo", "20.10", 2, False, day("2026-03-03")),
    (3, at("2026-03-02 09:00"), at("2026-03-05 09:00"), "lost", "Ada", "39.99", 4, None, None),
    (4, at("2026-03-09 09:00"), at("2026-03-06 09:00"), None, None, None, 8, False, day("2026-03-06")),
    (5, at("2026-03-02 09:00"), at("2026-04-06 09:00"), "won", "Cy", "99.99", 9, True, None),
    (6, at("2026-03-02 09:00"), None, None, "Cy", "77.77", 5, None, None),
]


@pytest.fixture
def deals(make: Make) -> Store:
    return make(catalog(FACTS, KPIS), {"deals": ROWS})


def test_measures_of_a_month(deals: Store) -> None:
    march = deals.period("2026-03")
    found = deals.ask(Question(tuple(KPIS), (march,)))[0]
    values = {kpi: found.value(kpi) for kpi in KPIS}
    assert values == pytest.approx(
        {
            "won": 2,
            "lost": 1,
            "closed": 3,
            "win_rate": 2 / 3,
            "amount": 70.19,
            "won_amount": 30.2,
            "units": 15,
            "mean_units": 3.75,
            "mean_amount": 70.19 / 3,
            "largest": 39.99,
            "smallest": 10.1,
            "median_amount": 20.1,
            "p90_units": 6.8,  # 4 + 0.7 × (8 − 4)
            "spread": sqrt(28.75 / 3),  # squares about 3.75: 7.5625 + 3.0625 + 0.0625 + 18.0625
            "spread_squared": 28.75 / 3,
            "reps": 2,
            "first_share": 1 / 3,
            "first_rate": 1 / 3,
            "on_time": 2 / 4,
            "per_win": 70.19 / 2,
            "margin": 6.55,
            "factor": 0.35,
            "not_lost": 3,
            "not_first": 2,
            "unassigned": 1,
            "large": 2,
            "wait": (25.5 + 48 + 72) / 3,
            "cycle": 2,
        },
        rel=1e-11,
    )
    assert found.value("amount") == 70.19, "money is exact to the last digit"
    assert found.faults == {"wait": 1, "cycle": 1}
    frame = found.frames[()].iloc[0]
    assert frame["amount:n"] == 3
    assert frame["units:n"] == 4
    assert frame["reps:n"] == 2
    assert (frame["win_rate:n"], frame["win_rate:numerator"], frame["win_rate:denominator"]) == (3, 2, 3)
    assert (frame["first_share:numerator"], frame["first_share:denominator"]) == (1, 3)
    assert frame["per_win:n"] == 2


def test_nothing_happened(deals: Store) -> None:
    found = deals.ask(Question(tuple(KPIS), (deals.period("2026-02"),)))[0]
    counted = {"won", "lost", "closed", "amount", "won_amount", "units", "reps"}
    counted |= {"not_lost", "not_first", "unassigned", "large"}
    for kpi in counted:
        assert (found.value(kpi), found.reason(kpi)) == (0, None)
    for kpi in set(KPIS) - counted - {"margin", "factor"}:
        assert isnan(found.value(kpi)), kpi
        assert found.reason(kpi) == "no_rows", kpi
    assert found.value("margin") == -1


def test_a_base_of_zero_is_not_the_absence_of_rows(make: Make) -> None:
    facts = {
        "stock": {
            "key": "id",
            "clock": "day",
            "columns": {"id": "number", "day": "date", "start": "number", "lost": "number"},
        }
    }
    kpis = {
        "start": {"sum": "stock.start"},
        "lost": {"sum": "stock.lost"},
        "churn": {"ratio": ["lost", "start"]},
        "mean": {"mean": "stock.start", "where": {"lost": {"above": 5}}},
        "both": {"formula": "churn + lost"},
        "twice": {"formula": "churn * 2"},
    }
    store = make(
        catalog(facts, kpis), {"stock": [(1, day("2026-03-01"), 0, 2), (2, day("2026-03-02"), 0, 1)]}
    )
    assert store.reason("churn", "2026-03") == "zero_base"
    assert store.reason("churn", "2026-04") == "no_rows"
    assert store.reason("both", "2026-03") == "missing_part"
    assert store.reason("twice", "2026-03") == "zero_base"
    assert store.reason("mean", "2026-03") == "no_rows"


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ({"outcome": "won"}, {1, 2, 5}),
        ({"outcome": {"not": "won"}}, {3, 4}),
        ({"outcome": "missing"}, {4}),
        ({"outcome": "present"}, {1, 2, 3, 5}),
        ({"is_first": False}, {2, 4}),
        ({"is_first": {"not": True}}, {2, 3, 4}),
        ({"is_first": "yes"}, {1, 5}),
        ({"units": [1, 9]}, {1, 5}),
        ({"units": {"above": 2, "at_most": 8}}, {3, 4}),
        ({"amount": 20.1}, {2}),
        ({"amount": {"below": 20.1}}, {1}),
        ({"closed_at": "2026-03-04"}, {2}),
        ({"closed_at": {"at_most": "2026-03-04"}}, {1, 2}),
        ({"closed_at": {"above": "2026-03-04"}}, {3, 4, 5}),
        ({"closed_at": {"at_least": "2026-03-04T09:00", "below": "2026-03-05T09:00:01"}}, {2, 3}),
        ({"due_on": {"below": "2026-03-06"}}, {1, 2}),
        ({"closed_at": {"below": {"column": "opened_at"}}}, {4}),
        ({"closed_at": {"above": {"column": "due_on"}}}, {2}),
    ],
)
def test_conditions_on_rows(make: Make, where: dict[str, object], kept: set[int]) -> None:
    kpis = {"hits": {"sum": "deals.id", "where": where}, "rows": {"count": "deals", "where": where}}
    store = make(catalog(FACTS, kpis), {"deals": ROWS})
    assert store.value("hits", "2026") == sum(kept)
    assert store.value("rows", "2026") == len(kept)


@pytest.mark.parametrize(
    ("open_rows", "mean_days", "pending"),
    [("exclude", 1.0, {}), ("count_apart", 1.0, {"age": 2}), ("censor_at_as_of", (2 + 8 + 7 + 0) / 4, {})],
)
def test_open_rows_are_those_that_have_not_ended_by_the_date_of_the_report(
    make: Make, open_rows: str, mean_days: float, pending: dict[str, int]
) -> None:
    facts = {
        "cases": {
            "key": "id",
            "clock": "opened_at",
            "columns": {"id": "number", "opened_at": "time", "resolved_at": "time"},
        }
    }
    hours = {"days": ["cases.opened_at", "cases.resolved_at"]}
    rows = [
        (1, at("2026-03-02 12:00"), at("2026-03-04 12:00")),
        (2, at("2026-03-02 12:00"), None),
        (3, at("2026-03-03 12:00"), at("2026-03-20 12:00")),  # resolved later: a re-run must not see it
        (4, at("2026-03-03 12:00"), at("2026-03-03 11:00")),
        (5, at("2026-03-04 12:00"), at("2026-03-04 12:00")),  # done at once: zero is a duration
    ]
    store = make(catalog(facts, {"age": {"mean": hours, "open_rows": open_rows}}), {"cases": rows})
    monday = datetime(2026, 3, 10, 12, tzinfo=UTC)
    found = store.ask(Question(("age",), (store.period("2026-W10"),)), as_of=monday)[0]
    assert found.value("age") == pytest.approx(mean_days)
    assert found.pending == pending
    assert found.faults == {"age": 1}


def test_balance_is_what_stands_at_the_end(make: Make) -> None:
    facts = {
        "subscriptions": {
            "key": "id",
            "clock": "began_on",
            "columns": {
                "id": "number",
                "began_on": "date",
                "ended_on": "date",
                "fee": "money",
                "plan": "text",
            },
        }
    }
    kpis = {
        "subscribers": {"balance": "subscriptions", "begins": "began_on", "ends": "ended_on"},
        "fees": {"balance": "subscriptions.fee", "begins": "began_on", "ends": "ended_on"},
        "fee_each": {"ratio": ["fees", "subscribers"]},
        "begun": {"count": "subscriptions"},
    }
    rows = [
        (1, day("2026-01-10"), None, "10.00", "sail"),
        (2, day("2026-01-31"), day("2026-02-28"), "20.00", "sail"),
        (3, day("2026-02-01"), day("2026-03-01"), "40.00", "oar"),
        (4, day("2026-03-31"), day("2026-03-31"), "80.00", "oar"),
        (5, None, None, "99.00", "oar"),
    ]
    store = make(catalog(facts, kpis, dimensions={"plan": {"via": "plan"}}), {"subscriptions": rows})
    months = tuple(store.period(f"2026-0{month}") for month in (1, 2, 3))
    question = Question(tuple(kpis), months, ("plan",), ((), ("plan",)))
    found = store.ask(question)[0]
    # Of 28 February only the row ended before 1 March is gone; the row ended on 1 March still stands.
    assert [found.value("subscribers", i) for i in range(3)] == [2, 2, 1]
    assert [found.value("fees", i) for i in range(3)] == [30, 50, 10]
    assert [found.value("fee_each", i) for i in range(3)] == [15, 25, 10]
    assert [found.value("begun", i) for i in range(3)] == [2, 1, 1]
    by_plan = found.frames[("plan",)].set_index(["plan", "bucket"])["subscribers"].to_dict()
    assert by_plan == {
        ("oar", 0): 0,
        ("oar", 1): 1,
        ("oar", 2): 0,
        ("sail", 0): 2,
        ("sail", 1): 1,
        ("sail", 2): 1,
    }
    open_month = store.ask(question, as_of=datetime(2026, 2, 1, tzinfo=UTC))[0]
    assert open_month.value("subscribers", 2) == 2, "an open period stands where the report does"


def test_filters_on_dimensions_hold_for_every_fact(deals: Store, make: Make) -> None:
    store = make(
        catalog(
            FACTS,
            KPIS,
            dimensions={
                "rep": {"via": "rep"},
                "size": {
                    "via": "units",
                    "bands": [{"label": "small", "below": 2}, {"label": "large", "from": 2, "below": 8}],
                },
            },
        ),
        {"deals": ROWS},
    )
    assert store.value("won", "2026", rep=["Ada", "Cy"]) == 2
    assert store.value("won", "2026", size="large") == 1
    assert store.value("units", "2026", size={"not": "large"}) == 18
    march = store.period("2026-03")
    both = store.ask(
        Question(("reps", "won"), (march,), where=condition(rep="Ada")), Question(("reps", "won"), (march,))
    )
    assert [(each.value("reps"), each.value("won")) for each in both] == [(1, 1), (2, 2)]


def test_the_ends_of_the_interval_of_a_proportion(make: Make) -> None:
    facts = {
        "leads": {"key": "id", "clock": "day", "columns": {"id": "number", "day": "time", "won": "flag"}}
    }
    kpis = {
        "rate": {"share": "leads", "where": {"won": True}, "unit": "percent"},
        "least": {"formula": "lower(rate)"},
        "most": {"formula": "upper(rate)"},
        "leads": {"count": "leads"},
        "none": {"formula": "lower(leads + 1)"},
    }
    rows = [(i, at("2026-05-04 10:00"), i < 2) for i in range(5)] + [(9, at("2026-06-04 10:00"), True)]
    store = make(catalog(facts, kpis), {"leads": rows})
    # 2 of 5, by hand: (0.4 + z²/10 ± z √(0.24/5 + z²/100)) / (1 + z²/5) with z = 1.96.
    assert store.value("least", "2026-05") == pytest.approx(0.117621, abs=1e-6)
    assert store.value("most", "2026-05") == pytest.approx(0.769276, abs=1e-6)
    # All of one: from 1 / (1 + z²) to 1. Of nothing there is no rate, and 6 is no proportion.
    assert store.value("least", "2026-06") == pytest.approx(0.206549, abs=1e-6)
    assert store.value("most", "2026-06") == 1
    assert store.reason("least", "2026-04") == "no_rows"
    assert (store.reason("none", "2026-05")) == "no_value"
