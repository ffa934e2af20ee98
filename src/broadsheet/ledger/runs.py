"""How long editions took by themselves: what a start is computed from where the arrival is given."""

from __future__ import annotations

from sqlalchemy import Subquery, and_, func, select

from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import delivery, edition, event, run

BY_SOMEBODY = ("held", "asked for again")
"""What happens to a letter that waits for a person's word."""


class Runs:
    """The work of the past, by report."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def seconds(self, report: str, limit: int) -> tuple[float, ...]:
        """From the start to the last letter that was sent, of the latest editions of a report that were made.

        A letter counts that was queued with its edition and left without anybody's word: one that was sent again, or
        to a reader who came later, was no part of the work. Nor are editions for the archive, which have no letters.
        """
        latest = (
            select(edition.c.id)
            .where(edition.c.report == report, edition.c.state == "ready", edition.c.silent.is_(False))
            .order_by(edition.c.due_at.desc(), edition.c.id.desc())
            .limit(limit)
            .subquery()
        )
        sent = _sent(latest)
        arrived = func.coalesce(sent.c.last, run.c.finished_at, type_=run.c.finished_at.type)
        wanted = (
            select(run.c.started_at, arrived)
            .select_from(run)
            .outerjoin(sent, sent.c.edition_id == run.c.edition_id)
            .where(run.c.edition_id.in_(select(latest.c.id)), run.c.outcome == "ready")
        )
        with self._store.read() as connection:
            return tuple((last - first).total_seconds() for first, last in connection.execute(wanted))


def _sent(editions: Subquery) -> Subquery:
    """When the last letter of each edition was sent, of those that were queued with it and left by themselves."""
    these = select(editions.c.id)
    queued = (
        select(delivery.c.edition_id, func.min(delivery.c.queued_at).label("first"))
        .where(delivery.c.edition_id.in_(these))
        .group_by(delivery.c.edition_id)
        .subquery()
    )
    waited = select(event.c.delivery_id).where(
        event.c.edition_id.in_(these), event.c.delivery_id.is_not(None), event.c.what.in_(BY_SOMEBODY)
    )
    with_it = and_(delivery.c.edition_id == queued.c.edition_id, delivery.c.queued_at == queued.c.first)
    last = func.max(delivery.c.sent_at, type_=delivery.c.sent_at.type).label("last")
    return (
        select(delivery.c.edition_id, last)
        .join(queued, with_it)
        .where(delivery.c.id.not_in(waited))
        .group_by(delivery.c.edition_id)
        .subquery()
    )
