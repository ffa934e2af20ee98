"""Opens databases for reading only, and lets go of them completely when closed.

DuckDB reads its file and nothing else: no other files, no network, no extensions, no changed settings.
PostgreSQL runs everything in read-only transactions of one snapshot, so that parts and totals of a run
agree, with a limit on the time of a statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from broadsheet.clock import Clock
from broadsheet.errors import UnavailableError
from broadsheet.warehouse.faults import explain, is_locked
from broadsheet.warehouse.files import quoted
from broadsheet.warehouse.locations import Location

STEP = 0.5
"""Seconds between two looks at a locked file."""

MEMORY = "2GB"

LOCKED_DOWN = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "memory_limit": MEMORY,
    "lock_configuration": "true",
}


def connect(location: Location, clock: Clock) -> Connection:
    """A read-only connection; UnavailableError says why there is none. A locked file is waited for."""
    if location.path is not None and not location.path.is_file():
        raise UnavailableError(
            f"connection “{location.name}”: the file of {location.shown} does not exist",
            "Create it (`broadsheet sample` writes the sample company's), or correct the path.",
            connection=location.name,
        )
    deadline = clock.seconds() + location.wait
    while True:
        try:
            return _open(location)
        except (SQLAlchemyError, ImportError) as error:
            if not is_locked(error):
                told = explain(error, location, "")
                refused = isinstance(told, UnavailableError) and told.refused
                raise UnavailableError(
                    str(told), told.remedy, connection=location.name, refused=refused
                ) from error
            if clock.seconds() >= deadline:
                raise UnavailableError(
                    f"connection “{location.name}”: another process has been writing to {location.shown} "
                    f"for {location.wait} seconds",
                    "Try again when it has finished, or raise the connection's `wait`.",
                    connection=location.name,
                ) from error
            clock.sleep(STEP)


def _open(location: Location) -> Connection:
    if location.engine == "duckdb":
        arguments = {"read_only": location.path is not None, "config": LOCKED_DOWN}
        database = str(location.path) if location.path else ":memory:"
        return _connect(URL.create("duckdb", database=database), arguments)
    url = location.url
    assert url is not None  # noqa: S101  (folders have no engine)
    if location.engine == "postgresql":
        return _postgres(url, location.timeout)
    if url.get_backend_name() == "sqlite" and location.path is not None:
        url = url.set(database=f"file:{location.path}", query={"mode": "ro", "uri": "true"})
    return _connect(url, {})


def _connect(url: URL, arguments: dict[str, Any]) -> Connection:
    return create_engine(url, poolclass=NullPool, connect_args=arguments).connect()


def _postgres(url: URL, timeout: int) -> Connection:
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": min(timeout, 30)})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = on")
            cursor.execute(f"SET statement_timeout = {timeout * 1000:d}")
            cursor.execute("SET TimeZone = 'UTC'")
        connection.commit()

    return engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def connect_memory(folder: Path) -> Connection:
    """An empty DuckDB in memory that can read the Parquet files of one folder, and nothing else."""
    connection = _connect(URL.create("duckdb", database=":memory:"), {})
    for setting in (
        f"SET temp_directory = {quoted(folder / '.spill')}",
        f"SET allowed_directories = [{quoted(folder)}]",
        *(f"SET {name} = '{value}'" for name, value in LOCKED_DOWN.items()),
    ):
        connection.exec_driver_sql(setting)
    connection.commit()
    return connection


@contextmanager
def time_limit(connection: Connection, seconds: int) -> Iterator[None]:
    """Stops what DuckDB is doing after a while; the servers keep their own time."""
    if connection.dialect.name != "duckdb":
        yield
        return
    timer = Timer(seconds, connection.connection.dbapi_connection.interrupt)  # type: ignore[union-attr]
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
