"""How far each report's schedule has been planned: no slot is lost in a downtime, none is planned twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select, update

from broadsheet.ledger.records import Cause, EditionKey, EditionState
from broadsheet.ledger.rows import KEY
from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import edition, horizon


@dataclass(frozen=True)
class Horizon:
    """Slots up to `until` are planned, with the period `latest` as the newest.

    The report's definition has not been there since `gone_at`, if it is gone.
    """

    until: datetime
    latest: str = ""
    gone_at: datetime | None = None


@dataclass(frozen=True)
class NewEdition:
    """An edition to be entered: due, to be begun at `next_at`, or skipped for a reason."""

    key: EditionKey
    due_at: datetime
    next_at: datetime
    zone: str
    cause: Cause = ""
    reason: str = ""

    @property
    def state(self) -> EditionState:
        """Skipped where there is a reason, else due."""
        return "skipped" if self.reason else "due"


class Horizons:
    """The planned time of every report."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def known(self) -> dict[str, Horizon]:
        """The horizon of every report that was ever seen."""
        wanted = select(horizon.c.report, horizon.c.planned_until, horizon.c.latest, horizon.c.gone_at)
        with self._store.read() as connection:
            return {name: Horizon(*facts) for name, *facts in connection.execute(wanted)}

    def enter(self, editions: Sequence[NewEdition], until: Mapping[str, Horizon]) -> frozenset[EditionKey]:
        """Plan editions and move horizons, together or not at all; the keys that were not there before.

        A horizon never moves back; the newest period of one that stays may move on.
        """
        with self._store.write() as connection:
            new = self._insert(connection, editions) if editions else frozenset[EditionKey]()
            if until:
                self._advance(connection, until)
            return new

    def miss(self, gone: Iterable[str], back: Iterable[str]) -> None:
        """Note reports whose definition is not there from now on, and those that are there again."""
        now = self._store.clock.now()
        lost = and_(horizon.c.report.in_(list(gone)), horizon.c.gone_at.is_(None))
        with self._store.write() as connection:
            connection.execute(update(horizon).where(lost).values(gone_at=now))
            connection.execute(update(horizon).where(horizon.c.report.in_(list(back))).values(gone_at=None))

    def _insert(self, connection: Connection, editions: Sequence[NewEdition]) -> frozenset[EditionKey]:
        now = self._store.clock.now()
        rows = [
            {
                **asdict(item.key),
                "state": item.state,
                "due_at": item.due_at,
                "as_of": item.due_at,
                "next_at": item.next_at,
                "reason": item.reason,
                "cause": item.cause,
                "zone": item.zone,
                "created_at": now,
                "finished_at": now if item.reason else None,
            }
            for item in editions
        ]
        keys = [edition.c[name] for name in KEY]
        new = self._store.insert(connection, edition).on_conflict_do_nothing()
        entered = new.returning(edition.c.id, *keys)
        known = {item.key: item for item in editions}
        found = {EditionKey(*key): number for number, *key in connection.execute(entered, rows)}
        notes = [
            {
                "what": "planned",
                "edition_id": number,
                "state": known[key].state,
                "cause": known[key].cause,
                "detail": known[key].reason,
            }
            for key, number in found.items()
        ]
        self._store.note_all(connection, notes)
        return frozenset(found)

    def _advance(self, connection: Connection, until: Mapping[str, Horizon]) -> None:
        rows = [
            {"report": name, "planned_until": moved.until, "latest": moved.latest}
            for name, moved in until.items()
        ]
        new = self._store.insert(connection, horizon)
        connection.execute(
            new.on_conflict_do_update(
                index_elements=[horizon.c.report],
                set_={"planned_until": new.excluded.planned_until, "latest": new.excluded.latest},
                where=horizon.c.planned_until <= new.excluded.planned_until,
            ),
            rows,
        )
