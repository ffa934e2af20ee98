"""Schedulers and workers on one PostgreSQL ledger, stopped past their leases and resumed, then judged by it.

Each runs in a process of its own, with leases of a second. Workers do what the press does: claim, work, finish,
send, settle; the receiver is a file that every send appends a line to.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeVar

import psycopg

from broadsheet.clock import SystemClock
from broadsheet.errors import StorageError
from broadsheet.ledger import deliveries, editions, leases, nodes, store
from broadsheet.ledger.horizons import NewEdition
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import EditionKey, EditionRecord, NewDelivery

LEASE = timedelta(seconds=1)
DUE = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
CHUNK = 50
"""Editions that a scheduler enters in one transaction."""
RECOVERY_SECONDS = 0.5
WORK_SECONDS = 0.04
AT_ONCE = 800
"""So many of the oldest a worker looks at before it asks the ledger anew."""

T = TypeVar("T")


@dataclass
class Tally:
    """What a worker saw: editions it finished, writes that were refused to it, those that should have been."""

    finished: int = 0
    refused: int = 0
    accepted_late: int = 0


@dataclass(frozen=True)
class Race:
    """Where the ledger is, and how many take part."""

    server: str
    folder: Path
    count: int
    schedulers: int
    workers: int

    def ledger(self, name: str) -> Ledger:
        """One process's view of the ledger; each has a marker of its own, as on hosts of their own."""
        return Ledger.open(self.folder / name / "ledger.sqlite", SystemClock(), self.server)


def keys(count: int) -> list[EditionKey]:
    """Editions of a hundred reports, in order."""
    return [
        EditionKey(f"report-{number % 100:02}", f"{number // 100:04}", "a", "all", "en")
        for number in range(count)
    ]


def schedule(race: Race, number: int) -> None:
    """A scheduler: enters all editions, in chunks in an order of its own, and clears up until it is ended."""
    _shorten()
    chance, ledger = random.Random(number), race.ledger(f"scheduler{number}")
    wanted = keys(race.count)
    chunks = [wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK)]
    chance.shuffle(chunks)
    for chunk in chunks:
        ledger.horizons.enter([NewEdition(key, DUE, DUE, "UTC") for key in chunk], {})
    while True:
        ledger.recover()
        time.sleep(RECOVERY_SECONDS)


def work(race: Race, number: int) -> None:
    """A worker: makes and sends until nothing is left, then leaves its tally."""
    _shorten()
    chance, ledger, tally = random.Random(1000 + number), race.ledger(f"worker{number}"), Tally()
    done = 0
    while done < race.count:
        with suppress(StorageError):
            ledger.recover()
        for place, record in enumerate(_some(chance, ledger.editions.due())):
            _make(ledger, record, tally, chance)
            if place % 20 == 0:
                _send(ledger, race, chance)
        _send(ledger, race, chance)
        done = ledger.figures.standing().deliveries.get("sent", 0)
    values = [str(getattr(tally, field.name)) for field in fields(Tally)]
    (race.folder / f"worker{number}.tally").write_text(" ".join(values))
    ledger.close()


def _some(chance: random.Random, found: Sequence[T]) -> list[T]:
    """The oldest of what is there, in an order of the worker's own."""
    oldest = list(found[:AT_ONCE])
    chance.shuffle(oldest)
    return oldest


def _make(ledger: Ledger, record: EditionRecord, tally: Tally, chance: random.Random) -> None:
    mine = ledger.editions.begin(record, trigger="schedule")
    if mine is None:
        return
    letter = NewDelivery("smtp", "ada@example.test", f"<{mine.id}@example.test>", "a" * 64)
    with ledger.leases.kept(lambda: [mine]):
        time.sleep(chance.uniform(0, WORK_SECONDS))
        made = ledger.editions.ready(
            mine, manifest="m" * 64, pages=1, definition="d" * 64, deliveries=[letter]
        )
    if made:
        tally.finished += 1
        return
    tally.refused += 1
    late = [
        ledger.editions.fail(mine, "late"),
        ledger.editions.postpone(mine, "late", DUE),
        ledger.leases.renew([mine]) > 0,
    ]
    tally.accepted_late += sum(late)


def _send(ledger: Ledger, race: Race, chance: random.Random) -> None:
    for waiting in _some(chance, ledger.deliveries.waiting())[:40]:
        taken = ledger.deliveries.sending(waiting)
        if taken is None:
            continue
        with ledger.leases.kept(lambda taken=taken: [taken]):  # type: ignore[misc]
            with (race.folder / "received").open("a", encoding="ascii") as received:
                received.write(f"{taken.message_id}\n")
            time.sleep(chance.uniform(0, WORK_SECONDS / 10))
            ledger.deliveries.settle(taken, "sent", "250 ok")


def _shorten() -> None:
    """Leases of a second, in this process."""
    for module in (store, editions, deliveries, leases, nodes):
        module.LEASE = LEASE  # type: ignore[attr-defined]
    leases.RENEWAL = LEASE / 3


def run(race: Race, pauses: int) -> Outcome:
    """Start everybody, stop and resume one after the other, until everything is sent; then judge."""
    race.ledger("first").close()
    context = get_context("forkserver")
    context.set_forkserver_preload(["soak.race"])
    schedulers = [context.Process(target=schedule, args=(race, each)) for each in range(race.schedulers)]
    workers = [context.Process(target=work, args=(race, each)) for each in range(race.workers)]
    started = time.monotonic()
    for process in (*schedulers, *workers):
        process.start()
    try:
        paused = sum(1 for _ in _pauses([*schedulers, *workers], workers, pauses))
        for worker in workers:
            worker.join(1800)
            assert worker.exitcode == 0, "a worker did not end"
    finally:
        for process in (*schedulers, *workers):
            process.kill()
            process.join()
    return _judge(race, paused, time.monotonic() - started)


def _pauses(everybody: Sequence[BaseProcess], workers: Sequence[BaseProcess], count: int) -> Iterator[int]:
    """Stop some at random for longer than a lease, three at a time, as long as there is work."""
    chance = random.Random(7)
    done = 0
    while done < count and all(worker.is_alive() for worker in workers):
        stopped = chance.sample(everybody, min(3, len(everybody), count - done))
        for process in stopped:
            os.kill(process.pid or 0, signal.SIGSTOP)
        time.sleep(LEASE.total_seconds() * chance.uniform(1.1, 1.6))
        for process in stopped:
            os.kill(process.pid or 0, signal.SIGCONT)
        yield from range(len(stopped))
        done += len(stopped)
        time.sleep(0.2)


@dataclass(frozen=True)
class Outcome:
    """How a race ended."""

    count: int
    paused: int
    freed: int
    refused: int
    uncertain: int
    repeated: int
    shares: tuple[int, ...]
    seconds: float


def _judge(race: Race, paused: int, seconds: float) -> Outcome:
    """Compare the tallies, the receiver and the ledger; AssertionError where they disagree."""
    tallies = [
        Tally(*map(int, (race.folder / f"worker{number}.tally").read_text().split()))
        for number in range(race.workers)
    ]
    received = Counter((race.folder / "received").read_text().split())
    with psycopg.connect(race.server) as connection:

        def ask(sql: str) -> list[tuple[object, ...]]:
            return connection.execute(sql).fetchall()

        assert ask("SELECT state, count(*) FROM edition GROUP BY state") == [("ready", race.count)]
        assert ask("SELECT state, count(*) FROM delivery GROUP BY state") == [("sent", race.count)]
        twice = "SELECT edition_id FROM {} WHERE {} GROUP BY edition_id HAVING count(*) <> 1"
        assert ask(twice.format("run", "outcome = 'ready'")) == [], "finished twice"
        assert ask(twice.format("event", "what = 'planned'")) == [], "planned twice"
        assert ask(twice.format("event", "what = 'sent'")) == [], "settled twice"
        ((freed,),) = ask("SELECT count(*) FROM event WHERE what = 'freed'")
        ((uncertain,),) = ask("SELECT coalesce(sum(uncertainties), 0) FROM delivery")
    assert sum(tally.finished for tally in tallies) == race.count
    assert sum(tally.accepted_late for tally in tallies) == 0, "a write with an old token was taken"
    assert len(received) == race.count, "a letter was lost"
    repeated = sum(received.values()) - race.count
    assert repeated <= int(str(uncertain)), "a letter was repeated that nobody was in doubt about"
    refused = sum(tally.refused for tally in tallies)
    shares = tuple(tally.finished for tally in tallies)
    return Outcome(
        race.count, paused, int(str(freed)), refused, int(str(uncertain)), repeated, shares, seconds
    )
