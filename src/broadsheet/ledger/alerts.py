"""Verbs of alerts: what the owner must hear of, until it is over.

Those of editions and deliveries are opened with the event itself (`alarming`); here stand the others, and who
still has to be told.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from broadsheet.ledger.alarming import open_alert, settle_alert, still_open
from broadsheet.ledger.records import Alert, AlertKind
from broadsheet.ledger.rows import alert_of
from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import alert

PAUSE = timedelta(hours=1)
"""The same trouble of the same subject is told at most once in this time."""


class Alerts:
    """What the owner must hear of."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, kind: AlertKind, subject: str, detail: str) -> None:
        """There is trouble with `subject`; another occurrence counts only if its `detail` says something new."""
        with self._store.write() as connection:
            open_alert(connection, kind, subject, detail, self._store.clock.now())

    def settle(self, kind: AlertKind, subject: str) -> None:
        """The trouble is over. Whoever has not been told of it yet is told nevertheless."""
        with self._store.write() as connection:
            settle_alert(connection, kind, subject, self._store.clock.now())

    def untold(self) -> tuple[Alert, ...]:
        """What the owner does not know yet: what is new at once, what happened again once an hour."""
        now = self._store.clock.now()
        news = or_(alert.c.told_at.is_(None), alert.c.last_at > alert.c.told_at)
        recent = select(alert.c.kind, alert.c.subject).where(alert.c.told_at > now - PAUSE)
        with self._store.read() as connection:
            quiet = {(kind, subject) for kind, subject in connection.execute(recent)}
            found = connection.execute(select(alert).where(news).order_by(alert.c.id)).mappings()
            return tuple(alert_of(row) for row in found if (row["kind"], row["subject"]) not in quiet)

    def told(self, alerts: Iterable[Alert], at: datetime) -> None:
        """The owner has been told what was known at that moment."""
        numbers = [each.id for each in alerts]
        with self._store.write() as connection:
            connection.execute(update(alert).where(alert.c.id.in_(numbers)).values(told_at=at))

    def current(self) -> tuple[Alert, ...]:
        """What is not over, oldest first."""
        lasting = select(alert).where(still_open(self._store.clock.now())).order_by(alert.c.id)
        with self._store.read() as connection:
            rows = connection.execute(lasting).mappings()
            return tuple(alert_of(row) for row in rows)
