"""Further traps between facts, levels and moments; docs/explanation/traps.md tells which test holds which."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isnan
from typing import Any

import pytest

from broadsheet.metrics import EMPTY, OTHER, Question, Top, answer
from metrics.small import Make, Store, at, catalog, day, table

FACTS: dict[str, Any] = {
    "orders": {
        "key": "id",
        "clock": "day",
        "columns": {"id": "number", "day": "date", "customer": "text", "fee": "money", "paid": "flag"},
    },
    "lines": {
        "key": "id",
        "clock": "order.day",
        "link": {"order": {"to": "orders", "by": "order_id"}},
        "columns": {"id": "number", "order_id": "number", "product": "text", "net": "money"},
    },
    "leads": {
        "key": "id",
        "clock": "day",
        "link": {"campaign": {"to": "campaigns", "by": "campaign_id"}},
        "columns": {"id": "number", "day": "date", "campaign_id": "text"},
    },
    "costs": {
        "key": "id",
        "clock": "day",
        "link": {"campaign": {"to": "campaigns", "by": "campaign_id"}},
        "columns": {"id": "number", "day": "date", "campaign_id": "text", "amount": "money"},
    },
}
KPIS: dict[str, Any] = {
    "orders": {"count": "orders"},
    "fees": {"sum": "orders.fee"},
    "mean_fee": {"mean": "orders.fee"},
    "median_fee": {"median": "orders.fee"},
    "customers": {"distinct": "orders.customer"},
    "paid": {"share": "orders", "where": {"paid": True}},
    "paid_rate": {"mean": "orders.paid"},
    "net": {"sum": "lines.net"},
    "fees_and_net": {"formula": "fees + net"},
    "fee_rate": {"ratio": ["fees", "net"]},
    "fee_excess": {"formula": "mean_fee - 10"},
    "leads": {"count": "leads"},
    "spend": {"sum": "costs.amount"},
    "per_lead": {"ratio": ["spend", "leads"]},
    "opened": {"shift": "orders", "by": "1 month"},
}
CATALOG = catalog(
    FACTS,
    KPIS,
    entities={"campaigns": {"key": "id", "columns": {"id": "text", "name": "text"}}},
    dimensions={
        "product": {"via": {"lines": "product"}},
        "customer": {"via": {"orders": "customer", "lines": "order.customer"}},
        "campaign": {"via": {"leads": "campaign.name", "costs": "campaign.name"}},
    },
)
ORDERS = [
    (1, day("2026-03-02"), "Ada", "10.00", True),
    (2, day("2026-03-03"), "Bea", "20.00", False),
    (3, day("2026-03-30"), "Ada", "60.00", None),
    (4, day("2026-04-01"), "Ada", "5.00", True),
]
LINES = [(1, 1, "rope", "100.00"), (2, 1, "oar", "50.00"), (3, 1, "oar", "50.00"), (4, 2, "oar", "40.00")]


@pytest.fixture
def shop(make: Make) -> Store:
    return make(CATALOG, {"orders": ORDERS, "lines": LINES})


def test_what_an_order_has_once_is_never_repeated_by_its_lines(shop: Store) -> None:
    march = (shop.period("2026-03"),)
    refused = answer(
        [Question(("fees",), march, ("product",), (("product",),))],
        shop.catalog,
        shop.calendar,
        shop,
        datetime(2027, 1, 1, tzinfo=UTC),
    )
    assert refused.answers == (None,)
    assert "product" in refused.failures[0]
    assert "orders" in refused.failures[0]
    assert shop.sent == []
    # By what both reach, each side is summed on its own: order 1 has three lines and one fee.
    kpis = ("fees", "net", "fees_and_net", "fee_rate")
    found = shop.ask(Question(kpis, march, ("customer",), ((), ("customer",))))[0]
    assert table(found, "fees", "customer") == {"Ada": 70, "Bea": 20}
    assert table(found, "net", "customer") == {"Ada": 200, "Bea": 40}
    assert [found.value(kpi) for kpi in kpis] == [90, 240, 330, 0.375]


def test_facts_that_share_only_the_calendar_keep_their_own_months(make: Make) -> None:
    store = make(
        CATALOG,
        {
            "orders": ORDERS,
            "campaigns": [],
            "costs": [(1, day("2026-02-28"), None, "7.00"), (2, day("2026-03-31"), None, "1.00")],
        },
    )
    months = tuple(store.period(f"2026-0{month}") for month in (2, 3, 4))
    found = store.ask(Question(("fees", "spend"), months))[0]
    assert [found.value("fees", i) for i in range(3)] == [0, 90, 5]
    assert [found.value("spend", i) for i in range(3)] == [7, 1, 0]


def test_campaigns_without_leads_and_leads_without_a_campaign(make: Make) -> None:
    march = day("2026-03-10")
    rows: dict[str, Any] = {
        "campaigns": [("m", "Mailing"), ("f", "Fair"), ("b", "Blog")],
        "leads": [(1, march, "m"), (2, march, "m"), (3, march, "b"), (4, march, None), (5, march, "gone")],
        "costs": [(1, march, "m", "30.00"), (2, march, "m", "10.00"), (3, march, "f", "99.00")],
    }
    store = make(CATALOG, rows)
    kpis = ("leads", "spend", "per_lead")
    found = store.ask(Question(kpis, (store.period("2026-03"),), ("campaign",), ((), ("campaign",))))[0]
    # Two leads and two costs of one campaign make neither four leads nor 80 of costs.
    assert table(found, "leads", "campaign") == {"Blog": 1, "Fair": 0, "Mailing": 2, EMPTY: 2}
    assert table(found, "spend", "campaign") == {"Blog": 0, "Fair": 99, "Mailing": 40, EMPTY: 0}
    per_lead = found.frames["campaign",].set_index("campaign")
    assert per_lead.loc["Mailing", "per_lead"] == 20
    # Leads that cost nothing cost 0 each; a cost that brought no lead has no cost per lead.
    assert per_lead.loc["Blog", "per_lead"] == 0
    assert isnan(per_lead.loc["Fair", "per_lead"])
    assert per_lead.loc["Fair", "per_lead:why"] == "zero_base"
    assert found.value("per_lead") == pytest.approx(139 / 5)


def test_nothing_is_0_in_sums_and_undefined_in_means(shop: Store) -> None:
    # March has no line of Bea beyond order 2; in May there is nothing at all.
    march, may = shop.period("2026-04"), shop.period("2026-05")
    found = shop.ask(Question(("fees_and_net", "fee_excess", "fee_rate", "paid"), (march, may)))[0]
    assert (found.value("fees_and_net"), found.value("fee_excess")) == (5, -5)
    assert (found.value("fees_and_net", 1), found.reason("fees_and_net", 1)) == (0, None)
    assert [found.reason(kpi, 1) for kpi in ("fee_excess", "fee_rate", "paid")] == ["no_rows"] * 3
    assert found.reason("fee_rate") == "zero_base"


def test_a_flag_is_counted_and_averaged_as_0_and_1(shop: Store) -> None:
    # An order of which nobody knows whether it is paid is no hit of a share, and no part of a mean.
    assert shop.value("paid", "2026-03") == pytest.approx(1 / 3)
    assert shop.value("paid_rate", "2026-03") == 0.5


def test_medians_and_customers_of_months_are_not_those_of_the_quarter(shop: Store) -> None:
    periods = tuple(map(shop.period, ("2026-03", "2026-04", "2026-03-01..2026-04-30")))
    found = shop.ask(Question(("median_fee", "customers"), periods))[0]
    assert [found.value("median_fee", i) for i in range(3)] == [20, 5, 15]
    assert [found.value("customers", i) for i in range(3)] == [2, 1, 2]


def test_31_march_is_compared_with_the_whole_of_february(make: Make) -> None:
    days = ("2026-02-01", "2026-02-28", "2026-03-01", "2026-03-31")
    store = make(CATALOG, {"orders": [(i, day(text), "Ada", "1.00", True) for i, text in enumerate(days)]})
    month, leap = store.period("2026-03.to.2026-03-31"), store.period("2028-02-29")
    former, year_before = month.previous(store.calendar), leap.last_year(store.calendar)
    assert former is not None
    assert year_before is not None
    assert (former.period.start, former.period.last_day) == (day("2026-02-01"), day("2026-02-28"))
    assert year_before.period.label == "2027-02-28"
    found = store.ask(Question(("orders",), (month, former.period)))[0]
    assert (found.value("orders"), found.value("orders", 1)) == (2, 2)


def test_an_open_month_meets_as_much_of_the_month_before(make: Make) -> None:
    days = ("2026-02-10", "2026-02-11", "2026-02-27", "2026-03-10", "2026-03-11", "2026-03-12")
    store = make(CATALOG, {"orders": [(i, day(text), "Ada", "1.00", True) for i, text in enumerate(days)]})
    so_far = store.period("2026-03").cut(datetime(2026, 3, 12, 9, tzinfo=UTC), store.calendar)
    former = so_far.previous(store.calendar)
    assert former is not None
    assert (so_far.label, former.period.label) == ("2026-03.to.2026-03-11", "2026-02.to.2026-02-11")
    found = store.ask(Question(("orders",), (so_far, former.period)))[0]
    assert (found.value("orders"), found.value("orders", 1)) == (2, 2)


def test_a_row_that_arrives_late_belongs_to_the_period_of_its_event(shop: Store) -> None:
    closed, current = "2026-03", "2026-04"
    before = [shop.value("orders", label) for label in (closed, current)]
    shop.fill({"orders": [*ORDERS, (5, day("2026-03-31"), "Cyd", "1.00", True)]})
    assert [shop.value("orders", label) for label in (closed, current)] == [before[0] + 1, before[1]]


def test_the_others_of_the_former_month_are_those_of_this_month(make: Make) -> None:
    rows = [("A", "2026-03-02", 9), ("B", "2026-03-02", 8), ("C", "2026-03-02", 1)]
    rows += [("C", "2026-02-02", 70), ("D", "2026-02-02", 6), ("A", "2026-02-02", 2)]
    orders = [(i, day(text), who, f"{fee}.00", None) for i, (who, text, fee) in enumerate(rows)]
    store = make(CATALOG, {"orders": orders})
    months = (store.period("2026-03"), store.period("2026-02"))
    top = Top("customer", "fees", 2)
    kpis = ("fees", "median_fee", "customers")
    found = store.ask(Question(kpis, months, ("customer",), (("customer",),), top=top))[0]
    former = {kpi: table(found, kpi, "customer", bucket=1) for kpi in kpis}
    assert former["fees"] == {"A": 2, "B": 0, OTHER: 76}
    assert (former["median_fee"][OTHER], former["customers"][OTHER]) == (38, 2)


def test_what_happens_after_the_report_has_not_happened_in_it(make: Make) -> None:
    columns = {"id": "number", "day": "date", "qualified_at": "time", "signed_on": "date"}
    facts = {"leads": {"key": "id", "clock": "day", "columns": columns}}
    kpis = {
        "qualified": {"share": "leads", "where": {"qualified_at": "happened"}},
        "signed": {"count": "leads", "where": {"signed_on": "happened"}},
        "known": {"share": "leads", "where": {"qualified_at": "present"}},
        "waiting": {"share": "leads", "where": {"qualified_at": {"not": "happened"}}},
        "unsigned": {"count": "leads", "where": {"signed_on": {"not": "happened"}}},
    }
    march = day("2026-03-10")
    rows = [
        (1, march, at("2026-03-31 12:00"), day("2026-03-31")),
        (2, march, at("2026-04-10 09:00"), day("2026-04-10")),
        (3, march, at("2026-04-10 09:01"), day("2026-04-11")),
        (4, march, None, None),
    ]
    store = make(catalog(facts, kpis), {"leads": rows})
    question = Question(("qualified", "signed", "known", "waiting", "unsigned"), (store.period("2026-03"),))
    (then,) = store.ask(question, as_of=datetime(2026, 4, 10, 9, tzinfo=UTC))
    # The report made again in May, for then, says the same; without `happened` it would know too much.
    assert (then.value("qualified"), then.value("signed"), then.value("known")) == (0.5, 2, 0.75)
    assert (then.value("waiting"), then.value("unsigned")) == (0.5, 2)
    (later,) = store.ask(question, as_of=datetime(2026, 5, 1, tzinfo=UTC))
    assert (later.value("qualified"), later.value("signed")) == (0.75, 3)
    assert (later.value("waiting"), later.value("unsigned")) == (0.25, 1)


def test_a_case_open_past_its_limit_has_missed_it(make: Make) -> None:
    facts = {
        "cases": {
            "key": "id",
            "clock": "due",
            "columns": {"id": "number", "opened": "time", "due": "time", "solved": "time"},
        }
    }
    kept = {"share": "cases", "where": {"solved": {"at_most": {"column": "due"}}}}
    rows = [
        (1, at("2026-03-02 09:00"), at("2026-03-03 09:00"), at("2026-03-03 09:00")),
        (2, at("2026-03-02 09:00"), at("2026-03-03 09:00"), at("2026-03-03 09:01")),
        (3, at("2026-03-02 09:00"), at("2026-03-04 09:00"), None),
        (4, at("2026-03-02 09:00"), None, None),
    ]
    store = make(catalog(facts, {"kept": kept}), {"cases": rows})
    assert store.value("kept", "2026-03") == pytest.approx(1 / 3)
