"""Hand queued letters to their channel, one at a time, and record each reply before the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from broadsheet.delivery.channels import open_channel
from broadsheet.delivery.outcome import Channel, Outcome, pause
from broadsheet.errors import BroadsheetError, StorageError
from broadsheet.ledger.records import DeliveryRecord, DeliveryState
from broadsheet.press.press import Press


@dataclass(frozen=True)
class Attempt:
    """One delivery and what became of it."""

    delivery: DeliveryRecord
    outcome: Outcome


def deliver(press: Press, waiting: Iterable[DeliveryRecord]) -> Iterator[Attempt]:
    """Attempt deliveries. Once a channel is down the rest of its letters stay queued, untouched.

    The state is `sending` on disk before the first byte leaves, so that a crash in between is visible.
    """
    channels: dict[str, Channel] = {}
    down: set[str] = set()
    try:
        for item in waiting:
            if item.channel in down or not press.ledger.deliveries.sending(item):
                continue
            outcome = _attempt(press, item, channels)
            if outcome.link_down:
                down.add(item.channel)
            _settle(press, item, outcome)
            yield Attempt(item, outcome)
    finally:
        for channel in channels.values():
            channel.close()


def _attempt(press: Press, item: DeliveryRecord, channels: dict[str, Channel]) -> Outcome:
    try:
        if item.channel not in channels:
            mail = press.settings.mail
            channels[item.channel] = open_channel(item.channel, mail, press.outbox, press.environ)
        return channels[item.channel].send(item.recipient, press.archive.get(item.message))
    except StorageError as error:  # Its stored bytes are missing or altered; other letters have theirs.
        return Outcome("retry", str(error))
    except BroadsheetError as error:
        return Outcome("retry", str(error), link_down=True)
    except Exception as error:  # One letter's trouble is its own.
        return Outcome("failed", f"internal error: {type(error).__name__}: {error}")


def _settle(press: Press, item: DeliveryRecord, outcome: Outcome) -> None:
    states: dict[str, DeliveryState] = {"sent": "sent", "rejected": "rejected", "failed": "failed"}
    if outcome.state in states:
        press.ledger.deliveries.settle(item, states[outcome.state], outcome.reply)
        return
    again = press.clock.now() + pause(item.attempts + 1)
    state: DeliveryState = "uncertain" if outcome.state == "uncertain" else "queued"
    press.ledger.deliveries.settle(item, state, outcome.reply, next_at=again)
