"""Verbs of circuit breakers: what is out of reach, since when and why, and whose turn it is to try it again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Table, or_, select, update

from broadsheet.ledger.alarming import open_alert, settle_alert
from broadsheet.ledger.records import AlertKind, BreakerRecord, Cause
from broadsheet.ledger.rows import breaker_record
from broadsheet.ledger.store import Store

PATIENCE = timedelta(minutes=10)
"""How long something may be out of reach before the owner hears of it."""


class Breakers:
    """The breakers of one kind, in a table of their own; known to every process, so that none tries what another has
    found shut."""

    def __init__(self, store: Store, table: Table, kind: AlertKind, cause: Cause) -> None:
        self._store, self._table = store, table
        self._kind, self._cause = kind, cause

    def shut(self) -> tuple[BreakerRecord, ...]:
        """What cannot be used now, by name."""
        table = self._table
        wanted = select(table).where(table.c.opened_at.is_not(None)).order_by(table.c.name)
        with self._store.read() as connection:
            return tuple(breaker_record(row) for row in connection.execute(wanted).mappings())

    def try_again(self, name: str, until: datetime) -> bool:
        """Take the turn to try what was shut; False when it is not time, or another process does.

        Nobody else tries it before `until`.
        """
        now, table = self._store.clock.now(), self._table
        due = or_(table.c.probe_at.is_(None), table.c.probe_at <= now)
        with self._store.write() as connection:
            taken = update(table).where(table.c.name == name, due).values(probe_at=until)
            return bool(connection.execute(taken).rowcount)

    def trouble(self, name: str, reason: str, probe_at: datetime, *, refused: bool) -> bool:
        """It cannot be used, and is tried again at `probe_at`; whether that is news.

        The owner hears of it at once when it `refused` us, otherwise when it has lasted.
        """
        now, table = self._store.clock.now(), self._table
        with self._store.write() as connection:
            since = connection.execute(select(table.c.opened_at).where(table.c.name == name)).scalar()
            news = since is None
            self._store.insert_new(connection, table, {"name": name})
            values = {"reason": reason, "probe_at": probe_at, **({"opened_at": now} if news else {})}
            connection.execute(update(table).where(table.c.name == name).values(**values))
            if news:
                detail = f"{name}: {reason}"
                self._store.note(connection, f"{self._kind} shut", cause=self._cause, detail=detail)
            if refused or now - (since or now) >= PATIENCE:
                open_alert(connection, self._kind, name, reason, now)
            return news

    def well(self, name: str) -> bool:
        """It can be used; whether that is news."""
        table = self._table
        healed = {"opened_at": None, "probe_at": None, "reason": ""}
        was_shut = (table.c.name == name) & table.c.opened_at.is_not(None)
        with self._store.write() as connection:
            news = bool(connection.execute(update(table).where(was_shut).values(**healed)).rowcount)
            if news:
                self._store.note(connection, f"{self._kind} open", detail=name)
                settle_alert(connection, self._kind, name, self._store.clock.now())
            return news
