"""Keys that are whole numbers in text files are kept as numbers, and never meet what is written otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, select

from broadsheet.definitions.models.dimensions import DimensionsFile
from broadsheet.definitions.models.kpis import KpiFile
from broadsheet.metrics import Question, answer
from broadsheet.metrics.question import EMPTY
from broadsheet.metrics.source import Context
from broadsheet.periods import Calendar, between
from broadsheet.warehouse.files import write_csv
from broadsheet.warehouse.inspect import check_data
from broadsheet.warehouse.warehouse import Warehouse

NOW = datetime(2026, 6, 1, tzinfo=UTC)
VISITS: dict[str, Any] = {
    "connection": "files",
    "file": "visits.csv",
    "key": "visit",
    "clock": "day",
    "columns": {"day": "date", "minutes": "number"},
    "link": {"guest": "guest"},
}
GUESTS: dict[str, Any] = {
    "connection": "files",
    "file": "guests.csv",
    "key": "guest",
    "columns": {"name": "text"},
}
SOURCES: dict[str, Any] = {
    "connections": {"files": {"folder": "data"}},
    "facts": {"visits": VISITS},
    "entities": {"guest": GUESTS},
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    write_csv([("guest", "name"), ("7", "Ada")], folder / "guests.csv")
    return folder


def visits(data: Path, keys: list[str], minutes: str = "5") -> None:
    lines = [(number, "2026-01-05", minutes, key) for number, key in enumerate(keys)]
    write_csv([("visit", "day", "minutes", "guest"), *lines], data / "visits.csv")


def guests_of(warehouse: Warehouse) -> tuple[bool, list[Any]]:
    """Whether the links are numbers, and what they are in the order of the visits."""
    relation = warehouse.relation("visits")
    statement = select(relation.c.visit, relation.c.guest)
    found = sorted(tuple(row) for row in warehouse._connections[""].execute(statement))
    return isinstance(relation.c.guest.type, BigInteger), [guest for _, guest in found]


def test_whole_numbers_become_numbers(data: Path, open_sources: Any) -> None:
    visits(data, ["7", "0", "-12", "", "9223372036854775807", "-9223372036854775808"])
    whole = [7, 0, -12, None, 2**63 - 1, -(2**63)]
    assert guests_of(open_sources(SOURCES)) == (True, whole)
    # Also where the rest of the file must be read with care.
    visits(data, ["7", "8"], minutes="long")
    warehouse = open_sources(SOURCES)
    assert guests_of(warehouse) == (True, [7, 8])
    assert warehouse.rejected == {"visits.minutes": (2, "long")}


@pytest.mark.parametrize(
    "written",
    [
        "007", "00", "-0", "+5", "1e5", "7.0", "7.", " 7", "7 ", "7\t", "1_000", "1,000", "0x1F", "0b1",
        "9223372036854775808", "-9223372036854775809", "99999999999999999999999", "٣", "１", "true", "NULL", "A7",
    ],
)  # fmt: skip
def test_one_text_that_is_no_such_number_keeps_all_as_written(
    data: Path, open_sources: Any, written: str
) -> None:
    visits(data, [written, "8"])
    assert guests_of(open_sources(SOURCES)) == (False, [written, "8"])


def test_the_last_of_many_rows_still_counts(data: Path, open_sources: Any) -> None:
    keys = [str(number % 97) for number in range(300_000)]
    visits(data, [*keys, "007"])
    warehouse = open_sources(SOURCES)
    assert guests_of(warehouse) == (False, [*keys, "007"])
    assert isinstance(warehouse.relation("visits").c.visit.type, BigInteger), "another key is not held by it"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.integers(-(2**65), 2**65).map(str),
            st.integers(0, 20).map(str),
            st.text("0123456789+-eE._ ,x\t", max_size=6),
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=3),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_no_key_is_another_one_than_written(data: Path, open_sources: Any, keys: list[str]) -> None:
    visits(data, keys)
    whole, found = guests_of(open_sources(SOURCES))
    assert [None if key is None else str(key) for key in found] == [
        key if key.strip(" ") else None for key in keys
    ]
    assert whole == all(key == "" or (_as_number(key) == key) for key in keys)


def _as_number(key: str) -> str | None:
    try:
        number = int(key)
    except ValueError:
        return None
    return str(number) if -(2**63) <= number < 2**63 else None


def test_a_list_prints_keys_as_they_are_written_though_a_row_has_none(data: Path, open_sources: Any) -> None:
    keys = ["7", "", "9007199254740993", "9007199254740992"]
    for written in (keys[:2], keys):
        visits(data, written)
        warehouse = open_sources(SOURCES)
        shown = {"columns": {"Guest": "guest"}, "order": ["visit"], "reason": "New.", "next_step": "Call."}
        kpi = {"label": "Visits", "meaning": "All.", "count": "visits", "list": shown}
        warehouse.catalog.kpis.update(KpiFile.model_validate({"kpis": {"visits": kpi}}).kpis)
        question = Question(("visits",), (between(date(2026, 1, 1), date(2026, 2, 1)),), rows=9)
        (item,) = answer([question], warehouse.catalog, Calendar("UTC"), warehouse, NOW).answers
        assert item is not None
        assert item.rows is not None
        assert item.rows.values == tuple((key or None,) for key in written)


@pytest.mark.parametrize(
    ("there", "here", "expected", "lost"),
    [
        (["007", "8"], ["7", "8", "8"], {EMPTY: 1, "Name 8": 2}, "1 of 3 rows (33.3%)"),
        (["7", "8"], ["007", "8", "A"], {EMPTY: 2, "Name 8": 1}, "2 of 3 rows (66.7%)"),
        (["7", "A"], ["7", "7"], {"Name 7": 2}, None),
        (["7", "8"], ["7", "8"], {"Name 7": 1, "Name 8": 1}, None),
    ],
)
def test_keys_of_two_files_meet_only_when_written_alike(
    data: Path,
    open_sources: Any,
    there: list[str],
    here: list[str],
    expected: dict[str, int],
    lost: str | None,
) -> None:
    write_csv([("guest", "name"), *((key, f"Name {key}") for key in there)], data / "guests.csv")
    visits(data, here)
    warehouse = open_sources(SOURCES)
    catalog = warehouse.catalog
    catalog.kpis.update(
        KpiFile.model_validate(
            {"kpis": {"visits": {"label": "Visits", "meaning": "All.", "count": "visits"}}}
        ).kpis
    )
    catalog.dimensions.update(
        DimensionsFile.model_validate(
            {"dimensions": {"name": {"label": "Name", "via": "guest.name"}}}
        ).dimensions
    )
    question = Question(("visits",), (between(date(2026, 1, 1), date(2026, 2, 1)),), ("name",), (("name",),))
    found = answer([question], catalog, Calendar("UTC"), warehouse, NOW)
    assert not found.failures
    (item,) = found.answers
    assert item is not None
    (frame,) = item.frames.values()
    assert dict(zip(frame["name"], frame["visits"].astype(int), strict=True)) == expected
    context = Context(catalog, Calendar("UTC"), warehouse, NOW)
    problems = check_data(context, warehouse, lambda *_: None)  # type: ignore[arg-type, return-value]
    told = [problem.what for problem in problems if problem.code == "data-link"]
    assert told == ([] if lost is None else [f"visits.guest: {lost} refer to no row of guest"])


def test_followers_meet_only_by_keys_written_alike(data: Path, open_sources: Any) -> None:
    visits(data, ["7", "8", "9"])
    orders = [(1, "2026-01-06", "007"), (2, "2026-01-06", "8"), (3, "2026-01-07", "A")]
    write_csv([("id", "day", "guest"), *orders], data / "orders.csv")
    ordered = {**VISITS, "file": "orders.csv", "key": "id", "columns": {"day": "date"}}
    warehouse = open_sources({**SOURCES, "facts": {"visits": VISITS, "orders": ordered}})
    pair = {"of": "visits", "into": "orders", "same": "guest"}
    kpi = {"label": "Bought", "meaning": "All.", "conversion": pair}
    warehouse.catalog.kpis.update(KpiFile.model_validate({"kpis": {"bought": kpi}}).kpis)
    question = Question(("bought",), (between(date(2026, 1, 1), date(2026, 2, 1)),))
    found = answer([question], warehouse.catalog, Calendar("UTC"), warehouse, NOW)
    assert not found.failures
    (item,) = found.answers
    assert item is not None
    (frame,) = item.frames.values()
    assert frame["bought"].tolist() == [pytest.approx(1 / 3)]
