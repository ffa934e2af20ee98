"""Is this the ledger that this machine has used before, and as far as it had come?

A file `ledger.id` beside it knows its identity and the last event seen. So a ledger that vanished or was emptied is
not taken for a new one, and an older copy that was put back is noticed: then nothing is sent until somebody confirms,
since the copy does not know what was sent after it was made.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select, update

from broadsheet.archive.store import write_durably
from broadsheet.errors import StorageError
from broadsheet.ledger.alarming import open_alert
from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import alert, event, mark

IDENTITY, CONFIRMED, HELD = "identity", "confirmed", "held"

ANOTHER = "it is not the ledger that was used here before"
OLDER = "it is older than the ledger that was used here before"


@dataclass(frozen=True)
class Marker:
    """What the file beside a ledger says: which one it is, how often a restored copy of it was confirmed, and
    the number of its last event."""

    identity: str
    confirmed: int
    events: int


@dataclass(frozen=True)
class Continuity:
    """The ledger compared with the file beside it."""

    store: Store
    file: Path

    def known(self) -> Marker | None:
        """What the file says, None where there is none; StorageError when it cannot be read."""
        try:
            return Marker(**json.loads(self.file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise StorageError(
                f"the file {self.file.name} beside the ledger cannot be read: {error}",
                "Restore it from a backup, or delete it if the ledger beside it is the right one.",
            ) from error

    def check(self) -> None:
        """Hold all sends if the ledger is another or an older one than before; otherwise note how far it is."""
        known = self.known()
        with self.store.read() as connection:
            marks = _marks(connection)
            events = connection.execute(select(func.coalesce(func.max(event.c.id), 0))).scalar_one()
        if HELD in marks:
            self.hold(marks[HELD])  # A backup says so itself, and the owner is reminded.
            return
        identity = marks.get(IDENTITY) or self._christen()
        here = Marker(identity, int(marks.get(CONFIRMED, "0")), events)
        if known is not None and known.identity != here.identity:
            self.hold(ANOTHER)
        elif known is not None and (known.confirmed, known.events) > (here.confirmed, here.events):
            self.hold(OLDER)
        elif known != here:
            write_durably(self.file, (json.dumps(asdict(here)) + "\n").encode())

    def identity(self) -> str:
        """What this ledger and its backups have that no other has; nobody else knows it."""
        with self.store.read() as connection:
            known = _marks(connection).get(IDENTITY)
        return known or self._christen()

    def held(self) -> str:
        """Why no letter may leave until somebody confirms; empty when letters may leave."""
        with self.store.read() as connection:
            return _marks(connection).get(HELD, "")

    def hold(self, reason: str) -> None:
        """Let no letter leave from now on, until somebody confirms."""
        with self.store.write() as connection:
            values = {"name": HELD, "value": reason, "at": self.store.clock.now()}
            if self.store.insert_new(connection, mark, values):
                self.store.note(connection, "sends held", detail=reason)
            open_alert(connection, "restored", "ledger", reason, self.store.clock.now())

    def confirm(self) -> None:
        """This is the right ledger, and what waits in it may leave."""
        with self.store.write() as connection:
            lift(self.store, connection)
        self.remember()

    def remember(self) -> None:
        """Let the file know the ledger as it is, whatever it said before."""
        self.file.unlink(missing_ok=True)
        self.check()

    def _christen(self) -> str:
        with self.store.write() as connection:
            values = {"name": IDENTITY, "value": uuid4().hex, "at": self.store.clock.now()}
            self.store.insert_new(connection, mark, values)
            return _marks(connection)[IDENTITY]


def lift(store: Store, connection: Connection) -> None:
    """Letters may leave again. The count tells the files of other hosts that an older ledger is meant to be here."""
    count = str(int(_marks(connection).get(CONFIRMED, "0")) + 1)
    values = {"name": CONFIRMED, "value": count, "at": store.clock.now()}
    if not store.insert_new(connection, mark, values):
        connection.execute(update(mark).where(mark.c.name == CONFIRMED).values(value=count))
    connection.execute(delete(mark).where(mark.c.name == HELD))
    told = and_(alert.c.kind == "restored", alert.c.over_at.is_(None))
    connection.execute(update(alert).where(told).values(over_at=store.clock.now()))
    store.note(connection, "sends confirmed")


def unheld() -> ColumnElement[bool]:
    """The condition that letters may leave."""
    return ~select(mark.c.name).where(mark.c.name == HELD).exists()


def _marks(connection: Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(select(mark.c.name, mark.c.value))}
