"""Mail to a domain that it has never gone to: held until two people have said that it may go there.

Whoever wrote an address into an audience, a file or a database can be one of the two, never both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from broadsheet.definitions.models.audiences import domain_of, parse_address
from broadsheet.errors import UsageError
from broadsheet.ledger.records import DeliveryRecord, DomainRecord, Voice
from broadsheet.press.press import Press


@dataclass(frozen=True)
class Said:
    """What became of a domain when somebody spoke: asked for once, or confirmed, and how many letters are queued."""

    state: Literal["asked", "confirmed"]
    first: str
    letters: int = 0


@dataclass(frozen=True)
class Waiting:
    """A domain that is not confirmed: its letters, and who has asked for it (empty: nobody yet)."""

    name: str
    letters: tuple[DeliveryRecord, ...]
    asked_by: str


def new_domains(press: Press, addresses: Iterable[str]) -> frozenset[str]:
    """The domains of bare addresses that mail may not go to yet; none where the settings allow all."""
    mail = press.settings.mail
    if mail.new_domains == "allow":
        return frozenset()
    own = domain_of(parse_address(mail.sender).addr_spec)
    named = frozenset(map(domain_of, addresses)) - {own}
    if not named or not press.has_ledger:
        return named
    known = {each.name for each in press.ledger.domains.all(mail.channel) if each.since is not None}
    return named - known


def unknown(name: str) -> str:
    """Why a letter to a domain is held."""
    return f"mail has never gone to {name}: two people must confirm it"


def waiting(press: Press) -> tuple[Waiting, ...]:
    """The domains that are asked for or have letters waiting, by name."""
    known = press.ledger.domains.all(press.settings.mail.channel)
    asked = {each.name: each.asked_by for each in known if each.since is None}
    letters: dict[str, list[DeliveryRecord]] = {name: [] for name in asked}
    for letter in press.ledger.domains.held():
        letters.setdefault(domain_of(letter.recipient), []).append(letter)
    return tuple(Waiting(name, tuple(held), asked.get(name, "")) for name, held in sorted(letters.items()))


def approve(press: Press, name: str, voice: Voice) -> Said:
    """Say that mail may go to a domain: the first time it is asked for, the second time, by another, confirmed.

    Raises UsageError where the same person speaks twice, or mail goes there already.
    """
    domains, channel = press.ledger.domains, press.settings.mail.channel
    if domains.ask(channel, name, voice):
        return Said("asked", voice.name)
    known = _open(press, name)
    if not voice.differs_from(Voice(known.asked_by, known.account)):
        raise UsageError(
            f"{known.asked_by} has asked for {name}, and it takes another person to confirm it",
            "They run the same command; under one account of the system each gives a name: --by NAME",
        )
    if not domains.confirm(known, voice):
        raise UsageError(f"{name} is not asked for any more", "Look again: broadsheet approve")
    return Said("confirmed", known.asked_by, release_known(press))


def refuse(press: Press, name: str, reason: str) -> int:
    """Forget that a domain was asked for, and cancel the letters that wait for it; how many.

    Raises UsageError where neither is there.
    """
    found = next((each for each in waiting(press) if each.name == name), None)
    if found is None:
        raise UsageError(f"nothing waits for {name}", "See: broadsheet approve")
    return press.ledger.domains.refuse(press.settings.mail.channel, name, found.letters, reason)


def release_known(press: Press) -> int:
    """Queue the held letters whose domain mail may go to by now; how many."""
    held = press.ledger.domains.held()
    strangers = new_domains(press, (letter.recipient for letter in held))
    free = [letter for letter in held if domain_of(letter.recipient) not in strangers]
    return press.ledger.domains.release(free, "mail may go to its domain now") if free else 0


def _open(press: Press, name: str) -> DomainRecord:
    """What is asked for and not confirmed; UsageError where it is neither."""
    known = press.ledger.domains.one(press.settings.mail.channel, name)
    if known is None:
        raise UsageError(f"{name} is not asked for any more", "Look again: broadsheet approve")
    if known.since is None:
        return known
    by = f", confirmed by {known.confirmed_by}" if known.confirmed_by else ""
    since = known.since.astimezone(press.calendar.zone)
    raise UsageError(f"mail goes to {name} since {since:%Y-%m-%d}{by}", "There is nothing to confirm.")
