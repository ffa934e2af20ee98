"""What became of one attempt to deliver: a value, never an exception past a channel's door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

OutcomeState = Literal["sent", "retry", "rejected", "failed", "uncertain"]

BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
)
"""Pauses between attempts; the last one repeats."""


@dataclass(frozen=True)
class Outcome:
    """sent: accepted · retry: not now, still due · rejected: this address is refused for good · failed: this
    message is refused for good · uncertain: the link died while it was being accepted. `reply` is the
    channel's own answer, for the ledger and for people; `link_down` says that other letters would fare alike."""

    state: OutcomeState
    reply: str
    link_down: bool = False


class Channel(Protocol):
    """A way out of the house. Opened once per batch, closed after it."""

    name: str

    def send(self, recipient: str, message: bytes) -> Outcome:
        """Hand over the stored bytes of one message to one address."""

    def close(self) -> None:
        """Let go of connections."""


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    return BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]
