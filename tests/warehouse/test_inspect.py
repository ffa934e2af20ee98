"""What `check --data` finds in a warehouse with planted mistakes, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import psycopg
import pytest
from sqlalchemy.engine import URL

from broadsheet.errors import Place, WarehouseError
from broadsheet.metrics.source import Context
from broadsheet.periods import Calendar
from broadsheet.warehouse.extent import extent, freshness, last_moment
from broadsheet.warehouse.inspect import check_data
from broadsheet.warehouse.warehouse import Warehouse

TABLES = """
CREATE TABLE people (person_id integer, name varchar, valid_from date, valid_to date);
INSERT INTO people VALUES
    (1, 'Ada', NULL, '2024-01-01'), (1, 'Ada', '2024-01-01', NULL),
    (2, 'Bo', '2023-01-01', '2024-02-01'), (2, 'Bo', '2024-01-01', NULL);
CREATE TABLE visits (visit_id integer, person_id integer, seen_at timestamp, length varchar);
INSERT INTO visits VALUES
    (1, 1, '2023-12-31 23:30:00', '5'), (2, 9, '2024-03-01 12:00:00', '6'), (2, NULL, NULL, 'seven');
CREATE TABLE notes (note_id integer, visit_id integer, day date);
INSERT INTO notes VALUES (1, 1, '2030-01-01');
CREATE TABLE blank (blank_id integer, day date);
CREATE TABLE rents (rent_id integer, begins timestamp, ends timestamp);
INSERT INTO rents VALUES
    (1, '2024-01-02 10:00', '9999-12-31 23:59:59'), (2, '9999-12-31 23:59:59', NULL), (3, '0001-01-01', '2024-02-01');
"""
ENTITIES = {
    "people": {
        "table": "people",
        "key": "person_id",
        "columns": {"name": "text"},
        "valid": ["valid_from", "valid_to"],
    }
}
FACTS: dict[str, Any] = {
    "visits": {
        "table": "visits",
        "key": "visit_id",
        "clock": "seen_at",
        "columns": {"seen_at": "time", "length": "number"},
        "link": {"person": {"to": "people", "by": "person_id"}},
    },
    "notes": {
        "table": "notes",
        "key": "note_id",
        "clock": "visit.seen_at",
        "link": {"visit": {"to": "visits", "by": "visit_id"}},
    },
    "plans": {
        "table": "notes",
        "key": "note_id",
        "clock": "day",
        "columns": {"day": "date"},
        "grain": "month",
    },
    "blank": {"table": "blank", "key": "blank_id", "clock": "day", "columns": {"day": "date"}},
    "rents": {
        "table": "rents",
        "key": "rent_id",
        "clock": "begins",
        "columns": {"begins": "time", "ends": "time"},
    },
    "wrong": {
        "table": "visits",
        "key": "visit_id",
        "clock": "seen_at",
        "columns": {"seen_at": "money", "lenght": "number"},
    },
    "absent": {"table": "visit", "key": "visit_id", "clock": "seen_at", "columns": {"seen_at": "time"}},
}


@pytest.fixture(params=["duckdb", "postgresql"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path, open_sources: Any) -> Warehouse:
    if request.param == "duckdb":
        url = "duckdb:///w.duckdb"
        with duckdb.connect(tmp_path / "w.duckdb") as connection:
            connection.execute(TABLES)
    else:
        server: URL = request.getfixturevalue("postgres_url")
        url = server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP TABLE IF EXISTS people, visits, notes, blank, rents")
            connection.execute(TABLES)
    sources = {"connections": {"warehouse": {"url": url}}, "entities": ENTITIES, "facts": FACTS}
    opened: Warehouse = open_sources(sources, timezone="Europe/Berlin", naive_timestamps="UTC")
    return opened


def context(warehouse: Warehouse) -> Context:
    calendar = Calendar(warehouse.catalog.settings.calendar.timezone)
    return Context(warehouse.catalog, calendar, warehouse, datetime(2024, 6, 1, tzinfo=UTC))


def place(kind: str, name: str, *path: str) -> Place:
    return Place(".".join((kind, name, *path)))


def test_every_difference_is_found_at_its_place(warehouse: Warehouse) -> None:
    problems = check_data(context(warehouse), warehouse, place)
    absent = [problem for problem in problems if problem.place.file == "facts.absent"]
    assert [(problem.code, problem.remedy) for problem in absent] == [
        ("data-source", "Did you mean “visits”?")
    ]
    assert [
        (str(problem.place), problem.severity, problem.code, problem.what) for problem in problems[:-1]
    ] == [
        (
            "entities.people.valid",
            "error",
            "data-versions",
            "people: versions that end after the next one of the same key begins: 1, the first is of “2”",
        ),
        (
            "facts.visits.columns.length",
            "warning",
            "data-value",
            "visits.length: unreadable values: 1, the first is “seven”",
        ),
        (
            "facts.visits.key",
            "error",
            "data-key",
            "visits: values of the key (visit_id) in several rows: 1 (in 2 rows), the first is “2”",
        ),
        (
            "facts.visits.link.person",
            "warning",
            "data-link",
            "visits.person_id: 1 of 2 rows (50.0%) refer to no row of people",
        ),
        ("facts.visits.clock", "warning", "data-clock", "visits: 1 of 3 rows (33.3%) have no seen_at"),
        (
            "facts.wrong.columns.seen_at",
            "error",
            "data-type",
            "wrong.seen_at is declared money, but the source holds time",
        ),
        ("facts.wrong.columns.lenght", "error", "data-column", "wrong has no column “lenght”"),
    ]


def test_extent_is_told_in_local_days(warehouse: Warehouse) -> None:
    assert extent(context(warehouse), ["visits", "plans", "blank"]) == (date(2024, 1, 1), date(2024, 3, 1))
    assert extent(context(warehouse), ["notes"]) == (date(2024, 1, 1), date(2024, 1, 1))
    assert extent(context(warehouse), ["plans"]) == (date(2030, 1, 1), date(2030, 1, 1))
    with pytest.raises(WarehouseError, match="no row of blank has a time"):
        extent(context(warehouse), ["blank"])


def test_the_last_moment_knows_other_times_than_clocks(warehouse: Warehouse) -> None:
    moments = [("visits", "seen_at")]
    assert last_moment(context(warehouse), ["notes"], []) == datetime(2024, 1, 1, 23, tzinfo=UTC)
    assert last_moment(context(warehouse), ["notes"], moments) == datetime(2024, 3, 1, 23, tzinfo=UTC)


def test_what_is_planned_is_no_moment_of_the_data(warehouse: Warehouse) -> None:
    moments = [("plans", "day")]
    assert last_moment(context(warehouse), ["notes"], moments) == datetime(2024, 1, 1, 23, tzinfo=UTC)


def test_times_at_the_ends_of_the_calendar_are_none(warehouse: Warehouse) -> None:
    assert extent(context(warehouse), ["rents"]) == (date(2024, 1, 2), date(2024, 1, 2))
    moments = [("rents", "ends")]
    assert last_moment(context(warehouse), ["rents"], moments) == datetime(2024, 2, 1, 23, tzinfo=UTC)
    assert freshness(context(warehouse), ["rents"]) == (
        ("rents", datetime(2024, 1, 2, 11, tzinfo=ZoneInfo("Europe/Berlin"))),
    )


def test_freshness_is_the_latest_event_known_at_the_time(warehouse: Warehouse) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert freshness(context(warehouse), ["visits", "blank", "plans"]) == (
        ("visits", datetime(2024, 3, 1, 13, tzinfo=berlin)),
    )


def test_a_source_that_is_down_is_told_once(open_sources: Any) -> None:
    sources = {
        "connections": {"warehouse": {"url": "duckdb:///gone.duckdb"}},
        "facts": FACTS,
        "entities": ENTITIES,
    }
    warehouse = open_sources(sources)
    [problem] = check_data(context(warehouse), warehouse, place)
    assert (problem.code, problem.what) == (
        "data-source",
        "connection “warehouse”: the file of duckdb:///gone.duckdb does not exist",
    )
