"""KPIs that a model computes: defined and explained, undefined for a reason of their own until it is installed."""

from __future__ import annotations

from math import isnan

from broadsheet.metrics import Question, describe
from metrics.small import Make, at, catalog, table

DEALS = catalog(
    {
        "deals": {
            "key": "id",
            "clock": "closed",
            "columns": {"id": "number", "closed": "time", "team": "text"},
        }
    },
    {
        "won": {"count": "deals"},
        "expected": {"method": "pipeline_model"},
        "gap": {"formula": "expected - won"},
        "of_nothing": {"formula": "nobody / expected"},
        "nobody": {"ratio": ["won - won", "won - won"]},
    },
    dimensions={"team": {"via": "team"}},
)
ROWS = {"deals": [(1, at("2026-05-04 10:00"), "North"), (2, at("2026-05-05 10:00"), "South")]}


def test_a_method_that_is_not_installed_has_no_value_anywhere(make: Make) -> None:
    store = make(DEALS, ROWS)
    kpis = ("won", "expected", "gap", "of_nothing")
    (found,) = store.ask(Question(kpis, (store.period("2026-05"),), ("team",), ((), ("team",))))
    assert found.value("won") == 2
    assert table(found, "won", "team") == {"North": 1, "South": 1}
    for kpi in kpis[1:]:
        assert found.reason(kpi) == "no_method"
        assert all(isnan(value) for value in table(found, kpi, "team").values())


def test_it_asks_for_no_rows(make: Make) -> None:
    store = make(DEALS, ROWS)
    assert store.reason("expected", "2026-05") == "no_method"
    assert store.sent == []


def test_it_is_explained_by_its_method() -> None:
    assert describe("gap", DEALS) == [
        "expected − won",
        "expected: value of the method pipeline_model, which is not installed",
        "won: count of deals, by closed",
    ]
