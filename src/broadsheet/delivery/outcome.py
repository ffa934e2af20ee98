"""What became of one attempt to deliver: a value, never an exception past a channel's door."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

OutcomeState = Literal[
    "sent", "retry", "postponed", "slow", "shut", "rejected", "failed", "uncertain", "cancelled", "blocked"
]

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
class Parcel:
    """One message on its way to one recipient: the stored bytes, and the identity that a repeat shares."""

    recipient: str
    message_id: str
    message: bytes


@dataclass(frozen=True)
class Outcome:
    """sent: accepted · retry: not now, still due · postponed: nothing was handed over, for a passing reason of ours ·
    slow: the channel is asked for too much at once · shut: the channel takes nothing from us · rejected: this address
    is refused for good · failed: this message is refused for good · uncertain: the link died while it was being
    accepted · cancelled, blocked: stopped before it left (see `press.egress`).

    `reply` is the channel's own answer, for the ledger and for people; `cause` is `size` where a smaller message may
    pass."""

    state: OutcomeState
    reply: str
    cause: Literal["", "size", "policy", "address"] = ""


@dataclass(frozen=True)
class Trouble:
    """Why a channel takes nothing now, found before a letter is touched. `refused`: it does not heal by waiting, as
    with a wrong password or an untrusted certificate, and trying often may lock the account."""

    reason: str
    refused: bool = False


class Channel(Protocol):
    """A way out of the house. Made once per batch, closed after it."""

    name: str

    def open(self) -> Trouble | None:
        """Make ready to send; what is in the way, if anything."""

    def send(self, parcel: Parcel) -> Outcome:
        """Hand over one message."""

    def close(self) -> None:
        """Let go of connections."""


def send_all(channel: Channel, parcels: Iterable[Parcel]) -> list[Outcome]:
    """Send messages that the ledger knows nothing of, and let go of the channel."""
    try:
        trouble = channel.open()
        return [Outcome("retry", trouble.reason) if trouble else channel.send(each) for each in parcels]
    finally:
        channel.close()


def pause(attempts: int) -> timedelta:
    """How long to wait at most after so many attempts."""
    return BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]


def spread(attempts: int, message_id: str) -> timedelta:
    """The pause of one message: any part of `pause`, told by its identity, so that many do not come back at once."""
    draw = hashlib.sha256(f"{message_id} {attempts}".encode()).digest()
    return pause(attempts) * (int.from_bytes(draw[:4]) / 2**32)
