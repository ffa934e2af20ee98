"""How far each report's schedule has been planned: no slot is lost in a downtime, none is planned twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, select, update

from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import horizon


class Horizons:
    """The planned time of every report."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def planned_until(self, report: str) -> datetime:
        """How far a report's schedule is planned. A report seen for the first time has no past: now."""
        wanted = select(horizon.c.planned_until).where(horizon.c.report == report)
        with self._store.read() as connection:
            known: datetime | None = connection.execute(wanted).scalar()
        if known is not None:
            return known
        with self._store.write() as connection:
            first = {"report": report, "planned_until": self._store.clock.now()}
            self._store.insert_new(connection, horizon, first)
            until: datetime = connection.execute(wanted).scalar_one()
            return until

    def advance(self, report: str, until: datetime) -> None:
        """All slots of a report up to `until` are planned."""
        ahead = and_(horizon.c.report == report, horizon.c.planned_until < until)
        with self._store.write() as connection:
            connection.execute(update(horizon).where(ahead).values(planned_until=until))
