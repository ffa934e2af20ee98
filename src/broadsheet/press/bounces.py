"""What has come back to the mailbox: undeliverable letters are noted, who wants no more is left in peace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from broadsheet import failpoints
from broadsheet.definitions.models.audiences import parse_address
from broadsheet.delivery.bounces import Bounce, Leave, read
from broadsheet.delivery.mailbox import open_mailbox
from broadsheet.errors import UsageError
from broadsheet.press.press import Press

AT_ONCE = 200
"""Messages that are read at a time."""
EVERY_MINUTES = 5


@dataclass(frozen=True)
class Returned:
    """One message of the mailbox and what followed from it."""

    address: str
    what: Literal["bounced", "unsubscribed", "ignored"]
    reply: str = ""


def read_due(press: Press) -> tuple[Returned, ...]:
    """Read the mailbox, if there is one, once in five minutes for all processes together.

    Raises DeliveryError when the mailbox cannot be used.
    """
    now = press.clock.now()
    if press.settings.mail.bounces is None or not press.ledger.marks.renew("bounces", _slot(now)):
        return ()
    return read_bounces(press)


def read_bounces(press: Press) -> tuple[Returned, ...]:
    """Read what is unseen in the mailbox, and mark it as seen once the ledger knows it.

    Raises UsageError without a mailbox in the settings, DeliveryError when it cannot be used.
    """
    bounces = press.settings.mail.bounces
    if bounces is None:
        raise UsageError("no mailbox of bounces is configured", "See mail.bounces in docs/how-to/mail.md.")
    done = []
    with open_mailbox(bounces, press.environ, press.tokens) as mailbox:
        for uid, content in mailbox.unseen(AT_ONCE):
            done.append(_settled(press, read(content)))
            failpoints.reached("bounces.before-seen")
            mailbox.seen(uid)
    return tuple(done)


def _settled(press: Press, message: Bounce | Leave | None) -> Returned:
    nothing = Returned("", "ignored")
    if message is None:
        return nothing
    domain = parse_address(press.settings.mail.sender).domain
    found = press.ledger.suppressions.letter(f"<{message.token}@{domain}>")
    if found is None:
        return nothing
    letter, report = found
    if isinstance(message, Bounce):
        news = press.ledger.suppressions.bounced(letter, message.reply, hard=message.hard)
        return Returned(letter.recipient, "bounced", message.reply) if news else nothing
    if message.address != letter.recipient.lower():
        # Only the recipient may take the recipient off.
        return nothing
    press.ledger.suppressions.add(letter.recipient, report, "the recipient has unsubscribed")
    return Returned(letter.recipient, "unsubscribed", report)


def _slot(now: datetime) -> str:
    return f"{now:%Y-%m-%dT%H}:{now.minute // EVERY_MINUTES}"
