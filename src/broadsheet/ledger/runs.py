"""How long editions took: what a start is computed from where the arrival is given."""

from __future__ import annotations

from sqlalchemy import func, select

from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import delivery, edition, run


class Runs:
    """The work of the past, by report."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def seconds(self, report: str, limit: int) -> tuple[float, ...]:
        """From the start to the last letter that was sent, of the latest editions of a report that were made."""
        latest = (
            select(edition.c.id)
            .where(edition.c.report == report, edition.c.state == "ready")
            .order_by(edition.c.due_at.desc(), edition.c.id.desc())
            .limit(limit)
        )
        arrived = func.max(func.coalesce(delivery.c.sent_at, run.c.finished_at), type_=run.c.finished_at.type)
        wanted = (
            select(run.c.started_at, arrived)
            .outerjoin(delivery, delivery.c.edition_id == run.c.edition_id)
            .where(run.c.edition_id.in_(latest), run.c.outcome == "ready")
            .group_by(run.c.id, run.c.started_at)
        )
        with self._store.read() as connection:
            return tuple((last - first).total_seconds() for first, last in connection.execute(wanted))
