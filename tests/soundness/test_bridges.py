"""Dimensions of which a row has several members: each row once per member, and once in every total."""

from __future__ import annotations

from typing import Any

import pytest

from broadsheet.definitions.catalog import Unreachable
from broadsheet.metrics import EMPTY, OTHER, Question, Top, answer
from metrics.small import Make, at, catalog, condition, day, table

FACTS: dict[str, Any] = {
    "deals": {
        "key": "id",
        "clock": "closed_at",
        "many": {
            "rivals": {"through": "rivals", "by": "deal_id"},
            "items": {"through": "items", "by": "deal_id"},
        },
        "columns": {
            "id": "number",
            "closed_at": "time",
            "team": "text",
            "net": "money",
            "won": "flag",
            "first_at": "time",
        },
    },
    "rivals": {
        "key": "id",
        "clock": "deal.closed_at",
        "link": {
            "deal": {"to": "deals", "by": "deal_id"},
            "competitor": {"to": "competitors", "by": "competitor_id"},
        },
        "columns": {"id": "number", "deal_id": "number", "competitor_id": "text", "role": "text"},
    },
    "visits": {
        "key": "id",
        "clock": "day",
        "link": {"deal": {"to": "deals", "by": "deal_id"}},
        "columns": {"id": "number", "day": "date", "deal_id": "number"},
    },
}
ENTITIES: dict[str, Any] = {
    "items": {
        "key": "id",
        "columns": {"id": "number", "deal_id": "number", "product": "text", "units": "number"},
    },
    "competitors": {"key": "id", "columns": {"id": "text", "name": "text"}},
}
KPIS: dict[str, Any] = {
    "deals": {"count": "deals"},
    "net": {"sum": "deals.net"},
    "middle": {"median": "deals.net"},
    "largest": {"max": "deals.net"},
    "win_rate": {"share": "deals", "where": {"won": True}},
    "seen": {"count": "rivals"},
    "visits": {"count": "visits"},
    "deals_and_visits": {"formula": "deals + visits"},
    "so_far": {"running": "net", "within": "year"},
}
DIMENSIONS: dict[str, Any] = {
    "team": {"via": {"deals": "team", "rivals": "deal.team", "visits": "deal.team"}},
    "competitor": {
        "via": {
            "deals": "rivals.competitor.name",
            "rivals": "competitor.name",
            "visits": "deal.rivals.competitor.name",
        }
    },
    "role": {"via": {"deals": "rivals.role", "rivals": "role"}},
    "product": {"via": {"deals": "items.product"}},
    "size": {
        "via": {"deals": "items.units"},
        "bands": [{"label": "few", "below": 10}, {"label": "many", "from": 10}],
    },
}
CATALOG = catalog(FACTS, KPIS, entities=ENTITIES, dimensions=DIMENSIONS)
DEALS = [
    (1, at("2026-03-02 12:00"), "North", "10.00", True, None),
    (2, at("2026-03-03 12:00"), "North", "20.00", False, None),
    (3, at("2026-03-04 12:00"), "South", "40.00", True, None),
    (4, at("2026-04-05 12:00"), None, "80.00", True, None),
]
# Deal 1 met Acme twice and Brig once, deal 2 Brig, deal 3 one that nobody named, deal 4 no one.
RIVALS = [
    (1, 1, "a", "winner"), (2, 1, "a", "present"), (3, 1, "b", "present"),
    (4, 2, "b", "winner"), (5, 3, None, "present"),
]  # fmt: skip
ROWS: dict[str, Any] = {
    "deals": DEALS,
    "rivals": RIVALS,
    "competitors": [("a", "Acme"), ("b", "Brig"), ("c", "Cog")],
    "items": [(1, 1, "oar", 2), (2, 1, "oar", 3), (3, 1, "rope", 50), (4, 2, "rope", 1), (5, 4, "oar", None)],
    "visits": [(1, day("2026-03-01"), 1), (2, day("2026-03-02"), 1), (3, day("2026-03-03"), 4)],
}
Q1 = "2026-01-01..2026-06-30"


def test_each_row_counts_once_per_member_and_once_in_the_total(make: Make) -> None:
    store = make(CATALOG, ROWS)
    kpis = ("deals", "net", "middle", "largest", "win_rate")
    found = store.ask(Question(kpis, (store.period(Q1),), ("competitor",), ((), ("competitor",))))[0]
    assert table(found, "deals", "competitor") == {"Acme": 1, "Brig": 2, EMPTY: 2}
    assert table(found, "net", "competitor") == {"Acme": 10, "Brig": 30, EMPTY: 120}
    assert table(found, "middle", "competitor") == {"Acme": 10, "Brig": 15, EMPTY: 60}
    assert table(found, "largest", "competitor") == {"Acme": 10, "Brig": 20, EMPTY: 80}
    assert table(found, "win_rate", "competitor") == {"Acme": 1, "Brig": 0.5, EMPTY: 1}
    assert [found.value(kpi) for kpi in kpis] == [4, 150, 30, 80, 0.75]
    assert found.overlapping == {"competitor"}


def test_smaller_levels_are_not_added_up_from_overlapping_ones(make: Make) -> None:
    store = make(CATALOG, ROWS)
    levels = (
        ("team", "competitor", "product"),
        ("team", "competitor"),
        ("team",),
        ("competitor", "role"),
        (),
    )
    question = Question(
        ("deals", "net"),
        (store.period(Q1), store.period("2026-03")),
        ("team", "competitor", "product", "role"),
        levels,
    )
    found = store.ask(question)[0]
    assert table(found, "deals", "team") == {"North": 2, "South": 1, EMPTY: 1}
    assert table(found, "net", "team", "competitor") == {
        ("North", "Acme"): 10, ("North", "Brig"): 30, ("South", EMPTY): 40, (EMPTY, EMPTY): 80,
    }  # fmt: skip
    # Members of one bridge stand in one of its rows together, those of two bridges are combined.
    assert table(found, "deals", "competitor", "role") == {
        ("Acme", "present"): 1, ("Acme", "winner"): 1, ("Brig", "present"): 1, ("Brig", "winner"): 1,
        (EMPTY, "present"): 1, (EMPTY, EMPTY): 1,
    }  # fmt: skip
    assert table(found, "deals", "team", "competitor", "product")[("North", "Brig", "rope")] == 2
    assert (found.value("deals"), found.value("net"), found.value("net", 1)) == (4, 150, 70)


def test_other_counts_a_row_once_whatever_its_further_members(make: Make) -> None:
    rivals = [*RIVALS, (6, 2, "c", "present"), (7, 1, "c", "present")]
    store = make(CATALOG, {**ROWS, "rivals": rivals})
    top = Top("competitor", "net", 1)
    question = Question(
        ("deals", "net", "middle"), (store.period("2026-03"),), ("competitor",), (("competitor",),), top=top
    )
    found = store.ask(question)[0]
    # 40 without a name is the largest; deals 1 and 2 have two or three others each.
    assert table(found, "net", "competitor") == {EMPTY: 40, OTHER: 30}
    assert table(found, "deals", "competitor") == {EMPTY: 1, OTHER: 2}
    assert table(found, "middle", "competitor") == {EMPTY: 40, OTHER: 15}
    hidden = store.ask(
        Question(("deals",), (store.period("2026-03"),), ("competitor",), (("competitor",),),
                 top=Top("competitor", "deals", 1, rest=False))
    )[0]  # fmt: skip
    assert table(hidden, "deals", "competitor") == {"Brig": 2}


def test_other_holds_the_rows_without_members_when_they_are_not_kept(make: Make) -> None:
    store = make(CATALOG, ROWS)
    top = Top("competitor", "deals", 1)
    found = store.ask(
        Question(("deals", "net"), (store.period("2026-03"),), ("competitor",), (("competitor",),), top=top)
    )[0]
    assert table(found, "deals", "competitor") == {"Brig": 2, OTHER: 2}
    assert table(found, "net", "competitor") == {"Brig": 30, OTHER: 50}


def test_bands_of_the_many_rows_count_a_row_once_per_band(make: Make) -> None:
    store = make(CATALOG, ROWS)
    found = store.ask(Question(("deals",), (store.period(Q1),), ("size",), (("size",),)))[0]
    assert table(found, "deals", "size") == {"few": 2, "many": 1, EMPTY: 2}


@pytest.mark.parametrize(
    ("where", "deals", "members"),
    [
        ({"competitor": "Brig"}, 2, {"Brig": 2}),
        ({"competitor": ["Acme", "Brig"]}, 2, {"Acme": 1, "Brig": 2}),
        ({"competitor": "present"}, 2, {"Acme": 1, "Brig": 2}),
        ({"competitor": "missing"}, 2, {EMPTY: 2}),
        ({"competitor": "Brig", "role": "winner"}, 1, {"Brig": 1}),
        ({"product": "oar"}, 2, {"Acme": 1, "Brig": 1, EMPTY: 1}),
        ({"product": "oar", "competitor": "Acme"}, 1, {"Acme": 1}),
    ],
)
def test_a_condition_never_multiplies_rows(
    make: Make, where: dict[str, Any], deals: float, members: dict[str, float]
) -> None:
    store = make(CATALOG, ROWS)
    question = Question(
        ("deals",), (store.period(Q1),), ("competitor",), ((), ("competitor",)), where=condition(**where)
    )
    found = store.ask(question)[0]
    assert found.value("deals") == deals
    assert table(found, "deals", "competitor") == members


def test_not_is_refused_where_a_row_has_members_of_both_kinds(make: Make) -> None:
    store = make(CATALOG, ROWS)
    question = Question(("deals",), (store.period(Q1),), where=condition(competitor={"not": "Acme"}))
    failures = answer((question,), CATALOG, store.calendar, store, at("2027-01-01").astimezone()).failures
    assert "several members of competitor" in failures[0]
    # The rows of the bridge themselves have one member each.
    assert store.ask(Question(("seen",), (store.period(Q1),), where=question.where))[0].value("seen") == 3


def test_a_bridge_behind_a_link_and_two_facts_side_by_side(make: Make) -> None:
    store = make(CATALOG, ROWS)
    kpis = ("deals", "visits", "deals_and_visits", "so_far")
    found = store.ask(Question(kpis, (store.period("2026-03"),), ("competitor",), ((), ("competitor",))))[0]
    assert table(found, "visits", "competitor") == {"Acme": 2, "Brig": 2, EMPTY: 1}
    assert table(found, "deals_and_visits", "competitor") == {"Acme": 3, "Brig": 4, EMPTY: 2}
    assert table(found, "so_far", "competitor") == {"Acme": 10, "Brig": 30, EMPTY: 40}
    assert (found.value("deals"), found.value("visits")) == (3, 3)


@pytest.mark.parametrize(
    "kpi",
    [
        {"sum": "deals.items.units"},
        {"count": "deals", "where": {"rivals.role": "winner"}},
        {"distinct": "deals.rivals.competitor_id"},
    ],
)
def test_a_measure_or_condition_over_a_bridge_is_refused_with_both_paths(
    make: Make, kpi: dict[str, Any]
) -> None:
    fanned = catalog(FACTS, {"fanned": kpi}, entities=ENTITIES, dimensions=DIMENSIONS)
    store = make(fanned, ROWS)
    question = Question(("fanned",), (store.period(Q1),))
    failures = answer((question,), fanned, store.calendar, store, at("2027-01-01").astimezone()).failures
    assert "a row would count several times" in failures[0]
    assert "deals.items.units" in failures[0] or "deals.rivals." in failures[0]
    assert "path items.units" in failures[0] or "path rivals." in failures[0]


def test_a_path_crosses_one_bridge_only() -> None:
    twice = catalog(
        {
            **FACTS,
            "rivals": {
                **FACTS["rivals"],
                "many": {"more": {"through": "items", "by": "deal_id", "on": "deal_id"}},
            },
        },
        {},
        entities=ENTITIES,
        dimensions={"twice": {"via": {"deals": "rivals.more.product"}}},
    )
    with pytest.raises(Unreachable, match="follows another bridge"):
        twice.dimension_route("deals", "twice")
