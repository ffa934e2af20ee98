"""The ledger's verbs. Each is one transaction; whatever it says has happened is on disk when it returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, and_, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import OperationalError

from broadsheet.clock import Clock
from broadsheet.errors import StorageError
from broadsheet.ledger.engine import open_engine
from broadsheet.ledger.records import (
    DeliveryRecord,
    DeliveryState,
    EditionKey,
    EditionRecord,
    EditionState,
    NewDelivery,
)
from broadsheet.ledger.tables import delivery, edition, horizon, run

LEASE = timedelta(minutes=15)
"""How long a press may hold an edition without finishing it before another may take it."""


class Ledger:
    """What is due, what ran, what was sent to whom."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @classmethod
    def open(cls, path: Path, clock: Clock) -> Ledger:
        """The ledger in the file `path`, created or upgraded; StorageError when that fails."""
        return cls(open_engine(path), clock)

    def close(self) -> None:
        """Release the file."""
        self._engine.dispose()

    # Editions

    def plan(self, key: EditionKey, due_at: datetime, *, as_of: datetime, skipped: str = "") -> EditionRecord:
        """Claim the key: insert the edition as due (or skipped, with the reason) unless it exists; return it."""
        now = self._clock.now()
        values = {
            **asdict(key),
            "state": "skipped" if skipped else "due",
            "due_at": due_at,
            "as_of": as_of,
            "next_at": due_at,
            "reason": skipped,
            "created_at": now,
            "finished_at": now if skipped else None,
        }
        with self._write() as connection:
            connection.execute(sqlite_insert(edition).values(values).on_conflict_do_nothing())
            return _edition(connection, _is(key))

    def find(self, key: EditionKey) -> EditionRecord | None:
        """The edition of that key, if it was ever planned."""
        with self._read() as connection:
            row = connection.execute(select(edition).where(_is(key))).mappings().one_or_none()
            return _edition_record(row) if row else None

    def former(self, key: EditionKey, as_of: datetime) -> EditionRecord | None:
        """The last finished edition for the same readers that was seen from an earlier moment."""
        same = (key.report, key.audience, key.slice, key.locale)
        columns = (edition.c.report, edition.c.audience, edition.c.slice, edition.c.locale)
        wanted = and_(
            *(column == value for column, value in zip(columns, same, strict=True)),
            edition.c.period != key.period,
            edition.c.state == "ready",
            edition.c.as_of < as_of,
        )
        latest = select(edition).where(wanted).order_by(edition.c.as_of.desc(), edition.c.id.desc()).limit(1)
        with self._read() as connection:
            row = connection.execute(latest).mappings().one_or_none()
            return _edition_record(row) if row else None

    def due(self) -> tuple[EditionRecord, ...]:
        """Editions whose turn has come, oldest first."""
        wanted = and_(edition.c.state == "due", edition.c.next_at <= self._clock.now())
        with self._read() as connection:
            rows = connection.execute(select(edition).where(wanted).order_by(edition.c.due_at, edition.c.id))
            return tuple(_edition_record(row) for row in rows.mappings())

    def begin(self, record: EditionRecord, *, trigger: str) -> EditionRecord | None:
        """Take a due edition for this press, or None when another has it. Opens a run.

        The token returned with the record fences off every later write: a press that slept past its lease
        can no longer change anything.
        """
        now = self._clock.now()
        with self._write() as connection:
            claimed = connection.execute(
                update(edition)
                .where(edition.c.id == record.id, edition.c.state == "due")
                .values(state="running", token=edition.c.token + 1, lease_until=now + LEASE)
                .values(attempts=edition.c.attempts + 1)
            )
            if not claimed.rowcount:
                return None
            mine = _edition(connection, edition.c.id == record.id)
            connection.execute(
                insert(run).values(
                    edition_id=mine.id, token=mine.token, trigger=trigger, started_at=now, outcome="running"
                )
            )
            return mine

    def ready(
        self,
        record: EditionRecord,
        *,
        manifest: str,
        pages: int,
        definition: str,
        deliveries: Sequence[NewDelivery],
    ) -> bool:
        """Record a finished edition and queue its deliveries, together or not at all.

        False when the lease was lost meanwhile: nothing is written then.
        """
        with self._write() as connection:
            values = {"manifest": manifest, "pages": pages, "definition": definition, "reason": ""}
            if not self._finish(connection, record, "ready", values, ""):
                return False
            _queue(connection, record, deliveries, self._clock.now())
            return True

    def postpone(self, record: EditionRecord, reason: str, next_at: datetime) -> bool:
        """Give a claimed edition back: it stays due and is tried again at `next_at`."""
        with self._write() as connection:
            return self._finish(connection, record, "due", {"reason": reason, "next_at": next_at}, reason)

    def fail(self, record: EditionRecord, reason: str) -> bool:
        """Give a claimed edition up."""
        with self._write() as connection:
            return self._finish(connection, record, "failed", {"reason": reason}, reason)

    def retry(self, record: EditionRecord) -> None:
        """Make a failed or skipped edition due again, because somebody asked for it."""
        wanted = and_(edition.c.id == record.id, edition.c.state.in_(("failed", "skipped", "due")))
        with self._write() as connection:
            connection.execute(
                update(edition)
                .where(wanted)
                .values(state="due", next_at=self._clock.now(), finished_at=None, reason="")
            )

    def recover(self) -> tuple[int, int]:
        """After a crash: free editions whose lease ran out, mark interrupted sends as uncertain; count both."""
        now = self._clock.now()
        with self._write() as connection:
            freed = connection.execute(
                update(edition)
                .where(edition.c.state == "running", edition.c.lease_until < now)
                .values(state="due", next_at=now, reason="the press that had it did not finish")
            )
            doubtful = connection.execute(
                update(delivery)
                .where(delivery.c.state == "sending", delivery.c.next_at < now)
                .values(state="uncertain", reply="interrupted while the message was being handed over")
            )
            return freed.rowcount, doubtful.rowcount

    # Deliveries

    def waiting(self, record: EditionRecord | None = None) -> tuple[DeliveryRecord, ...]:
        """Deliveries to attempt now. Uncertain ones are repeated with equal bytes.

        Those of one edition, when somebody asks for it, do not wait for their next time.
        """
        mine = (
            delivery.c.next_at <= self._clock.now() if record is None else delivery.c.edition_id == record.id
        )
        return self._deliveries(and_(delivery.c.state.in_(("queued", "uncertain")), mine))

    def deliveries(self, record: EditionRecord) -> tuple[DeliveryRecord, ...]:
        """All deliveries of an edition, by recipient."""
        return self._deliveries(delivery.c.edition_id == record.id)

    def add_deliveries(self, record: EditionRecord, items: Sequence[NewDelivery]) -> None:
        """Queue deliveries for recipients who joined after the edition was made."""
        with self._write() as connection:
            _queue(connection, record, items, self._clock.now())

    def sending(self, record: DeliveryRecord) -> bool:
        """Note, before the first byte leaves, that a delivery is being handed over; False when another has it."""
        wanted = and_(delivery.c.id == record.id, delivery.c.state == record.state)
        with self._write() as connection:
            taken = connection.execute(
                update(delivery)
                .where(wanted, delivery.c.attempts == record.attempts)
                .values(state="sending", attempts=delivery.c.attempts + 1, next_at=self._clock.now() + LEASE)
            )
            return bool(taken.rowcount)

    def settle(
        self, record: DeliveryRecord, state: DeliveryState, reply: str, next_at: datetime | None = None
    ) -> None:
        """Record what became of a delivery that was being sent."""
        now = self._clock.now()
        with self._write() as connection:
            connection.execute(
                update(delivery)
                .where(delivery.c.id == record.id, delivery.c.state == "sending")
                .values(
                    state=state, reply=reply, next_at=next_at or now, sent_at=now if state == "sent" else None
                )
            )

    # Schedules and history

    def planned_until(self, report: str) -> datetime:
        """How far a report's schedule is planned. A report seen for the first time has no past: now."""
        wanted = select(horizon.c.planned_until).where(horizon.c.report == report)
        with self._read() as connection:
            known: datetime | None = connection.execute(wanted).scalar()
        if known is not None:
            return known
        with self._write() as connection:
            first = sqlite_insert(horizon).values(report=report, planned_until=self._clock.now())
            connection.execute(first.on_conflict_do_nothing())
            until: datetime = connection.execute(wanted).scalar_one()
            return until

    def advance(self, report: str, until: datetime) -> None:
        """All slots of a report up to `until` are planned."""
        ahead = and_(horizon.c.report == report, horizon.c.planned_until < until)
        with self._write() as connection:
            connection.execute(update(horizon).where(ahead).values(planned_until=until))

    def history(
        self, report: str | None = None, limit: int = 20
    ) -> tuple[tuple[EditionRecord, dict[str, int]], ...]:
        """The latest editions with the number of deliveries by state, newest first."""
        wanted = edition.c.report == report if report else edition.c.id > 0
        newest = (
            select(edition).where(wanted).order_by(edition.c.due_at.desc(), edition.c.id.desc()).limit(limit)
        )
        with self._read() as connection:
            records = [_edition_record(row) for row in connection.execute(newest).mappings()]
            counted = connection.execute(
                select(delivery.c.edition_id, delivery.c.state, func.count())
                .where(delivery.c.edition_id.in_([record.id for record in records]))
                .group_by(delivery.c.edition_id, delivery.c.state)
            ).all()
        states = {record.id: {} for record in records}  # type: dict[int, dict[str, int]]
        for edition_id, state, count in counted:
            states[edition_id][state] = count
        return tuple((record, states[record.id]) for record in records)

    def unfinished(self) -> dict[str, int]:
        """How many editions and deliveries still wait, by kind: what `serve` reports and `doctor` looks at."""
        with self._read() as connection:
            editions = connection.execute(
                select(func.count()).where(or_(edition.c.state == "due", edition.c.state == "running"))
            ).scalar_one()
            messages = connection.execute(
                select(func.count()).where(delivery.c.state.in_(("queued", "sending", "uncertain")))
            ).scalar_one()
        return {"editions": editions, "deliveries": messages}

    # Inside

    def _finish(
        self,
        connection: Connection,
        record: EditionRecord,
        state: EditionState,
        values: dict[str, object],
        error: str,
    ) -> bool:
        now = self._clock.now()
        held = and_(edition.c.id == record.id, edition.c.state == "running", edition.c.token == record.token)
        finished = None if state == "due" else now
        done = connection.execute(
            update(edition).where(held).values(state=state, lease_until=None, finished_at=finished, **values)
        )
        if not done.rowcount:
            return False
        mine = and_(run.c.edition_id == record.id, run.c.token == record.token)
        started = connection.execute(select(run.c.started_at).where(mine)).scalar_one()
        seconds = (now - started).total_seconds()
        outcome = "postponed" if state == "due" else state
        connection.execute(
            update(run).where(mine).values(finished_at=now, outcome=outcome, error=error, seconds=seconds)
        )
        return True

    def _deliveries(self, wanted: ColumnElement[bool]) -> tuple[DeliveryRecord, ...]:
        with self._read() as connection:
            rows = connection.execute(select(delivery).where(wanted).order_by(delivery.c.id)).mappings()
            return tuple(_delivery_record(row) for row in rows)

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with _plain_errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with _plain_errors(), self._engine.connect().execution_options(reading=True) as connection:
            yield connection


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StorageError(
            f"the ledger did not take the entry: {error.orig}",
            "Nothing was lost: free disk space, or wait for the other process to finish, and try again.",
        ) from error


def _queue(
    connection: Connection, record: EditionRecord, items: Sequence[NewDelivery], now: datetime
) -> None:
    for item in items:
        values = {
            "edition_id": record.id,
            "state": "queued",
            "next_at": now,
            "queued_at": now,
            **asdict(item),
        }
        connection.execute(sqlite_insert(delivery).values(values).on_conflict_do_nothing())


def _is(key: EditionKey) -> ColumnElement[bool]:
    return and_(*(edition.c[name] == value for name, value in asdict(key).items()))


def _edition(connection: Connection, wanted: ColumnElement[bool]) -> EditionRecord:
    return _edition_record(connection.execute(select(edition).where(wanted)).mappings().one())


def _edition_record(row: RowMapping) -> EditionRecord:
    key = EditionKey(
        row["report"], row["period"], row["audience"], row["slice"], row["locale"], row["revision"]
    )
    names = ("id", "state", "due_at", "as_of", "token", "attempts", "next_at", "reason")
    return EditionRecord(
        key=key,
        pages=row["pages"],
        manifest=row["manifest"],
        finished_at=row["finished_at"],
        **{name: row[name] for name in names},
    )


def _delivery_record(row: RowMapping) -> DeliveryRecord:
    names = DeliveryRecord.__dataclass_fields__
    return DeliveryRecord(**{name: row[name] for name in names})
