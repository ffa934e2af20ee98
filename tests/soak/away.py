"""A ledger that goes away at any step of a tick and comes back later: how many ticks it takes to catch up.

The time is simulated; a PostgreSQL server is killed and started for real, a SQLite file is locked by another
connection.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from broadsheet import failpoints
from broadsheet.clock import FixedClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.errors import StorageError
from broadsheet.ledger import engine
from broadsheet.press.deliver import deliver_due
from broadsheet.press.press import Press
from broadsheet.press.tick import tick
from broadsheet.schedule import Beat
from press.workspace import MONDAY, SETTINGS, SUNDAY, House, build, report
from support.ledgers import ServerClock, emptied
from support.postgres import FrailServer

BEAT = timedelta(seconds=15)
Visit = tuple[str, int]
"""A step and the how-manieth visit to it."""


class Away(Protocol):
    """A ledger that can be taken away."""

    clock: FixedClock
    environ: dict[str, str]

    def leave(self, house: House) -> None:
        """From now on nothing can be read or written."""

    def come_back(self) -> None:
        """It is there again, as it was."""


@dataclass
class AwayServer:
    """A PostgreSQL server that dies."""

    frail: FrailServer
    server: str
    clock: ServerClock
    environ: dict[str, str] = field(default_factory=dict)

    def leave(self, house: House) -> None:
        self.frail.die()

    def come_back(self) -> None:
        self.frail.come_back()
        self.clock.set(self.clock.at)


@dataclass
class AwayFile:
    """A SQLite file that somebody else keeps locked."""

    clock: FixedClock
    environ: dict[str, str] = field(default_factory=dict)
    _holder: sqlite3.Connection | None = None

    def leave(self, house: House) -> None:
        self._holder = sqlite3.connect(
            house.var / "ledger.sqlite", isolation_level=None, check_same_thread=False
        )
        self._holder.execute("BEGIN IMMEDIATE")

    def come_back(self) -> None:
        assert self._holder is not None
        self._holder.close()


@dataclass
class Outage:
    """From one visit to a step on, the ledger is away for so long; all while the press goes on."""

    away: Away
    house: House
    visit: Visit | None
    lasts: timedelta
    seen: dict[str, int] = field(default_factory=dict)
    back_at: datetime | None = None
    over: bool = False

    def reached(self, step: str) -> None:
        """The press has come to a step."""
        self.seen[step] = self.seen.get(step, 0) + 1
        if self.visit == (step, self.seen[step]) and self.back_at is None:
            self.back_at = self.away.clock.at + self.lasts
            self.away.leave(self.house)

    def look(self) -> None:
        """Time has passed: is it over?"""
        if self.back_at is not None and not self.over and self.away.clock.at >= self.back_at:
            self.over = True
            self.away.come_back()


class Passing(FixedClock):
    """Sleeping lets the outage come to its end, too."""

    outage: Outage | None = None

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        if self.outage is not None:
            self.outage.look()


class PassingServer(ServerClock, Passing):
    """The same, with the server's clock set when it is back."""

    def sleep(self, seconds: float) -> None:
        Passing.sleep(self, seconds)


def shop(root: Path, away: Away) -> House:
    """A small workspace whose ledger is the one that goes away, its schedule seen on Sunday."""
    built = build(root)
    house = House(built.root, away.clock)
    if away.environ:
        house.write("config/settings.yaml", SETTINGS + "ledger: ${env:LEDGER_URL}\n")
    house.write("reports/orders.yaml", report(blocks="[{kpis: [orders]}]"))
    _set(away.clock, SUNDAY)
    with house.press(away.environ) as press:
        tick(press)
    return house


def visits(root: Path, away: Away) -> Sequence[Visit]:
    """Each visit of an undisturbed tick to each step at which the ledger may go away."""
    outage = Outage(away, shop(root, away), None, timedelta())
    _live(outage)
    return [
        (step, number)
        for step, times in outage.seen.items()
        for number in range(1, times + 1)
        if _possible(away, step)
    ]


def ticks_to_recover(root: Path, away: Away, visit: Visit, lasts: timedelta) -> int:
    """How many ticks after the ledger's return everything is made and sent, each letter once or in doubt."""
    outage = Outage(away, shop(root, away), visit, lasts)
    ticks = _live(outage)
    assert outage.over, f"{visit} was not come to"
    names = sorted(path.name for path in (outage.house.var / "outbox").glob("*"))
    assert len(names) == 2, names
    return ticks


def _live(outage: Outage) -> int:
    """Beat until all is sent; how many beats it took after the ledger was back."""
    house, away = outage.house, outage.away
    beat = Beat(house.root, lambda: Press(load_workspace(house.root), away.clock, away.environ, house.var))
    _set(away.clock, MONDAY)
    assert isinstance(away.clock, Passing)
    away.clock.outage = outage
    ticks = 0
    with _reached(outage):
        for _ in range(1000):
            was_over = outage.over or outage.visit is None
            beat()
            _carry(beat)
            ticks += was_over
            if _done(outage, beat):
                break
            _pass(outage)
    away.clock.outage = None
    beat.close()
    return ticks


def _carry(beat: Beat) -> None:
    try:
        list(deliver_due(beat.press))
    except StorageError as error:
        logging.getLogger("broadsheet").info("letters wait: %s", error)


def _done(outage: Outage, beat: Beat) -> bool:
    if outage.visit is not None and not outage.over:
        return False
    entries = beat.press.ledger.history.latest()
    return bool(entries) and entries[0][0].state == "ready" and entries[0][1].get("sent") == 2


def _pass(outage: Outage) -> None:
    away = outage.away
    if isinstance(away.clock, ServerClock) and (outage.back_at is None or outage.over):
        away.clock.set(away.clock.at + BEAT)
    else:
        away.clock.sleep(BEAT.total_seconds())


def _set(clock: FixedClock, at: datetime) -> None:
    if isinstance(clock, ServerClock):
        clock.set(at)
    else:
        clock.at = at


def _possible(away: Away, step: str) -> bool:
    """A file that is being written to cannot be locked by somebody else."""
    return isinstance(away, AwayServer) or step != "ledger.before-commit"


@contextmanager
def _reached(outage: Outage) -> Iterator[None]:
    former, busy = failpoints.reached, engine.BUSY_SECONDS
    failpoints.reached = outage.reached
    engine.BUSY_SECONDS = 0.02  # type: ignore[assignment]
    try:
        yield
    finally:
        failpoints.reached, engine.BUSY_SECONDS = former, busy


def fresh(away: Away) -> None:
    """Before the next outage: a server's ledger is emptied."""
    if isinstance(away, AwayServer):
        emptied(away.server)
