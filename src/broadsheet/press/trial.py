"""A short test mail through the configured channel."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime

from broadsheet.definitions.models.audiences import parse_address
from broadsheet.delivery.channels import open_channel
from broadsheet.delivery.message import POLICY
from broadsheet.delivery.outcome import Outcome
from broadsheet.press.demand import reader
from broadsheet.press.press import Press


def send_trial(press: Press, address: str) -> Outcome:
    """Send a few words to one address; UsageError when it is none, DeliveryError when the channel cannot open."""
    recipient = reader(address)
    mail, now = press.settings.mail, press.clock.now()
    sender = parse_address(mail.sender)
    message = EmailMessage(policy=POLICY)
    message["Subject"] = "Broadsheet test mail"
    message["From"], message["To"] = sender, recipient
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<trial.{now:%Y%m%d%H%M%S}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{press.settings.company}: this mail set-up works.\n")
    channel = open_channel(mail.channel, mail, press.outbox, press.environ)
    try:
        return channel.send(recipient.addr_spec, message.as_bytes())
    finally:
        channel.close()
