"""F3: the n-th call of the system or the database fails, for every n; afterwards everything comes right by itself.

Three ways to fail: once; from then on until the press has been woken again (a full disk); and, for a commit, after it
was done (the answer of the server was lost).
"""

from __future__ import annotations

import errno
import os
import smtplib
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from broadsheet.errors import BroadsheetError
from soak.machine import World, template, world
from soak.staged import Life, memory_folder, staged
from support.smtp import mail_server

Way = Literal["once", "from then on", "after it was done"]
WAYS: tuple[Way, ...] = ("once", "from then on", "after it was done")
FRIDAY = datetime(2026, 6, 12, 12, 0, tzinfo=UTC)
REST = timedelta(minutes=20)
WAKES = 12


@dataclass
class Calls:
    """Counts calls that reach for the disk, the database or the network, and lets one of them fail."""

    fails: int = 0
    way: Way = "once"
    number: int = 0
    failed: str = ""
    kinds: Counter[str] = field(default_factory=Counter)

    def wrap(self, kind: str, call: Callable[..., Any], error: Callable[[], Exception]) -> Callable[..., Any]:
        """The call, that fails when its turn comes."""

        def called(*arguments: Any, **named: Any) -> Any:
            if not self.fails:
                return call(*arguments, **named)
            self.number += 1
            self.kinds[kind] += 1
            if self.number == self.fails or (self.way == "from then on" and self.number > self.fails):
                self.failed = self.failed or kind
                if self.way == "after it was done":
                    call(*arguments, **named)
                raise error()
            return call(*arguments, **named)

        return called


def _full() -> OSError:
    return OSError(errno.ENOSPC, "No space left on device")


def _database() -> sqlite3.OperationalError:
    return sqlite3.OperationalError("database or disk is full")


def _cut() -> OSError:
    return ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")


@contextmanager
def counted(way: Way) -> Iterator[Calls]:
    """All calls of the product, within the block."""
    calls = Calls(way=way)
    places: tuple[tuple[Any, str, str, Callable[[], Exception]], ...] = (
        (tempfile, "mkstemp", "create", _full),
        (os, "fsync", "fsync", _full),
        (Path, "replace", "rename", _full),
        (SQLiteDialect, "do_execute", "execute", _database),
        (SQLiteDialect, "do_commit", "commit", _database),
        (smtplib.SMTP, "send", "send", _cut),
        (smtplib.SMTP, "getreply", "receive", _cut),
    )
    with ExitStack() as stack:
        for owner, name, kind, error in places:
            if way != "after it was done" or kind in ("commit", "rename"):
                stack.enter_context(patch.object(owner, name, calls.wrap(kind, getattr(owner, name), error)))
        yield calls


@dataclass
class Found:
    """How many calls failed, by kind, and how many letters were repeated because of it."""

    failed: Counter[str] = field(default_factory=Counter)
    repeated: int = 0


def sweep(way: Way, stride: int = 1, first: int = 1) -> Found:
    """Let every `stride`-th call fail in a world of its own; AssertionError names the call that broke a promise."""
    found = Found()
    with memory_folder() as folder, mail_server(folder) as server, staged() as stage:
        source = template(folder / "source", server)
        for number in count(first, stride):
            place = world(source, folder / f"call{number}", stage, server, FRIDAY)
            place.clock.sleep(timedelta(days=1).total_seconds())
            kind = ""
            try:
                kind = _fail(place, way, number)
                _finish(place)
            except Exception as error:
                raise AssertionError(f"{kind or 'call'} {number} failed {way}: {error}") from error
            if not kind:
                return found
            found.failed[kind] += 1
            found.repeated += len(server.mails) - place.letters()
    raise AssertionError("no end")


def _fail(place: World, way: Way, number: int) -> str:
    press = place.opened("A")
    assert press.ledger is not None
    with counted(way) as calls:
        calls.fails = number
        try:
            place.live("A", Life())
        except BroadsheetError:
            # A tick that cannot use its ledger says so.
            place.model.disturbed = True
        calls.fails = 0
    place.interruptions += bool(calls.failed)
    place.check()
    return calls.failed


def _finish(place: World) -> None:
    for _ in range(WAKES):
        place.clock.sleep(REST.total_seconds())
        place.live("A", Life())
        place.check()
        if not place.open():
            break
    place.finished()
    place.stop("A")
    assert place.letters() == 4, f"{place.letters()} of 4 letters"


def main(scale: float = 1.0) -> str:
    """Sweep in every way."""
    stride = max(1, round(1 / scale)) if scale < 1 else 1
    told = []
    for way in WAYS:
        found = sweep(way, stride)
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(found.failed.items()))
        told.append(f"{way}: {kinds}; {found.repeated} letters repeated")
    return " · ".join(told) + ": 0 lost, 0 altered, 0 stuck"


if __name__ == "__main__":
    print(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
