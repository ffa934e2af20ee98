"""Which channel a workspace's mail leaves by."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from broadsheet.definitions.models.mail import Mail
from broadsheet.delivery.outbox import Outbox
from broadsheet.delivery.outcome import Channel
from broadsheet.delivery.smtp import Smtp
from broadsheet.errors import DeliveryError


def open_channel(name: str, mail: Mail, outbox: Path, environ: Mapping[str, str]) -> Channel:
    """The channel of that name; DeliveryError when its settings cannot be used."""
    if name == "smtp" and not mail.host:
        raise DeliveryError(
            "a letter waits for the mail server, but none is configured",
            "Set mail.channel: smtp and mail.host in config/settings.yaml.",
        )
    return Smtp(mail, environ) if name == "smtp" else Outbox(outbox)
