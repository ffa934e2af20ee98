"""Verbs of suppressions: addresses that get no letters, of one report or of all, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from broadsheet.ledger.alarming import open_alert
from broadsheet.ledger.records import DeliveryRecord, SuppressionRecord
from broadsheet.ledger.rows import delivery_record, suppression_record
from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import delivery, edition, suppression

ENOUGH = 2
"""Hard bounces after which an address gets no more letters."""


class Suppressions:
    """Who gets nothing: their address does not exist, they want no more, or somebody decided so."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> tuple[SuppressionRecord, ...]:
        """Every address that is suppressed or has bounced, by address."""
        known = select(suppression).order_by(suppression.c.address, suppression.c.report)
        with self._store.read() as connection:
            return tuple(suppression_record(row) for row in connection.execute(known).mappings())

    def barring(self, letters: Iterable[DeliveryRecord]) -> Mapping[int, str]:
        """Which of these letters must not go out, by number, with the reason."""
        wanted = select(suppression.c.address, suppression.c.report, suppression.c.reason)
        reasons: dict[str, dict[str, str]] = {}
        with self._store.read() as connection:
            for address, report, reason in connection.execute(wanted.where(suppression.c.since.is_not(None))):
                reasons.setdefault(address, {})[report] = reason
            # Compared here: databases know the small letters of ASCII alone, or by their locale.
            named = [letter for letter in letters if letter.recipient.lower() in reasons]
            reports = _reports(connection, {letter.edition_id for letter in named})
        barred = {}
        for letter in named:
            of = reasons[letter.recipient.lower()]
            reason = of.get("", of.get(reports[letter.edition_id]))
            if reason is not None:
                barred[letter.id] = reason
        return barred

    def addresses(self, report: str) -> frozenset[str]:
        """The addresses, in small letters, that get nothing of a report."""
        barred = and_(suppression.c.report.in_(("", report)), suppression.c.since.is_not(None))
        with self._store.read() as connection:
            return frozenset(connection.execute(select(suppression.c.address).where(barred)).scalars())

    def letter(self, message_id: str) -> tuple[DeliveryRecord, str] | None:
        """The letter with that Message-ID, and its report."""
        wanted = delivery.c.message_id == message_id
        with self._store.read() as connection:
            row = connection.execute(select(delivery).where(wanted)).mappings().one_or_none()
            if row is None:
                return None
            report = select(edition.c.report).where(edition.c.id == row["edition_id"])
            return delivery_record(row), connection.execute(report).scalar_one()

    def bounced(self, letter: DeliveryRecord, reply: str, *, hard: bool) -> bool:
        """A letter that had been accepted came back; False when that was known.

        The second hard bounce of an address suppresses it.
        """
        came = and_(delivery.c.id == letter.id, delivery.c.state.in_(("sent", "uncertain")))
        values = {"state": "rejected", "cause": "bounce", "reply": reply}
        with self._store.write() as connection:
            if not connection.execute(update(delivery).where(came).values(**values)).rowcount:
                return False
            known = {"edition_id": letter.edition_id, "delivery_id": letter.id, "state": "rejected"}
            self._store.note(connection, "bounced", **known, cause="bounce", detail=reply)
            if hard:
                self._count(connection, letter.recipient, reply)
            return True

    def refused(self, address: str, reply: str) -> None:
        """A server said at once that an address does not exist: that counts like a hard bounce."""
        with self._store.write() as connection:
            self._count(connection, address, reply)

    def add(self, address: str, report: str, reason: str) -> None:
        """No more letters of a report, or (empty) of any, to an address."""
        now = self._store.clock.now()
        with self._store.write() as connection:
            self._row(connection, address, report)
            values = {"since": now, "reason": reason, "last_at": now}
            connection.execute(update(suppression).where(_is(address, report)).values(**values))
            self._store.note(
                connection, "suppressed", cause="suppressed", detail=_told(address, report, reason)
            )
            open_alert(connection, "suppressed", address.lower(), _told(address, report, reason), now)

    def lift(self, address: str, report: str = "") -> bool:
        """Letters go out to an address again; whether any had been kept from it."""
        with self._store.write() as connection:
            done = connection.execute(delete(suppression).where(_is(address, report))).rowcount
            if done:
                self._store.note(connection, "suppression lifted", detail=_told(address, report, ""))
            return bool(done)

    def _count(self, connection: Connection, address: str, reply: str) -> None:
        now = self._store.clock.now()
        self._row(connection, address, "")
        mine = _is(address, "")
        more = {"bounces": suppression.c.bounces + 1, "last_at": now}
        connection.execute(update(suppression).where(mine).values(**more))
        enough = and_(mine, suppression.c.bounces >= ENOUGH, suppression.c.since.is_(None))
        reason = f"bounced {ENOUGH} times, last: {reply}"
        suppressed = update(suppression).where(enough).values(since=now, reason=reason)
        if connection.execute(suppressed).rowcount:
            self._store.note(connection, "suppressed", cause="bounce", detail=_told(address, "", reason))
            open_alert(connection, "suppressed", address.lower(), _told(address, "", reason), now)

    def _row(self, connection: Connection, address: str, report: str) -> None:
        values = {"address": address.lower(), "report": report, "last_at": self._store.clock.now()}
        self._store.insert_new(connection, suppression, values)


def _reports(connection: Connection, editions: Iterable[int]) -> Mapping[int, str]:
    """The reports of editions by number."""
    numbers, known = sorted(editions), select(edition.c.id, edition.c.report)
    return {
        number: report
        for start in range(0, len(numbers), 500)
        for number, report in connection.execute(known.where(edition.c.id.in_(numbers[start : start + 500])))
    }


def _is(address: str, report: str) -> ColumnElement[bool]:
    return and_(suppression.c.address == address.lower(), suppression.c.report == report)


def _told(address: str, report: str, reason: str) -> str:
    return f"{address}{report and f' of {report}'}{reason and f': {reason}'}"
