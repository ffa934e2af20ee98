"""The first ledger: editions, deliveries, runs, planning horizons."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("report", sa.String(63), nullable=False),
        sa.Column("period", sa.String(63), nullable=False),
        sa.Column("audience", sa.String(63), nullable=False),
        sa.Column("slice", sa.String(255), nullable=False),
        sa.Column("locale", sa.String(35), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.String(15), nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("as_of", sa.DateTime, nullable=False),
        sa.Column("token", sa.Integer, nullable=False, server_default="0"),
        sa.Column("lease_until", sa.DateTime),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", sa.DateTime, nullable=False),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("definition", sa.String(64)),
        sa.Column("manifest", sa.String(64)),
        sa.Column("pages", sa.Integer),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("finished_at", sa.DateTime),
        sa.UniqueConstraint("report", "period", "audience", "slice", "locale", "revision"),
    )
    op.create_index("ix_edition_state_next_at", "edition", ["state", "next_at"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("edition_id", sa.Integer, sa.ForeignKey("edition.id"), nullable=False),
        sa.Column("channel", sa.String(31), nullable=False),
        sa.Column("recipient", sa.String(320), nullable=False),
        sa.Column("state", sa.String(15), nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False, unique=True),
        sa.Column("message", sa.String(64), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", sa.DateTime, nullable=False),
        sa.Column("reply", sa.Text, nullable=False, server_default=""),
        sa.Column("queued_at", sa.DateTime, nullable=False),
        sa.Column("sent_at", sa.DateTime),
        sa.UniqueConstraint("edition_id", "channel", "recipient"),
    )
    op.create_index("ix_delivery_state_next_at", "delivery", ["state", "next_at"])
    op.create_table(
        "run",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("edition_id", sa.Integer, sa.ForeignKey("edition.id"), nullable=False),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("trigger", sa.String(15), nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("finished_at", sa.DateTime),
        sa.Column("outcome", sa.String(15), nullable=False),
        sa.Column("error", sa.Text, nullable=False, server_default=""),
        sa.Column("seconds", sa.Float),
    )
    op.create_index("ix_run_edition_id", "run", ["edition_id"])
    op.create_table(
        "horizon",
        sa.Column("report", sa.String(63), primary_key=True),
        sa.Column("planned_until", sa.DateTime, nullable=False),
    )
