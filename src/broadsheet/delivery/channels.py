"""Which channels there are, and what each needs of its resources."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from broadsheet.archive.store import Archive
from broadsheet.definitions.models.mail import Mail
from broadsheet.delivery.discreet import Discreet
from broadsheet.delivery.folder import Folder
from broadsheet.delivery.outbox import Outbox
from broadsheet.delivery.outcome import Channel
from broadsheet.delivery.smtp import Smtp
from broadsheet.delivery.tokens import Tokens
from broadsheet.delivery.webhook import Webhook
from broadsheet.errors import DeliveryError


@dataclass(frozen=True)
class Resources:
    """What channels leave from: the settings of mail, the hosts that webhooks may lead to, the environment with its
    secrets and what takes them out of a text, the workspace's `root`, the folder of letters without a mail server,
    and the archive."""

    mail: Mail
    hosts: Collection[str]
    environ: Mapping[str, str]
    redact: Callable[[str], str]
    root: Path
    outbox: Path
    archive: Archive
    tokens: Tokens


def open_channel(name: str, resources: Resources) -> Channel:
    """The channel of that name; DeliveryError when its settings cannot be used."""
    if name == "smtp" and not resources.mail.host:
        raise DeliveryError(
            "a letter waits for the mail server, but none is configured",
            "Set mail.channel: smtp and mail.host in config/settings.yaml.",
        )
    return Discreet(_open(name, resources), resources.redact)


def _open(name: str, resources: Resources) -> Channel:
    match name:
        case "smtp":
            return Smtp(resources.mail, resources.environ, resources.tokens)
        case "folder":
            return Folder(resources.root, resources.archive)
        case "webhook":
            return Webhook(resources.hosts, resources.environ)
    return Outbox(resources.outbox)
