"""Verbs of keeping: which editions the archive need not keep any longer, and what those use that it keeps."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select, update

from broadsheet.ledger.deliveries import UNSENT
from broadsheet.ledger.editions import NEWEST
from broadsheet.ledger.records import EditionRecord
from broadsheet.ledger.rows import edition_record
from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import delivery, edition

OPEN = ("due", "running", "held")
UNDECIDED = (*UNSENT, "sending", "held")
BUNCH = 1000


class Keeping:
    """What the archive keeps for whom."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def outlived(self, before: datetime, at_least: int) -> tuple[EditionRecord, ...]:
        """Editions made before a moment of which the bundle is still there, but for the newest `at_least` of the same
        readers and those of which a letter has not left yet.
        """
        readers = (edition.c.report, edition.c.audience, edition.c.slice, edition.c.locale)
        place = func.row_number().over(partition_by=readers, order_by=NEWEST)
        kept = and_(edition.c.manifest.is_not(None), edition.c.gone_at.is_(None))
        ranked = select(edition.c.id, place.label("place")).where(kept).subquery()
        unsent = exists().where(delivery.c.edition_id == edition.c.id, delivery.c.state.in_(UNDECIDED))
        wanted = (
            select(edition)
            .join(ranked, ranked.c.id == edition.c.id)
            .where(ranked.c.place > at_least, edition.c.finished_at < before)
            .where(edition.c.state.not_in(OPEN), ~unsent)
            .order_by(edition.c.id)
        )
        with self._store.read() as connection:
            return tuple(edition_record(row) for row in connection.execute(wanted).mappings())

    def gone(self, records: Iterable[EditionRecord]) -> None:
        """Note that the bundles of editions leave the archive; their entries stay."""
        now = self._store.clock.now()
        for record in records:
            with self._store.write() as connection:
                connection.execute(update(edition).where(edition.c.id == record.id).values(gone_at=now))
                self._store.note(connection, "left the archive", edition_id=record.id, state=record.state)

    def manifests(self) -> Iterator[tuple[int, str]]:
        """The number and the manifest of every edition that is kept."""
        kept = and_(edition.c.manifest.is_not(None), edition.c.gone_at.is_(None))
        last = 0
        while True:
            wanted = select(edition.c.id, edition.c.manifest).where(kept, edition.c.id > last)
            with self._store.read() as connection:
                rows = connection.execute(wanted.order_by(edition.c.id).limit(BUNCH)).all()
            yield from ((number, str(manifest)) for number, manifest in rows)
            if len(rows) < BUNCH:
                return
            last = rows[-1][0]

    def messages(self, since: datetime, without: Container[int]) -> Iterator[str]:
        """The messages that are kept: those queued since a moment, and all that may still leave; `without` are the
        numbers of editions that leave the archive.
        """
        young = and_(edition.c.gone_at.is_(None), delivery.c.queued_at >= since)
        wanted = select(delivery.c.edition_id, delivery.c.message).join(edition)
        wanted = wanted.where(or_(young, delivery.c.state.in_(UNDECIDED)))
        with self._store.read() as connection:
            rows = connection.execute(wanted).all()
        yield from (message for number, message in rows if number not in without)
