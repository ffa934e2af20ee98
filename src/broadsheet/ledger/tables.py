"""The ledger's tables. The unique keys are the promise: an edition and a delivery exist once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
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
    TypeDecorator,
    UniqueConstraint,
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
    UniqueConstraint("report", "period", "audience", "slice", "locale", "revision"),
    Index("ix_edition_state_next_at", "state", "next_at"),
)

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
    UniqueConstraint("edition_id", "channel", "recipient"),
    Index("ix_delivery_state_next_at", "state", "next_at"),
)

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
)

horizon = Table(
    "horizon",
    metadata,
    Column("report", String(63), primary_key=True),
    Column("planned_until", Instant, nullable=False),
)
"""How far each report's schedule has been planned: the press looks at the time after it, so no slot is lost
in a downtime and none is planned twice."""
