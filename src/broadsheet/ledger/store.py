"""One transaction per verb, on SQLite and PostgreSQL alike; every transition leaves an event beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError

from broadsheet import failpoints
from broadsheet.clock import Clock
from broadsheet.errors import LedgerAwayError, StorageError
from broadsheet.ledger import journal
from broadsheet.ledger.alarming import follow
from broadsheet.ledger.keyed import keyed_insert
from broadsheet.ledger.tables import event

LEASE = timedelta(seconds=120)
"""How long a claim holds without being renewed, and a process may be silent before it counts as gone."""

LINES = "journal"
"""Where a connection keeps what the log is told when its transaction is on disk."""

OURS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
"""Faults of this program, which no repeating heals."""

DAMAGED = ("malformed", "not a database")

RESTORE = "Stop every `serve`, then put a backup back: broadsheet ledger restore FILE"


@dataclass(frozen=True)
class Store:
    """The ledger's database with the clock that dates its entries; `node` names this process in them."""

    engine: Engine
    clock: Clock
    node: str = field(default="")

    insert = staticmethod(keyed_insert)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block is left; StorageError when it cannot be."""
        with plain_errors(), self.engine.begin() as connection:
            lines: list[Mapping[str, Any]] = []
            connection.info[LINES] = lines
            yield connection
            failpoints.reached("ledger.before-commit")
        failpoints.reached("ledger.after-commit")
        journal.publish(lines)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view, without a lock."""
        with plain_errors(), self.engine.connect().execution_options(reading=True) as connection:
            yield connection

    def instant(self, connection: Connection) -> datetime:
        """The moment from which leases count: of the database server, whose clock all nodes share, else our own."""
        if connection.dialect.name != "postgresql":
            return self.clock.now()
        shared: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return shared.astimezone(UTC)

    def insert_new(self, connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
        """Insert a row unless its key is there already; whether it was inserted."""
        new = self.insert(connection, table).values(values).on_conflict_do_nothing().inline()
        return connection.execute(new, execution_options={"preserve_rowcount": True}).rowcount == 1

    def note(self, connection: Connection, what: str, **values: Any) -> None:
        """Enter an event of this moment, with columns of the table `event`, and the alerts that it calls for."""
        self.note_all(connection, [{"what": what, **values}])

    def note_all(self, connection: Connection, entries: Iterable[Mapping[str, Any]]) -> None:
        """Enter events of this moment that have the same columns."""
        common = {"at": self.clock.now(), "node": self.node}
        events = [{**common, **entry} for entry in entries]
        if not events:
            return
        connection.execute(insert(event), events)
        for entry in events:
            follow(connection, entry)
            if journal.wanted():
                connection.info[LINES].append(journal.facts(connection, entry))


@contextmanager
def plain_errors() -> Iterator[None]:
    """What the database or its driver complains of, as StorageError with what to do."""
    try:
        yield
    except OURS:
        raise
    except DBAPIError as error:
        raise told(error) from error


def told(error: DBAPIError) -> StorageError:
    """A trouble of the database in plain words."""
    cause = str(error.orig).strip()
    if any(word in cause for word in DAMAGED):
        return StorageError(f"the ledger is damaged: {cause}", f"{RESTORE}.")
    if "psycopg" in type(error.orig).__module__:
        remedy = "Nothing was lost: once the database server answers again, so does the next tick."
    else:
        remedy = "Nothing was lost: free disk space, or wait for the other process to finish, and try again."
    return LedgerAwayError(f"the ledger did not take the entry: {cause}", remedy)
