"""Any rows, any overlapping periods, any level: KPIs over members equal a count in plain Python."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import ceil, isnan

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.metrics import EMPTY, OTHER, Answer, Question, Top
from broadsheet.periods import Period, between
from metrics.small import Make, Store, catalog

EACH = {"each": "buyer"}
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
                "buyer": "text",
                "amount": "number",
            },
        }
    },
    {
        "rows": {"count": "sales"},
        "amount": {"sum": "sales.amount"},
        "regions": {"distinct": "sales.region"},
        "repeat": {"count": EACH, "where": {"rows": {"at_least": 2}}},
        "repeat_rate": {"share": EACH, "of": {"rows": {"at_least": 1}}, "where": {"rows": {"at_least": 2}}},
        "typical": {"median": {**EACH, "kpi": "amount"}},
        "spread_out": {"max": {**EACH, "kpi": "regions"}},
        "leaders": {"count": EACH, "where": {"rows": {"top": 0.4}}},
        "held": {"top_share": {**EACH, "kpi": "rows"}, "top": 0.5},
        "all_rows": {"across": "rows", "over": "region"},
    },
    dimensions={"region": {"via": "region"}, "rep": {"via": "rep"}, "buyer": {"via": "buyer"}},
)
START = date(2026, 3, 1)
KPIS = ("rows", "repeat", "repeat_rate", "typical", "spread_out", "leaders", "held", "all_rows")
LEVELS = ((), ("region",), ("rep",), ("region", "rep"), ("buyer",))
Row = tuple[int, date, str | None, str | None, str | None, int]
days = st.integers(0, 20).map(lambda offset: START + timedelta(days=offset))
rows = st.lists(
    st.tuples(
        st.just(0),
        days,
        st.sampled_from(["North", "South", None]),
        st.sampled_from(["Ada", "Bo", "Cy"]),
        st.sampled_from(["a", "b", "c", "d", None]),
        st.integers(-5, 50),
    ),
    max_size=25,
)
buckets = st.lists(
    st.tuples(days, st.integers(1, 15)).map(lambda pair: between(pair[0], pair[0] + timedelta(days=pair[1]))),
    min_size=1,
    max_size=3,
)


@pytest.fixture
def sales(make: Make) -> Store:
    return make(CATALOG, {"sales": []})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows, buckets=buckets, by=st.sampled_from(["rep", "buyer"]))
def test_answers_equal_plain_python(
    sales: Store, rows: Sequence[Row], buckets: list[Period], by: str
) -> None:
    sales.fill({"sales": rows})
    dimensions = ("region", "rep", "buyer")
    plain, ranked = sales.ask(
        Question(KPIS, tuple(buckets), dimensions, LEVELS),
        Question(KPIS, tuple(buckets), dimensions, LEVELS, top=Top(by, "rows", 1)),
    )
    _compare(plain, rows, buckets, {})
    first = [row for row in rows if buckets[0].start <= row[1] < buckets[0].end]
    names = {_member(row, by) for bucket in buckets for row in _inside(rows, bucket)}
    counts = {name: sum(_member(row, by) == name for row in first) for name in names}
    kept = min(names, key=lambda name: (-counts[name], name), default="")
    _compare(ranked, rows, buckets, {by: dict.fromkeys(names - {kept}, OTHER)})


def _compare(
    found: Answer, rows: Sequence[Row], buckets: Sequence[Period], fold: Mapping[str, Mapping[str, str]]
) -> None:
    for level in LEVELS:
        for line in found.frames[level].to_dict("records"):
            inside = _inside(rows, buckets[line["bucket"]])
            here = [row for row in inside if all(_shown(row, name, fold) == line[name] for name in level)]
            wide = [
                row
                for row in inside
                if all(_shown(row, name, fold) == line[name] for name in level if name != "region")
            ]
            expected = [*_expected(here, inside), float(len(wide))]
            values = [line[kpi] for kpi in KPIS]
            assert values == pytest.approx(expected, nan_ok=True), (level, line)
            assert [isnan(value) for value in values] == [isnan(value) for value in expected]


def _expected(here: Sequence[Row], everyone: Sequence[Row]) -> list[float]:
    own, all_counts = _by_buyer(here), {name: len(some) for name, some in _by_buyer(everyone).items()}
    ranked = sorted(all_counts, key=lambda name: (-all_counts[name], name))
    leaders = set(ranked[: ceil(len(ranked) * 2 / 5)])
    counts = sorted((len(some) for some in own.values()), reverse=True)
    repeat = sum(count >= 2 for count in counts)
    nan = float("nan")
    regions = [
        len({row[2] for row in some if row[2]}) for some in own.values() if any(row[2] for row in some)
    ]
    return [
        len(here),
        repeat,
        repeat / len(counts) if counts else nan,
        statistics.median(sum(row[5] for row in some) for some in own.values()) if own else nan,
        max(regions, default=nan),
        len(leaders & own.keys()),
        sum(counts[: ceil(len(counts) / 2)]) / sum(counts) if counts else nan,
    ]


def _by_buyer(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row[4] is not None:
            found.setdefault(row[4], []).append(row)
    return found


def _member(row: Row, name: str) -> str:
    return {"region": row[2], "rep": row[3], "buyer": row[4]}[name] or EMPTY


def _shown(row: Row, name: str, fold: Mapping[str, Mapping[str, str]]) -> str:
    member = _member(row, name)
    return fold.get(name, {}).get(member, member)


def _inside(rows: Sequence[Row], bucket: Period) -> list[Row]:
    return [row for row in rows if bucket.start <= row[1] < bucket.end]
