"""Alembic's entry: runs the migrations on the connection it was handed."""

from typing import Any

from alembic import context

from broadsheet import failpoints
from broadsheet.ledger.tables import metadata


def applied(*_: Any, **__: Any) -> None:
    """One revision of several is done, in a transaction that is still open."""
    failpoints.reached("ledger.between-revisions")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    on_version_apply=applied,
)
with context.begin_transaction():
    context.run_migrations()
