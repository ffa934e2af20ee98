"""A scope: what readers of some rows are told is what a warehouse would tell that holds only those rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.funnels import steps_of
from broadsheet.definitions.scope import WHOLE, Scope, scope_of
from broadsheet.errors import RefusedError
from broadsheet.metrics import Question, Top, answer, answers, joins
from broadsheet.metrics.quality import Use, flaws
from broadsheet.metrics.source import Context
from broadsheet.periods import all_time
from broadsheet.warehouse.extent import extent, freshness
from metrics.small import Make, Store, catalog

CUSTOMER = {"customer": {"to": "customers", "by": "customer_id"}}
FACTS: dict[str, Any] = {
    "orders": {
        "key": "id", "clock": "ordered", "link": CUSTOMER,
        "columns": {"id": "number", "ordered": "date", "customer_id": "text", "channel": "text",
                    "amount": "money", "paid": "date"},
        "always": {"channel": {"not": "test"}},
    },
    "lines": {
        "key": "id", "clock": "day", "link": {"order": {"to": "orders", "by": "order_id"}},
        "columns": {"id": "number", "day": "date", "order_id": "number", "product": "text", "units": "number"},
    },
    "visits": {
        "key": "id", "clock": "came", "link": CUSTOMER,
        "columns": {"id": "number", "came": "time", "customer_id": "text", "deal_at": "time", "won_at": "time"},
    },
    "stock": {
        "key": "id", "clock": "day",
        "columns": {"id": "number", "day": "date", "site": "text", "product": "text", "units": "number"},
    },
    "plan": {
        "key": "id", "clock": "month", "grain": "month",
        "columns": {"id": "number", "month": "date", "place": "text", "goal": "money"},
    },
    "cases": {
        "key": "id", "clock": "opened", "link": CUSTOMER,
        "columns": {"id": "number", "opened": "time", "closed": "time", "customer_id": "text", "title": "text"},
    },
}  # fmt: skip
ENTITIES: dict[str, Any] = {
    "customers": {
        "key": "id", "valid": ["since", "until"],
        "columns": {"id": "text", "region": "text", "since": "date", "until": "date"},
    },
}  # fmt: skip
EACH = {"each": "customer"}
PAIR = {"of": "visits", "into": "orders", "same": "customer_id", "within": "20 days"}
WAY = {
    "of": "visits", "window": "30 days",
    "steps": {
        "came": {"label": "Came"},
        "offered": {"label": "Offered", "at": "deal_at"},
        "won": {"label": "Won", "at": "won_at"},
    },
}  # fmt: skip
KPIS: dict[str, Any] = {
    "orders": {"count": "orders"},
    "amount": {"sum": "orders.amount"},
    "mean": {"mean": "orders.amount"},
    "buyers": {"distinct": "orders.customer_id"},
    "p75": {"percentile": "orders.amount", "at": 0.75},
    "middle": {"median": "orders.amount"},
    "spread": {"stddev": "orders.amount"},
    "web_share": {"share": "orders", "where": {"channel": "web"}},
    "per_buyer": {"ratio": ["amount", "buyers"]},
    "amount_before": {"shift": "amount", "by": "1 period"},
    "amount_ytd": {"running": "amount", "within": "year"},
    "units": {"sum": "lines.units"},
    "products": {"distinct": "lines.product"},
    "payment": {"median": {"days": ["orders.ordered", "orders.paid"]}, "open_rows": "count_apart"},
    "converted": {"conversion": PAIR},
    "way": {"funnel": WAY, "unit": "percent"},
    "stock": {"sum": "stock.units", "take": "last"},
    "opening_stock": {"sum": "stock.units", "take": "first", "per": ["product"]},
    "goal": {"sum": "plan.goal"},
    "to_plan": {"ratio": ["amount", "goal"]},
    "open_cases": {
        "balance": "cases", "begins": "opened", "ends": "closed",
        "list": {"columns": {"Title": "title", "Opened": "opened"}, "reason": "Open", "next_step": "Close it."},
    },
    "case_age": {"median": {"days": ["cases.opened", "period_end"]}, "begins": "opened", "ends": "closed"},
    "repeat": {"share": EACH, "of": {"orders": {"at_least": 1}}, "where": {"orders": {"at_least": 2}}},
    "orders_before": {"shift": "orders", "by": "1 period"},
    "retention": {
        "share": EACH, "of": {"orders_before": {"at_least": 1}}, "where": {"orders": {"at_least": 1}},
    },
    "best": {
        "count": EACH, "where": {"amount": {"top": 3}},
        "list": {"columns": {"Who": "customer"}, "reason": "Spent {amount}", "next_step": "Thank {customer}."},
    },
    "gini": {"gini": {**EACH, "kpi": "amount"}},
    "all_amount": {"across": "amount", "over": "all"},
    "share_of_all": {"ratio": ["amount", "all_amount"]},
}  # fmt: skip
DIMENSIONS: dict[str, Any] = {
    "region": {
        "via": {
            "orders": "customer.region", "visits": "customer.region", "cases": "customer.region",
            "lines": "order.customer.region", "stock": "site", "plan": "place",
        }
    },
    "customer": {
        "via": {"orders": "customer_id", "visits": "customer_id", "cases": "customer_id",
                "lines": "order.customer_id"}
    },
    "channel": {"via": {"orders": "channel"}},
    "product": {"via": {"lines": "product", "stock": "product"}},
}  # fmt: skip


def _expanded() -> Catalog:
    """As the loader leaves it."""
    made = catalog(FACTS, KPIS, entities=ENTITIES, dimensions=DIMENSIONS)
    kpis: Any = made.kpis
    kpis.update(steps_of(made.kpis["way"], made.facts))
    return made


CATALOG = _expanded()
AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
REGIONS = ("North", "South", "West", None)
START = date(2026, 1, 1)


def _world(seed: int) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of a half year; some customers move to another region in it, some have none, some do not exist."""
    dice = Random(seed)

    def day() -> date:
        return START + timedelta(days=dice.randrange(180))

    def time() -> datetime:
        return datetime(2026, 1, 1) + timedelta(hours=dice.randrange(180 * 24))

    def who() -> str | None:
        return dice.choice([*(f"c{i}" for i in range(24)), "nobody", None])

    customers: list[tuple[Any, ...]] = []
    for i in range(24):
        moved = START + timedelta(days=90)
        homes = dice.choices(REGIONS, k=2)
        customers += [(f"c{i}", homes[0], None, moved), (f"c{i}", homes[1], moved, None)]
    orders = [
        (i, day(), who(), dice.choice(["web", "shop", None, "test"]), dice.randrange(1000), paid)
        for i, paid in enumerate(dice.choice([day(), None]) for _ in range(300))
    ]
    return {
        "customers": customers,
        "orders": orders,
        "lines": [
            (i, orders[n][1], n, dice.choice("abc"), dice.randrange(9))
            for i, n in enumerate(dice.choices(range(300), k=500))
        ],
        "visits": [
            (i, came, who(), came + timedelta(days=dice.randrange(40)), came + timedelta(days=dice.randrange(60)))
            for i, came in enumerate(time() for _ in range(200))
        ],
        "stock": [
            (i, day(), dice.choice(REGIONS), dice.choice("abc"), dice.randrange(100)) for i in range(120)
        ],
        "plan": [(i, date(2026, i % 6 + 1, 1), dice.choice(REGIONS), 100 * i) for i in range(24)],
        "cases": [
            (i, opened, dice.choice([None, opened + timedelta(days=dice.randrange(60))]), who(), f"case {i}")
            for i, opened in enumerate(time() for _ in range(150))
        ],
    }  # fmt: skip


Rows = Mapping[str, Sequence[tuple[Any, ...]]]


def _region(rows: Rows, customer: object, day: date) -> str | None:
    """Where a customer was on a day, as told by plain Python."""
    day = day.date() if isinstance(day, datetime) else day
    found = [
        region
        for name, region, since, until in rows["customers"]
        if name == customer and (since is None or since <= day) and (until is None or day < until)
    ]
    return found[0] if found else None


def _only(rows: Rows, regions: set[str | None]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of a warehouse that holds those of some regions and no others."""
    # The region of a line is that of its order's customer on the day of the line, which is that of the order.
    ordered = {row[0]: row for row in rows["orders"]}
    where: dict[str, Callable[[tuple[Any, ...]], str | None]] = {
        "orders": lambda row: _region(rows, row[2], row[1]),
        "lines": lambda row: _region(rows, ordered[row[2]][2], row[1]),
        "visits": lambda row: _region(rows, row[2], row[1]),
        "cases": lambda row: _region(rows, row[3], row[1]),
        "stock": lambda row: row[2],
        "plan": lambda row: row[2],
    }
    kept = {name: [row for row in rows[name] if place(row) in regions] for name, place in where.items()}
    return {"customers": list(rows["customers"]), **kept}


def _questions(store: Store) -> tuple[Question, ...]:
    months = tuple(store.period(label) for label in ("2026-05", "2026-04", "2026-Q1"))
    plain = tuple(name for name in CATALOG.kpis if name not in ("way", "goal", "to_plan"))
    own = ("orders", "amount", "buyers", "p75", "retention", "gini", "share_of_all")
    by_customer = Question(("orders", "amount"), months, ("customer",), ((), ("customer",)))
    return (
        Question((*plain, "way", "goal", "to_plan"), months),
        Question((*own, "stock", "goal", "open_cases"), months[:1], ("region",), ((), ("region",))),
        Question(own, months, ("channel", "region"), (("channel",), ("channel", "region"))),
        Question(("units", "products"), months, ("product",), ((), ("product",))),
        by_customer,
        Question(("amount", "buyers"), months, ("customer",), ((), ("customer",)), top=Top("customer", "amount", 3)),
        Question(("orders", "p75"), (all_time(START, date(2026, 7, 1)),), ("channel",), (("channel",),)),
        Question(("open_cases",), months[:1], rows=500),
        Question(("best",), months[:1], rows=500),
    )  # fmt: skip


@pytest.mark.parametrize("permitted", [("North",), ("South", "West")])
def test_every_measure_tells_readers_what_a_warehouse_of_their_rows_alone_would(
    make: Make, permitted: tuple[str, ...]
) -> None:
    rows = _world(7)
    whole, part = make(CATALOG, rows), make(CATALOG, _only(rows, set(permitted)))
    scope = scope_of({"region": permitted})
    told = whole.ask(*_questions(whole), as_of=AS_OF, scope=scope)
    expected = part.ask(*_questions(part), as_of=AS_OF)
    assert expected[0].value("orders", 2) > 0
    for got, want in zip(told, expected, strict=True):
        assert got.rows == want.rows
        assert (got.pending, got.faults, got.other_members) == (want.pending, want.faults, want.other_members)
        assert got.frames.keys() == want.frames.keys()
        for level, frame in want.frames.items():
            pd.testing.assert_frame_equal(got.frames[level], frame, rtol=1e-11)
    # The same of everything: the test could tell.
    assert whole.ask(*_questions(whole), as_of=AS_OF)[0].value("orders") > expected[0].value("orders")


def test_counts_of_flaws_and_the_reach_of_data_are_those_of_the_rows_too(make: Make) -> None:
    rows = _world(3)
    whole, part = make(CATALOG, rows), make(CATALOG, _only(rows, {"South"}))
    scoped = Context(CATALOG, whole.calendar, whole, AS_OF, scope_of({"region": ["South"]}))
    plain = Context(CATALOG, part.calendar, part, AS_OF)
    period = whole.period("2026-Q1")
    use = Use({"channel": ((),)})
    for fact in FACTS:
        assert flaws(scoped, fact, use, period, AS_OF) == flaws(plain, fact, use, period, AS_OF)
        assert extent(scoped, (fact,)) == extent(plain, (fact,))
        assert freshness(scoped, (fact,)) == freshness(plain, (fact,))
    everything = Context(CATALOG, whole.calendar, whole, AS_OF)
    assert flaws(everything, "orders", use, period, AS_OF) != flaws(plain, "orders", use, period, AS_OF)


def _refused(store: Store, kpi: str, scope: Scope) -> str:
    with pytest.raises(RefusedError) as refusal:
        answer(
            (Question((kpi,), (store.period("2026-05"),)),),
            store.catalog,
            store.calendar,
            store,
            AS_OF,
            scope,
        )
    return str(refusal.value)


def test_fault_a22_scope_missing(make: Make) -> None:
    """A slice without members, of no dimension, or that a fact cannot tell: no number, and no part of one."""
    store = make(CATALOG, _world(1))
    sent = len(store.sent)
    assert "no member of region is permitted" in _refused(store, "amount", Scope((("region", ()),)))
    assert "there is no dimension planet" in _refused(store, "amount", scope_of({"planet": ["Mars"]}))
    assert "fact stock has no path to dimension channel" in _refused(
        store, "stock", scope_of({"channel": ["web"]})
    )
    assert len(store.sent) == sent


def test_a_scope_of_two_dimensions_permits_what_both_do(make: Make) -> None:
    rows = _world(7)
    both = {**rows, "orders": [row for row in _only(rows, {"North"})["orders"] if row[3] == "web"]}
    whole, part = make(CATALOG, rows), make(CATALOG, both)
    asked = Question(("orders", "p75"), (whole.period("2026-Q1"),), ("channel",), ((), ("channel",)))
    (told,) = whole.ask(asked, as_of=AS_OF, scope=scope_of({"region": ["North"], "channel": ["web"]}))
    (expected,) = part.ask(asked, as_of=AS_OF)
    assert told.value("orders") == expected.value("orders") > 0
    pd.testing.assert_frame_equal(told.frames["channel",], expected.frames["channel",])


def test_rows_that_slip_past_the_predicate_are_seen_from_outside(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the predicate lost, no number would be told: first the rows are asked, then the answers looked at."""
    store, scope = make(CATALOG, _world(1)), scope_of({"region": ["North"]})
    monkeypatch.setattr(joins, "permitted_rows", lambda context, name: context.source.relation(name))
    assert "orders holds rows of" in _refused(store, "amount", scope)
    monkeypatch.setattr(answers, "witness", lambda *_: None)
    question = Question(("amount",), (store.period("2026-05"),), ("region",), (("region",),))
    with pytest.raises(RefusedError, match="amount holds rows of"):
        answer((question,), CATALOG, store.calendar, store, AS_OF, scope)


def test_a_fact_that_belongs_to_everyone_is_told_to_everyone(make: Make) -> None:
    facts = {**FACTS, "stock": {**FACTS["stock"], "shared": True}}
    channels = {"channel": {"via": {"orders": "channel"}}}
    shared = catalog(facts, {"stock": KPIS["stock"]}, entities=ENTITIES, dimensions=channels)
    store = make(shared, _world(1))
    question = Question(("stock",), (store.period("2026-05"),))
    (told,) = store.ask(question, as_of=AS_OF, scope=scope_of({"channel": ["web"]}))
    assert told.value("stock") == store.ask(question, as_of=AS_OF)[0].value("stock")


def test_rows_over_a_bridge_are_nobodys(make: Make) -> None:
    bridged = catalog(
        {
            "orders": {"key": "id", "clock": "day", "columns": {"id": "number", "day": "date"},
                       "many": {"tags": {"through": "tags", "by": "order_id"}}},
            "tags": {"key": ["order_id", "tag"], "clock": "day",
                     "columns": {"order_id": "number", "tag": "text", "day": "date"}},
        },
        {"orders": {"count": "orders"}},
        dimensions={"tag": {"via": {"orders": "tags.tag", "tags": "tag"}}},
    )  # fmt: skip
    store = make(bridged, {"orders": [], "tags": []})
    assert "several members of tag" in _refused(store, "orders", scope_of({"tag": ["a"]}))


def test_equal_permissions_have_equal_digests_and_no_permission_has_none() -> None:
    one = scope_of({"region": ["South", "North"], "team": ["a"]})
    assert one == scope_of({"team": ("a", "a"), "region": ("North", "South")})
    assert one.digest != scope_of({"region": ["South", "North, a"]}).digest != WHOLE.digest
    assert len(WHOLE.digest) == 64
    assert WHOLE.also("team", "a").also("region", "North").text == "region=North; team=a"
