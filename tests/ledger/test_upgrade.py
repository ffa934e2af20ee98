"""The ledger's tables: made and upgraded in one transaction, never by an older program."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from broadsheet.errors import StorageError
from broadsheet.ledger.migrate import HEAD, config
from broadsheet.ledger.tables import metadata
from support.ledgers import Place


def url_of(place: Place) -> str:
    return (
        place.server.replace("postgresql:", "postgresql+psycopg:")
        if place.server
        else f"sqlite:///{place.file}"
    )


def test_migrations_make_exactly_the_tables_of_the_program(place: Place) -> None:
    with place.ledger():
        pass
    engine = create_engine(url_of(place))
    with engine.connect() as connection:
        ours = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: name != "moment"}
        )
        assert compare_metadata(ours, metadata) == []
        assert ScriptDirectory.from_config(config(connection)).get_current_head() == HEAD
    engine.dispose()


def test_fault_l10_schema_newer_than_code(place: Place) -> None:
    with place.ledger():
        pass
    engine = create_engine(url_of(place))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with (
            pytest.raises(StorageError, match=f"version 9999, this program knows up to {HEAD}") as refused,
            place.ledger(),
        ):
            pass
        assert "upgrade the program" in refused.value.remedy
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))
        engine.dispose()


KILLED = """
import os, signal, sys
from pathlib import Path
from broadsheet import failpoints
from broadsheet.clock import SystemClock
from broadsheet.ledger.ledger import Ledger

def reached(step):
    if step == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

failpoints.reached = reached
Ledger.open(Path(sys.argv[1]), SystemClock(), sys.argv[2] or None)
"""
"""A process that dies in the middle of making or upgrading the tables."""


@pytest.mark.faults
@pytest.mark.parametrize("step", ["ledger.between-revisions", "ledger.before-upgraded"])
def test_fault_l11_migration_killed_midway(real_place: Place, step: str) -> None:
    engine = create_engine(url_of(real_place))
    if step == "ledger.before-upgraded":
        with engine.begin() as connection:
            command.upgrade(config(connection), "0001")
            connection.execute(
                text("INSERT INTO horizon VALUES ('sales-weekly', '2026-06-15 05:00:00.000000')")
            )
    before = sorted(inspect(engine).get_table_names())
    died = subprocess.run([sys.executable, "-c", KILLED, str(real_place.file), real_place.server or "", step])
    assert died.returncode == -signal.SIGKILL
    assert sorted(inspect(engine).get_table_names()) == before, "all of it or nothing"
    with real_place.ledger() as ledger:
        assert ledger.history.unfinished() == {"editions": 0, "deliveries": 0}
        if step == "ledger.before-upgraded":
            assert ledger.horizons.known()["sales-weekly"].until.hour == 5
    assert set(metadata.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()
