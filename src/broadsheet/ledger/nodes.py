"""The processes that use a ledger: each says that it lives, and a file is used from one host only."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, delete, select, update

from broadsheet.errors import StorageError
from broadsheet.ledger.store import LEASE, Store
from broadsheet.ledger.tables import node

FORGOTTEN = timedelta(hours=1)
"""A process not heard of for so long is no longer listed."""


@dataclass(frozen=True)
class Host:
    """A machine, by what it calls itself and by its present boot, which containers on it share."""

    machine: str
    name: str
    boot: str

    def __str__(self) -> str:
        return " ".join((self.machine or "-", self.name or "-", self.boot or "-"))

    def is_same(self, other: str) -> bool:
        """Whether `other`, a host as the ledger writes it, is this one, be it before a restart."""
        machine, name, boot = other.split(" ")
        here = str(self).split(" ")
        return (boot != "-" and boot == here[2]) or [machine, name] == here[:2]


def this_host() -> Host:
    """The machine this process runs on."""
    return Host(
        _line("/etc/machine-id"), platform.node().split(" ")[0], _line("/proc/sys/kernel/random/boot_id")
    )


def new_name() -> str:
    """A name for this process that no other one ever has."""
    return f"{platform.node()[:40]}:{os.getpid()}:{uuid4().hex[:6]}"


@dataclass(frozen=True)
class NodeRecord:
    """One process: where it runs, and when it was last heard of and last completed a tick."""

    name: str
    host: str
    pid: int
    started_at: datetime
    seen_at: datetime
    ticked_at: datetime | None


class Nodes:
    """Who uses this ledger."""

    def __init__(self, store: Store, host: Host | None = None) -> None:
        self._store = store
        self._host = host or this_host()

    def seen(self) -> None:
        """This process lives. StorageError when a file is used from another host at the same time."""
        with self._store.write() as connection:
            self.enter(connection)

    def ticked(self) -> None:
        """This process has completed a tick."""
        with self._store.write() as connection:
            self.enter(connection)
            now = self._store.clock.now()
            connection.execute(update(node).where(node.c.name == self._store.node).values(ticked_at=now))

    def enter(self, connection: Connection) -> None:
        """Say in a running transaction that this process lives; forget those long gone."""
        self._refuse_others(connection)
        now = self._store.instant(connection)
        entry = {"name": self._store.node, "host": str(self._host), "pid": os.getpid(), "started_at": now}
        if not self._store.insert_new(connection, node, {**entry, "seen_at": now}):
            connection.execute(update(node).where(node.c.name == self._store.node).values(seen_at=now))
        connection.execute(delete(node).where(node.c.seen_at < now - FORGOTTEN))

    def check(self) -> None:
        """StorageError when the ledger is a file that another host uses at this time."""
        with self._store.read() as connection:
            self._refuse_others(connection)

    def leave(self) -> None:
        """This process ends."""
        with self._store.write() as connection:
            connection.execute(delete(node).where(node.c.name == self._store.node))

    def all(self) -> tuple[NodeRecord, ...]:
        """Every process heard of lately, in the order in which they began."""
        with self._store.read() as connection:
            rows = connection.execute(select(node).order_by(node.c.started_at, node.c.name)).mappings()
            return tuple(NodeRecord(**row) for row in rows)

    def alive(self) -> tuple[NodeRecord, ...]:
        """The processes that were heard of within a lease."""
        with self._store.read() as connection:
            since = self._store.instant(connection) - LEASE
        return tuple(each for each in self.all() if each.seen_at > since)

    def skew(self) -> timedelta:
        """How far the clock of the leases, a database server's, is ahead of ours."""
        with self._store.read() as connection:
            return self._store.instant(connection) - self._store.clock.now()

    def _refuse_others(self, connection: Connection) -> None:
        if connection.dialect.name != "sqlite":
            return
        alive = node.c.seen_at > self._store.instant(connection) - LEASE
        for host in connection.execute(select(node.c.host).where(alive)).scalars():
            if not self._host.is_same(host):
                raise StorageError(
                    f"another host uses this ledger: {host.split(' ')[1]}",
                    "A ledger file serves one host. Stop the other one and wait two minutes, or keep the ledger "
                    "in PostgreSQL: `ledger: ${env:LEDGER_URL}` in config/settings.yaml.",
                )


def _line(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii").strip()
    except OSError:
        return ""
