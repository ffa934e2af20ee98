"""A proof: a copy of a letter to somebody who tests or decides, of which the ledger knows nothing."""

from __future__ import annotations

from broadsheet.definitions.models.audiences import parse_address
from broadsheet.delivery.channels import open_channel
from broadsheet.delivery.lock import locked
from broadsheet.delivery.message import Letter, compose
from broadsheet.delivery.outcome import Outcome, Parcel, send_all
from broadsheet.ledger.records import EditionKey
from broadsheet.press.personal import password_of, personal
from broadsheet.press.press import Press


def send_proof(press: Press, key: EditionKey, letter: Letter, to: str) -> Outcome:
    """Send a copy to one address, locked as the edition's audience has agreed for it.

    BroadsheetError when that cannot be done, or the channel cannot be opened.
    """
    mail, password = press.settings.mail, password_of(press, key.audience, to)
    message = compose(personal(press, key, letter, to), to, mail, press.clock.now())
    channel = open_channel(mail.channel, press.resources)
    content = locked(message, password) if password else message
    (outcome,) = send_all(channel, [Parcel(parse_address(to).addr_spec, "", content)])
    return outcome
