"""Open the ledger's database with the durability it promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

from broadsheet.errors import StorageError
from broadsheet.ledger.migrate import upgrade

BUSY_SECONDS = 30


def open_engine(path: Path) -> Engine:
    """The SQLite ledger at `path`, created or upgraded as needed.

    WAL with synchronous=FULL: a committed delivery survives a power cut. Every writing transaction takes the
    write lock at its start, so that two presses queue instead of failing halfway. StorageError when the file or
    its folder cannot be used.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY_SECONDS}
        )
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
        upgrade(engine)
    except (DatabaseError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise StorageError(
            f"the ledger {path.name} cannot be opened: {cause}",
            f"Check that {path.parent.name}/ is writable, has free space and lies on a local disk.",
        ) from error
    return engine


def _on_connect(connection: Any, _record: object) -> None:
    # The driver's own transaction handling would begin late and deferred.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Any) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
