"""Verbs of domains: where mail has gone, and where it may go since two people have said so."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from broadsheet.definitions.models.audiences import domain_of
from broadsheet.ledger.alarming import settle_alert
from broadsheet.ledger.records import DeliveryRecord, DeliveryState, DomainRecord, Voice
from broadsheet.ledger.rows import delivery_record, domain_record
from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import delivery, domain

MAIL = ("smtp", "outbox")
"""The channels whose recipients are mail addresses."""

HELD = and_(delivery.c.state == "held", delivery.c.cause == "approval")
"""Letters that wait until their domain is confirmed."""


class Domains:
    """Where mail may go."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self, channel: str) -> tuple[DomainRecord, ...]:
        """The domains of a channel that are known or asked for, by name."""
        ours = select(domain).where(domain.c.channel == channel).order_by(domain.c.name)
        with self._store.read() as connection:
            return tuple(domain_record(row) for row in connection.execute(ours).mappings())

    def one(self, channel: str, name: str) -> DomainRecord | None:
        """What is known of a domain."""
        return next((each for each in self.all(channel) if each.name == name), None)

    def held(self) -> tuple[DeliveryRecord, ...]:
        """The letters that wait for their domain to be confirmed."""
        with self._store.read() as connection:
            rows = connection.execute(select(delivery).where(HELD).order_by(delivery.c.id)).mappings()
            return tuple(delivery_record(row) for row in rows)

    def ask(self, channel: str, name: str, voice: Voice) -> bool:
        """The first person wants mail to go to a domain; False when another has asked, or it goes there already."""
        values = {"channel": channel, "name": name, "asked_by": voice.name, "account": voice.account}
        with self._store.write() as connection:
            asked = self._store.insert_new(connection, domain, values)
            if asked:
                self._store.note(
                    connection, "domain asked for", cause="approval", detail=f"{name} by {voice}"
                )
            return asked

    def confirm(self, asked: DomainRecord, voice: Voice) -> bool:
        """The second person wants it too: mail goes there. False when what they confirm is not asked for any more.

        The caller has seen that two people speak.
        """
        now, still = self._store.clock.now(), and_(_is(asked), domain.c.since.is_(None))
        same = and_(still, domain.c.asked_by == asked.asked_by, domain.c.account == asked.account)
        with self._store.write() as connection:
            known = update(domain).where(same).values(confirmed_by=voice.name, since=now)
            done = connection.execute(known).rowcount
            if done:
                said = f"{asked.name} by {voice}, asked for by {asked.asked_by}"
                self._store.note(connection, "domain confirmed", cause="approval", detail=said)
                settle_alert(connection, "domain", asked.name, now)
            return bool(done)

    def refuse(self, channel: str, name: str, letters: Sequence[DeliveryRecord], reason: str) -> int:
        """Mail does not go to a domain: what was asked is forgotten, its letters are cancelled; how many."""
        with self._store.write() as connection:
            asked = and_(domain.c.channel == channel, domain.c.name == name, domain.c.since.is_(None))
            connection.execute(delete(domain).where(asked))
            self._store.note(connection, "domain refused", cause="approval", detail=f"{name}: {reason}")
            settle_alert(connection, "domain", name, self._store.clock.now())
            return sum(self._put(connection, letter, "cancelled", reason) for letter in letters)

    def release(self, letters: Sequence[DeliveryRecord], why: str) -> int:
        """Queue letters whose domain mail may go to by now; how many."""
        with self._store.write() as connection:
            return sum(
                self._put(connection, letter, "uncertain" if letter.uncertainties else "queued", why)
                for letter in letters
            )

    def _put(self, connection: Connection, letter: DeliveryRecord, state: DeliveryState, said: str) -> bool:
        still = and_(HELD, delivery.c.id == letter.id, delivery.c.attempts == letter.attempts)
        cause = "policy" if state == "cancelled" else ""
        values = {"state": state, "cause": cause, "reply": said, "next_at": self._store.clock.now()}
        done = bool(connection.execute(update(delivery).where(still).values(**values)).rowcount)
        if done:
            known = {"edition_id": letter.edition_id, "delivery_id": letter.id, "state": state}
            self._store.note(connection, state, **known, cause=cause, detail=said)
        return done


def delivered(store: Store, connection: Connection, letter: DeliveryRecord) -> None:
    """Remember, with the answer of the server, that mail goes to the domain of a letter."""
    if letter.channel not in MAIL:
        return
    this = and_(domain.c.channel == letter.channel, domain.c.name == domain_of(letter.recipient))
    if connection.execute(select(domain.c.since).where(this)).scalar() is not None:
        return
    values = {"channel": letter.channel, "name": domain_of(letter.recipient), "since": store.clock.now()}
    if not store.insert_new(connection, domain, values):
        connection.execute(update(domain).where(this, domain.c.since.is_(None)).values(since=values["since"]))


def _is(record: DomainRecord) -> ColumnElement[bool]:
    return and_(domain.c.channel == record.channel, domain.c.name == record.name)
