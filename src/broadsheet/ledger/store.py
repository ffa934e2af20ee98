"""One transaction per verb, on SQLite and PostgreSQL alike; every transition leaves an event beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import OperationalError

from broadsheet import failpoints
from broadsheet.clock import Clock
from broadsheet.errors import StorageError
from broadsheet.ledger.alarming import follow
from broadsheet.ledger.tables import event


@dataclass(frozen=True)
class Store:
    """The ledger's database with the clock that dates its entries; `node` names this process in them."""

    engine: Engine
    clock: Clock
    node: str = field(default="")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block is left; StorageError when it cannot be."""
        with _plain_errors(), self.engine.begin() as connection:
            yield connection
            failpoints.reached("ledger.before-commit")
        failpoints.reached("ledger.after-commit")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view, without a lock."""
        with _plain_errors(), self.engine.connect().execution_options(reading=True) as connection:
            yield connection

    def insert_new(self, connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
        """Insert a row unless its key is there already; whether it was inserted."""
        make = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
        return bool(connection.execute(make(table).values(values).on_conflict_do_nothing()).rowcount)

    def note(self, connection: Connection, what: str, **values: Any) -> None:
        """Enter an event of this moment, with columns of the table `event`, and the alerts that it calls for."""
        entry = {"at": self.clock.now(), "what": what, "node": self.node, **values}
        connection.execute(insert(event).values(entry))
        follow(connection, entry)


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StorageError(
            f"the ledger did not take the entry: {error.orig}",
            "Nothing was lost: free disk space, or wait for the other process to finish, and try again.",
        ) from error
