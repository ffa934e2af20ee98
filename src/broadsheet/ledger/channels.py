"""Verbs of channels: whether one takes anything now, since when it does not, and at which pace."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from broadsheet.ledger.alarming import open_alert, settle_alert
from broadsheet.ledger.records import ChannelRecord
from broadsheet.ledger.rows import channel_record
from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import channel

PATIENCE = timedelta(minutes=10)
"""How long a channel may be out of reach before the owner hears of it."""


class Channels:
    """How the channels fare; known to every process, so that none tries what another has found shut."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def state(self, name: str) -> ChannelRecord:
        """How a channel fares; one that never had trouble is open at full pace."""
        with self._store.read() as connection:
            return self._state(connection, name)

    def shut(self) -> tuple[ChannelRecord, ...]:
        """The channels that take nothing now, by name."""
        wanted = select(channel).where(channel.c.opened_at.is_not(None)).order_by(channel.c.name)
        with self._store.read() as connection:
            return tuple(channel_record(row) for row in connection.execute(wanted).mappings())

    def try_again(self, name: str, until: datetime) -> bool:
        """Take the turn to try a channel that was shut; False when it is not time, or another process does.

        Nobody else tries it before `until`.
        """
        now = self._store.clock.now()
        due = or_(channel.c.probe_at.is_(None), channel.c.probe_at <= now)
        with self._store.write() as connection:
            taken = update(channel).where(channel.c.name == name, due).values(probe_at=until)
            return bool(connection.execute(taken).rowcount)

    def trouble(self, name: str, reason: str, probe_at: datetime, *, refused: bool) -> bool:
        """A channel takes nothing, and is tried again at `probe_at`; whether that is news.

        The owner hears of it at once when it `refused` us, otherwise when it has lasted.
        """
        now = self._store.clock.now()
        with self._store.write() as connection:
            since = self._state(connection, name).opened_at
            news = since is None
            self._store.insert_new(connection, channel, {"name": name})
            values = {"reason": reason, "probe_at": probe_at, **({"opened_at": now} if news else {})}
            connection.execute(update(channel).where(channel.c.name == name).values(**values))
            if news:
                self._store.note(connection, "channel shut", cause="mail", detail=f"{name}: {reason}")
            if refused or now - (since or now) >= PATIENCE:
                open_alert(connection, "channel", name, reason, now)
            return news

    def well(self, name: str) -> bool:
        """A channel takes messages; whether that is news."""
        healed = {"opened_at": None, "probe_at": None, "reason": ""}
        was_shut = (channel.c.name == name) & channel.c.opened_at.is_not(None)
        with self._store.write() as connection:
            news = bool(connection.execute(update(channel).where(was_shut).values(**healed)).rowcount)
            if news:
                self._store.note(connection, "channel open", detail=name)
                settle_alert(connection, "channel", name, self._store.clock.now())
            return news

    def slow_down(self, name: str, pace: float, reason: str) -> None:
        """A channel asks for less at once: from now on `pace` of its rate."""
        now = self._store.clock.now()
        with self._store.write() as connection:
            self._store.insert_new(connection, channel, {"name": name})
            slower = update(channel).where(channel.c.name == name).values(pace=pace, paced_at=now)
            connection.execute(slower)
            self._store.note(connection, "channel slowed", cause="mail", detail=f"{name}: {reason}")

    def _state(self, connection: Connection, name: str) -> ChannelRecord:
        row = connection.execute(select(channel).where(channel.c.name == name)).mappings().one_or_none()
        return channel_record(row) if row else ChannelRecord(name, None, None, "", 1.0, None)
