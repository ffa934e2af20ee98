"""A channel whose answers tell no secret: servers quote what they were told, a password among it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from broadsheet.delivery.outcome import Channel, Outcome, Parcel, Trouble


class Discreet:
    """Another channel; `redact` takes the secrets out of its words before anybody reads them."""

    def __init__(self, channel: Channel, redact: Callable[[str], str]) -> None:
        self._channel, self._redact = channel, redact
        self.name = channel.name

    def open(self) -> Trouble | None:
        """Make ready to send; what is in the way, if anything."""
        trouble = self._channel.open()
        return trouble and replace(trouble, reason=self._redact(trouble.reason))

    def send(self, parcel: Parcel) -> Outcome:
        """Hand over one message."""
        outcome = self._channel.send(parcel)
        return replace(outcome, reply=self._redact(outcome.reply))

    def close(self) -> None:
        """Let go of connections."""
        self._channel.close()
