from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from broadsheet.clock import FixedClock
from broadsheet.ledger.engine import open_file
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.migrate import upgrade
from support.ledgers import Place, ServerClock, database, emptied

MONDAY = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def simulated_server(postgres_url: URL) -> Iterator[str]:
    """The address of a PostgreSQL database whose clock tests move."""
    with database(postgres_url, "simulated", simulated=True) as server:
        yield server


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with its tables and nothing else."""
    file = tmp_path_factory.mktemp("empty") / "ledger.sqlite"
    engine = open_file(file)
    upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path, empty_file: Path) -> Place:
    """A place for a ledger on each engine, with its tables, on a Monday morning."""
    file = tmp_path / "ledger.sqlite"
    if request.param == "sqlite":
        shutil.copy(empty_file, file)
        return Place(file, FixedClock(MONDAY))
    server = request.getfixturevalue("simulated_server")
    emptied(server)
    clock = ServerClock(MONDAY, server)
    clock.set(MONDAY)
    return Place(file, clock, server)


@pytest.fixture
def clock(place: Place) -> FixedClock:
    """The clock of the ledger, moved by `sleep`."""
    return place.clock


@pytest.fixture
def ledger(place: Place) -> Iterator[Ledger]:
    """An open ledger on each engine."""
    with place.ledger() as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def real_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A place for a ledger on each engine, with real clocks: for tests with processes of their own."""
    file, clock = tmp_path / "ledger.sqlite", FixedClock(MONDAY)
    if request.param == "sqlite":
        yield Place(file, clock)
    else:
        with database(request.getfixturevalue("postgres_url"), "real") as server:
            yield Place(file, clock, server)
