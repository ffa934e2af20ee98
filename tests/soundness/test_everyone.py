"""Totals of everyone: the right number, told to readers of a slice only where it tells nobody's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.scope import WHOLE, Scope, scope_of
from broadsheet.errors import RefusedError
from broadsheet.metrics import Answer, Question, answer
from broadsheet.metrics.permitted import inspect
from broadsheet.metrics.source import Context
from broadsheet.periods import all_time, between, parse_spec
from metrics.small import Make, Store, catalog, condition

AS_OF = datetime(2026, 8, 1, tzinfo=UTC)
JUNE = "day >= '2026-06-01' AND day < '2026-07-01'"
FACTS: dict[str, Any] = {
    "orders": {
        "key": "id", "clock": "day",
        "columns": {"id": "number", "day": "date", "region": "text", "team": "text", "buyer": "text",
                    "status": "text", "amount": "money"},
    },
    "plan": {
        "key": "id", "clock": "month", "grain": "month", "shared": True,
        "columns": {"id": "number", "month": "date", "goal": "money"},
    },
    "loose": {"key": "id", "clock": "day", "columns": {"id": "number", "day": "date"}},
}  # fmt: skip
DIMENSIONS = {
    "region": {"via": {"orders": "region"}},
    "team": {"via": {"orders": "team"}},
    "buyer": {"via": {"orders": "buyer"}},
}
SHARED: dict[str, Any] = {
    "orders": {"count": "orders"},
    "amount": {"sum": "orders.amount"},
    "mean": {"mean": "orders.amount"},
    "middle": {"median": "orders.amount"},
    "buyers": {"distinct": "orders.buyer"},
    "won": {"count": "orders", "where": {"status": "won"}},
    "lost": {"count": "orders", "where": {"status": "lost"}},
    "won_share": {"share": "orders", "where": {"status": "won"}},
    "decided": {"formula": "won + lost"},
    "win_rate": {"ratio": ["won", "decided"]},
    "repeat": {"share": {"each": "buyer"}, "where": {"orders": {"at_least": 2}}},
    "amount_before": {"shift": "amount", "by": "1 period"},
    "growth": {"ratio": ["amount - amount_before", "amount_before"]},
    "goal": {"sum": "plan.goal"},
    "to_plan": {"ratio": ["amount", "goal"]},
    "rate": {"constant": 0.5},
    "margin": {"formula": "amount * rate"},
    "loose": {"count": "loose"},
    # What a total must not be made of.
    "of_max": {"formula": "largest * 1"},
    "of_ytd": {"formula": "ytd - amount"},
    "of_secret": {"ratio": ["secret", "amount"]},
}
OTHERS: dict[str, Any] = {
    "secret": {"sum": "orders.amount", "where": {"status": "open"}},
    "largest": {"max": "orders.amount", "shareable": True},
    "least": {"min": "orders.amount", "shareable": True},
    "first_buyers": {"top_share": {"each": "buyer", "kpi": "amount"}, "top": 1, "shareable": True},
    "ytd": {"running": "amount", "within": "year", "shareable": True},
    "fortnight": {"shift": "amount", "by": "14 days", "shareable": True},
    "standing": {"balance": "orders", "begins": "day", "ends": "never", "shareable": True},
    "last_moment": {"sum": "orders.amount", "take": "last", "shareable": True},
}
CATALOG: Catalog = catalog(
    FACTS,
    {**{name: {**kpi, "shareable": "constant" not in kpi} for name, kpi in SHARED.items()}, **OTHERS},
    dimensions=DIMENSIONS,
)
SQL = {
    "orders": f"SELECT count(*) FROM orders WHERE {JUNE}",
    "amount": f"SELECT sum(amount) FROM orders WHERE {JUNE}",
    "mean": f"SELECT avg(amount) FROM orders WHERE {JUNE}",
    "middle": f"SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) FROM orders WHERE {JUNE}",
    "buyers": f"SELECT count(DISTINCT buyer) FROM orders WHERE {JUNE}",
    "won_share": f"SELECT avg(CASE WHEN status = 'won' THEN 1.0 ELSE 0 END) FROM orders WHERE {JUNE}",
    "win_rate": "SELECT 1.0 * sum(CASE WHEN status = 'won' THEN 1 ELSE 0 END) / count(*) FROM orders"
    f" WHERE status IN ('won', 'lost') AND {JUNE}",
    "repeat": "SELECT avg(CASE WHEN n >= 2 THEN 1.0 ELSE 0 END) FROM"
    f" (SELECT count(*) AS n FROM orders WHERE buyer IS NOT NULL AND {JUNE} GROUP BY buyer) q",
    "growth": f"SELECT sum(CASE WHEN {JUNE} THEN amount END)"
    " / sum(CASE WHEN day >= '2026-05-01' AND day < '2026-06-01' THEN amount END) - 1 FROM orders",
    "to_plan": f"SELECT sum(amount) / 5000 FROM orders WHERE {JUNE}",
    "margin": f"SELECT sum(amount) * 0.5 FROM orders WHERE {JUNE}",
}
"""The totals of June by plain SQL."""


def _world(regions: Sequence[str | None]) -> dict[str, list[tuple[Any, ...]]]:
    """Orders of May and June, so that every region has some of every status in both."""
    dice = Random(5)
    places = [(region, status) for region in regions for status in ("won", "lost", "open")] * 12
    return {
        "orders": [
            (i, date(2026, 5, 1) + timedelta(days=(i * 37) % 61), region, dice.choice("abcdefg"),
             dice.choice([*"pqrstuvw", None]), status, dice.randrange(1, 900))
            for i, (region, status) in enumerate(places)
        ],
        "plan": [(1, date(2026, 6, 1), 5000)],
        "loose": [(1, date(2026, 6, 3))],
    }  # fmt: skip


NORTH = scope_of({"region": ["North"]})
REGIONS = ("North", "R1", "R2", "R3", "R4", "R5")


def _ask(store: Store, kpis: Sequence[str], scope: Scope = NORTH, **changed: Any) -> Answer:
    asked = {"buckets": (store.period("2026-06"),), "everyone": "month", **changed}
    (found,) = store.ask(Question(tuple(kpis), **asked), as_of=AS_OF, scope=scope)
    return found


def test_totals_of_everyone_are_those_of_plain_sql(make: Make) -> None:
    store = make(CATALOG, _world((*REGIONS, None)))
    own, found = store.ask(
        Question(tuple(SQL), (store.period("2026-06"),)),
        Question(tuple(SQL), (store.period("2026-06"),), everyone="month"),
        as_of=AS_OF,
        scope=NORTH,
    )
    assert found.withheld == frozenset()
    with store.engine.connect() as connection:
        for kpi, sql in SQL.items():
            assert found.value(kpi) == pytest.approx(float(connection.execute(sa.text(sql)).scalar_one())), (
                kpi
            )
        mine = connection.execute(sa.text(f"{SQL['amount']} AND region = 'North'")).scalar_one()
    # What is read across scopes never becomes the readers' own, nor the other way round.
    assert own.value("amount") == float(mine) != found.value("amount")


def test_nothing_stands_beside_a_total_of_everyone(make: Make) -> None:
    store = make(CATALOG, _world(REGIONS))
    found = _ask(store, ("won_share", "repeat"))
    assert list(found.frames) == [()]
    assert list(found.frames[()]) == [
        "bucket", "won_share", "won_share:n", "won_share:why", "repeat", "repeat:n", "repeat:why"
    ]  # fmt: skip
    assert (found.rows, found.pending, found.faults) == (None, {}, {})


@pytest.mark.parametrize(("own", "others", "told"), [
    (("North",), 5, True),
    (("North",), 4, False),
    (("North", "R1"), 6, True),
    # In all there are more than five, but what is not their own is that of four.
    (("North", "R1", "R2"), 6, False),
    (("nobody",), 4, True),
])  # fmt: skip
def test_fewer_than_five_groups_beside_their_own_withhold_it(
    make: Make, own: tuple[str, ...], others: int, told: bool
) -> None:
    """North and so many other regions; rows without a region are no group."""
    store = make(CATALOG, _world(("North", None, *(f"R{i}" for i in range(1, others + 1)))))
    found = _ask(store, ("amount", "goal"), scope_of({"region": own}))
    assert found.withheld == (frozenset() if told else {"amount"})
    assert (found.value("amount") > 0) == told
    # What belongs to everyone anyway rests on no groups.
    assert found.value("goal") == 5000
    assert ("amount" in found.frames[()]) == told


def test_more_than_five_where_figures_of_persons_need_more(make: Make) -> None:
    settings = CATALOG.settings.model_copy(update={"smallest_cell": 6})
    store = make(replace(CATALOG, settings=settings), _world((*REGIONS, "R6")))
    assert _ask(store, ("amount",)).withheld == frozenset()
    assert _ask(store, ("amount",), scope_of({"region": ["North", "R6"]})).withheld == {"amount"}


def test_every_part_of_a_kpi_rests_on_five_groups(make: Make) -> None:
    """One region less has won anything: with the number of cases the rate would tell too much of four."""
    rows = _world(REGIONS)
    rows["orders"] = [row for row in rows["orders"] if (row[2], row[5]) != ("R1", "won")]
    found = _ask(make(CATALOG, rows), ("amount", "lost", "won", "won_share", "decided", "win_rate"))
    assert found.withheld == {"won", "won_share", "decided", "win_rate"}


def test_groups_with_nothing_to_add_do_not_count(make: Make) -> None:
    rows = _world(REGIONS)
    rows["orders"] = [(*row[:6], 0) if row[2] == "R1" else row for row in rows["orders"]]
    assert _ask(make(CATALOG, rows), ("amount", "orders")).withheld == {"amount"}


def test_groups_are_those_of_the_rows_that_are_read(make: Make) -> None:
    """R1 has no orders in May, which only the growth since then looks at."""
    rows = _world(REGIONS)
    rows["orders"] = [row for row in rows["orders"] if row[2] != "R1" or row[1].month == 6]
    store = make(CATALOG, rows)
    assert _ask(store, ("amount", "amount_before", "growth")).withheld == {"amount_before", "growth"}
    assert _ask(store, ("amount",), buckets=(store.period("2026-05"),)).withheld == {"amount"}


def test_of_a_slice_by_two_dimensions_each_has_five_others(make: Make) -> None:
    """Of the rows that are not theirs: five teams of one other region would tell of that region."""
    rows = _world(("North", "R1"))
    both = scope_of({"region": ["North"], "team": ["a"]})
    assert _ask(make(CATALOG, rows), ("amount",), both).withheld == {"amount"}
    assert _ask(make(CATALOG, _world(REGIONS)), ("amount",), both).withheld == frozenset()


def test_without_a_slice_nothing_is_asked(make: Make) -> None:
    store = make(CATALOG, _world(REGIONS))
    found = _ask(store, ("amount",), WHOLE)
    assert (found.frames, found.question.kpis, found.withheld, store.sent) == ({}, (), frozenset(), [])


def _refused(store: Store, question: Question) -> str:
    sent = len(store.sent)
    with pytest.raises(RefusedError) as refusal:
        answer((question,), CATALOG, store.calendar, store, AS_OF, NORTH)
    assert len(store.sent) == sent, "nothing was read"
    return f"{refusal.value}"


@pytest.mark.parametrize(("kpi", "why"), [
    ("secret", "secret is not `shareable`"),
    ("of_secret", "secret, which of_secret is made of, is not `shareable`"),
    ("rate", "rate is not `shareable`"),
    ("largest", "single rows"),
    ("least", "single rows"),
    ("of_max", "largest, which of_max is made of, cannot be `shareable`"),
    ("first_buyers", "single rows or members"),
    ("ytd", "more than the period alone"),
    ("of_ytd", "more than the period alone"),
    ("fortnight", "more than the period alone"),
    ("standing", "more than the period alone"),
    ("last_moment", "more than the period alone"),
    ("loose", "no path to dimension region"),
])  # fmt: skip
def test_what_is_not_shareable_in_all_its_parts_is_refused(make: Make, kpi: str, why: str) -> None:
    store = make(CATALOG, _world(REGIONS))
    assert why in _refused(store, Question((kpi,), (store.period("2026-06"),), everyone="month"))


def test_only_whole_totals_are_told(make: Make) -> None:
    """Neither members nor conditions, and no periods that overlap those of other editions."""
    store = make(CATALOG, _world(REGIONS))
    june = store.period("2026-06")

    def why(**changed: Any) -> str:
        return _refused(store, Question(("amount",), **{"buckets": (june,), "everyone": "month", **changed}))

    assert "by members" in why(dimensions=("region",), levels=(("region",),))
    assert "by members" in why(dimensions=("team",), levels=((), ("team",)))
    assert "by members or periods" in why(buckets=(june, store.period("2026-05")))
    assert "by members" in why(rows=5)
    # Told by month, a quarter would tell a month that is withheld.
    assert "overlap" in why(buckets=(store.period("2026-Q2"),))
    assert "with conditions (region)" in why(where=condition(region=["R1"]))
    for spec in ({"to_date": "month"}, {"rolling": "28 days"}):
        assert "overlap" in why(buckets=(parse_spec(spec).at(AS_OF - timedelta(days=5), store.calendar),))
    for period in (
        between(date(2026, 6, 3), date(2026, 6, 20)),
        all_time(date(2026, 1, 1), date(2026, 7, 1)),
    ):
        assert "overlap" in why(buckets=(period,))


def test_whatever_was_asked_is_looked_at_again(make: Make) -> None:
    """Were a split or a secret answered, it would not be told."""
    store = make(CATALOG, _world(REGIONS))
    june, context = store.period("2026-06"), Context(CATALOG, store.calendar, store, AS_OF, NORTH)
    question = Question(("amount",), (june,), everyone="month")
    inspect(_ask(store, ("amount",)), context)
    for kpi, level in (("secret", ()), ("amount", ("team",))):
        (found,) = store.ask(Question((kpi,), (june,), level, (level,)), as_of=AS_OF)
        with pytest.raises(RefusedError, match="more than the total"):
            inspect(Answer(question, found.frames), context)
