"""A short test mail through the configured channel."""

from __future__ import annotations

from broadsheet.delivery.channels import open_channel
from broadsheet.delivery.notices import Notice, compose_notice
from broadsheet.delivery.outcome import Outcome, Parcel, send_all
from broadsheet.press.demand import reader
from broadsheet.press.press import Press


def send_trial(press: Press, address: str) -> Outcome:
    """Send a few words to one address; UsageError when it is none, DeliveryError when the channel cannot open."""
    recipient = reader(address)
    mail, now = press.settings.mail, press.clock.now()
    text = f"{press.settings.company}: this mail set-up works.\n"
    notice = Notice(f"trial-{now:%Y%m%d%H%M%S}", "Broadsheet test mail", text)
    channel = open_channel(mail.channel, press.resources)
    message = compose_notice(notice, address, mail, now)
    (outcome,) = send_all(channel, [Parcel(recipient.addr_spec, "", message)])
    return outcome
