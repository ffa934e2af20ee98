"""F8: the source, the ledger, the mail server or the disk is out for a second, a minute or an hour of simulated time,
from each step of a tick on; how soon after its return everything is done, without anybody's hands."""

from __future__ import annotations

import errno
import os
import random
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from broadsheet.delivery import smtp
from broadsheet.errors import BroadsheetError
from soak.f03_nth_call import FRIDAY
from soak.machine import World, template, world
from soak.staged import Life, memory_folder, staged
from support.smtp import mail_server

KINDS = ("source", "ledger", "mail", "disk")
LENGTHS = (timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1))
BEAT = timedelta(seconds=15)
STEPS = 150
"""No tick takes more steps here; after the last one there is nothing left to break."""
PROMPT = 2 * BEAT
"""So soon after its return everything must be done."""


@dataclass
class Outage:
    """What is out, and until when."""

    place: World
    kind: str
    until: datetime | None = None

    def begins(self, length: timedelta) -> Callable[[str], None]:
        """A fate: it is out from this step on."""

        def begin(_step: str) -> None:
            self.until = self.place.clock.now() + length

        return begin

    @property
    def lasts(self) -> bool:
        """Whether it is out now."""
        out = self.until is not None and self.place.clock.now() < self.until
        self.place.stage.source = not (out and self.kind == "source")
        return out

    def broken(self, kind: str, call: Callable[..., Any], error: Exception) -> Callable[..., Any]:
        """A call that fails as long as what it needs is out."""

        def called(*arguments: Any, **named: Any) -> Any:
            if self.lasts and self.kind == kind:
                raise error
            return call(*arguments, **named)

        return called


@contextmanager
def outage(place: World, kind: str) -> Iterator[Outage]:
    """Calls that fail while something is out, within the block."""
    out = Outage(place, kind)
    full = OSError(errno.ENOSPC, "No space left on device")
    locked = sqlite3.OperationalError("unable to open database file")
    places: tuple[tuple[Any, str, str, Exception], ...] = (
        (SQLiteDialect, "do_execute", "ledger", locked),
        (SQLiteDialect, "do_commit", "disk", sqlite3.OperationalError("database or disk is full")),
        (tempfile, "mkstemp", "disk", full),
        (os, "fsync", "disk", full),
        (smtp, "connect", "mail", ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")),
    )
    with ExitStack() as stack:
        for owner, name, needs, error in places:
            stack.enter_context(patch.object(owner, name, out.broken(needs, getattr(owner, name), error)))
        yield out


def heal(place: World, kind: str, length: timedelta, step: int) -> timedelta | None:
    """From the return to the last letter; None where the tick did not come to that step."""
    place.clock.sleep(timedelta(days=1).total_seconds())
    with outage(place, kind) as out:
        _tick(place, Life({step: out.begins(length)}))
        if out.until is None:
            return None
        place.interruptions += 1
        while place.open() or out.lasts:
            place.clock.sleep(BEAT.total_seconds())
            _ = out.lasts
            _tick(place, Life())
            since = place.clock.now() - out.until
            assert since <= PROMPT, f"still open {since} after its return: {place.open()}"
    place.check()
    place.finished()
    place.stop("A")
    assert place.letters() == 4, f"{place.letters()} of 4 letters"
    return max(place.clock.now() - out.until, timedelta(0))


def _tick(place: World, life: Life) -> None:
    try:
        place.live("A", life)
    except BroadsheetError:
        place.model.disturbed = (
            True  # A tick that cannot use its ledger says so, and the next one tries again.
        )


def run(kind: str, length: timedelta, steps: list[int]) -> list[timedelta]:
    """How long everything took after the return, for each step at which the outage began."""
    found = []
    with memory_folder() as folder, mail_server(folder) as server, staged() as stage:
        source = template(folder / "source", server)
        numbers = count()
        for step in steps:
            place = world(source, folder / f"outage{next(numbers)}", stage, server, FRIDAY)
            try:
                took = heal(place, kind, length, step)
            except AssertionError as error:
                raise AssertionError(f"{kind} out for {length} from step {step}: {error}") from error
            if took is not None:
                found.append(took)
    return found


def main(scale: float = 1.0) -> str:
    """Break one thing at a time."""
    chance = random.Random(8)
    steps = sorted(chance.sample(range(1, STEPS + 1), max(2, round(STEPS * min(scale, 1)))))
    told, times = [], 0
    for kind in KINDS:
        for length in LENGTHS:
            took = run(kind, length, steps)
            times += len(took)
            longest = max(took, default=timedelta(0))
            told.append(f"{kind} {length}: {len(took)}, longest {longest}")
    return f"{times} outages, all healed within two beats, 0 lost · " + " · ".join(told)


if __name__ == "__main__":
    print(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
