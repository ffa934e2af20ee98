"""Leases: who makes an edition or sends a letter holds it for two minutes, and renews that while working on it.

So what a dead press had is taken over soon, and a slow one keeps what it has, however long a page or a mail
server takes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy import and_, func, select, update

from broadsheet.errors import StorageError
from broadsheet.ledger.continuity import Continuity
from broadsheet.ledger.deliveries import held_by
from broadsheet.ledger.nodes import Nodes
from broadsheet.ledger.records import DeliveryRecord, EditionRecord
from broadsheet.ledger.store import LEASE, Store
from broadsheet.ledger.tables import delivery, edition

RENEWAL = LEASE / 3
"""How often a lease is renewed: one renewal may fail without harm."""

Held = EditionRecord | DeliveryRecord
log = logging.getLogger("broadsheet")


class Leases:
    """Renewing of what this process has claimed."""

    def __init__(self, store: Store, nodes: Nodes, continuity: Continuity) -> None:
        self._store = store
        self._nodes = nodes
        self._continuity = continuity
        self._held: list[Callable[[], Iterable[Held]]] = []

    def held(self) -> tuple[Held, ...]:
        """What this process is working on at this moment."""
        return tuple(record for ask in tuple(self._held) for record in ask())

    @contextmanager
    def kept(self, held: Callable[[], Iterable[Held]]) -> Iterator[None]:
        """Renew what `held` returns, again and again, until the block is left.

        A renewal that fails is only logged: should the lease run out meanwhile, the token tells.
        """
        over = Event()

        def beat() -> None:
            while not over.wait(RENEWAL.total_seconds()):
                try:
                    self.renew(held())
                    self._continuity.check()
                except StorageError as error:
                    log.warning("leases were not renewed: %s", error)

        thread = Thread(target=beat, name="leases", daemon=True)
        thread.start()
        self._held.append(held)
        try:
            yield
        finally:
            self._held.remove(held)
            over.set()
            thread.join()

    def renew(self, held: Iterable[Held]) -> int:
        """Prolong the leases of claims that still hold, and say that this process lives; how many still hold."""
        with self._store.write() as connection:
            until = self._store.instant(connection) + LEASE
            self._nodes.enter(connection)
            renewed = 0
            for record in held:
                if isinstance(record, EditionRecord):
                    mine = and_(edition.c.id == record.id, edition.c.token == record.token)
                    renewal = update(edition).where(mine, edition.c.state == "running")
                    renewal = renewal.values(lease_until=until)
                else:
                    renewal = update(delivery).where(held_by(record)).values(next_at=until)
                renewed += connection.execute(renewal).rowcount
            return renewed

    def lapsed(self) -> int:
        """How many editions are being made by nobody any more, and wait to be taken over."""
        with self._store.read() as connection:
            late = edition.c.lease_until < self._store.instant(connection)
            wanted = select(func.count()).where(edition.c.state == "running", late)
            return connection.execute(wanted).scalar_one()
