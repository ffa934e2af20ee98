"""Cubes: links looked up for groups and conditions as keys give what statements of their own give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.metrics import EMPTY, Question
from broadsheet.metrics.components import Base, Component
from broadsheet.metrics.plan import Need, Scan, plan
from broadsheet.metrics.sizes import Known
from broadsheet.metrics.source import Context, Size
from broadsheet.periods import Calendar, Period, between
from metrics.small import Make, Rows, Store, catalog, condition, day, table

FACTS: dict[str, Any] = {
    "deals": {
        "key": "id",
        "clock": "opened",
        "columns": {
            "id": "number",
            "opened": "date",
            "closed": "date",
            "won": "flag",
            "stage": "text",
            "rep_id": "number",
            "amount": "money",
        },
        "link": {"rep": "rep_id"},
    }
}
ENTITIES: dict[str, Any] = {
    "rep": {
        "key": "id",
        "columns": {"id": "number", "name": "text", "team_id": "number", "age": "number"},
        "link": {"team": "team_id"},
    },
    "team": {"key": "id", "columns": {"id": "number", "region": "text"}},
}
DIMENSIONS: dict[str, Any] = {
    "rep": {"via": "rep.name"},
    "region": {"via": "rep.team.region"},
    "age": {"via": "rep.age", "bands": [{"label": "young", "below": 40}, {"label": "old", "from": 40}]},
    "stage": {"via": "stage"},
}
KPIS: dict[str, Any] = {
    "deals": {"count": "deals"},
    "amount": {"sum": "deals.amount"},
    "won": {"count": "deals", "where": {"won": True}},
    "won_amount": {"sum": "deals.amount", "where": {"won": True}},
    "least": {"min": "deals.amount", "where": {"stage": {"not": "lost"}}},
    "cycle": {"mean": {"days": ["deals.opened", "deals.closed"]}, "open_rows": "count_apart"},
    "won_share": {"ratio": ["won", "deals"]},
}
APART: dict[str, Any] = {"stages": {"distinct": "deals.stage"}, "middle": {"median": "deals.amount"}}
"""KPIs that do not add up."""
CATALOG = catalog(FACTS, KPIS, entities=ENTITIES, dimensions=DIMENSIONS)
REPS = [
    (1, "Ada", 1, 30),
    (2, "Ada", 2, 50),
    (3, None, 2, None),
    (4, "Cy", None, 40),
    (5, "Di", 9, 41),
]
TEAMS = [(1, "North"), (2, "South")]
MARCH = day("2026-03-05")


def deal(rep: int | None, amount: str, *, won: bool | None = None, stage: str = "new") -> tuple[Any, ...]:
    return (0, MARCH, None, won, stage, rep, Decimal(amount))


@pytest.fixture
def deals(make: Make) -> Store:
    rows = [
        deal(1, "1", won=True),
        deal(1, "2", won=False),
        deal(2, "4", won=True),
        deal(3, "8"),
        deal(4, "16", won=True),
        deal(5, "32"),
        deal(77, "64", won=True),
        deal(None, "128"),
    ]
    return make(CATALOG, {"deals": rows, "rep": REPS, "team": TEAMS})


def test_what_lies_behind_a_small_link_is_looked_up_for_the_groups(deals: Store) -> None:
    march = deals.period("2026-03")
    names = ("rep", "region", "age")
    found = deals.ask(
        Question(
            ("amount", "won_amount"), (march,), names, (("rep",), ("region",), ("age",), ("rep", "region"))
        )
    )[0]
    # Two reps of one name are one member; no rep, an unknown rep and a rep without a name are another.
    assert table(found, "amount", "rep") == {"Ada": 7, "Cy": 16, "Di": 32, EMPTY: 200}
    assert table(found, "won_amount", "rep") == {"Ada": 5, "Cy": 16, "Di": 0, EMPTY: 64}
    assert table(found, "amount", "region") == {"North": 3, "South": 12, EMPTY: 240}
    assert table(found, "amount", "age") == {"young": 3, "old": 52, EMPTY: 200}
    assert table(found, "amount", "rep", "region")[("Ada", "South")] == 4
    (sent,) = deals.sent
    inner = sent[sent.index("FROM (") :]
    assert inner.index("GROUP BY") < inner.index("JOIN"), "rows are grouped before anything is looked up"


class Shuffled(Store):
    """The same rows as floats, in another order each time, as a database with several threads gives them."""

    def query(self, name: str, select: sa.Select[Any]) -> Rows:
        found = super().query(name, select)
        floats = found.frame.map(lambda value: float(value) if isinstance(value, Decimal) else value)
        frame = floats.sample(frac=1, random_state=len(self.sent)).reset_index(drop=True).infer_objects()
        return Rows(frame, found.sql, found.seconds)


def test_the_order_of_rows_decides_no_digit(make: Make) -> None:
    # The fifteenth digit of their sum is a five: the last bit of a float decides where it goes.
    cents = (
        9880977787853, 17592554177596, 67462254487715, 54427896765467, 30548467570198, 69659750317708,
        55863206855602, 86488887779974, 98929558361510, 38484092515629, 84194499049777, 15387905381026,
    )  # fmt: skip
    rows = [deal(rep, str(Decimal(each) / 100)) for rep, each in enumerate(cents)]
    reps = [(rep, f"Rep {rep}", 1, 30) for rep in range(len(cents))]
    store = make(CATALOG, {"deals": rows, "rep": reps, "team": TEAMS})
    shuffled = Shuffled(store.engine, CATALOG)
    asked = Question(("amount",), (store.period("2026-03"),), ("rep",), (("rep",), ()))
    assert len({shuffled.ask(asked)[0].value("amount") for _ in range(40)}) == 1


def test_conditions_on_what_is_looked_up_hold_for_rows(deals: Store) -> None:
    march = deals.period("2026-03")
    ask = Question(("amount",), (march,), ("rep",), (("rep",), ()), where=condition(region="South"))
    found = deals.ask(ask)[0]
    assert table(found, "amount", "rep") == {"Ada": 4, EMPTY: 8}
    assert found.value("amount") == 12


def test_attributes_of_a_day_are_looked_up_for_every_row(make: Make) -> None:
    entities = {
        "rep": {
            "key": "id",
            "columns": {"id": "number", "name": "text", "since": "date", "until": "date"},
            "valid": ["since", "until"],
        }
    }
    dimensions = {"rep": {"via": "rep.name"}}
    versions = [(1, "Ada", None, day("2026-03-10")), (1, "Bo", day("2026-03-10"), None)]
    rows = [(0, day(f"2026-03-{at:02}"), None, None, "new", 1, Decimal(1)) for at in (1, 9, 10, 11, 12)]
    store = make(
        catalog(FACTS, KPIS, entities=entities, dimensions=dimensions), {"deals": rows, "rep": versions}
    )
    found = store.ask(Question(("deals",), (store.period("2026-03"),), ("rep",), (("rep",),)))[0]
    assert table(found, "deals", "rep") == {"Ada": 2, "Bo": 3}


days = st.integers(0, 40).map(lambda offset: date(2026, 3, 1) + timedelta(days=offset))
rows = st.lists(
    st.tuples(
        st.just(0),
        st.none() | days,
        st.none() | days,
        st.sampled_from([True, False, None]),
        st.sampled_from(["new", "lost", None]),
        st.sampled_from([1, 2, 3, 4, 5, 77, None]),
        st.none() | st.decimals("-50", "50", places=2),
    ),
    max_size=25,
)
spans = st.lists(
    st.tuples(days, st.integers(1, 20)).map(lambda pair: between(pair[0], pair[0] + timedelta(days=pair[1]))),
    min_size=1,
    max_size=3,
)
LEVELS = ((), ("rep",), ("region", "stage"), ("age",), ("stage",))


@pytest.fixture
def empty(make: Make) -> Store:
    return make(CATALOG, {"deals": [], "rep": REPS, "team": TEAMS})


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows, buckets=spans)
@pytest.mark.proof
def test_one_cube_gives_what_separate_statements_give(
    empty: Store, rows: Sequence[tuple[Any, ...]], buckets: list[Period]
) -> None:
    empty.fill({"deals": rows})
    asked = [Question((kpi,), tuple(buckets), level, (level,)) for kpi in KPIS for level in LEVELS]
    now = datetime(2026, 4, 1, tzinfo=UTC)
    empty.sent.clear()
    together = empty.ask(*asked, as_of=now)
    assert len(empty.sent) == 1
    large = Large(empty.engine, CATALOG)
    numbered = large.ask(*asked, as_of=now)
    assert any("dense_rank" in statement for statement in large.sent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("broadsheet.metrics.plan.VALUES", -1)
        patch.setattr("broadsheet.metrics.plan.NEAR", 0)
        patch.setattr("broadsheet.metrics.sizes.NEAR", 0)
        patch.setattr("broadsheet.metrics.sizes.ROWS_EACH", 1_000_000)
        plain = [empty.ask(question, as_of=now)[0] for question in asked]
    assert len(empty.sent) == 1 + len(asked)
    marks = ("l0", "k0", "dense_rank")
    assert not any(mark in statement for statement in empty.sent[1:] for mark in marks)
    for question, alone, *others in zip(asked, plain, together, numbered, strict=True):
        level = question.levels[0]
        for found in others:
            pd.testing.assert_frame_equal(found.frames[level], alone.frames[level], rtol=1e-12)
            assert (found.pending, found.faults) == (alone.pending, alone.faults)


class Large(Store):
    """A store that is taken to have many deals of many reps, so that attributes of reps are numbered."""

    def size(self, name: str) -> Size:
        """As if there were more."""
        known = super().size(name)
        return Size(50_000_000, {**known.members, "rep_id": 50_000}) if name == "deals" else known


@dataclass
class Told:
    """Only the sizes of a source."""

    sizes: dict[str, Size]

    def size(self, name: str) -> Size:
        return self.sizes[name]

    def complete(self, name: str, link: str) -> bool:
        return False

    def relation(self, name: str) -> Any:
        raise AssertionError("plans read no rows")

    def query(self, name: str, select: object) -> Rows:
        raise AssertionError("plans read no rows")


BASE = Base("deals", "opened")
MONTHS = [date(2026, month, 1) for month in range(1, 13)]
MONTH = tuple(pairwise(MONTHS))
YEAR = ((MONTHS[0], MONTHS[-1]),)
AMOUNT, ROWS = Component("sum", CATALOG.kpis["amount"].measure.operand), Component("count")  # type: ignore[union-attr]


def planned(sizes: dict[str, Size], *needs: Need, definitions: Any = CATALOG) -> list[Scan]:
    context = Context(definitions, Calendar("UTC"), Told(sizes), datetime(2026, 12, 1, tzinfo=UTC))  # type: ignore[arg-type]
    found = plan(needs, Known(context))
    return list(dict.fromkeys(scan for scans in found.values() for scan in scans))


def need(*level: str, spans: Iterable[Any] = YEAR, component: Component = AMOUNT) -> Need:
    return Need(BASE, (), level, (component,), frozenset(spans))


LARGE = {
    "deals": Size(10_000_000, {"rep_id": 200, "stage": 6}),
    "rep": Size(200, {"name": 200}),
    "team": Size(8, {"region": 8}),
}


def test_levels_that_stay_small_together_are_one_cube() -> None:
    (scan,) = planned(LARGE, need("rep", spans=MONTH), need("region", "stage"), need("stage", component=ROWS))
    assert set(scan.dimensions) == {"rep", "region", "stage"}
    assert set(scan.late) == {"rep", "region"}
    assert scan.spans == MONTH


def test_a_cube_never_has_more_than_a_tenth_of_the_rows() -> None:
    months, stages = need("rep", spans=MONTH), need("stage")
    (both,) = planned({**LARGE, "deals": Size(200_000, LARGE["deals"].members)}, months, stages)
    assert len(both.spans) == len(MONTH)
    # 200 reps × 11 months × 6 stages are too many of 100,000 rows.
    apart = planned({**LARGE, "deals": Size(100_000, LARGE["deals"].members)}, months, stages)
    assert sorted(scan.dimensions for scan in apart) == [("rep",), ("stage",)]


def test_what_lies_behind_a_large_link_is_numbered_and_joined_row_by_row() -> None:
    sizes = {
        **LARGE,
        "deals": Size(10_000_000, {"rep_id": 50_000, "stage": 6}),
        "rep": Size(50_000, {"name": 30}),
    }
    (scan,) = planned(sizes, need("rep"), need("stage"))
    assert (scan.late, scan.coded) == ((), ("rep",))
    # To number what lies behind a link pays only where many rows lead to it.
    (scan,) = planned({**sizes, "deals": Size(100_000, sizes["deals"].members)}, need("rep"))
    assert (scan.late, scan.coded) == ((), ())


def test_levels_behind_the_same_link_come_together_first() -> None:
    dimensions = {
        "product": {"via": "product"},
        "source": {"via": "source"},
        "segment": {"via": "account.segment"},
        "industry": {"via": "account.industry"},
    }
    facts = {
        "deals": {
            **FACTS["deals"],
            "columns": {
                **FACTS["deals"]["columns"],
                "product": "text",
                "source": "text",
                "account_id": "text",
            },
            "link": {"account": "account_id"},
        }
    }
    entities = {
        "account": {"key": "id", "columns": {"id": "text", "segment": "text", "industry": "text"}},
    }
    sizes = {
        "deals": Size(10_000_000, {"product": 40, "source": 8}),
        "account": Size(50_000, {"segment": 4, "industry": 10}),
    }
    scans = planned(
        sizes,
        *(need(*level) for level in (("product",), ("source", "segment"), ("industry",))),
        definitions=catalog(facts, KPIS, entities=entities, dimensions=dimensions),
    )
    assert sorted(scan.dimensions for scan in scans) == [("product",), ("source", "segment", "industry")]


def test_slices_of_a_dimension_cost_as_many_statements_as_one(deals: Store) -> None:
    march = deals.period("2026-03")

    def ask(rep: str) -> Question:
        where = condition(rep=rep, stage="new")
        return Question(
            ("amount", "won_share", "cycle"), (march,), ("region",), ((), ("region",)), where=where
        )

    names = ("Ada", "Cy", "Di", "nobody")
    alone = [deals.ask(ask(name))[0] for name in names]
    deals.sent.clear()
    together = deals.ask(*map(ask, names))
    assert len(deals.sent) == 1
    for one, found in zip(alone, together, strict=True):
        for level in ((), ("region",)):
            pd.testing.assert_frame_equal(found.frames[level], one.frames[level])
        assert (found.pending, found.faults) == (one.pending, one.faults)
    assert [found.value("amount") for found in together] == [7, 16, 32, 0]
    assert table(together[0], "amount", "region") == {"North": 3, "South": 4}


def test_slices_of_what_does_not_add_up_cost_as_many_statements_as_one(make: Make) -> None:
    rows = [
        deal(1, "1", stage="new"),
        deal(1, "4", stage="lost"),
        deal(2, "9", stage="won"),
        deal(2, "3", stage="won"),
        deal(4, "16", stage="won"),
        deal(None, "128", stage="new"),
    ]
    known = catalog(FACTS, APART, entities=ENTITIES, dimensions=DIMENSIONS)
    store = make(known, {"deals": rows, "rep": REPS, "team": TEAMS})
    march = store.period("2026-03")

    def ask(*reps: str) -> Question:
        levels = ((), ("region",), ("rep",))
        return Question(tuple(APART), (march,), ("region", "rep"), levels, where=condition(rep=list(reps)))

    alone = [store.ask(ask(name))[0] for name in ("Ada", "Cy", "nobody")]
    assert len(store.sent) == 3 * 4, "one of counts, and one for each level"
    store.sent.clear()
    together = store.ask(*(ask(name) for name in ("Ada", "Cy", "nobody")))
    assert len(store.sent) == 3, "those of the total and of the reps are one"
    for one, found in zip(alone, together, strict=True):
        for level in one.frames:
            pd.testing.assert_frame_equal(found.frames[level], one.frames[level])
    assert [found.value("stages") for found in together] == [3, 1, 0]
    assert together[0].value("middle") == 3.5
    assert table(together[0], "middle", "region") == {"North": 2.5, "South": 6}
    # Two members of a slice do not add up, so they are a slice of their own.
    assert [found.value("stages") for found in store.ask(ask("Ada", "Cy"), ask("Cy"))] == [3, 1]


def test_slices_of_many_members_are_asked_for_one_by_one() -> None:
    rep = tuple(replace(need("stage"), where=condition(rep=name)) for name in ("Ada", "Bo"))
    assert [scan.where for scan in planned(LARGE, *rep)] == [()]
    sizes = {**LARGE, "deals": Size(100_000, {"rep_id": 90_000}), "rep": Size(90_000, {"name": 90_000})}
    assert [scan.where for scan in planned(sizes, *rep)] == [each.where for each in rep]
    (one,) = planned(LARGE, rep[0])
    assert one.where == rep[0].where, "a single slice is selected from the rows"
