"""Verbs of deliveries: queued with their edition, noted before the first byte leaves, settled after the reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, select, update

from broadsheet.ledger.records import Cause, DeliveryRecord, DeliveryState, EditionRecord, NewDelivery
from broadsheet.ledger.rows import delivery_record
from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import delivery

LEASE = timedelta(minutes=15)
"""How long one message may take to be handed over before the outcome counts as uncertain."""


class Deliveries:
    """One edition on its way to each recipient."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def waiting(self, record: EditionRecord | None = None) -> tuple[DeliveryRecord, ...]:
        """Deliveries to attempt now. Uncertain ones are repeated with equal bytes.

        Those of one edition, when somebody asks for it, do not wait for their next time.
        """
        now = self._store.clock.now()
        mine = delivery.c.next_at <= now if record is None else delivery.c.edition_id == record.id
        return self._find(and_(delivery.c.state.in_(("queued", "uncertain")), mine))

    def of(self, record: EditionRecord) -> tuple[DeliveryRecord, ...]:
        """All deliveries of an edition, in the order in which they were queued."""
        return self._find(delivery.c.edition_id == record.id)

    def add(self, record: EditionRecord, items: Sequence[NewDelivery]) -> None:
        """Queue deliveries for recipients who joined after the edition was made."""
        with self._store.write() as connection:
            queue(self._store, connection, record, items)

    def sending(self, record: DeliveryRecord) -> bool:
        """Note, before the first byte leaves, that a delivery is being handed over; False when another has it."""
        wanted = and_(delivery.c.id == record.id, delivery.c.state == record.state)
        until = self._store.clock.now() + LEASE
        with self._store.write() as connection:
            taken = connection.execute(
                update(delivery)
                .where(wanted, delivery.c.attempts == record.attempts)
                .values(
                    state="sending", attempts=delivery.c.attempts + 1, next_at=until, node=self._store.node
                )
            )
            if taken.rowcount:
                self._note(connection, record, "sending", "sending", attempt=record.attempts + 1)
            return bool(taken.rowcount)

    def settle(
        self,
        record: DeliveryRecord,
        state: DeliveryState,
        reply: str,
        next_at: datetime | None = None,
        *,
        cause: Cause = "",
    ) -> None:
        """Record what became of a delivery that was being sent."""
        now = self._store.clock.now()
        doubt = delivery.c.uncertainties + (1 if state == "uncertain" else 0)
        values = {"state": state, "reply": reply, "cause": cause, "next_at": next_at or now}
        with self._store.write() as connection:
            settled = connection.execute(
                update(delivery)
                .where(delivery.c.id == record.id, delivery.c.state == "sending")
                .values(**values, uncertainties=doubt, sent_at=now if state == "sent" else None)
            )
            if settled.rowcount:
                self._note(connection, record, state, state, detail=reply, attempt=record.attempts + 1)

    def recover(self) -> int:
        """After a crash: sends that were interrupted are uncertain; how many."""
        now = self._store.clock.now()
        lost = and_(delivery.c.state == "sending", delivery.c.next_at < now)
        reply = "interrupted while the message was being handed over"
        with self._store.write() as connection:
            records = self._read(connection, lost)
            for record in records:
                doubtful = {"state": "uncertain", "reply": reply, "uncertainties": record.uncertainties + 1}
                connection.execute(update(delivery).where(delivery.c.id == record.id).values(**doubtful))
                self._note(connection, record, "uncertain", "uncertain", detail=reply)
            return len(records)

    def _find(self, wanted: ColumnElement[bool]) -> tuple[DeliveryRecord, ...]:
        with self._store.read() as connection:
            return self._read(connection, wanted)

    def _read(self, connection: Connection, wanted: ColumnElement[bool]) -> tuple[DeliveryRecord, ...]:
        rows = connection.execute(select(delivery).where(wanted).order_by(delivery.c.id)).mappings()
        return tuple(delivery_record(row) for row in rows)

    def _note(
        self,
        connection: Connection,
        record: DeliveryRecord,
        what: str,
        state: DeliveryState,
        **values: object,
    ) -> None:
        known = {"edition_id": record.edition_id, "delivery_id": record.id, "state": state}
        self._store.note(connection, what, **known, **values)


def queue(store: Store, connection: Connection, record: EditionRecord, items: Sequence[NewDelivery]) -> None:
    """Queue deliveries inside a transaction that says their edition is ready; those queued before stay."""
    now = store.clock.now()
    for item in items:
        values = {
            "edition_id": record.id,
            "state": "queued",
            "next_at": now,
            "queued_at": now,
            **asdict(item),
        }
        store.insert_new(connection, delivery, values)
