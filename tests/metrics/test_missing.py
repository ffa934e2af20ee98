"""A table that is not there: its KPIs have no data, the others of the same question have theirs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from broadsheet.errors import Absent, MissingError
from broadsheet.metrics import Question, Top, answer
from metrics.small import Make, Store, at, catalog, table

COLUMNS = {"id": "number", "day": "time", "team": "text"}
SHOP = catalog(
    {
        "orders": {"key": "id", "clock": "day", "columns": COLUMNS},
        "visits": {"key": "id", "clock": "day", "columns": COLUMNS},
    },
    {
        "orders": {"count": "orders"},
        "visits": {"count": "visits"},
        "rate": {"ratio": ["orders", "visits"]},
    },
    dimensions={"team": {"via": "team"}},
)
VISITS = Absent("table", "shop.visits")
ROWS: dict[str, list[tuple[Any, ...]]] = {
    "orders": [(1, at("2026-05-04 10:00"), "North"), (2, at("2026-05-05 10:00"), "South")],
    "visits": [],
}


class Without:
    """A store that lacks one table."""

    def __init__(self, store: Store, lost: str) -> None:
        self._store, self._lost = store, lost

    def relation(self, name: str) -> sa.FromClause:
        if name == self._lost:
            raise MissingError("there is no table", absent=Absent("table", f"shop.{name}"))
        return self._store.relation(name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.mark.parametrize("top", [None, Top("team", "visits", 1), Top("team", "orders", 1)])
def test_the_others_are_answered(make: Make, top: Top | None) -> None:
    store = make(SHOP, ROWS)
    question = Question(
        ("orders", "visits", "rate"), (store.period("2026-05"),), ("team",), (("team",), ()), (), top
    )
    given = answer(
        [question], SHOP, store.calendar, Without(store, "visits"), datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert given.failures == {}
    (found,) = given.answers
    assert found is not None
    assert found.missing == {"visits": VISITS, "rate": VISITS}
    assert found.value("orders") == 2
    assert sum(table(found, "orders", "team").values()) == 2
    assert found.question == question


def test_where_nothing_is_left_the_answer_is_empty(make: Make) -> None:
    store = make(SHOP, ROWS)
    question = Question(("visits",), (store.period("2026-05"),), ("team",), (("team",), ()))
    given = answer(
        [question], SHOP, store.calendar, Without(store, "visits"), datetime(2027, 1, 1, tzinfo=UTC)
    )
    (found,) = given.answers
    assert found is not None
    assert found.missing == {"visits": VISITS}
    assert all(frame.empty for frame in found.frames.values())
