"""What goes to an audience's folders and webhooks beside its mails: once per edition, in the audience's language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from broadsheet.archive.manifest import get_manifest
from broadsheet.definitions.models.channels import ChannelDef
from broadsheet.delivery.folder import compose_listing
from broadsheet.delivery.message import Letter, message_id
from broadsheet.delivery.webhook import compose_post
from broadsheet.ledger.records import DeliveryRecord, EditionKey, NewDelivery
from broadsheet.press.order import Order, locale_of
from broadsheet.press.press import Press

FURTHER = "further/"
"""What the names of files begin with that a manifest has beside page and PDF."""
BESIDES = ("folder", "webhook")
"""Channels whose recipients are no mail addresses."""


def posts(press: Press, order: Order, letter: Letter, until: datetime, secret: str) -> Iterator[NewDelivery]:
    """Store what each folder and webhook of the order's audience gets, to be queued."""
    audience = order.edition.audience
    if order.edition.locale != locale_of(press, audience):
        return
    for channel in press.workspace.audiences[audience].channels:
        content = (
            compose_post(letter, channel.form) if channel.webhook else _listing(press, order, letter.artifact)
        )
        kind, place = _place(channel)
        identity = message_id(letter, f"{kind}:{place}", press.settings.mail, secret)
        stored = press.archive.put(content)
        yield NewDelivery(kind, place, identity, stored, letter.scope, letter.artifact, expires_at=until)


def wanted(press: Press, key: EditionKey, item: DeliveryRecord) -> bool:
    """Whether the audience still has the folder or webhook of a delivery."""
    audience = press.workspace.audiences.get(key.audience)
    return audience is not None and (item.channel, item.recipient) in map(_place, audience.channels)


def _place(channel: ChannelDef) -> tuple[str, str]:
    return ("webhook", channel.webhook) if channel.webhook else ("folder", str(channel.folder))


def _listing(press: Press, order: Order, manifest: str) -> bytes:
    """Page, PDF and attachments by the names that mails give them."""
    files = get_manifest(press.archive, manifest).files
    endings = {".pdf": "pdf", ".html": "html"}
    endings |= {name.removeprefix(FURTHER): name for name in files if name.startswith(FURTHER)}
    return compose_listing({order.edition.file(ending): files[name] for ending, name in endings.items()})
