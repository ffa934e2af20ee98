"""Does the schedule live, and can it do its work?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from broadsheet.archive.store import write_durably
from broadsheet.errors import StorageError
from broadsheet.press.pool import LOADING
from broadsheet.press.press import Press

PATIENCE = 900.0
"""Seconds without progress after which a schedule counts as stuck, unless its settings let an edition take longer."""
STATEMENTS = 14
"""So many statements for the numbers of one edition may take all the time that they have."""


def patience(press: Press) -> float:
    """How many seconds the schedule may spend on one edition, asking or drawing, before it counts as stuck."""
    connections = press.workspace.catalog.connections.values()
    asking = max((each.wait + STATEMENTS * each.timeout for each in connections), default=0)
    return max(PATIENCE, asking, LOADING + press.settings.limits.seconds)


@dataclass(frozen=True)
class Status:
    """A running schedule: its press, the seconds since it last got on with its work, and its beat in seconds."""

    press: Press
    idle: float
    beat: int

    @property
    def alive(self) -> bool:
        """Whether it got on with its work lately: an edition, or the end of a tick."""
        return self.idle <= max(patience(self.press), 3 * self.beat)


@dataclass(frozen=True)
class Check:
    """One answer to whether the schedule can do its work; `trouble` is empty where it can."""

    name: str
    trouble: str = ""


def checks(status: Status) -> Iterator[Check]:
    """Whether ledger and archive can be written, the definitions are sound, and the ticks go on."""
    press = status.press
    probe = press.var / "archive" / "probe"
    yield _tried(
        "ledger", lambda: press.ledger.marks.renew("probe", f"{press.clock.now():%Y-%m-%dT%H:%M:%S}")
    )
    yield _tried("archive", lambda: write_durably(probe, b"written to see that it can be\n"))
    broken = len(press.workspace.errors)
    yield Check("definitions", f"{broken} errors: broadsheet check lists them" if broken else "")
    yield Check("ticks", "" if status.alive else f"none has got on for {status.idle:.0f} seconds")


def _tried(name: str, effect: Callable[[], object]) -> Check:
    try:
        effect()
    except StorageError as error:
        return Check(name, str(error))
    return Check(name)
