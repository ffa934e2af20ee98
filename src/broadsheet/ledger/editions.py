"""Verbs of editions: plan, claim, finish, give back. A claim carries a token that fences off every later write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, or_, select, update

from broadsheet.ledger.deliveries import queue
from broadsheet.ledger.records import Cause, EditionKey, EditionRecord, EditionState, Hold, Made, NewDelivery
from broadsheet.ledger.rows import KEY, edition_record, is_key, one_edition
from broadsheet.ledger.store import LEASE, Store
from broadsheet.ledger.tables import delivery, edition, node, run

STRIKES = 3
"""After so many presses or workers that died over it, an edition is quarantined."""

QUARANTINED = "{} died over it; it waits until its definition or its data change, or somebody asks for it"

RETRIED: tuple[EditionState, ...] = ("failed", "skipped", "due", "cancelled", "refused", "quarantined")
"""States that somebody's wish makes due again."""

HAD = exists().where(delivery.c.edition_id == edition.c.id)
"""Whether anybody has an edition, or is to get it."""
NEWEST = (edition.c.as_of.desc(), HAD.desc(), edition.c.id.desc())
"""The newest edition first, and of the revisions of one the last that anybody has."""


class Editions:
    """What is due, who makes it, what became of it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def plan(
        self,
        key: EditionKey,
        due_at: datetime,
        *,
        as_of: datetime,
        skipped: str = "",
        cause: Cause = "",
        zone: str = "",
    ) -> EditionRecord:
        """Claim the key: insert the edition as due (or skipped, with the reason) unless it exists; return it."""
        now = self._store.clock.now()
        state: EditionState = "skipped" if skipped else "due"
        values = {
            **asdict(key),
            "state": state,
            "due_at": due_at,
            "as_of": as_of,
            "next_at": due_at,
            "reason": skipped,
            "cause": cause,
            "zone": zone,
            "created_at": now,
            "finished_at": now if skipped else None,
        }
        with self._store.write() as connection:
            new = self._store.insert_new(connection, edition, values)
            record = one_edition(connection, is_key(key))
            if new:
                self._note(connection, record, "planned", detail=skipped, cause=cause)
            return record

    def want(self, key: EditionKey, *, as_of: datetime) -> EditionRecord:
        """Plan an edition that somebody wants for the archive, or make one due again that was not made.

        Nobody gets it by itself, also where a press dies over it and another one makes it.
        """
        now = self._store.clock.now()
        values = {"due_at": now, "as_of": as_of, "next_at": now, "created_at": now}
        with self._store.write() as connection:
            if self._store.insert_new(
                connection, edition, {**asdict(key), **values, "state": "due", "silent": True}
            ):
                self._note(
                    connection, one_edition(connection, is_key(key)), "planned", detail="for the archive"
                )
            else:
                self._again(connection, and_(is_key(key), edition.c.state.in_(RETRIED)), silent=True)
            return one_edition(connection, is_key(key))

    def find(self, key: EditionKey) -> EditionRecord | None:
        """The edition of that key, if it was ever planned."""
        with self._store.read() as connection:
            row = connection.execute(select(edition).where(is_key(key))).mappings().one_or_none()
            return edition_record(row) if row else None

    def former(self, key: EditionKey, as_of: datetime, count: int = 1) -> tuple[EditionRecord, ...]:
        """The last finished editions for the same readers that were seen from earlier moments, newest first.

        Revisions are seen from one moment: before all others comes the last one that anybody has.
        """
        same = [name for name in KEY if name not in ("period", "revision")]
        wanted = and_(
            *(edition.c[name] == getattr(key, name) for name in same),
            edition.c.period != key.period,
            edition.c.state == "ready",
            edition.c.as_of < as_of,
        )
        latest = select(edition).where(wanted).order_by(*NEWEST).limit(count)
        with self._store.read() as connection:
            return tuple(edition_record(row) for row in connection.execute(latest).mappings())

    def due(self) -> tuple[EditionRecord, ...]:
        """Editions whose turn has come, oldest first."""
        wanted = and_(edition.c.state == "due", edition.c.next_at <= self._store.clock.now())
        with self._store.read() as connection:
            rows = connection.execute(select(edition).where(wanted).order_by(edition.c.due_at, edition.c.id))
            return tuple(edition_record(row) for row in rows.mappings())

    def begin(
        self, record: EditionRecord, *, trigger: str, definition: str | None = None
    ) -> EditionRecord | None:
        """Take a due edition for this press, or None when another has it. Opens a run.

        `definition` is the hash of what it is made from.

        The token returned with the record fences off every later write: a press that slept past its lease
        can no longer change anything.
        """
        now = self._store.clock.now()
        with self._store.write() as connection:
            claimed = connection.execute(
                update(edition)
                .where(edition.c.id == record.id, edition.c.state == "due")
                .values(state="running", token=edition.c.token + 1)
                .values(lease_until=self._store.instant(connection) + LEASE)
                .values(attempts=edition.c.attempts + 1, node=self._store.node, definition=definition)
            )
            if not claimed.rowcount:
                return None
            mine = one_edition(connection, edition.c.id == record.id)
            opened = {"edition_id": mine.id, "token": mine.token, "trigger": trigger, "started_at": now}
            connection.execute(insert(run).values(**opened, outcome="running"))
            self._note(connection, mine, "claimed", detail=trigger)
            return mine

    def ready(
        self,
        record: EditionRecord,
        *,
        manifest: str,
        pages: int,
        definition: str,
        deliveries: Sequence[NewDelivery],
        scope: str = "",
    ) -> bool:
        """Record a finished edition and queue its deliveries, together or not at all.

        False when the lease was lost meanwhile: nothing is written then.
        """
        with self._store.write() as connection:
            values = {
                "manifest": manifest,
                "pages": pages,
                "definition": definition,
                "scope": scope,
                "gone_at": None,
                "reason": "",
                "cause": "",
                "strikes": 0,
            }
            if not self._finish(connection, record, "ready", **values):
                return False
            queue(self._store, connection, record, deliveries)
            return True

    def hold(self, record: EditionRecord, made: Made, hold: Hold) -> bool:
        """Record a finished edition that goes out only when somebody says so. False when the lease was lost."""
        until = {"held_until": hold.until, "held_then": hold.then}
        with self._store.write() as connection:
            values = {**asdict(made), **until, "gone_at": None, "reason": hold.reason, "cause": hold.cause}
            return self._finish(connection, record, "held", **values)

    def hold_first(self, record: EditionRecord, hold: Hold) -> bool:
        """Hold a finished edition before it goes to its first reader; False when somebody has it meanwhile."""
        now = self._store.clock.now()
        nobodys = and_(edition.c.id == record.id, edition.c.state == "ready", ~HAD)
        until = {"held_until": hold.until, "held_then": hold.then, "finished_at": now}
        values = {"state": "held", "reason": hold.reason, "cause": hold.cause, **until}
        with self._store.write() as connection:
            held = connection.execute(update(edition).where(nobodys).values(**values)).rowcount
            if held:
                mine = one_edition(connection, edition.c.id == record.id)
                self._note(connection, mine, "held", at=now, detail=hold.reason)
            return bool(held)

    def held(self, *, overdue: bool = False) -> tuple[EditionRecord, ...]:
        """Editions that wait for a decision, oldest first; `overdue`: those that nobody decided in time."""
        wanted = edition.c.state == "held"
        if overdue:
            wanted = and_(wanted, edition.c.held_until <= self._store.clock.now())
        with self._store.read() as connection:
            rows = connection.execute(select(edition).where(wanted).order_by(edition.c.due_at, edition.c.id))
            return tuple(edition_record(row) for row in rows.mappings())

    def release(self, record: EditionRecord, deliveries: Sequence[NewDelivery], who: str) -> bool:
        """Let a held edition go out: `who` decided so. False when it is not held any more."""
        with self._store.write() as connection:
            if not self._decide(connection, record, "ready", reason="", who=who):
                return False
            queue(self._store, connection, record, deliveries)
            return True

    def drop(self, record: EditionRecord, reason: str, who: str) -> bool:
        """Let a held edition never go out: `who` decided so. False when it is not held any more."""
        with self._store.write() as connection:
            return self._decide(connection, record, "cancelled", reason=reason, who=who)

    def postpone(self, record: EditionRecord, reason: str, next_at: datetime, *, cause: Cause = "") -> bool:
        """Give a claimed edition back: it stays due and is tried again at `next_at`."""
        with self._store.write() as connection:
            return self._finish(connection, record, "due", reason=reason, next_at=next_at, cause=cause)

    def put_back(self, record: EditionRecord, reason: str, *, cause: Cause) -> bool:
        """Give a claimed edition back that could not even be begun: it stays due, and that was no attempt."""
        values = {"reason": reason, "next_at": self._store.clock.now(), "attempts": record.attempts - 1}
        with self._store.write() as connection:
            return self._finish(connection, record, "due", cause=cause, **values)

    def fail(self, record: EditionRecord, reason: str, *, cause: Cause = "") -> bool:
        """Give a claimed edition up."""
        return self.settle(record, "failed", reason, cause=cause)

    def settle(self, record: EditionRecord, state: EditionState, reason: str, *, cause: Cause = "") -> bool:
        """End a claimed edition in a state that sends nothing: failed, skipped, cancelled, refused, quarantined."""
        with self._store.write() as connection:
            return self._finish(connection, record, state, reason=reason, cause=cause)

    def retry(self, record: EditionRecord) -> None:
        """Make an edition that was not made due again, because somebody asked for it."""
        wanted = and_(edition.c.id == record.id, edition.c.state.in_(RETRIED))
        with self._store.write() as connection:
            self._again(connection, wanted)

    def strike(self, record: EditionRecord, reason: str, next_at: datetime) -> EditionState:
        """A worker died over a claimed edition: it is due again at `next_at`, or quarantined the third time."""
        strikes = record.strikes + 1
        values: dict[str, object] = {
            "reason": reason,
            "next_at": next_at,
            "cause": "crash",
            "strikes": strikes,
        }
        state: EditionState = "due" if strikes < STRIKES else "quarantined"
        if state == "quarantined":
            values["next_at"] = self._store.clock.now()
            values["reason"] = f"{reason}; {QUARANTINED.format(f'{strikes} workers')}"
        with self._store.write() as connection:
            self._finish(connection, record, state, **values)
            return state

    def recover(self, held: Iterable[object] = ()) -> int:
        """Editions that nobody works on are due again; how many. This process works on those that are `held`.

        A lease that ran out counts against an edition when the press that had it is gone as well: the third time
        it is quarantined.
        """
        mine = [record.id for record in held if isinstance(record, EditionRecord)]
        with self._store.write() as connection:
            now = self._store.instant(connection)
            gone = edition.c.node.not_in(select(node.c.name).where(node.c.seen_at > now - LEASE))
            ours = edition.c.node == self._store.node
            lost = and_(
                edition.c.state == "running",
                or_(edition.c.lease_until < now, ours),
                ~and_(ours, edition.c.id.in_(mine)),
            )
            late = select(edition.c.id, edition.c.strikes, gone).where(lost).with_for_update(skip_locked=True)
            found = connection.execute(late).all()
            for number, former, dead in found:
                self._free(connection, number, former + dead)
            return len(found)

    def _free(self, connection: Connection, number: int, strikes: int) -> None:
        now = self._store.clock.now()
        freed = {"state": "due", "next_at": now, "reason": "the press that had it did not finish"}
        if strikes >= STRIKES:
            reason = QUARANTINED.format(f"{strikes} presses")
            freed = {"state": "quarantined", "next_at": now, "finished_at": now, "reason": reason}
        values = {"cause": "crash", "strikes": strikes, "lease_until": None}
        connection.execute(update(edition).where(edition.c.id == number).values(**freed, **values))
        record = one_edition(connection, edition.c.id == number)
        interrupted = and_(run.c.edition_id == number, run.c.outcome == "running")
        closed = {"outcome": "interrupted", "finished_at": now, "error": record.reason}
        connection.execute(update(run).where(interrupted).values(**closed))
        self._note(connection, record, "freed", at=now, detail=record.reason)

    def _again(self, connection: Connection, wanted: ColumnElement[bool], **values: object) -> None:
        number = connection.execute(select(edition.c.id).where(wanted)).scalar()
        fresh = {"state": "due", "next_at": self._store.clock.now(), "finished_at": None}
        if number is not None:
            again = update(edition).where(edition.c.id == number, wanted)
            connection.execute(again.values(**fresh, reason="", cause="", strikes=0, **values))
            self._note(connection, one_edition(connection, edition.c.id == number), "asked for again")

    def _finish(
        self, connection: Connection, record: EditionRecord, state: EditionState, **values: object
    ) -> bool:
        """The only way out of `running`: for who holds the token, with its run closed and an event left."""
        now = self._store.clock.now()
        mine = and_(edition.c.id == record.id, edition.c.state == "running", edition.c.token == record.token)
        finished = None if state == "due" else now
        done = connection.execute(
            update(edition).where(mine).values(state=state, lease_until=None, finished_at=finished, **values)
        )
        if not done.rowcount:
            return False
        this = and_(run.c.edition_id == record.id, run.c.token == record.token)
        started = connection.execute(select(run.c.started_at).where(this)).scalar_one()
        seconds = (now - started).total_seconds()
        outcome = "postponed" if state == "due" else state
        closed = {"finished_at": now, "outcome": outcome, "error": values["reason"], "seconds": seconds}
        connection.execute(update(run).where(this).values(**closed))
        after = one_edition(connection, edition.c.id == record.id)
        # At one moment with its end: by that its alert knows the edition.
        self._note(
            connection, after, outcome, at=now, detail=after.reason, milliseconds=round(seconds * 1000)
        )
        return True

    def _decide(
        self, connection: Connection, record: EditionRecord, state: EditionState, *, reason: str, who: str
    ) -> bool:
        cause = record.cause if state == "cancelled" else ""
        values = {"reason": reason, "cause": cause, "held_until": None, "held_then": ""}
        held = and_(edition.c.id == record.id, edition.c.state == "held")
        decided = (
            update(edition).where(held).values(state=state, finished_at=self._store.clock.now(), **values)
        )
        if not connection.execute(decided).rowcount:
            return False
        what = "released" if state == "ready" else "dropped"
        self._note(connection, one_edition(connection, edition.c.id == record.id), what, detail=f"by {who}")
        return True

    def _note(self, connection: Connection, record: EditionRecord, what: str, **values: object) -> None:
        known = {"edition_id": record.id, "state": record.state, "token": record.token, "cause": record.cause}
        self._store.note(connection, what, attempt=record.attempts, **{**known, **values})
