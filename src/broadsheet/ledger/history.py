"""What was made and sent, and what was not and why: the ledger read by people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, func, select, union

from broadsheet.ledger.records import DeliveryState, EditionRecord, EditionState, Event
from broadsheet.ledger.rows import edition_record, event_of
from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import delivery, edition, event

States = dict[str, int]

NOT_MADE: tuple[EditionState, ...] = ("held", "failed", "refused", "quarantined")
NOT_ARRIVED: tuple[DeliveryState, ...] = (
    "rejected", "failed", "uncertain", "expired", "blocked", "held",
)  # fmt: skip


ONCE_UNCERTAIN = "once uncertain"
"""Beside the states: how many letters may have arrived twice, since nobody knew whether an attempt was accepted."""


class History:
    """Questions about the past; none changes anything."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def latest(
        self,
        report: str | None = None,
        limit: int = 20,
        *,
        since: datetime | None = None,
        trouble: bool = False,
    ) -> tuple[tuple[EditionRecord, States], ...]:
        """The latest editions with the number of deliveries by state, newest first.

        `since` is when they were due at the earliest; with `trouble` only those that were not made though they were
        wanted, or of which a letter did not arrive.
        """
        newest = select(edition).order_by(edition.c.due_at.desc(), edition.c.id.desc()).limit(limit)
        if report is not None:
            newest = newest.where(edition.c.report == report)
        if since is not None:
            newest = newest.where(edition.c.due_at >= since)
        if trouble:
            unmade = select(edition.c.id).where(edition.c.state.in_(NOT_MADE))
            missed = select(delivery.c.edition_id).where(delivery.c.state.in_(NOT_ARRIVED))
            newest = newest.where(edition.c.id.in_(union(unmade, missed)))
        with self._store.read() as connection:
            records = [edition_record(row) for row in connection.execute(newest).mappings()]
            counted = connection.execute(
                select(
                    delivery.c.edition_id,
                    delivery.c.state,
                    func.count(),
                    func.sum(case((delivery.c.uncertainties > 0, 1), else_=0)),
                )
                .where(delivery.c.edition_id.in_([record.id for record in records]))
                .group_by(delivery.c.edition_id, delivery.c.state)
            ).all()
        states: dict[int, States] = {record.id: {} for record in records}
        for edition_id, state, count, doubtful in counted:
            states[edition_id][state] = count
            if doubtful and state != "uncertain":
                once = states[edition_id].get(ONCE_UNCERTAIN, 0)
                states[edition_id][ONCE_UNCERTAIN] = once + doubtful
        return tuple((record, states[record.id]) for record in records)

    def one(self, number: int) -> EditionRecord | None:
        """The edition of a number, if there is one."""
        with self._store.read() as connection:
            row = connection.execute(select(edition).where(edition.c.id == number)).mappings().one_or_none()
            return edition_record(row) if row else None

    def of_period(self, report: str, period: str) -> tuple[EditionRecord, ...]:
        """Every edition of a report for a period: of all audiences, slices, locales and revisions."""
        wanted = select(edition).where(edition.c.report == report, edition.c.period == period)
        with self._store.read() as connection:
            rows = connection.execute(wanted.order_by(edition.c.id)).mappings()
            return tuple(edition_record(row) for row in rows)

    def reports(self) -> tuple[str, ...]:
        """The reports that have editions."""
        with self._store.read() as connection:
            return tuple(connection.execute(select(edition.c.report).distinct()).scalars())

    def periods(self, report: str, limit: int = 500) -> tuple[str, ...]:
        """The periods that a report has editions for, the latest first."""
        latest = select(edition.c.period).where(edition.c.report == report).order_by(edition.c.due_at.desc())
        with self._store.read() as connection:
            return tuple(dict.fromkeys(connection.execute(latest.limit(limit)).scalars()))

    def events(self, record: EditionRecord) -> tuple[Event, ...]:
        """The story of an edition, in the order in which it happened."""
        story = select(event).where(event.c.edition_id == record.id).order_by(event.c.id)
        with self._store.read() as connection:
            return tuple(event_of(row) for row in connection.execute(story).mappings())

    def last_event(self) -> datetime | None:
        """When the last thing happened; None in a new ledger."""
        with self._store.read() as connection:
            return connection.execute(select(func.max(event.c.at))).scalar()

    def unfinished(self) -> dict[str, int]:
        """How many editions and deliveries still wait, by kind: what `serve` reports and `doctor` looks at."""
        open_editions = select(func.count()).where(edition.c.state.in_(("due", "running", "held")))
        unsent = select(func.count()).where(delivery.c.state.in_(("queued", "sending", "uncertain", "held")))
        with self._store.read() as connection:
            return {
                "editions": connection.execute(open_editions).scalar_one(),
                "deliveries": connection.execute(unsent).scalar_one(),
            }
