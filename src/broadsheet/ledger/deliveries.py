"""Verbs of deliveries: queued with their edition, noted before the first byte leaves, settled after the reply."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from broadsheet.ledger.continuity import unheld
from broadsheet.ledger.domains import delivered
from broadsheet.ledger.records import Cause, DeliveryRecord, DeliveryState, EditionRecord, NewDelivery
from broadsheet.ledger.rows import delivery_record
from broadsheet.ledger.store import LEASE, Store
from broadsheet.ledger.tables import delivery, edition, horizon

UNSENT: tuple[DeliveryState, ...] = ("queued", "uncertain")
"""States from which a delivery is attempted; an uncertain one is repeated with equal bytes."""


class Deliveries:
    """One edition on its way to each recipient."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def waiting(self, record: EditionRecord | None = None) -> tuple[DeliveryRecord, ...]:
        """Deliveries to attempt now; none while sends are held after a restore, none of reports that are gone.

        Those of one edition, when somebody asks for it, do not wait for their next time.
        """
        now = self._store.clock.now()
        mine = delivery.c.next_at <= now if record is None else delivery.c.edition_id == record.id
        gone = (
            select(edition.c.id)
            .join(horizon, horizon.c.report == edition.c.report)
            .where(horizon.c.gone_at.is_not(None))
        )
        there = delivery.c.edition_id.not_in(gone)
        return self._find(and_(delivery.c.state.in_(UNSENT), mine, unheld(), there))

    def of(self, record: EditionRecord) -> tuple[DeliveryRecord, ...]:
        """All deliveries of an edition, in the order in which they were queued."""
        return self._find(delivery.c.edition_id == record.id)

    def to(self, address: str) -> tuple[DeliveryRecord, ...]:
        """All deliveries to an address, the newest first."""
        with self._store.read() as connection:
            known = connection.execute(select(delivery.c.recipient).distinct()).scalars()
            # Databases know the small letters of ASCII alone, or by their locale.
            spellings = [one for one in known if one.lower() == address.lower()]
            return self._read(connection, delivery.c.recipient.in_(spellings))[::-1]

    def add(self, record: EditionRecord, items: Sequence[NewDelivery]) -> None:
        """Queue deliveries for recipients who joined after the edition was made."""
        with self._store.write() as connection:
            queue(self._store, connection, record, items)

    def sending(self, record: DeliveryRecord) -> DeliveryRecord | None:
        """Note, before the first byte leaves, that a delivery is being handed over; None when another has it, or
        sends are held.

        The number of attempts in the record returned, with the process, fences off every later write: a sender that
        slept past its lease can no longer change anything.
        """
        wanted = and_(delivery.c.state == record.state, delivery.c.attempts == record.attempts, unheld())
        with self._store.write() as connection:
            until = self._store.instant(connection) + LEASE
            values = {"state": "sending", "attempts": record.attempts + 1, "next_at": until}
            taken = update(delivery).where(delivery.c.id == record.id, wanted)
            if not connection.execute(taken.values(**values, node=self._store.node)).rowcount:
                return None
            self._note(connection, record, "sending", "sending", attempt=record.attempts + 1)
            (mine,) = self._read(connection, delivery.c.id == record.id)
            return mine

    def settle(
        self,
        record: DeliveryRecord,
        state: DeliveryState,
        reply: str,
        next_at: datetime | None = None,
        *,
        cause: Cause = "",
    ) -> bool:
        """Record what became of a delivery that was being sent; False when another has taken it meanwhile."""
        now = self._store.clock.now()
        doubt = record.uncertainties + (1 if cause == "uncertain" else 0)
        values = {"state": state, "reply": reply, "cause": cause, "next_at": next_at or now}
        with self._store.write() as connection:
            settled = update(delivery).where(held_by(record)).values(**values, uncertainties=doubt)
            done = connection.execute(settled.values(sent_at=now if state == "sent" else None)).rowcount
            if done:
                self._note(
                    connection, record, state, state, detail=reply, cause=cause, attempt=record.attempts
                )
            if done and state == "sent":
                delivered(self._store, connection, record)
            return bool(done)

    def give_back(self, record: DeliveryRecord, reply: str, next_at: datetime) -> bool:
        """Put a delivery back that the channel did not even look at: the attempt does not count."""
        back: DeliveryState = "uncertain" if record.uncertainties else "queued"
        values = {"state": back, "reply": reply, "next_at": next_at, "attempts": record.attempts - 1}
        with self._store.write() as connection:
            done = connection.execute(update(delivery).where(held_by(record)).values(**values)).rowcount
            if done:
                self._note(connection, record, "given back", back, detail=reply, attempt=record.attempts)
            return bool(done)

    def hold(self, record: DeliveryRecord, reply: str, *, cause: Cause) -> bool:
        """Keep a delivery back that is not being sent, until somebody decides."""
        return self._put(record, "held", reply, cause)

    def cancel(self, record: DeliveryRecord, reply: str, *, cause: Cause) -> bool:
        """A delivery that is not being sent is no longer wanted."""
        return self._put(record, "cancelled", reply, cause)

    def replace(self, record: DeliveryRecord, message: str, what: str = "made smaller") -> None:
        """Another message, by its digest, for a delivery that is being sent and of which nothing has left yet."""
        with self._store.write() as connection:
            connection.execute(update(delivery).where(held_by(record)).values(message=message))
            self._note(connection, record, what, "sending", attempt=record.attempts)

    def again(self, record: DeliveryRecord, until: datetime) -> bool:
        """Queue a letter once more because somebody wants so, to be sent until then; False when it is under way."""
        unchanged = and_(delivery.c.state == record.state, delivery.c.attempts == record.attempts)
        fresh: DeliveryState = "uncertain" if record.uncertainties or record.state == "sent" else "queued"
        values = {"state": fresh, "cause": "", "next_at": self._store.clock.now(), "expires_at": until}
        with self._store.write() as connection:
            if record.state == "sending":
                return False
            this = update(delivery).where(delivery.c.id == record.id, unchanged)
            done = connection.execute(this.values(**values)).rowcount
            if done:
                self._note(connection, record, "asked for again", fresh)
            return bool(done)

    def expire(self) -> tuple[DeliveryRecord, ...]:
        """Give up what could not be sent in time, or that nobody has let go; what was given up."""
        now = self._store.clock.now()
        late = and_(delivery.c.state.in_((*UNSENT, "held")), delivery.c.expires_at <= now)
        if not self._find(late):
            return ()
        given_up = []
        with self._store.write() as connection:
            for record in self._read(connection, late):
                reply = f"not sent in time; last: {record.reply}" if record.reply else "not sent in time"
                expired = {"state": "expired", "cause": "mail", "reply": reply}
                # A sender may have taken it since it was read.
                if connection.execute(
                    update(delivery).where(late, is_still(record)).values(**expired)
                ).rowcount:
                    self._note(connection, record, "expired", "expired", cause="mail", detail=reply)
                    given_up.append(record)
        return tuple(given_up)

    def sent_since(self, channel: str, moment: datetime) -> int:
        """How many messages a channel has taken since a moment."""
        wanted = and_(delivery.c.channel == channel, delivery.c.sent_at > moment)
        with self._store.read() as connection:
            return connection.execute(select(func.count()).where(wanted)).scalar_one()

    def recover(self, held: Iterable[object] = ()) -> int:
        """Sends that were interrupted are uncertain; how many. This process is still at those that are `held`."""
        now, reply = self._store.clock.now(), "interrupted while the message was being handed over"
        mine = [record.id for record in held if isinstance(record, DeliveryRecord)]
        count = 0
        with self._store.write() as connection:
            over = delivery.c.next_at < self._store.instant(connection)
            lost = and_(delivery.c.state == "sending", over, delivery.c.id.not_in(mine))
            for record in self._read(connection, lost):
                doubtful = {"state": "uncertain", "cause": "uncertain", "reply": reply}
                again = {**doubtful, "next_at": now, "uncertainties": record.uncertainties + 1}
                # Its sender may have settled it, or renewed its lease, since it was read.
                still = update(delivery).where(held_by(record), lost).values(**again)
                if connection.execute(still).rowcount:
                    self._note(connection, record, "uncertain", "uncertain", detail=reply, cause="crash")
                    count += 1
        return count

    def _put(self, record: DeliveryRecord, state: DeliveryState, reply: str, cause: Cause) -> bool:
        values = {"state": state, "reply": reply, "cause": cause}
        with self._store.write() as connection:
            done = connection.execute(update(delivery).where(is_still(record)).values(**values))
            if done.rowcount:
                self._note(connection, record, state, state, detail=reply, cause=cause)
            return bool(done.rowcount)

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


def is_still(record: DeliveryRecord) -> ColumnElement[bool]:
    """Whether a delivery is as it was read."""
    same = and_(delivery.c.state == record.state, delivery.c.attempts == record.attempts)
    return and_(delivery.c.id == record.id, same)


def held_by(record: DeliveryRecord) -> ColumnElement[bool]:
    """Whether a delivery is still in the hands of the sender that took it.

    A letter that was given back has its former number of attempts: only the process tells two senders apart then.
    """
    same = and_(delivery.c.attempts == record.attempts, delivery.c.node == record.node)
    return and_(delivery.c.id == record.id, delivery.c.state == "sending", same)


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
