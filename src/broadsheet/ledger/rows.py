"""Rows of the tables as records."""

from __future__ import annotations

from dataclasses import asdict, fields

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, select

from broadsheet.ledger.records import (
    Alert,
    BreakerRecord,
    ChannelRecord,
    DeliveryRecord,
    DomainRecord,
    EditionKey,
    EditionRecord,
    Event,
    SuppressionRecord,
)
from broadsheet.ledger.tables import edition

KEY = tuple(field.name for field in fields(EditionKey))


def is_key(key: EditionKey) -> ColumnElement[bool]:
    """The condition that finds the edition of a key."""
    return and_(*(edition.c[name] == value for name, value in asdict(key).items()))


def one_edition(connection: Connection, wanted: ColumnElement[bool]) -> EditionRecord:
    """The only edition of a condition."""
    return edition_record(connection.execute(select(edition).where(wanted)).mappings().one())


def edition_record(row: RowMapping) -> EditionRecord:
    """A row of `edition`."""
    key = EditionKey(**{name: row[name] for name in KEY})
    names = (field.name for field in fields(EditionRecord) if field.name != "key")
    return EditionRecord(key=key, **{name: row[name] for name in names})


def delivery_record(row: RowMapping) -> DeliveryRecord:
    """A row of `delivery`."""
    return DeliveryRecord(**{field.name: row[field.name] for field in fields(DeliveryRecord)})


def event_of(row: RowMapping) -> Event:
    """A row of `event`."""
    return Event(**{field.name: row[field.name] for field in fields(Event)})


def alert_of(row: RowMapping) -> Alert:
    """A row of `alert`."""
    return Alert(**{field.name: row[field.name] for field in fields(Alert)})


def breaker_record(row: RowMapping) -> BreakerRecord:
    """What a row of `source` or `channel` says of its breaker."""
    return BreakerRecord(**{field.name: row[field.name] for field in fields(BreakerRecord)})


def channel_record(row: RowMapping) -> ChannelRecord:
    """A row of `channel`."""
    return ChannelRecord(**{field.name: row[field.name] for field in fields(ChannelRecord)})


def suppression_record(row: RowMapping) -> SuppressionRecord:
    """A row of `suppression`."""
    return SuppressionRecord(**{field.name: row[field.name] for field in fields(SuppressionRecord)})


def domain_record(row: RowMapping) -> DomainRecord:
    """A row of `domain`."""
    return DomainRecord(**{field.name: row[field.name] for field in fields(DomainRecord)})
