"""Ledgers on both engines, with a clock that the test moves: on PostgreSQL the server's own as well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL

from broadsheet.clock import Clock, FixedClock
from broadsheet.ledger.ledger import Ledger

SIMULATED = """
CREATE SCHEMA simulated;
CREATE TABLE simulated.moment (at timestamptz);
INSERT INTO simulated.moment VALUES ('2026-01-01');
CREATE FUNCTION simulated.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT at FROM simulated.moment';
"""
"""A server's clock of the test's own, which stands before the real one in the path of names."""


@dataclass
class ServerClock(FixedClock):
    """Moves the server's simulated clock along."""

    server: str = ""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.set(self.at)

    def set(self, at: datetime) -> None:
        self.at = at
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute("UPDATE simulated.moment SET at = %s", [at])


@dataclass(frozen=True)
class Place:
    """Where a test's ledger is: the file, or beside it the marker of the one on a server."""

    file: Path
    clock: FixedClock
    server: str | None = None

    @contextmanager
    def ledger(self, clock: Clock | None = None) -> Iterator[Ledger]:
        """One more process's view of the ledger."""
        opened = Ledger.open(self.file, clock or self.clock, self.server)
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def database(url: URL, name: str, *, simulated: bool = False) -> Iterator[str]:
    """The address of a new, empty database; its clock is the test's if it is `simulated`."""
    server = url.set(drivername="postgresql")
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    mine = server.set(database=name)
    if simulated:
        with psycopg.connect(mine.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(SIMULATED)
        mine = mine.update_query_dict({"options": "-csearch_path=simulated,pg_catalog,public"})
    try:
        yield mine.render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def emptied(server: str) -> None:
    """Delete every row of a ledger on a server, but not its version."""
    with psycopg.connect(server, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'simulated'"
            " AND tablename NOT IN ('moment', 'alembic_version')"
        ).fetchall()
        if rows:
            connection.execute(f"TRUNCATE {', '.join(name for (name,) in rows)} RESTART IDENTITY")
