"""Any rows, any overlapping periods, any level: the answers equal a count in plain Python."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from math import isnan

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.metrics import EMPTY, OTHER, Answer, Question, Top
from broadsheet.periods import Period, between
from metrics.small import Make, Store, catalog

CATALOG = catalog(
    {
        "sales": {
            "key": "id",
            "clock": "day",
            "columns": {
                "id": "number",
                "day": "date",
                "region": "text",
                "rep": "text",
                "buyer": "number",
                "amount": "money",
            },
        }
    },
    {
        "rows": {"count": "sales"},
        "amount": {"sum": "sales.amount"},
        "buyers": {"distinct": "sales.buyer"},
        "middle": {"median": "sales.amount"},
        "average": {"mean": "sales.amount"},
    },
    dimensions={"region": {"via": "region"}, "rep": {"via": "rep"}},
)
START = date(2026, 3, 1)
Row = tuple[int, date | None, str | None, str | None, int | None, Decimal | None]
days = st.integers(0, 20).map(lambda offset: START + timedelta(days=offset))
rows = st.lists(
    st.tuples(
        st.just(0),
        st.none() | days,
        st.sampled_from(["North", "South", None]),
        st.sampled_from(["Ada", "Bo", None]),
        st.none() | st.integers(1, 4),
        st.none() | st.decimals("-50", "50", places=2),
    ),
    max_size=25,
)
buckets = st.lists(
    st.tuples(days, st.integers(1, 15)).map(lambda pair: between(pair[0], pair[0] + timedelta(days=pair[1]))),
    min_size=1,
    max_size=4,
)
KPIS = ("rows", "amount", "buyers", "middle", "average")
LEVELS = ((), ("region",), ("rep",), ("region", "rep"))


@pytest.fixture
def sales(make: Make) -> Store:
    return make(CATALOG, {"sales": []})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows, buckets=buckets)
def test_answers_equal_plain_python(sales: Store, rows: Sequence[Row], buckets: list[Period]) -> None:
    sales.fill({"sales": rows})
    top = Top("rep", "amount", 1)
    plain, ranked = sales.ask(
        Question(KPIS, tuple(buckets), ("region", "rep"), LEVELS),
        Question(KPIS, tuple(buckets), ("region", "rep"), LEVELS, top=top),
    )
    _compare(plain, rows, buckets)
    names = sorted({_key(row, ("rep",))[0] for bucket in buckets for row in _inside(rows, bucket)})
    first = _inside(rows, buckets[0])
    sums = {name: _expected([row for row in first if _key(row, ("rep",)) == (name,)])[1] for name in names}
    kept = min(names, key=lambda name: (-sums[name], name), default="")
    folded = [(*row[:3], row[3] if (row[3] or EMPTY) == kept else OTHER, *row[4:]) for row in rows]
    _compare(ranked, folded if len(names) > 1 else rows, buckets)
    assert ranked.other_members == max(len(names) - 1, 0)


def _compare(found: Answer, rows: Sequence[Row], buckets: Sequence[Period]) -> None:
    for level in LEVELS:
        got = {
            (line["bucket"], *(line[name] for name in level)): [line[kpi] for kpi in KPIS]
            for line in found.frames[level].to_dict("records")
        }
        assert set(got) == {
            (i, *members) for i in range(len(buckets)) for members in _members(rows, buckets, level)
        }
        for key, values in got.items():
            expected = _expected(
                [row for row in _inside(rows, buckets[key[0]]) if _key(row, level) == key[1:]]
            )
            assert values == pytest.approx(expected, rel=1e-11, abs=1e-11, nan_ok=True)
            assert [isnan(value) for value in values] == [isnan(value) for value in expected]


def _key(row: Row, level: Sequence[str]) -> tuple[str, ...]:
    return tuple({"region": row[2], "rep": row[3]}[name] or EMPTY for name in level)


def _inside(rows: Sequence[Row], bucket: Period) -> list[Row]:
    return [row for row in rows if row[1] is not None and bucket.start <= row[1] < bucket.end]


def _members(rows: Sequence[Row], buckets: Sequence[Period], level: Sequence[str]) -> set[tuple[str, ...]]:
    present = {_key(row, level) for row, bucket in product(rows, buckets) if row in _inside(rows, bucket)}
    return present if level else {()}


def _expected(rows: list[Row]) -> list[float]:
    amounts = [row[5] for row in rows if row[5] is not None]
    return [
        len(rows),
        float(sum(amounts, Decimal(0))),
        len({row[4] for row in rows if row[4] is not None}),
        float(statistics.median(amounts)) if amounts else float("nan"),
        float(sum(amounts) / len(amounts)) if amounts else float("nan"),
    ]
