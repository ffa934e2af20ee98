"""Sending again because somebody says so: the same stored bytes with the same Message-ID."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from broadsheet.errors import UsageError, did_you_mean
from broadsheet.ledger.records import DeliveryRecord, DeliveryState, EditionRecord
from broadsheet.press.batch import Attempt
from broadsheet.press.deliver import deliver
from broadsheet.press.press import Press

UNHAPPY: tuple[DeliveryState, ...] = ("failed", "rejected", "expired", "uncertain", "held", "cancelled")
"""Ends of a letter that nobody has got for sure."""


def to_resend(
    press: Press, record: EditionRecord, *, failed: bool, to: str | None
) -> tuple[DeliveryRecord, ...]:
    """The letters of an edition that are meant: all, those that `failed`, those `to` one address.

    UsageError when the edition has none, or none to that address.
    """
    letters = press.ledger.deliveries.of(record)
    if to is not None:
        mine = tuple(letter for letter in letters if letter.recipient.lower() == to.lower())
        if not mine:
            known = [letter.recipient for letter in letters]
            raise UsageError(f"{record.key} has no letter to {to}", did_you_mean(to, known))
        letters = mine
    if not letters:
        raise UsageError(
            f"{record.key} has no letters", "`broadsheet run … --send` makes and sends an edition."
        )
    return tuple(letter for letter in letters if letter.state in UNHAPPY) if failed else letters


def resend(press: Press, record: EditionRecord, letters: tuple[DeliveryRecord, ...]) -> Iterator[Attempt]:
    """Queue letters again and attempt them now. One that is under way already, or barred, is left as it is."""
    until = press.clock.now() + timedelta(hours=press.settings.mail.max_age)
    again = {letter.id for letter in letters if press.ledger.deliveries.again(letter, until)}
    waiting = (letter for letter in press.ledger.deliveries.waiting(record) if letter.id in again)
    yield from deliver(press, waiting, asked=True)
