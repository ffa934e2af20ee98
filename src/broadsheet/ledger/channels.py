"""Verbs of channels: whether one takes anything now, since when it does not, and at which pace."""

from __future__ import annotations

from sqlalchemy import select, update

from broadsheet.ledger.breakers import Breakers
from broadsheet.ledger.records import ChannelRecord
from broadsheet.ledger.rows import channel_record
from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import channel


class Channels(Breakers):
    """How the channels fare: each has a breaker, and a pace."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, channel, "channel", "mail")

    def state(self, name: str) -> ChannelRecord:
        """How a channel fares; one that never had trouble is open at full pace."""
        with self._store.read() as connection:
            row = connection.execute(select(channel).where(channel.c.name == name)).mappings().one_or_none()
            return channel_record(row) if row else ChannelRecord(name, None, None, "", 1.0, None)

    def slow_down(self, name: str, pace: float, reason: str) -> None:
        """A channel asks for less at once: from now on `pace` of its rate."""
        now = self._store.clock.now()
        with self._store.write() as connection:
            self._store.insert_new(connection, channel, {"name": name})
            slower = update(channel).where(channel.c.name == name).values(pace=pace, paced_at=now)
            connection.execute(slower)
            self._store.note(connection, "channel slowed", cause="mail", detail=f"{name}: {reason}")
