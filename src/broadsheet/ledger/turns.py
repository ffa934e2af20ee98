"""Verbs of editions whose turn is not yet, or will not come: what is before them, until when, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from broadsheet.ledger.records import EditionRecord
from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import delivery, edition, horizon, run

OPEN = ("due", "running", "held")
UNSENT = ("queued", "uncertain", "held")


class Turns:
    """Who waits for what."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def unfinished(self) -> dict[str, datetime]:
        """The earliest due time of each report that has an edition which is due or being made."""
        return self._earliest(edition.c.state.in_(("due", "running")))

    def ahead(self) -> dict[str, datetime]:
        """The earliest due time of each report that has an edition being made, or due and waiting for its time."""
        waiting = and_(edition.c.state == "due", edition.c.next_at > self._store.clock.now())
        return self._earliest(or_(edition.c.state == "running", waiting))

    def defer(self, record: EditionRecord, reason: str, next_at: datetime) -> None:
        """Let a due edition wait for its data until it is looked at again; nobody claims it before."""
        mine = and_(edition.c.id == record.id, edition.c.state == "due", edition.c.token == record.token)
        with self._store.write() as connection:
            waits = {"next_at": next_at, "reason": reason, "cause": "data"}
            done = connection.execute(update(edition).where(mine).values(**waits)).rowcount
            if done and reason != record.reason:
                noted = {"edition_id": record.id, "state": "due", "cause": "data", "detail": reason}
                self._store.note(connection, "waits", **noted)

    def wait(self, reasons: Mapping[EditionRecord, str]) -> None:
        """Note why due editions are not begun although it is their turn: their data source is away."""
        with self._store.write() as connection:
            for record, reason in reasons.items():
                mine = and_(edition.c.id == record.id, edition.c.state == "due", edition.c.cause != "source")
                waits = {"reason": reason, "cause": "source"}
                if connection.execute(update(edition).where(mine).values(**waits)).rowcount:
                    noted = {"edition_id": record.id, "state": "due", "cause": "source", "detail": reason}
                    self._store.note(connection, "waits", **noted)

    def cancel(self, record: EditionRecord, reason: str) -> bool:
        """End a due edition whose definition leaves nobody who could get it; False when it is not due any more."""
        mine = and_(edition.c.id == record.id, edition.c.state == "due")
        with self._store.write() as connection:
            number = connection.execute(select(edition.c.id).where(mine).with_for_update()).scalar()
            if number is not None:
                self._cancel(connection, number, reason)
            return number is not None

    def withdraw(self, report: str, reason: str) -> int:
        """Cancel what a report that is gone has open, editions and letters; how many. Its horizon is forgotten."""
        mine = and_(edition.c.report == report, edition.c.state.in_(OPEN))
        letters = (
            select(delivery.c.id, delivery.c.edition_id)
            .join(edition, edition.c.id == delivery.c.edition_id)
            .where(edition.c.report == report, delivery.c.state.in_(UNSENT))
        )
        with self._store.write() as connection:
            editions = connection.execute(select(edition.c.id).where(mine)).scalars().all()
            for number in editions:
                self._cancel(connection, number, reason)
            unsent = connection.execute(letters).all()
            for number, edition_id in unsent:
                ended = {"state": "cancelled", "cause": "definition", "reply": reason}
                unsent_yet = and_(delivery.c.id == number, delivery.c.state.in_(UNSENT))
                connection.execute(update(delivery).where(unsent_yet).values(**ended))
                known = {"edition_id": edition_id, "delivery_id": number, "state": "cancelled"}
                self._store.note(connection, "cancelled", **known, cause="definition", detail=reason)
            connection.execute(delete(horizon).where(horizon.c.report == report))
            return len(editions) + len(unsent)

    def _earliest(self, wanted: ColumnElement[bool]) -> dict[str, datetime]:
        moments = select(edition.c.report, func.min(edition.c.due_at)).where(wanted)
        with self._store.read() as connection:
            rows = connection.execute(moments.group_by(edition.c.report))
            return {report: moment for report, moment in rows}  # noqa: C416  (rows are no pairs to the type checker)

    def _cancel(self, connection: Connection, number: int, reason: str) -> None:
        """End an edition; the new token fences off a press that may be making it."""
        now = self._store.clock.now()
        ended = {"state": "cancelled", "cause": "definition", "reason": reason, "finished_at": now}
        this = edition.c.id == number
        fenced = update(edition).where(this).values(**ended, lease_until=None, token=edition.c.token + 1)
        connection.execute(fenced)
        running = and_(run.c.edition_id == number, run.c.outcome == "running")
        closed = {"finished_at": now, "outcome": "cancelled", "error": reason}
        connection.execute(update(run).where(running).values(**closed))
        noted = {"edition_id": number, "state": "cancelled", "cause": "definition", "detail": reason}
        self._store.note(connection, "cancelled", **noted)
