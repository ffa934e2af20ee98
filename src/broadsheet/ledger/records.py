"""What the ledger hands out: plain frozen records, and the words for their states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

EditionState = Literal[
    "due", "running", "held", "ready", "failed", "skipped", "cancelled", "refused", "quarantined"
]
"""due: waiting for its turn · running: claimed by a press · held: made, waiting for somebody's decision · ready:
rendered, archived, its deliveries queued · failed: given up · skipped: deliberately not produced · cancelled: no
longer wanted · refused: its audience may not see it · quarantined: it killed several presses. `reason` tells why,
`cause` in one word."""

DeliveryState = Literal[
    "queued", "sending", "sent", "rejected", "failed", "uncertain", "expired", "cancelled", "blocked", "held"
]
"""queued: to be sent at next_at · sending: handed to the channel · sent: accepted · rejected: refused for this
recipient · failed: given up · uncertain: the link or the process died while the message was being accepted ·
expired: could not be sent in time · cancelled: no longer entitled or wanted · blocked: not what its audience may
see · held: waiting for somebody's decision."""

Cause = Literal[
    "", "catchup", "void", "overlap", "paused", "condition", "data", "template", "render", "limits", "size",
    "policy", "entitlement", "recipients", "approval", "gate", "definition", "source",
    "storage", "mail", "crash", "stopped",
    "address", "bounce", "suppressed", "uncertain", "restored",
]  # fmt: skip
"""One word for why an edition or a delivery is in its state."""

Settling = Literal["", "send", "drop"]
"""What becomes of a held edition when nobody decides in time."""


AlertKind = Literal[
    "failed", "refused", "quarantined", "held", "late", "recipients", "rejected", "undelivered", "expired", "blocked",
    "suppressed", "domain", "channel", "source", "definition", "planning", "storage", "caution", "restored",
]  # fmt: skip
"""What the owner must hear of. Of a report: failed, refused, quarantined, held and late editions, audiences without
recipients, rejected, undelivered, expired or blocked letters, and editions that went out with a caution. Otherwise:
suppressed addresses, new domains, a channel or a data source that is down, definitions that cannot be used, more to
plan than is sensible, a ledger or archive that cannot be written, a ledger that was put back from a backup."""


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
        part = f" · {self.slice}" if self.slice not in ("", "all") else ""
        return f"{self.report} · {self.period} · {self.audience}{part} · r{self.revision}"


@dataclass(frozen=True)
class EditionRecord:
    """An edition as the ledger knows it."""

    id: int
    key: EditionKey
    state: EditionState
    due_at: datetime
    as_of: datetime
    token: int
    lease_until: datetime | None
    attempts: int
    next_at: datetime
    reason: str
    cause: Cause
    definition: str | None
    pages: int | None
    manifest: str | None
    created_at: datetime
    finished_at: datetime | None
    zone: str
    scope: str
    watermark: datetime | None
    held_until: datetime | None
    held_then: Settling
    strikes: int
    gone_at: datetime | None
    silent: bool
    node: str


@dataclass(frozen=True)
class Made:
    """What a finished edition consists of: its bundle, its pages, its definition, and the rows that it shows."""

    manifest: str
    pages: int
    definition: str
    scope: str = ""


@dataclass(frozen=True)
class Hold:
    """Why a finished edition waits for somebody's decision, and what becomes of it if nobody decides `until` then."""

    reason: str
    cause: Cause
    until: datetime | None = None
    then: Settling = ""


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
    cause: Cause
    scope: str
    artifact: str
    queued_at: datetime
    sent_at: datetime | None
    expires_at: datetime | None
    uncertainties: int
    node: str


@dataclass(frozen=True)
class NewDelivery:
    """A delivery to be queued together with its edition."""

    channel: str
    recipient: str
    message_id: str
    message: str
    scope: str = ""
    artifact: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Event:
    """One thing that happened to an edition or a delivery."""

    at: datetime
    edition_id: int | None
    delivery_id: int | None
    what: str
    state: str
    token: int | None
    attempt: int | None
    milliseconds: int | None
    cause: str
    detail: str
    node: str


@dataclass(frozen=True)
class Alert:
    """Trouble of a kind with a subject (a report, an address, a channel): how often, since when, told when."""

    id: int
    kind: AlertKind
    subject: str
    detail: str
    count: int
    first_at: datetime
    last_at: datetime
    told_at: datetime | None
    over_at: datetime | None


@dataclass(frozen=True)
class BreakerRecord:
    """Something outside that the press needs: shut since `opened_at` for `reason`, tried again at `probe_at`."""

    name: str
    opened_at: datetime | None
    probe_at: datetime | None
    reason: str


@dataclass(frozen=True)
class ChannelRecord(BreakerRecord):
    """How a channel fares: its breaker, and the share `pace` of its rate that it may use since `paced_at`."""

    pace: float
    paced_at: datetime | None


@dataclass(frozen=True)
class Voice:
    """Who says something: a name, and the account of the system that it was said from."""

    name: str
    account: str

    @property
    def named(self) -> bool:
        """Whether the name is another than that of the account."""
        return self.name.casefold() != self.account.casefold()

    def differs_from(self, other: Voice) -> bool:
        """Whether two people speak, as far as can be known: under one account both must give their names."""
        apart = self.account != other.account or (self.named and other.named)
        return apart and self.name.casefold() != other.name.casefold()

    def __str__(self) -> str:
        return f"{self.name} (account {self.account})" if self.named else self.name


@dataclass(frozen=True)
class DomainRecord:
    """A domain that mail of `channel` goes to `since` then; None while the second of two people has to confirm it."""

    channel: str
    name: str
    asked_by: str
    account: str
    confirmed_by: str
    since: datetime | None


@dataclass(frozen=True)
class SuppressionRecord:
    """An address that bounced so often, or gets no letters of `report` (empty: of any) `since` then."""

    address: str
    report: str
    bounces: int
    since: datetime | None
    reason: str
    last_at: datetime
