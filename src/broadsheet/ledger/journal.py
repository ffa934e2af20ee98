"""A line of the log per transition, for machines: what happened to which edition or letter, and never what it says.

Addresses are told by their digest; reasons and replies, which may quote rows of data, stand in the ledger alone.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from broadsheet.ledger.tables import delivery, edition

TRANSITION = "transition"
"""The attribute of a log record that holds the facts."""
log = logging.getLogger("broadsheet.transition")

_ENTERED = ("state", "token", "attempt", "cause", "node")


def wanted() -> bool:
    """Whether the log takes such lines."""
    return log.isEnabledFor(logging.INFO)


def facts(connection: Connection, entry: Mapping[str, Any]) -> dict[str, Any]:
    """What the log tells of an event."""
    told: dict[str, Any] = {"event": entry["what"]}
    if entry.get("edition_id") is not None:
        names = (edition.c.report, edition.c.period, edition.c.audience, edition.c.revision)
        row = connection.execute(select(*names).where(edition.c.id == entry["edition_id"])).mappings().one()
        told |= {"edition": entry["edition_id"], **row}
    if entry.get("delivery_id") is not None:
        mine = delivery.c.id == entry["delivery_id"]
        recipient = connection.execute(select(delivery.c.recipient).where(mine)).scalar_one()
        told |= {"delivery": entry["delivery_id"], "recipient": digest(recipient)}
    told |= {name: entry[name] for name in _ENTERED if entry.get(name) not in (None, "")}
    if entry.get("milliseconds") is not None:
        told["ms"] = entry["milliseconds"]
    return told


def digest(address: str) -> str:
    """An address as it stands in the log: the same for the same one, and nothing that could be written to."""
    return hashlib.sha256(address.lower().encode()).hexdigest()[:12]


def publish(lines: Iterable[Mapping[str, Any]]) -> None:
    """Write the lines of a transaction that is on disk."""
    for line in lines:
        log.info("%s", line["event"], extra={TRANSITION: line})
