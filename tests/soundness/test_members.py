"""KPIs told by every member on its own: counted by hand."""

from __future__ import annotations

from datetime import date
from math import isnan
from typing import Any

import pytest

from broadsheet.metrics import OTHER, Question, Top
from broadsheet.periods import all_time
from metrics.small import Make, Store, at, catalog, day, table

FACTS: dict[str, Any] = {
    "orders": {
        "key": "id",
        "clock": "day",
        "link": {"customer": {"to": "customers", "by": "customer_id"}},
        "columns": {
            "id": "number", "day": "date", "customer_id": "text",
            "channel": "text", "brand": "text", "amount": "money",
        },
    },
    "cases": {
        "key": "id",
        "clock": "day",
        "columns": {"id": "number", "day": "date", "customer_id": "text", "channel": "text"},
    },
    "visits": {
        "key": ["deal", "stage", "entered"],
        "clock": "left_at",
        "columns": {"deal": "text", "stage": "text", "entered": "time", "left_at": "time", "product": "text"},
    },
    "plan": {
        "key": "id", "clock": "day", "grain": "month",
        "columns": {"id": "number", "day": "date", "customer_id": "text", "amount": "money"},
    },
}  # fmt: skip
EACH = {"each": "customer"}
KPIS: dict[str, Any] = {
    "orders": {"count": "orders"},
    "amount": {"sum": "orders.amount"},
    "known_amount": {"sum": "orders.amount", "fill": "none"},
    "brands": {"distinct": "orders.brand"},
    "cases": {"count": "cases"},
    "planned": {"sum": "plan.amount"},
    "orders_before": {"shift": "orders", "by": "1 period"},
    "orders_daily": {"running": "orders", "within": "month", "take": "mean"},
    "mean_daily": {"mean": {**EACH, "kpi": "orders_daily"}},
    "orders_year": {"running": "orders", "over": "12 months"},
    "buyers": {"count": EACH, "where": {"orders": {"at_least": 1}}},
    "repeat_buyers": {"count": EACH, "where": {"orders": {"at_least": 2}}},
    "repeat_rate": {"share": EACH, "of": {"orders": {"at_least": 1}}, "where": {"orders": {"at_least": 2}}},
    "repeat_formula": {"ratio": ["repeat_buyers", "buyers"]},
    "repeat_year": {"running": "repeat_buyers", "over": "12 months"},
    "repeat_before": {"shift": "repeat_buyers", "by": "1 period"},
    "median_amount": {"median": {**EACH, "kpi": "amount"}},
    "mean_amount": {"mean": {**EACH, "kpi": "amount"}},
    "sum_amount": {"sum": {**EACH, "kpi": "amount"}},
    "least": {"min": {**EACH, "kpi": "amount"}},
    "greatest": {"max": {**EACH, "kpi": "amount"}},
    "p75": {"percentile": {**EACH, "kpi": "amount"}, "at": 0.75},
    "p75_existing": {"percentile": {**EACH, "kpi": "amount"}, "at": 0.75, "existing": True},
    "deviation": {"stddev": {**EACH, "kpi": "amount"}},
    "spread": {"variance": {**EACH, "kpi": "amount"}},
    "median_brands": {"median": {**EACH, "kpi": "brands"}},
    "median_customer_channel": {"median": {"each": ["customer", "channel"], "kpi": "amount"}},
    "retention": {
        "share": EACH, "of": {"orders_before": {"at_least": 1}}, "where": {"orders": {"at_least": 1}},
    },
    "churn": {"formula": "1 - retention"},
    "grown": {"count": EACH, "where": {"orders": {"above": {"kpi": "orders_before"}}}},
    "served": {"count": EACH, "where": {"orders": 0, "cases": {"at_least": 1}}},
    "not_once": {"count": EACH, "where": {"orders": {"not": 1}}},
    "bought": {"count": EACH, "where": {"known_amount": "present"}},
    "not_bought": {"count": EACH, "where": {"known_amount": "missing", "cases": {"above": 0}}},
    "top_two": {"count": EACH, "where": {"amount": {"top": 2}}},
    "top_half": {"count": EACH, "where": {"amount": {"top": 0.5}}},
    "class_b": {"count": EACH, "where": {"amount": {"top": 0.5, "beyond": 0.2}}},
    "class_c": {"count": EACH, "where": {"amount": {"beyond": 0.5}}},
    "first_by_size": {"count": EACH, "where": {"amount": {"top": {"below_4": 0.5, "else": 0.75}}}},
    "last_by_size": {"count": EACH, "where": {"amount": {"beyond": {"below_3": 0.1, "below_5": 0.6, "else": 0.2}}}},
    "class_a": {"count": EACH, "where": {"amount": {"top": 0.2}}},
    "top_rate": {"share": EACH, "of": {"orders": {"at_least": 1}}, "where": {"amount": {"top": 2}}},
    "concentration": {"top_share": {**EACH, "kpi": "amount"}, "top": 0.25},
    "first_held": {"top_share": {**EACH, "kpi": "amount"}, "top": 1},
    "inequality": {"gini": {**EACH, "kpi": "amount"}},
    "total": {"across": "amount", "over": "all"},
    "brand_total": {"across": "amount", "over": "brand"},
    "share_of_total": {"ratio": ["amount", "total"]},
    "share_of_brand": {"ratio": ["amount", "brand_total"]},
    "index": {"formula": "share_of_brand / share_all"},
    "share_all": {"across": "share_in_channel", "over": "channel"},
    "share_in_channel": {"ratio": ["amount", "brand_total"]},
    "loyal_channels": {"count": {"each": "channel"}, "where": {"repeat_buyers": {"at_least": 1}}},
    "big_part": {"count": EACH, "where": {"part": {"at_least": 0.3}}},
    "part": {"ratio": ["amount", "amount_of_all"]},
    "amount_of_all": {"across": "amount", "over": "customer"},
    "planned_customers": {"count": EACH, "where": {"planned": {"above": 0}}},
    "stage_days": {
        "sum": {"days": ["visits.entered", "visits.left_at"]}, "open_rows": "exclude", "unit": "days",
    },
    "median_stage_days": {"median": {"each": ["deal", "stage"], "kpi": "stage_days"}, "unit": "days"},
}  # fmt: skip
ENTITIES = {"customers": {"key": "id", "columns": {"id": "text", "region": "text"}}}
CATALOG = catalog(
    FACTS,
    KPIS,
    entities=ENTITIES,
    dimensions={
        "customer": {"via": {"orders": "customer_id", "cases": "customer_id", "plan": "customer_id"}},
        "region": {"via": {"orders": "customer.region"}},
        "channel": {"via": {"orders": "channel", "cases": "channel"}},
        "brand": {"via": {"orders": "brand"}},
        "deal": {"via": {"visits": "deal"}},
        "stage": {"via": {"visits": "stage"}},
        "product": {"via": {"visits": "product"}},
    },
)
JAN, FEB, MAR = "2026-01-15", "2026-02-15", "2026-03-15"
#: March by customer: a 3 orders 60, b 2 orders 30, c 1 order 30, d 1 order 0; one order of nobody, 500.
ORDERS = [
    (1, day(MAR), "a", "web", "oak", "10.00"),
    (2, day(MAR), "a", "web", "ash", "20.00"),
    (3, day(MAR), "a", "shop", "oak", "30.00"),
    (4, day(MAR), "b", "web", "oak", "10.00"),
    (5, day(MAR), "b", "shop", "oak", "20.00"),
    (6, day(MAR), "c", "shop", "ash", "30.00"),
    (7, day(MAR), "d", "mail", None, "0.00"),
    (8, day(MAR), None, "mail", "oak", "500.00"),
    (9, day(FEB), "a", "web", "oak", "7.00"),
    (10, day(FEB), "e", "web", "oak", "8.00"),
    (11, day(FEB), "e", "web", "oak", "9.00"),
    (12, day(JAN), "b", "web", "oak", "1.00"),
]
CASES = [(1, day(MAR), "a", "web"), (2, day(MAR), "f", "web"), (3, day(MAR), "f", "web")]
PLAN = [(1, day("2026-03-01"), "a", 5), (2, day("2026-03-01"), "b", 0)]
CUSTOMERS = [("a", "North"), ("b", "North"), ("c", "South"), ("d", "South"), ("e", "South")]
ROWS: dict[str, Any] = {"orders": ORDERS, "cases": CASES, "plan": PLAN, "customers": CUSTOMERS, "visits": []}


@pytest.fixture
def store(make: Make) -> Store:
    return make(CATALOG, ROWS)


@pytest.mark.parametrize(
    ("kpi", "value"),
    [
        ("buyers", 4),
        ("repeat_buyers", 2),
        ("repeat_rate", 0.5),
        ("repeat_formula", 0.5),
        ("repeat_year", 3),
        ("repeat_before", 1),
        ("median_amount", 30),
        ("mean_amount", 30),
        ("sum_amount", 120),
        ("least", 0),
        ("greatest", 60),
        # 0 30 30 60: a quarter of the way from 30 to 60.
        ("p75", 37.5),
        ("p75_existing", 30),
        ("spread", 600),
        ("deviation", 600**0.5),
        # a 2, b 1, c 1; d's order has no brand.
        ("median_brands", 1),
        # Customer and channel: a web 30, a shop 30, b web 10, b shop 20, c shop 30, d mail 0.
        ("median_customer_channel", 25),
        ("retention", 0.5),
        ("churn", 0.5),
        ("grown", 4),
        ("served", 1),
        ("not_once", 2),
        ("bought", 4),
        ("not_bought", 1),
        # 60, then 30 twice: b before c.
        ("top_two", 2),
        ("top_half", 2),
        ("class_a", 1),
        # Of four, three quarters; and all but six tenths, rounded up.
        ("first_by_size", 3),
        ("last_by_size", 1),
        ("class_b", 1),
        ("class_c", 2),
        ("top_rate", 0.5),
        ("concentration", 0.5),
        ("first_held", 0.5),
        # Ranks 1 … 4 with 0 30 30 60: (−3·0 − 30 + 30 + 3·60) ÷ (4 · 120).
        ("inequality", 0.375),
        ("planned_customers", 1),
        ("big_part", 0),
        # From the 15th on 17 of 31 days show the orders of each: 3, 2, 1, 1, the other days none.
        ("mean_daily", 7 / 4 * 17 / 31),
    ],
)  # fmt: skip
def test_members_of_march(store: Store, kpi: str, value: float) -> None:
    assert store.value(kpi, "2026-03") == pytest.approx(value)


def test_every_level_has_its_own_members(store: Store) -> None:
    kpis = ("buyers", "repeat_buyers", "repeat_rate", "median_amount", "concentration")
    levels = ((), ("channel",), ("region",))
    found = store.ask(Question(kpis, (store.period("2026-03"),), ("channel", "region"), levels))[0]
    # By mail the order of d alone: the other is nobody's.
    assert table(found, "buyers", "channel") == {"web": 2, "shop": 3, "mail": 1}
    assert table(found, "repeat_buyers", "channel") == {"web": 1, "shop": 0, "mail": 0}
    assert table(found, "repeat_rate", "channel") == {"web": 0.5, "shop": 0, "mail": 0}
    assert table(found, "median_amount", "channel") == {"web": 20, "shop": 30, "mail": 0}
    assert table(found, "buyers", "region") == {"North": 2, "South": 2}
    assert table(found, "concentration", "region") == {"North": pytest.approx(60 / 90), "South": 1}
    assert [found.value(kpi) for kpi in kpis] == [4, 2, 0.5, 30, 0.5]
    frame = found.frames[("channel",)].set_index("channel")
    assert frame.loc["web", ["repeat_rate:n", "repeat_rate:numerator", "repeat_rate:denominator"]].tolist() == [
        2, 1, 2,
    ]  # fmt: skip
    assert frame.loc["shop", "median_amount:n"] == 3


def test_overlapping_periods_tell_their_own_members(store: Store) -> None:
    periods = tuple(map(store.period, ("2026-Q1", "2026-03", "2026-02", "2026-01")))
    found = store.ask(Question(("repeat_buyers", "buyers", "median_amount", "retention"), periods))[0]
    assert [found.value("repeat_buyers", bucket) for bucket in range(4)] == [3, 2, 1, 0]
    assert [found.value("buyers", bucket) for bucket in range(4)] == [5, 4, 2, 1]
    # The quarter: a 67, b 31, c 30, d 0, e 17.
    assert [found.value("median_amount", bucket) for bucket in range(4)] == [30, 30, 12, 1]
    # Of a and e only a came back in March; nobody of January came in February; nobody was there before.
    assert [found.value("retention", bucket) for bucket in (1, 2)] == [0.5, 0]
    assert isnan(found.value("retention", 3))
    assert found.reason("retention", 3) == "no_rows"


def test_a_member_among_the_others_counts_once(store: Store) -> None:
    march, february = store.period("2026-03"), store.period("2026-02")
    kpis = ("buyers", "repeat_buyers", "median_amount", "amount", "median_brands")
    question = Question(
        kpis, (march, february), ("channel",), (("channel",), ()), top=Top("channel", "amount", 1)
    )
    found = store.ask(question)[0]
    # Mail is first by its 500 of nobody; a and b bought both on the web and in the shop, now together.
    assert table(found, "buyers", "channel") == {"mail": 1, OTHER: 3}
    assert table(found, "repeat_buyers", "channel") == {"mail": 0, OTHER: 2}
    assert table(found, "median_amount", "channel") == {"mail": 0, OTHER: 30}
    # The only known buyer by mail bought no brand.
    brands = table(found, "median_brands", "channel")
    assert (isnan(brands["mail"]), brands[OTHER]) == (True, 1)
    former = table(found, "repeat_buyers", "channel", bucket=1)
    assert former == {"mail": 0, OTHER: 1}
    assert found.value("buyers") == 4


def test_the_others_may_be_the_members_themselves(store: Store) -> None:
    kpis = ("orders", "repeat_buyers", "median_amount", "repeat_rate")
    question = Question(
        kpis, (store.period("2026-03"),), ("customer",), (("customer",), ()), top=Top("customer", "orders", 1)
    )
    found = store.ask(question)[0]
    assert list(table(found, "orders", "customer")) == ["a", OTHER]
    # Beyond a: b with two orders, c and d with one; the order of nobody is no member.
    assert table(found, "repeat_buyers", "customer") == {"a": 1, OTHER: 1}
    assert table(found, "repeat_rate", "customer") == {"a": 1, OTHER: pytest.approx(1 / 3)}
    assert table(found, "median_amount", "customer") == {"a": 60, OTHER: 30}
    kept = store.ask(
        Question(kpis, (store.period("2026-03"),), ("customer",), (("customer",),),
                 top=Top("customer", "repeat_rate", 2, rest=False))
    )[0]  # fmt: skip
    assert table(kept, "repeat_rate", "customer") == {"a": 1, "b": 1}


def test_ranks_are_those_of_all_whatever_the_split(store: Store) -> None:
    question = Question(("top_two", "class_c"), (store.period("2026-03"),), ("channel",), (("channel",), ()))
    found = store.ask(question)[0]
    # The first two are a and b, in whatever channel; 30 twice: b before c.
    assert table(found, "top_two", "channel") == {"web": 2, "shop": 2, "mail": 0}
    assert table(found, "class_c", "channel") == {"web": 0, "shop": 1, "mail": 1}
    # Of the customers of the south alone, all two are the first two.
    assert store.value("top_two", "2026-03", region="South") == 2
    assert store.value("class_a", "2026-03", region="South") == 1
    # They are fewer than four, and fewer than three.
    assert store.value("first_by_size", "2026-03", region="South") == 1
    assert store.value("last_by_size", "2026-03", region="South") == 1


def test_conditions_of_the_question_choose_rows_before_members_are_told(store: Store) -> None:
    assert store.value("repeat_buyers", "2026-03", channel="web") == 1
    assert store.value("median_amount", "2026-03", brand="oak") == 35


def test_a_kpi_across_a_dimension_is_the_same_for_all_its_members(store: Store) -> None:
    kpis = ("amount", "total", "brand_total", "share_of_total", "share_of_brand", "share_all", "index")
    levels = (("channel", "brand"), ("brand",), ())
    found = store.ask(Question(kpis, (store.period("2026-03"),), ("channel", "brand"), levels))[0]
    web_oak, shop_oak = ("web", "oak"), ("shop", "oak")
    assert set(table(found, "total", "channel", "brand").values()) == {620}
    assert table(found, "brand_total", "channel", "brand")[web_oak] == 40
    assert table(found, "share_of_brand", "channel", "brand")[shop_oak] == pytest.approx(50 / 80)
    # Of all channels oak has 570 of 620.
    assert table(found, "share_all", "channel", "brand")[shop_oak] == pytest.approx(570 / 620)
    assert table(found, "index", "channel", "brand")[shop_oak] == pytest.approx((50 / 80) / (570 / 620))
    assert sum(table(found, "share_of_total", "brand").values()) == pytest.approx(1)
    assert found.value("share_of_total") == 1


def test_a_total_does_not_know_of_a_top(store: Store) -> None:
    march = (store.period("2026-03"),)
    for rest in (True, False):
        top = Top("brand", "amount", 1, rest=rest)
        found = store.ask(
            Question(("amount", "share_of_brand", "total"), march, ("brand",), (("brand",),), top=top)
        )
        shares = table(found[0], "share_of_brand", "brand")
        assert shares["oak"] == pytest.approx(570 / 620)
        assert shares.get(OTHER) == (pytest.approx(50 / 620) if rest else None)


def test_what_looks_at_all_together_lists_nobody_by_itself(store: Store) -> None:
    question = Question(
        ("brand_total",), (store.period("2026-03"),), ("brand", "channel"), (("brand",), ("channel",))
    )
    found = store.ask(question)[0]
    assert table(found, "brand_total", "channel") == {"web": 40, "shop": 80, "mail": 500}
    assert table(found, "brand_total", "brand") == {}


def test_members_of_members(store: Store) -> None:
    # In the web a bought twice; nobody did so in the shop or by mail.
    assert store.value("loyal_channels", "2026-03") == 1
    # March: 60 of 620 is less than 0.3; of the web's 40, a has 30 and b 10.
    assert store.value("big_part", "2026-03", channel="web") == 1


def test_where_nothing_is_known_members_are_not_counted(store: Store) -> None:
    found = store.ask(Question(("planned_customers",), (store.period("2026-W11"),)))[0]
    assert (isnan(found.value("planned_customers")), found.reason("planned_customers")) == (
        True,
        "not_recorded",
    )
    assert store.value("buyers", "2025-01") == 0
    assert store.value("sum_amount", "2025-01") == 0
    for kpi in ("median_amount", "repeat_rate", "concentration", "inequality", "deviation"):
        assert store.reason(kpi, "2025-01") == "no_rows"
    # Everybody holds nothing: there is no part of it.
    store.fill({"orders": [(1, day(MAR), "a", "web", "oak", 0), (2, day(MAR), "b", "web", "oak", -5)]})
    assert store.reason("concentration", "2026-03") == "zero_base"
    assert store.reason("inequality", "2026-03") == "zero_base"


def test_all_time_has_no_period_before(store: Store) -> None:

    found = store.ask(
        Question(
            ("repeat_buyers", "orders_before", "retention"), (all_time(date(2026, 1, 1), date(2026, 4, 1)),)
        )
    )[0]
    assert found.value("repeat_buyers") == 3
    assert found.reason("orders_before") == "not_recorded"
    assert found.reason("retention") == "not_recorded"


@pytest.mark.parametrize(
    ("label", "before"),
    [
        ("2026-03", 3),
        ("2026-W12", 8),
        ("2026-Q2", 12),
        ("2026-04-01..2026-04-30", 8),
        ("2026-03.to.2026-03-16", 3),
    ],
)
def test_the_period_before_goes_by_index(store: Store, label: str, before: int) -> None:
    # The 30 days before April begin on 2 March; to 16 March meets to 16 February.
    assert store.value("orders_before", label) == before


def test_a_stage_entered_again_is_summed_before_the_median(make: Make) -> None:
    # Deal a was in Qualify twice, 1 and 3 days: 4; b 10, c 2. The median of deals is 4, of visits 2.5.
    visits = [
        ("a", "Qualify", at("2026-03-01 00:00"), at("2026-03-02 00:00"), "rope"),
        ("a", "Qualify", at("2026-03-05 00:00"), at("2026-03-08 00:00"), "rope"),
        ("b", "Qualify", at("2026-03-01 00:00"), at("2026-03-11 00:00"), "oar"),
        ("c", "Qualify", at("2026-03-01 00:00"), at("2026-03-03 00:00"), "oar"),
        ("c", "Offer", at("2026-03-03 00:00"), at("2026-03-04 00:00"), "oar"),
    ]
    store = make(CATALOG, {**ROWS, "visits": visits})
    found = store.ask(
        Question(
            ("median_stage_days",),
            (store.period("2026-03"),),
            ("stage", "product"),
            (("stage",), ("product",), ()),
        )
    )[0]
    assert table(found, "median_stage_days", "stage") == {"Offer": 1, "Qualify": 4}
    assert table(found, "median_stage_days", "product") == {"oar": 2, "rope": 4}
    assert found.value("median_stage_days") == 3


def test_retention_ignores_who_is_new(make: Make) -> None:
    # 200 customers at the start, 30 new ones, 160 of the 200 and all new ones at the end: 190, of which 160 stayed.
    before = [(i, day(FEB), f"old{i}", "web", "oak", 1) for i in range(200)]
    now = [(1000 + i, day(MAR), f"old{i}", "web", "oak", 1) for i in range(160)]
    new = [(2000 + i, day(MAR), f"new{i}", "web", "oak", 1) for i in range(30)]
    store = make(CATALOG, {**ROWS, "orders": [*before, *now, *new]})
    assert store.value("buyers", "2026-03") == 190
    assert store.value("retention", "2026-03") == pytest.approx(0.8)
    assert store.value("churn", "2026-03") == pytest.approx(0.2)


def test_no_churn_of_nobody(store: Store) -> None:
    assert isnan(store.value("churn", "2026-01"))
    assert store.reason("churn", "2026-01") == "no_rows"


def test_a_plan_shared_out_over_days_has_its_members(make: Make) -> None:
    facts = {**FACTS, "plan": {**FACTS["plan"], "spread": "days"}}
    dimensions = {name: {"via": item.via} for name, item in CATALOG.dimensions.items()}
    kpis = {name: KPIS[name] for name in ("planned", "planned_customers")}
    store = make(catalog(facts, kpis, dimensions=dimensions, entities=ENTITIES), ROWS)
    found = store.ask(Question(("planned", "planned_customers"), (store.period("2026-W11"),)))[0]
    assert found.value("planned") == pytest.approx(5 * 7 / 31)
    assert found.value("planned_customers") == 1


def test_a_total_is_no_mean_of_its_rows(store: Store) -> None:
    found = store.ask(
        Question(
            ("median_amount", "repeat_rate"), (store.period("2026-03"),), ("channel",), (("channel",), ())
        )
    )[0]
    by_channel = table(found, "repeat_rate", "channel").values()
    assert found.value("repeat_rate") == 0.5
    assert sum(by_channel) / len(by_channel) != 0.5
