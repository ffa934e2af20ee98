"""What a restored ledger would still make and send, and giving all of it up at once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select, update

from broadsheet.ledger.continuity import lift
from broadsheet.ledger.records import EditionRecord
from broadsheet.ledger.rows import edition_record
from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import delivery, edition

NOT_MADE = edition.c.state.in_(("due", "running", "held"))
NOT_SENT = delivery.c.state.in_(("queued", "sending", "uncertain", "held"))
GIVEN_UP = "given up after a backup was put back: it may have been sent before"


@dataclass(frozen=True)
class Pending:
    """An edition that is not out: its letters that wait, none where it is still to be made."""

    edition: EditionRecord
    letters: int


class Unsent:
    """What would leave the house once somebody says so."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> tuple[Pending, ...]:
        """Editions not made or not sent, oldest first."""
        letters = (
            select(delivery.c.edition_id, func.count().label("letters"))
            .where(NOT_SENT)
            .group_by(delivery.c.edition_id)
            .subquery()
        )
        wanted = (
            select(edition, func.coalesce(letters.c.letters, 0).label("letters"))
            .outerjoin(letters, letters.c.edition_id == edition.c.id)
            .where(or_(NOT_MADE, letters.c.letters > 0))
            .order_by(edition.c.due_at, edition.c.id)
        )
        with self._store.read() as connection:
            rows = connection.execute(wanted).mappings().all()
        return tuple(Pending(edition_record(row), row["letters"]) for row in rows)

    def drop(self) -> None:
        """Give up all that is not made or sent yet, and let what comes after it leave again."""
        with self._store.write() as connection:
            self._drop_letters(connection)
            self._drop_editions(connection)
            lift(self._store, connection)

    def _drop_letters(self, connection: Connection) -> None:
        dropped = connection.execute(select(delivery.c.id, delivery.c.edition_id).where(NOT_SENT)).all()
        values = {"state": "cancelled", "cause": "restored", "reply": GIVEN_UP}
        connection.execute(update(delivery).where(NOT_SENT).values(**values))
        for number, edition_id in dropped:
            self._note(connection, edition_id, delivery_id=number)

    def _drop_editions(self, connection: Connection) -> None:
        dropped = connection.execute(select(edition.c.id).where(NOT_MADE)).scalars().all()
        values = {"state": "cancelled", "cause": "restored", "reason": GIVEN_UP, "lease_until": None}
        # The token fences off a press that is making one of them.
        last = {"token": edition.c.token + 1, "finished_at": self._store.clock.now()}
        connection.execute(update(edition).where(NOT_MADE).values(**values, **last))
        for number in dropped:
            self._note(connection, number)

    def _note(self, connection: Connection, edition_id: int, delivery_id: int | None = None) -> None:
        which = {"edition_id": edition_id, "delivery_id": delivery_id, "state": "cancelled"}
        self._store.note(connection, "cancelled", **which, cause="restored", detail=GIVEN_UP)
