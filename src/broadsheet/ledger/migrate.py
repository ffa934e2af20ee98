"""Bring a ledger to the program's version; Alembic is imported only when there is something to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from broadsheet import failpoints
from broadsheet.errors import StorageError
from broadsheet.ledger.store import RESTORE

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0002"
"""The newest revision below `migrations/versions`; a test compares it with what Alembic finds."""

LOCK = 0x6C6564676572
"""The number under which processes that start together on a new PostgreSQL ledger wait for each other."""


def upgrade(engine: Engine, *, known: bool = False) -> None:
    """Create or upgrade the tables, in one transaction.

    StorageError when the ledger was written by a newer program, or is empty though one was `known` to be there.
    """
    with engine.connect().execution_options(reading=True) as connection:
        found = version(connection)
    if found == HEAD:
        return
    if found is None and known:
        raise StorageError(
            "the ledger is gone or empty, but there was one here: the file ledger.id says so",
            f"{RESTORE}. To begin a new one that knows of nothing sent so far, delete ledger.id.",
        )
    if found is not None and found > HEAD:
        raise StorageError(
            f"the ledger has version {found}, this program knows up to {HEAD}",
            "It was written by a newer Broadsheet: upgrade the program, or point it at another ledger.",
        )
    from alembic import command

    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # A file is locked as a whole already.
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        command.upgrade(config(connection), HEAD)
        failpoints.reached("ledger.before-upgraded")


def version(connection: Connection) -> str | None:
    """The ledger's revision, or None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def config(connection: Connection) -> Config:
    """Alembic's settings for an open connection: no ini file, scripts from the package."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings
