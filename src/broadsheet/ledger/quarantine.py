"""Verbs of quarantine: editions over which presses or workers died, until something about them has changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, select, update

from broadsheet.ledger.records import EditionRecord
from broadsheet.ledger.rows import edition_record
from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import edition


class Quarantine:
    """Who is in it, and who is let out."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> tuple[EditionRecord, ...]:
        """The editions in quarantine; `next_at` says when their data are looked at again."""
        wanted = select(edition).where(edition.c.state == "quarantined").order_by(edition.c.id)
        with self._store.read() as connection:
            return tuple(edition_record(row) for row in connection.execute(wanted).mappings())

    def keep(self, record: EditionRecord, watermark: datetime, next_at: datetime) -> None:
        """Nothing has changed: its data reach as far as `watermark`, and are looked at again at `next_at`."""
        same = and_(edition.c.id == record.id, edition.c.state == "quarantined")
        with self._store.write() as connection:
            connection.execute(update(edition).where(same).values(watermark=watermark, next_at=next_at))

    def release(self, record: EditionRecord, why: str) -> bool:
        """Make an edition due again, with no strike against it; False when another has done so."""
        wanted = and_(edition.c.id == record.id, edition.c.state == "quarantined")
        fresh = {"state": "due", "next_at": self._store.clock.now(), "finished_at": None, "strikes": 0}
        with self._store.write() as connection:
            again = update(edition).where(wanted).values(**fresh, reason="", cause="", watermark=None)
            if not connection.execute(again).rowcount:
                return False
            self._store.note(connection, "released", edition_id=record.id, state="due", detail=why)
            return True
