"""The ledger's tables. The unique keys are the promise: an edition and a delivery exist once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TextClause,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.schema import Column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored as naive UTC so that every database compares it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        del dialect
        return value.astimezone(UTC).replace(tzinfo=None) if value is not None else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Hand out UTC, aware."""
        del dialect
        return value.replace(tzinfo=UTC) if value is not None else None


READY, UNCERTAIN, INTERRUPTED = (
    text("state = 'ready'"),
    text("uncertainties > 0"),
    text("outcome = 'interrupted'"),
)
"""Conditions of indexes. A question finds such an index only where it has the same words in it, no parameters."""


def rows(condition: TextClause) -> dict[str, Any]:
    """An index of those rows of its table only."""
    return {"sqlite_where": condition, "postgresql_where": condition}


metadata = MetaData(naming_convention=NAMING)

edition = Table(
    "edition",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report", String(63), nullable=False),
    Column("period", String(63), nullable=False),
    Column("audience", String(63), nullable=False),
    Column("slice", String(255), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", String(15), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("token", Integer, nullable=False, server_default="0"),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("definition", String(64)),
    Column("manifest", String(64)),
    Column("pages", Integer),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("cause", String(15), nullable=False, server_default=""),
    Column("zone", String(63), nullable=False, server_default=""),
    Column("scope", String(64), nullable=False, server_default=""),
    Column("watermark", Instant),
    Column("held_until", Instant),
    Column("held_then", String(7), nullable=False, server_default=""),
    Column("strikes", Integer, nullable=False, server_default="0"),
    Column("gone_at", Instant),
    Column("silent", Boolean, nullable=False, server_default=false()),
    Column("node", String(63), nullable=False, server_default=""),
    UniqueConstraint("report", "period", "audience", "slice", "locale", "revision"),
    Index("ix_edition_state_next_at", "state", "next_at"),
    Index("ix_edition_report_due_at", "report", "due_at"),
    Index("ix_edition_due_at", "due_at"),
    Index("ix_edition_report_finished_at", "report", "finished_at", **rows(READY)),
)
"""`cause` is one word for `reason`; `scope` the digest of the rows that the audience may see; `watermark` how far
the data reached; `gone_at` when its bundle left the archive; `silent` that nobody gets it by itself; `held_until`
and `held_then` (send, drop) settle what nobody decides; `strikes` counts presses that died over it; `node` is who
has it."""

delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("edition_id", Integer, ForeignKey("edition.id"), nullable=False),
    Column("channel", String(31), nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("state", String(15), nullable=False),
    Column("message_id", String(255), nullable=False, unique=True),
    Column("message", String(64), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant, nullable=False),
    Column("reply", Text, nullable=False, server_default=""),
    Column("queued_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("cause", String(15), nullable=False, server_default=""),
    Column("scope", String(64), nullable=False, server_default=""),
    Column("artifact", String(64), nullable=False, server_default=""),
    Column("expires_at", Instant),
    Column("uncertainties", Integer, nullable=False, server_default="0"),
    Column("node", String(63), nullable=False, server_default=""),
    UniqueConstraint("edition_id", "channel", "recipient"),
    Index("ix_delivery_state_next_at", "state", "next_at"),
    Index("ix_delivery_recipient", "recipient"),
    Index("ix_delivery_channel_sent_at", "channel", "sent_at"),
    Index("ix_delivery_uncertainties", "uncertainties", **rows(UNCERTAIN)),
)
"""`scope` and `artifact` repeat what the edition shows and consists of: they are compared again before it leaves.
`uncertainties` counts the times when nobody could know whether it had been accepted."""

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("edition_id", Integer, ForeignKey("edition.id"), nullable=False, index=True),
    Column("token", Integer, nullable=False),
    Column("trigger", String(15), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", String(15), nullable=False),
    Column("error", Text, nullable=False, server_default=""),
    Column("seconds", Float),
    Index("ix_run_outcome", "outcome", **rows(INTERRUPTED)),
)

horizon = Table(
    "horizon",
    metadata,
    Column("report", String(63), primary_key=True),
    Column("planned_until", Instant, nullable=False),
    Column("latest", String(63), nullable=False, server_default=""),
    Column("gone_at", Instant),
)
"""How far each report's schedule has been planned: the press looks at the time after it, so no slot is lost
in a downtime and none is planned twice. `latest` is the newest period planned, from which a changed schedule goes on;
`gone_at` is since when its definition has not been there."""

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("edition_id", Integer, ForeignKey("edition.id")),
    Column("delivery_id", Integer, ForeignKey("delivery.id")),
    Column("what", String(31), nullable=False),
    Column("state", String(15), nullable=False, server_default=""),
    Column("token", Integer),
    Column("attempt", Integer),
    Column("milliseconds", Integer),
    Column("cause", String(15), nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default=""),
    Column("node", String(63), nullable=False, server_default=""),
    Index("ix_event_edition_id", "edition_id"),
    Index("ix_event_at", "at"),
)
"""What happened, one row per transition, written with it: the story of an edition."""

node = Table(
    "node",
    metadata,
    Column("name", String(63), primary_key=True),
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ticked_at", Instant),
)
"""The processes that use this ledger, and when each was last heard of."""

mark = Table(
    "mark",
    metadata,
    Column("name", String(31), primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""Facts about the ledger itself: its identity, whether sends are held after a restore."""

alert = Table(
    "alert",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(31), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("count", Integer, nullable=False, server_default="1"),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("told_at", Instant),
    Column("over_at", Instant),
    UniqueConstraint("kind", "subject", "first_at"),
    Index("ix_alert_over_at", "over_at"),
)
"""What the owner must hear of; told once per channel and hour, over when it is over."""

suppression = Table(
    "suppression",
    metadata,
    Column("address", String(320), primary_key=True),
    Column("report", String(63), primary_key=True, server_default=""),
    Column("bounces", Integer, nullable=False, server_default="0"),
    Column("since", Instant),
    Column("reason", Text, nullable=False, server_default=""),
    Column("last_at", Instant, nullable=False),
)
"""Addresses that bounced or were taken off, of one report or (empty) of all; suppressed once `since` is set."""

domain = Table(
    "domain",
    metadata,
    Column("channel", String(63), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("asked_by", Text, nullable=False, server_default=""),
    Column("account", Text, nullable=False, server_default=""),
    Column("confirmed_by", Text, nullable=False, server_default=""),
    Column("since", Instant),
)
"""Domains that mail of a channel has gone to, or may go to `since` then: two people have said so. The first one,
`asked_by`, spoke from an `account` of the system."""

channel = Table(
    "channel",
    metadata,
    Column("name", String(63), primary_key=True),
    Column("opened_at", Instant),
    Column("probe_at", Instant),
    Column("reason", Text, nullable=False, server_default=""),
    Column("pace", Float, nullable=False, server_default="1"),
    Column("paced_at", Instant),
)
"""How a channel fares: its circuit breaker (open since, probed next at) and the share of its rate it may use."""

source = Table(
    "source",
    metadata,
    Column("name", String(63), primary_key=True),
    Column("opened_at", Instant),
    Column("probe_at", Instant),
    Column("reason", Text, nullable=False, server_default=""),
)
"""The circuit breakers of the data sources, by the names of their connections."""

definition = Table(
    "definition",
    metadata,
    Column("file", String(255), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""What each definition file said when it was last sound: that stays in force while the file is broken."""
