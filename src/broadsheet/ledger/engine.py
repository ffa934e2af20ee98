"""Open the ledger's database with the durability it promises: a SQLite file, or a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from broadsheet.errors import StorageError

BUSY_SECONDS = 30
"""How long an entry waits for another one's lock."""

SERVER_TIMEOUTS = {
    "lock_timeout": BUSY_SECONDS,
    "statement_timeout": 60,
    # A press that stands still in the middle of an entry must not keep its locks: the server lets go of it.
    "idle_in_transaction_session_timeout": 30,
}
"""Seconds, by setting of PostgreSQL."""

# A link that died without a word is noticed within a minute instead of after two hours.
LINK = {
    "connect_timeout": 10,
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def open_file(path: Path) -> Engine:
    """The SQLite file `path`, made if there is none; OSError when its folder cannot be.

    WAL with synchronous=FULL: a committed delivery survives a power cut. Every writing transaction takes the
    write lock at its start, so that two presses queue instead of failing halfway.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_file)
    event.listen(engine, "begin", _begin)
    return engine


def open_server(address: str) -> Engine:
    """The PostgreSQL database at a URL; connections that died are replaced when they are next needed.

    StorageError when the address is none of PostgreSQL, or its driver is not installed.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() != "postgresql":
        raise StorageError(
            "the ledger's address is not the URL of a PostgreSQL database",
            "Write postgresql://user:password@host/database into the variable that `ledger` names.",
        )
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args=LINK
        )
    except ImportError as error:
        raise StorageError(
            "a ledger in PostgreSQL needs its driver", "Install it: pip install broadsheet[postgres]"
        ) from error
    event.listen(engine, "connect", _prepare_session)
    return engine


def hide(engine: Engine, redact: Callable[[str], str]) -> None:
    """Let no text reach the database that `redact` changes: a server's reply may quote a password."""

    def hidden(value: Any) -> Any:
        if isinstance(value, str):
            return redact(value)
        if isinstance(value, dict):
            return {name: hidden(item) for name, item in value.items()}
        return type(value)(map(hidden, value)) if isinstance(value, list | tuple) else value

    def before(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        return statement, hidden(parameters)

    event.listen(engine, "before_cursor_execute", before, retval=True)


def _prepare_file(connection: Any, _record: object) -> None:
    # The driver's own transaction handling would begin late and deferred.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Any) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _prepare_session(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        for setting, seconds in SERVER_TIMEOUTS.items():
            cursor.execute(f"SET {setting} = '{seconds:d}s'")
    connection.commit()
