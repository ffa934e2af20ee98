"""Verbs of marks: what has been done once for all, such as the heartbeat of a day; one process gets the turn."""

from __future__ import annotations

from sqlalchemy import update

from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import mark


class Marks:
    """Named facts, each with its value of now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def renew(self, name: str, value: str) -> bool:
        """Set a mark; True for the one who changed it, False for all who come after with the same value."""
        now = self._store.clock.now()
        with self._store.write() as connection:
            if self._store.insert_new(connection, mark, {"name": name, "value": value, "at": now}):
                return True
            other = update(mark).where(mark.c.name == name, mark.c.value != value)
            return bool(connection.execute(other.values(value=value, at=now)).rowcount)
