"""The worked examples V1–V16 of the specification: their figures in, their results out, through definitions.

V12 (a base of 0, a change of sign) is a rule of comparisons: tests/document/test_changes.py. V15 (chi-square)
is in tests/analysis/test_crosstab.py. V5–V8 and V10 are methods in the specification; as far as they are
arithmetic they are ordinary formulas here, and what lies beyond (score bands, mining of rules) is not.
"""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil, isnan
from typing import Any

import pytest

from broadsheet.analysis.proportion import wilson
from broadsheet.metrics import Question
from metrics.small import Make, catalog, day, table

MARCH = "2026-03"
SOME_DAY = day("2026-03-10")


def _fact(clock: str = "day", **columns: str) -> dict[str, Any]:
    return {"key": "id", "clock": clock, "columns": {"id": "number", clock: "date", **columns}}


def _rows(count: int, *values: Any, first: int = 1) -> list[tuple[Any, ...]]:
    return [(number, SOME_DAY, *values) for number in range(first, first + count)]


def test_v1_v2_v4_leads_qualify_and_close_and_tell_how_many_are_needed(make: Make) -> None:
    facts = {"leads": _fact(qualified="date", sold="flag"), "wins": _fact()}
    kpis = {
        "leads": {"count": "leads"},
        "qualified": {"count": "leads", "clock": "qualified"},
        "rate": {"ratio": ["qualified", "leads"]},
        "wins": {"count": "wins"},
        "of_leads": {"ratio": ["wins", "leads"]},
        "of_qualified": {"ratio": ["wins", "qualified"]},
        "wanted": {"constant": 100},
        "needed": {"formula": "ceil(wanted / rate)"},
    }
    leads = _rows(250, SOME_DAY, True) + _rows(750, None, False, first=251)
    other = [(1001, day("2026-04-02"), None, None)]
    store = make(catalog(facts, kpis), {"leads": leads + other, "wins": _rows(50)})
    found = store.ask(Question(tuple(kpis), (store.period(MARCH), store.period("2026-04"))))[0]
    assert found.value("rate") == 0.25
    assert (found.value("of_leads"), found.value("of_qualified")) == (0.05, 0.2)
    assert found.value("needed") == 400
    assert (found.value("rate", 1), found.reason("needed", 1)) == (0, "zero_base")
    row = found.frames[()].iloc[0]
    low, high = wilson(row["rate:numerator"], row["rate:denominator"])
    assert (round(low, 3), round(high, 3)) == (0.224, 0.278)
    assert (ceil(100 / high), ceil(100 / low)) == (361, 447)


def test_v3_quotes_close_by_period_and_by_cohort(make: Make) -> None:
    facts = {"quotes": _fact(outcome="text"), "sales": _fact(quoted="flag")}
    kpis = {
        "quotes": {"count": "quotes"},
        "sales": {"count": "sales"},
        "period_form": {"ratio": ["sales", "quotes"]},
        "cohort_form": {"share": "quotes", "where": {"outcome": "won"}},
        "of_decided": {
            "share": "quotes",
            "where": {"outcome": "won"},
            "of": {"outcome": ["won", "lost", "expired"]},
        },
    }
    quotes = _rows(9, "won") + _rows(20, "lost", first=10) + _rows(5, "expired", first=30)
    quotes += _rows(6, None, first=35)
    # Three of the twelve sales have no quote of this month.
    store = make(
        catalog(facts, kpis), {"quotes": quotes, "sales": _rows(9, True) + _rows(3, False, first=10)}
    )
    assert store.value("period_form", MARCH) == 0.3
    assert store.value("cohort_form", MARCH) == 0.225
    assert store.value("of_decided", MARCH) == pytest.approx(9 / 34)


def test_v5_lifetime_value_in_its_three_forms(make: Make) -> None:
    facts = {"guests": _fact(spend="money", visits="number", weekly="money")}
    kpis: dict[str, Any] = {
        "s": {"mean": "guests.spend"},
        "c": {"mean": "guests.visits"},
        "a": {"mean": "guests.weekly"},
        "years": {"constant": 20},
        "profit": {"constant": 0.213},
        "kept": {"constant": 0.75},
        "interest": {"constant": 0.1},
        "simple": {"formula": "52 * a * years"},
        "custom": {"formula": "years * 52 * s * c * profit"},
        "m": {"formula": "simple * profit"},
        "m_yearly": {"formula": "52 * a * profit"},
        "traditional": {"formula": "m * kept / (1 + interest - kept)"},
        "traditional_yearly": {"formula": "m_yearly * kept / (1 + interest - kept)"},
        "mean": {"formula": "(simple + custom + traditional) / 3"},
    }
    guests = zip(("3.50", "8.50", "5.00", "6.50", "6.00"), (4, 3, 5, 6, 3), strict=True)
    rows = [
        (number, SOME_DAY, spend, visits, f"{float(spend) * visits:.2f}")
        for number, (spend, visits) in enumerate(guests, start=1)
    ]
    found = make(catalog(facts, kpis), {"guests": rows})
    values = found.ask(Question(tuple(kpis), (found.period(MARCH),)))[0]
    assert [round(values.value(kpi), 2) for kpi in ("s", "c", "a")] == [5.90, 4.2, 24.30]
    assert round(values.value("m"), 2) == 5382.94
    assert [round(values.value(kpi)) for kpi in ("simple", "custom", "traditional", "mean")] == [
        25272,
        5489,
        11535,
        14099,
    ]
    assert (round(values.value("m_yearly"), 2), round(values.value("traditional_yearly"))) == (269.15, 577)


SCORED = {
    # customer: tenure in days, records in the last 7, 30 and 182 days, score
    "V6": (400, 900, 3600, 20000, 8.70),
    "V7 nothing": (400, 0, 0, 0, 1.00),
    "V7 full": (400, 1200, 5000, 30000, 10.00),
    "V7 young": (20, 1000, 2857.14, 2857.14, 10.00),
    "V8 falling": (400, 200, 1500, 22000, 4.37),
    "V8 silent": (400, 0, 0, 26000, 2.80),
}


def test_v6_v7_v8_usage_scores_against_a_reference(make: Make) -> None:
    facts = {
        "usage": _fact(customer="text", records="number"),
        "terms": _fact(customer="text", tenure="number", reference="number"),
    }
    used = (
        f"{weight} * min(1, x{i} / (reference * min({days}, tenure) / 7))"
        for i, weight, days in ((1, 0.5, 7), (2, 0.3, 30), (3, 0.2, 182))
    )
    kpis = {
        "records": {"sum": "usage.records"},
        "x1": {"running": "records", "over": "7 days"},
        "x2": {"running": "records", "over": "30 days"},
        "x3": {"running": "records", "over": "182 days"},
        "tenure": {"sum": "terms.tenure"},
        "reference": {"sum": "terms.reference"},
        "score": {"formula": f"1 + 9 * ({' + '.join(used)})"},
    }
    usage, terms, today = [], [], day("2026-09-30")

    def use(customer: str, ago: int, records: float) -> None:
        usage.append((len(usage), today - timedelta(days=ago), customer, records))

    for customer, (tenure, week, month, half_year, _) in SCORED.items():
        terms.append((len(terms), today, customer, tenure, 1000))
        # The first and the last day of each window, and the day before the longest.
        for ago, records in ((6, week), (7, 0), (29, month - week), (181, half_year - month), (182, 9999)):
            use(customer, ago, records)
    terms.append((98, today, "no reference", 400, None))
    use("no reference", 0, 500)
    store = make(
        catalog(facts, kpis, dimensions={"customer": {"via": "customer"}}),
        {"usage": usage, "terms": terms},
        {"usage.records": "DECIMAL(12, 2)"},
    )
    levels = (("customer",),)
    found = store.ask(Question(tuple(kpis), (store.period("2026-09-30"),), ("customer",), levels))[0]
    scores = table(found, "score", "customer")
    assert isnan(scores.pop("no reference"))
    assert {customer: round(score, 2) for customer, score in scores.items()} == {
        customer: score for customer, (*_, score) in SCORED.items()
    }


def test_v9_key_accounts_lag_behind_their_industry(make: Make) -> None:
    facts = {"lines": _fact(is_key="flag", units="number")}
    kpis = {
        "units": {"sum": "lines.units"},
        "key_units": {"sum": "lines.units", "where": {"is_key": True}},
        "share": {"ratio": ["key_units", "units"]},
        "industry": {"constant": 0.55},
        "gap": {"formula": "share - industry"},
        "relative": {"ratio": ["share", "industry"]},
        "needed": {"formula": "(units - key_units) * industry / (1 - industry)"},
        "times": {"ratio": ["needed", "key_units"]},
    }
    store = make(catalog(facts, kpis), {"lines": [*_rows(2, True, 10), *_rows(8, False, 10, first=3)]})
    found = store.ask(Question(tuple(kpis), (store.period(MARCH),)))[0]
    assert (round(found.value("gap"), 10), round(found.value("relative"), 2)) == (-0.35, 0.36)
    assert (round(found.value("needed"), 1), round(found.value("times"), 1)) == (97.8, 4.9)


def test_v10_support_confidence_and_lift_of_two_products(make: Make) -> None:
    facts = {"baskets": _fact(pen="flag", paper="flag")}
    kpis = {
        "support": {"share": "baskets", "where": {"pen": True, "paper": True}},
        "pen_then_paper": {"share": "baskets", "where": {"paper": True}, "of": {"pen": True}},
        "paper_then_pen": {"share": "baskets", "where": {"pen": True}, "of": {"paper": True}},
        "has_pen": {"share": "baskets", "where": {"pen": True}},
        "has_paper": {"share": "baskets", "where": {"paper": True}},
        "lift": {"ratio": ["pen_then_paper", "has_paper"]},
        "lift_back": {"ratio": ["paper_then_pen", "has_pen"]},
    }
    baskets = _rows(4, True, True) + _rows(2, True, False, first=5) + _rows(1, False, True, first=7)
    store = make(catalog(facts, kpis), {"baskets": baskets + _rows(3, False, False, first=8)})
    found = store.ask(Question(tuple(kpis), (store.period(MARCH),)))[0]
    assert found.value("support") == 0.4
    assert [round(found.value(kpi), 3) for kpi in ("pen_then_paper", "paper_then_pen")] == [0.667, 0.8]
    assert round(found.value("lift"), 3) == round(found.value("lift_back"), 3) == 1.333


def test_v11_a_total_is_no_mean_of_rates(make: Make) -> None:
    facts = {"deals": _fact(rep="text", won="flag")}
    kpis = {"win_rate": {"share": "deals", "where": {"won": True}}}
    deals = _rows(9, "A", True) + _rows(1, "A", False, first=10)
    deals += _rows(10, "B", True, first=11) + _rows(80, "B", False, first=21)
    store = make(catalog(facts, kpis, dimensions={"rep": {"via": "rep"}}), {"deals": deals})
    found = store.ask(Question(("win_rate",), (store.period(MARCH),), ("rep",), ((), ("rep",))))[0]
    assert found.value("win_rate") == 0.19
    assert table(found, "win_rate", "rep") == pytest.approx({"A": 0.9, "B": 1 / 9})


def test_v12_growth_has_no_base_of_zero(make: Make) -> None:
    kpis = {
        "sales": {"sum": "sales.amount"},
        "before": {"shift": "sales", "by": "1 month"},
        "growth": {"formula": "sales / before - 1"},
        "difference": {"formula": "sales - before"},
    }
    rows = [(1, day("2026-03-02"), "50.00")]
    store = make(catalog({"sales": _fact(amount="money")}, kpis), {"sales": rows})
    assert (store.reason("growth", MARCH), store.value("difference", MARCH)) == ("zero_base", 50)


def test_v13_who_came_in_the_period_was_not_kept(make: Make) -> None:
    facts = {"customers": _fact("since", until="date")}
    kpis = {
        "at_end": {"balance": "customers", "begins": "since", "ends": "until"},
        "at_start": {"shift": "at_end", "by": "1 month"},
        "new": {"count": "customers"},
        "kept": {"formula": "(at_end - new) / at_start"},
        "churn": {"formula": "1 - kept"},
    }
    old, new = day("2026-01-05"), SOME_DAY
    rows = [(i, old, day("2026-03-20") if i < 40 else None) for i in range(200)]
    rows += [(i, new, None) for i in range(200, 230)]
    store = make(catalog(facts, kpis), {"customers": rows})
    found = store.ask(Question(tuple(kpis), (store.period(MARCH),)))[0]
    assert [found.value(kpi) for kpi in ("at_start", "new", "at_end")] == [200, 30, 190]
    assert found.value("kept") == 0.8
    assert round(found.value("churn"), 10) == 0.2


def test_v14_first_contact_resolution_gross_and_net(make: Make) -> None:
    facts = {"cases": _fact(contacts="number", back="flag", solvable="flag")}
    at_once = {"contacts": 1, "back": False}
    kpis = {
        "gross": {"share": "cases", "where": at_once},
        "net": {"share": "cases", "where": at_once, "of": {"solvable": True}},
    }
    cases = _rows(74, 1, False, True) + _rows(6, 1, True, True, first=75)
    cases += _rows(10, 2, False, True, first=81) + _rows(10, 3, False, False, first=91)
    store = make(catalog(facts, kpis), {"cases": cases})
    assert store.value("gross", MARCH) == 0.74
    assert round(store.value("net", MARCH), 3) == 0.822


def test_v16_weeks_of_visitors_do_not_add_up_to_a_month(make: Make) -> None:
    facts = {"visits": _fact(visitor="text")}
    store = make(
        catalog(facts, {"visitors": {"distinct": "visits.visitor"}}),
        {"visits": [(i, date(2026, 6, 1 + 7 * i), "Ada") for i in range(4)]},
    )
    weeks = tuple(store.period(f"2026-W{week}") for week in (23, 24, 25, 26))
    found = store.ask(Question(("visitors",), (*weeks, store.period("2026-06"))))[0]
    assert [found.value("visitors", i) for i in range(5)] == [1, 1, 1, 1, 1]


def test_a_capped_fulfillment_is_undefined_where_its_plan_is(make: Make) -> None:
    facts = {"weeks": _fact(team="text", done="number", planned="number")}
    kpis = {
        "done": {"sum": "weeks.done"},
        "planned": {"sum": "weeks.planned"},
        "capped": {"formula": "min(1.2, done / planned)"},
        "at_least": {"formula": "max(done, planned, 3)"},
        "dozens": {"formula": "ceil(done / 12)"},
    }
    rows = [(1, SOME_DAY, "A", 30, 20), (2, SOME_DAY, "B", 18, 20), (3, SOME_DAY, "C", 1, 0)]
    store = make(catalog(facts, kpis, dimensions={"team": {"via": "team"}}), {"weeks": rows})
    found = store.ask(Question(tuple(kpis), (store.period(MARCH),), ("team",), (("team",), ())))[0]
    capped = table(found, "capped", "team")
    assert (capped["A"], capped["B"], isnan(capped["C"])) == (1.2, 0.9, True)
    assert found.frames[("team",)].set_index("team").loc["C", "capped:why"] == "zero_base"
    assert table(found, "at_least", "team") == {"A": 30, "B": 20, "C": 3}
    assert table(found, "dozens", "team") == {"A": 3, "B": 2, "C": 1}
    assert (found.value("capped"), found.value("dozens")) == (1.2, 5)
