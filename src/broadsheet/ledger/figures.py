"""How the ledger stands at a moment: what is late, what waits, how much was done. Nothing is changed by asking."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Executable,
    and_,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)

from broadsheet.ledger.alarming import still_open
from broadsheet.ledger.records import AlertKind, DeliveryState, EditionRecord, EditionState
from broadsheet.ledger.rows import edition_record
from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import (
    INTERRUPTED,
    READY,
    UNCERTAIN,
    alert,
    delivery,
    edition,
    event,
    node,
    run,
    source,
)

WAITING = ("queued", "sending", "uncertain")
"""Letters that are still to be sent."""
LOST = ("rejected", "failed", "expired", "blocked")
"""Letters that are not sent any more, though somebody wanted them."""
GIVEN_UP = ("failed", "refused", "quarantined")
"""Editions that nobody gets until somebody acts."""


@dataclass(frozen=True)
class Stuck:
    """Letters of an edition that wait since a moment; `reply` is the last that was heard."""

    edition: EditionRecord
    letters: int
    since: datetime
    reply: str


@dataclass(frozen=True)
class Standing:
    """Counts of now: editions and letters by state, and how long the oldest of those that wait have waited.

    `succeeded` is when each report last had an edition ready, `ticked` when any `serve` last completed a tick, both
    in seconds since 1970 (0: never); ages are in seconds, 0 where nothing waits. `lost` counts runs that did not end.
    `away` is for how many seconds each data source that does not answer has been out of reach.
    """

    editions: Mapping[str, int]
    deliveries: Mapping[str, int]
    overdue: int
    oldest_due: float
    outbox: int
    oldest_letter: float
    uncertain: int
    succeeded: Mapping[str, float]
    alerts: Mapping[str, int]
    lost: int
    ticked: float
    away: Mapping[str, float]


@dataclass(frozen=True)
class Summary:
    """What was done in a stretch of time: editions made, those of them late, editions given up, letters by fate."""

    made: int
    late: int
    failed: int
    sent: int
    lost: int

    @property
    def lines(self) -> tuple[str, ...]:
        """The counts in words, one to a line."""
        return (
            f"{self.made} editions made, {self.late} of them late",
            f"{self.failed} editions given up",
            f"{self.sent} messages sent, {self.lost} given up",
        )


class Figures:
    """Questions about now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def overdue(self, before: datetime, paused: Collection[str] = ()) -> tuple[EditionRecord, ...]:
        """Editions that were late at a moment, the oldest first; those of `paused` reports never are."""
        wanted = select(edition).where(_late(before, paused)).order_by(edition.c.due_at)
        with self._store.read() as connection:
            return tuple(edition_record(row) for row in connection.execute(wanted).mappings())

    def stuck(self, before: datetime) -> tuple[Stuck, ...]:
        """Editions with letters that were queued before a moment and have not been sent."""
        late = and_(delivery.c.state.in_(WAITING), delivery.c.queued_at < before)
        counted = (
            select(
                delivery.c.edition_id,
                func.count().label("letters"),
                func.min(delivery.c.queued_at).label("since"),
                func.max(delivery.c.reply).label("reply"),
            )
            .where(late)
            .group_by(delivery.c.edition_id)
            .subquery()
        )
        wanted = select(edition, counted.c.letters, counted.c.since, counted.c.reply.label("heard")).join(
            counted, counted.c.edition_id == edition.c.id
        )
        with self._store.read() as connection:
            rows = connection.execute(wanted).mappings().all()
        return tuple(Stuck(edition_record(row), row["letters"], row["since"], row["heard"]) for row in rows)

    def summary(self, since: datetime, late: timedelta) -> Summary:
        """What was done since a moment; editions that were ready later than `late` after their due time are late."""
        ready = select(edition.c.due_at, edition.c.finished_at).where(
            edition.c.state == "ready", edition.c.finished_at >= since
        )
        with self._store.read() as connection:
            made = connection.execute(ready).all()
            states = {
                (of_delivery, state): count
                for of_delivery, state, count in connection.execute(
                    select(event.c.delivery_id.is_not(None), event.c.state, func.count())
                    .where(event.c.at >= since)
                    .group_by(event.c.delivery_id.is_not(None), event.c.state)
                )
            }
        return Summary(
            made=len(made),
            late=sum(finished > due + late for due, finished in made),
            failed=sum(states.get((False, state), 0) for state in GIVEN_UP),
            sent=states.get((True, "sent"), 0),
            lost=sum(states.get((True, state), 0) for state in LOST),
        )

    def standing(self, paused: Collection[str] = ()) -> Standing:
        """Everything that `serve` shows as a metric; editions of `paused` reports are not late."""
        now = self._store.clock.now()
        late = _late(now, paused)
        letters = delivery.c.state.in_(WAITING)
        open_alerts = select(alert.c.kind, func.count()).where(still_open(now)).group_by(alert.c.kind)
        with self._store.read() as connection:
            ask = connection.execute
            oldest = ask(select(func.min(edition.c.due_at)).where(late)).scalar()
            ticked = ask(select(func.max(node.c.ticked_at))).scalar()
            letter = ask(select(func.min(delivery.c.queued_at)).where(letters)).scalar()
            return Standing(
                editions=_counts(connection, _by_state(edition.c.state, get_args(EditionState), "ready")),
                deliveries=_counts(connection, _by_state(delivery.c.state, get_args(DeliveryState), "sent")),
                overdue=ask(select(func.count()).where(late)).scalar_one(),
                oldest_due=_age(oldest, now),
                outbox=ask(select(func.count()).where(letters)).scalar_one(),
                oldest_letter=_age(letter, now),
                uncertain=ask(select(func.sum(delivery.c.uncertainties)).where(UNCERTAIN)).scalar() or 0,
                succeeded={report: at.timestamp() for report, at in ask(_last_ready()) if at is not None},
                alerts=dict.fromkeys(get_args(AlertKind), 0) | _counts(connection, open_alerts),
                lost=ask(select(func.count()).select_from(run).where(INTERRUPTED)).scalar_one(),
                ticked=ticked.timestamp() if ticked else 0.0,
                away={
                    name: _age(since, now)
                    for name, since in ask(
                        select(source.c.name, source.c.opened_at).where(source.c.opened_at.is_not(None))
                    )
                },
            )


def _late(before: datetime, paused: Collection[str]) -> ColumnElement[bool]:
    """The condition of editions that were due before a moment and are not made, though nothing explains that.

    Those that wait for their data are not late. Nor are those whose beginning was spread over some minutes (jitter)
    and has not come. A source that is away counts no attempt, but keeps nobody from being late.
    """
    spread = and_(edition.c.attempts == 0, edition.c.next_at >= before, edition.c.cause != "source")
    explained = or_(spread, edition.c.cause == "data", edition.c.report.in_(paused))
    return and_(edition.c.state.in_(("due", "running")), edition.c.due_at < before, not_(explained))


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _counts(connection: Connection, counting: Executable) -> dict[str, int]:
    counted = connection.execute(counting)
    return {name: count for name, count in counted if count}


def _by_state(column: Column[str], states: tuple[str, ...], usual: str) -> Executable:
    """How many rows there are in each state. Of the usual one, that of nearly all, there is what the others leave."""
    others = column.in_([state for state in states if state != usual])
    every = select(func.count()).select_from(column.table).scalar_subquery()
    unusual = select(func.count()).where(others).scalar_subquery()
    return union_all(
        select(column, func.count()).where(others).group_by(column), select(literal(usual), every - unusual)
    )


def _last_ready() -> Executable:
    """When an edition of each report was last ready: a jump into an index for each name, and one for each time."""
    names = select(func.min(edition.c.report).label("report")).cte("names", recursive=True)
    following = select(func.min(edition.c.report)).where(edition.c.report > names.c.report).scalar_subquery()
    names = names.union_all(select(following).where(names.c.report.is_not(None)))
    made = edition.alias()
    last = select(func.max(made.c.finished_at)).where(made.c.report == names.c.report, READY)
    return select(names.c.report, last.scalar_subquery())
