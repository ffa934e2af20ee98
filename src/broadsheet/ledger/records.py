"""What the ledger hands out: plain frozen records, and the words for their states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

EditionState = Literal["due", "running", "ready", "failed", "skipped"]
"""due: waiting for its turn · running: claimed by a press · ready: rendered, archived, its deliveries queued ·
failed: given up, see reason · skipped: deliberately not produced, see reason."""

DeliveryState = Literal["queued", "sending", "sent", "rejected", "failed", "uncertain"]
"""queued: to be sent at next_at · sending: handed to the channel · sent: accepted · rejected: refused for this
recipient · failed: given up · uncertain: the link or the process died while the message was being accepted."""


@dataclass(frozen=True)
class EditionKey:
    """What names an edition: claimed once, whoever asks and however often."""

    report: str
    period: str
    audience: str
    slice: str
    locale: str
    revision: int = 1

    def __str__(self) -> str:
        return f"{self.report} · {self.period} · {self.audience} · r{self.revision}"


@dataclass(frozen=True)
class EditionRecord:
    """An edition as the ledger knows it."""

    id: int
    key: EditionKey
    state: EditionState
    due_at: datetime
    as_of: datetime
    token: int
    attempts: int
    next_at: datetime
    reason: str
    pages: int | None
    manifest: str | None
    finished_at: datetime | None


@dataclass(frozen=True)
class DeliveryRecord:
    """One edition on its way to one recipient; `message` is the digest of the stored bytes."""

    id: int
    edition_id: int
    channel: str
    recipient: str
    state: DeliveryState
    message_id: str
    message: str
    attempts: int
    next_at: datetime
    reply: str
    sent_at: datetime | None


@dataclass(frozen=True)
class NewDelivery:
    """A delivery to be queued together with its edition."""

    channel: str
    recipient: str
    message_id: str
    message: str
