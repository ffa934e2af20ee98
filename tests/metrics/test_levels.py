"""Levels, members and the top N with the others: totals are never sums or means of displayed rows."""

from __future__ import annotations

from math import isnan

import pytest

from broadsheet.metrics import EMPTY, OTHER, Question, Top
from metrics.small import Make, Store, catalog, day, table

CATALOG = catalog(
    {
        "orders": {
            "key": "id",
            "clock": "day",
            "link": {"customer": {"to": "customers", "by": "customer_id"}},
            "columns": {
                "id": "number",
                "day": "date",
                "customer_id": "text",
                "channel": "text",
                "amount": "money",
                "is_gift": "flag",
                "items": "number",
            },
        }
    },
    {
        "orders": {"count": "orders"},
        "amount": {"sum": "orders.amount"},
        "average": {"ratio": ["amount", "orders"]},
        "customers": {"distinct": "orders.customer_id"},
        "middle": {"median": "orders.amount"},
        "gifts": {"count": "orders", "where": {"is_gift": True}},
    },
    entities={
        "customers": {"key": "id", "columns": {"id": "text", "region": "text"}},
    },
    dimensions={
        "region": {"via": "customer.region"},
        "customer": {"via": "customer_id"},
        "channel": {"via": "channel", "order": ["web", "shop"]},
        "gift": {"via": "is_gift"},
        "size": {
            "via": "items",
            "bands": [{"label": "one", "below": 2}, {"label": "few", "from": 2, "below": 10}],
        },
        "items": {"via": "items"},
    },
)
MARCH, FEBRUARY = "2026-03-15", "2026-02-15"
ROWS = {
    "customers": [("a", "North"), ("b", "North"), ("c", "South"), ("d", "East"), ("e", None)],
    "orders": [
        (1, day(MARCH), "a", "web", "100.00", True, 1),
        (2, day(MARCH), "a", "shop", "10.00", False, 2),
        (3, day(MARCH), "b", "web", "30.00", None, 10),
        (4, day(MARCH), "c", "mail", "60.00", False, 2),
        (5, day(MARCH), "d", None, "5.00", True, 1),
        (6, day(MARCH), "e", "web", "50.00", False, None),
        (7, day(MARCH), "gone", "shop", "7.00", False, 3),
        (8, day(FEBRUARY), "d", "web", "500.00", False, 1),
        (9, day(FEBRUARY), "c", "web", "20.00", False, 1),
        (10, day(FEBRUARY), "d", "web", "1.00", False, 1),
    ],
}


@pytest.fixture
def orders(make: Make) -> Store:
    return make(CATALOG, ROWS)


def test_every_level_is_computed_from_its_own_rows(orders: Store) -> None:
    levels = ((), ("region",), ("channel",), ("region", "channel"))
    kpis = ("orders", "amount", "average", "customers", "middle")
    found = orders.ask(Question(kpis, (orders.period("2026-03"),), ("region", "channel"), levels))[0]
    assert [found.value(kpi) for kpi in kpis] == [7, 262, pytest.approx(262 / 7), 6, 30]
    # Rows that refer to a customer without a region, or to none that exists, are one visible member, last.
    regions = {"East": 1, "North": 3, "South": 1, EMPTY: 2}
    assert list(table(found, "orders", "region").items()) == list(regions.items())
    assert table(found, "customers", "region") == {"East": 1, "North": 2, "South": 1, EMPTY: 2}
    assert table(found, "average", "region") == pytest.approx(
        {"East": 5, "North": 140 / 3, "South": 60, EMPTY: 28.5}
    )
    assert table(found, "middle", "region") == {"East": 5, "North": 30, "South": 60, EMPTY: 28.5}
    assert list(table(found, "orders", "channel")) == ["web", "shop", "mail", EMPTY]
    cells = table(found, "orders", "region", "channel")
    assert cells == {
        ("East", EMPTY): 1, ("North", "web"): 2, ("North", "shop"): 1,
        ("South", "mail"): 1, (EMPTY, "web"): 1, (EMPTY, "shop"): 1,
    }  # fmt: skip


def test_members_are_text_in_their_natural_order(orders: Store) -> None:
    march = (orders.period("2026-03"),)
    asked = [Question(("orders",), march, (name,), ((name,),)) for name in ("gift", "size", "items")]
    gift, size, items = orders.ask(*asked)
    assert list(table(gift, "orders", "gift").items()) == [("no", 4), ("yes", 2), (EMPTY, 1)]
    # Ten items are in no band, and shown as such.
    assert list(table(size, "orders", "size").items()) == [("one", 2), ("few", 3), (EMPTY, 2)]
    assert list(table(items, "orders", "items").items()) == [
        ("1", 2),
        ("2", 2),
        ("3", 1),
        ("10", 1),
        (EMPTY, 1),
    ]


def test_a_member_of_one_period_stands_in_all_and_strangers_in_none(orders: Store) -> None:
    buckets = (orders.period("2026-03"), orders.period("2026-02"))
    found = orders.ask(Question(("amount", "average"), buckets, ("region",), (("region",),)))[0]
    assert table(found, "amount", "region", bucket=1) == {"East": 501, "North": 0, "South": 20, EMPTY: 0}
    former = table(found, "average", "region", bucket=1)
    assert (former["East"], former["South"]) == (250.5, 20)
    assert isnan(former["North"])
    frame = found.frames[("region",)].set_index(["bucket", "region"])
    assert frame.loc[(1, "North"), "average:why"] == "no_rows"
    # A channel without a gift is no member of a table of gifts.
    gifts = orders.ask(Question(("gifts",), buckets, ("channel",), (("channel",),)))[0]
    assert table(gifts, "gifts", "channel") == {"web": 1, EMPTY: 1}


def test_others_are_recomputed_and_the_same_in_every_period(orders: Store) -> None:
    buckets = (orders.period("2026-03"), orders.period("2026-02"))
    kpis = ("orders", "amount", "average", "customers", "middle")
    question = Question(kpis, buckets, ("region",), ((), ("region",)), top=Top("region", "amount", 2))
    found = orders.ask(question)[0]
    assert found.other_members == 2
    # March ranks North 140, South 60; East, first in February, is among the others in both.
    assert list(table(found, "amount", "region")) == ["North", "South", OTHER]
    now, former = ({kpi: table(found, kpi, "region", bucket=i)[OTHER] for kpi in kpis} for i in (0, 1))
    assert now == {"orders": 3, "amount": 62, "average": pytest.approx(62 / 3), "customers": 3, "middle": 7}
    assert former == {"orders": 2, "amount": 501, "average": 250.5, "customers": 1, "middle": 250.5}
    assert found.value("amount") == 262


def test_ranking_in_another_period_by_another_kpi_without_the_others(orders: Store) -> None:
    buckets = (orders.period("2026-03"), orders.period("2026-02"))
    top = Top("region", "middle", 1, rank_in=1, rest=False)
    found = orders.ask(Question(("customers", "amount"), buckets, ("region",), (("region",),), top=top))[0]
    assert table(found, "amount", "region") == {"East": 5}
    assert table(found, "customers", "region", bucket=1) == {"East": 1}
    assert found.other_members == 0


def test_the_empty_member_is_ranked_like_any_other(orders: Store) -> None:
    march = (orders.period("2026-03"),)
    top = Top("region", "orders", 2)
    found = orders.ask(Question(("orders", "customers"), march, ("region",), (("region",),), top=top))[0]
    assert list(table(found, "customers", "region").items()) == [("North", 2), (EMPTY, 2), (OTHER, 2)]


def test_ties_go_by_name_and_undefined_values_come_last(make: Make) -> None:
    rows = [
        (i, day(MARCH), who, "web", amount, None, 1)
        for i, (who, amount) in enumerate([("z", "5.00"), ("y", None), ("b", "5.00"), ("a", "-1.00")])
    ]
    store = make(CATALOG, {"customers": [], "orders": rows})
    march = (store.period("2026-03"),)
    top = Top("customer", "middle", 3)
    found = store.ask(Question(("orders", "middle"), march, ("customer",), (("customer",),), top=top))[0]
    assert list(table(found, "orders", "customer")) == ["b", "z", "a", OTHER]


def test_a_stacked_split_keeps_its_own_top(orders: Store) -> None:
    march = (orders.period("2026-03"),)
    question = Question(
        ("amount", "customers"),
        march,
        ("channel", "region"),
        (("channel", "region"), ("channel",)),
        top=Top("region", "amount", 1),
    )
    found = orders.ask(question)[0]
    amounts = table(found, "amount", "channel", "region")
    assert amounts == {
        ("web", "North"): 130, ("web", OTHER): 50, ("shop", "North"): 10, ("shop", OTHER): 7,
        ("mail", OTHER): 60, (EMPTY, OTHER): 5,
    }  # fmt: skip
    assert table(found, "customers", "channel", "region")[("web", "North")] == 2
    assert table(found, "customers", "channel") == {"web": 3, "shop": 2, "mail": 1, EMPTY: 1}


def test_an_empty_table_has_its_columns(orders: Store) -> None:
    found = orders.ask(
        Question(
            ("average",),
            (orders.period("2025"),),
            ("region",),
            ((), ("region",)),
            top=Top("region", "amount", 3),
        )
    )[0]
    frame = found.frames[("region",)]
    assert frame.empty
    assert list(frame) == [
        "bucket",
        "region",
        "average",
        "average:n",
        "average:why",
        "average:numerator",
        "average:denominator",
    ]
    assert found.reason("average") == "no_rows"
