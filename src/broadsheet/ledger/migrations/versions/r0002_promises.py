"""Causes, scopes, holds, strikes; events, nodes, marks, alerts, suppressions, breakers, domains, definitions."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns, then the tables."""
    _columns(
        "edition",
        sa.Column("cause", sa.String(15), nullable=False, server_default=""),
        sa.Column("zone", sa.String(63), nullable=False, server_default=""),
        sa.Column("scope", sa.String(64), nullable=False, server_default=""),
        sa.Column("watermark", sa.DateTime),
        sa.Column("held_until", sa.DateTime),
        sa.Column("held_then", sa.String(7), nullable=False, server_default=""),
        sa.Column("strikes", sa.Integer, nullable=False, server_default="0"),
        sa.Column("gone_at", sa.DateTime),
        sa.Column("silent", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("node", sa.String(63), nullable=False, server_default=""),
    )
    op.create_index("ix_edition_report_due_at", "edition", ["report", "due_at"])
    op.create_index("ix_edition_due_at", "edition", ["due_at"])
    _index("ix_edition_report_finished_at", "edition", ["report", "finished_at"], "state = 'ready'")
    _columns(
        "delivery",
        sa.Column("cause", sa.String(15), nullable=False, server_default=""),
        sa.Column("scope", sa.String(64), nullable=False, server_default=""),
        sa.Column("artifact", sa.String(64), nullable=False, server_default=""),
        sa.Column("expires_at", sa.DateTime),
        sa.Column("uncertainties", sa.Integer, nullable=False, server_default="0"),
        sa.Column("node", sa.String(63), nullable=False, server_default=""),
    )
    op.create_index("ix_delivery_recipient", "delivery", ["recipient"])
    op.create_index("ix_delivery_channel_sent_at", "delivery", ["channel", "sent_at"])
    _index("ix_delivery_uncertainties", "delivery", ["uncertainties"], "uncertainties > 0")
    _index("ix_run_outcome", "run", ["outcome"], "outcome = 'interrupted'")
    _columns(
        "horizon",
        sa.Column("latest", sa.String(63), nullable=False, server_default=""),
        sa.Column("gone_at", sa.DateTime),
    )
    _happenings()
    _circumstances()
    _domains()


def _columns(table: str, *columns: sa.Column[Any]) -> None:
    for column in columns:
        op.add_column(table, column)


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    few = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=few, postgresql_where=few)


def _happenings() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("edition_id", sa.Integer, sa.ForeignKey("edition.id")),
        sa.Column("delivery_id", sa.Integer, sa.ForeignKey("delivery.id")),
        sa.Column("what", sa.String(31), nullable=False),
        sa.Column("state", sa.String(15), nullable=False, server_default=""),
        sa.Column("token", sa.Integer),
        sa.Column("attempt", sa.Integer),
        sa.Column("milliseconds", sa.Integer),
        sa.Column("cause", sa.String(15), nullable=False, server_default=""),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
        sa.Column("node", sa.String(63), nullable=False, server_default=""),
    )
    op.create_index("ix_event_edition_id", "event", ["edition_id"])
    op.create_index("ix_event_at", "event", ["at"])
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(31), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
        sa.Column("count", sa.Integer, nullable=False, server_default="1"),
        sa.Column("first_at", sa.DateTime, nullable=False),
        sa.Column("last_at", sa.DateTime, nullable=False),
        sa.Column("told_at", sa.DateTime),
        sa.Column("over_at", sa.DateTime),
        sa.UniqueConstraint("kind", "subject", "first_at"),
    )
    op.create_index("ix_alert_over_at", "alert", ["over_at"])


def _circumstances() -> None:
    op.create_table(
        "node",
        sa.Column("name", sa.String(63), primary_key=True),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.Column("ticked_at", sa.DateTime),
    )
    op.create_table(
        "mark",
        sa.Column("name", sa.String(31), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "suppression",
        sa.Column("address", sa.String(320), primary_key=True),
        sa.Column("report", sa.String(63), primary_key=True, server_default=""),
        sa.Column("bounces", sa.Integer, nullable=False, server_default="0"),
        sa.Column("since", sa.DateTime),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("last_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "channel",
        sa.Column("name", sa.String(63), primary_key=True),
        sa.Column("opened_at", sa.DateTime),
        sa.Column("probe_at", sa.DateTime),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("pace", sa.Float, nullable=False, server_default="1"),
        sa.Column("paced_at", sa.DateTime),
    )
    op.create_table(
        "source",
        sa.Column("name", sa.String(63), primary_key=True),
        sa.Column("opened_at", sa.DateTime),
        sa.Column("probe_at", sa.DateTime),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
    )
    op.create_table(
        "definition",
        sa.Column("file", sa.String(255), primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )


def _domains() -> None:
    """Where mail has gone before it may go on going, whatever the settings will say of new domains."""
    instant = sa.DateTime()
    columns = ("channel", "recipient", "sent_at")
    delivery = sa.table("delivery", *(sa.column(name) for name in columns[:2]), sa.column("sent_at", instant))
    domain = op.create_table(
        "domain",
        sa.Column("channel", sa.String(63), primary_key=True),
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("asked_by", sa.Text, nullable=False, server_default=""),
        sa.Column("account", sa.Text, nullable=False, server_default=""),
        sa.Column("confirmed_by", sa.Text, nullable=False, server_default=""),
        sa.Column("since", sa.DateTime),
    )
    first = sa.select(
        delivery.c.channel, delivery.c.recipient, sa.func.min(delivery.c.sent_at, type_=instant)
    )
    mailed = first.where(delivery.c.sent_at.is_not(None), delivery.c.channel.in_(("smtp", "outbox")))
    known: dict[tuple[str, str], Any] = {}
    for name, recipient, moment in op.get_bind().execute(
        mailed.group_by(delivery.c.channel, delivery.c.recipient)
    ):
        key = name, recipient.rpartition("@")[2].lower()
        known[key] = min(moment, known.get(key, moment))
    rows = [{"channel": name, "name": host, "since": moment} for (name, host), moment in known.items()]
    if rows:
        op.bulk_insert(domain, rows)
