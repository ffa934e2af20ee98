"""The only clock of the product: whoever needs the time is handed a `Clock`.

Everything that names an edition is anchored to its due time, never to now; the clock serves the
press (what is due?), the ledger (when did it happen?) and mail (`Date:`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the press needs to know of time."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""

    def seconds(self) -> float:
        """A monotonic reading, for durations."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current instant in UTC."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for real."""
        time.sleep(seconds)


@dataclass
class FixedClock:
    """A clock that stands still until it is moved: for tests, here and in projects that build on this one."""

    at: datetime

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.at

    def seconds(self) -> float:
        """Seconds of the instant it was set to."""
        return self.at.timestamp()

    def sleep(self, seconds: float) -> None:
        """Move on without waiting."""
        self.at = datetime.fromtimestamp(self.at.timestamp() + seconds, UTC)


@dataclass(frozen=True)
class AnchoredClock:
    """A clock that shows one instant while durations stay real: for runs over a finished world."""

    at: datetime

    def now(self) -> datetime:
        """The anchor."""
        return self.at

    def seconds(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for real."""
        time.sleep(seconds)
