"""Copies of a ledger file: whether it is sound, a backup while it is in use, and putting one back."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from broadsheet import failpoints
from broadsheet.errors import StorageError, UsageError
from broadsheet.ledger.continuity import HELD
from broadsheet.ledger.store import RESTORE

SOUND = "PRAGMA quick_check(1)"
"""Answers “ok”, or what is wrong with the first bad page."""

BESIDE = ("-wal", "-shm")
"""Endings of the files that belong to an open SQLite file."""


def check(engine: Engine, at_most: int | None = None) -> None:
    """Read the whole file, unless it has more than `at_most` bytes; StorageError when any of its pages is damaged.

    A server looks after itself.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(reading=True) as connection:
        ask = connection.exec_driver_sql
        size = ask("PRAGMA page_count").scalar_one() * ask("PRAGMA page_size").scalar_one()
        if at_most is not None and size > at_most:
            return
        found = ask(SOUND).scalar_one()
    if found != "ok":
        raise StorageError(f"the ledger is damaged: {found}", f"{RESTORE}.")


def back_up(engine: Engine, target: Path, now: datetime) -> None:
    """Copy the ledger, as it is at this moment, to one file; StorageError when the disk does not take it, or when
    the ledger is damaged: then the former backup stays.

    The copy says that it is one: put in the place of a ledger, it sends nothing until somebody confirms.
    """
    if engine.dialect.name != "sqlite":
        raise UsageError(
            "the ledger is a PostgreSQL database, which has a backup of its own",
            'pg_dump --format=custom --file=ledger.dump "$LEDGER_URL"; docs/how-to/backup.md tells more.',
        )
    new = target.with_name(f".new-{target.name}")
    try:
        with engine.connect() as connection, closing(sqlite3.connect(new)) as copy:
            source = connection.connection.dbapi_connection
            assert isinstance(source, sqlite3.Connection)  # noqa: S101  (the dialect is SQLite's)
            source.backup(copy)
            (found,) = copy.execute(SOUND).fetchone()
            if found != "ok":
                raise StorageError(f"the ledger is damaged: {found}", f"{RESTORE}.")
            _seal(copy, f"this is a backup, made on {now:%Y-%m-%d at %H:%M} UTC", now)
        failpoints.reached("ledger.before-backup")
        new.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"the backup {target.name} was not made: {error}", "Free some space.") from error
    finally:
        new.unlink(missing_ok=True)


def put_back(source: Path, file: Path, now: datetime) -> Path | None:
    """Put a backup in the place of the ledger `file`; where the former one is kept, if there was one.

    StorageError when the backup is damaged or no ledger: then nothing is changed.
    """
    new = file.with_name(f".new-{file.name}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as backup,
            closing(sqlite3.connect(new)) as copy,
        ):
            (found,) = backup.execute(SOUND).fetchone()
            backup.execute("SELECT version_num FROM alembic_version").fetchone()
            if found != "ok":
                raise sqlite3.DatabaseError(found)
            backup.backup(copy)
            _seal(copy, f"a backup was put back on {now:%Y-%m-%d at %H:%M} UTC", now)
        former = _aside(file, now)
        failpoints.reached("ledger.before-restored")
        new.replace(file)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(
            f"{source.name} cannot be put back: {error}",
            "Name a file that `broadsheet ledger backup` has written.",
        ) from error
    finally:
        new.unlink(missing_ok=True)
    return former


def _aside(file: Path, now: datetime) -> Path | None:
    """Keep the former ledger beside, with what it had not written into its file yet."""
    former = file.with_name(f"{file.name}.{now:%Y%m%d-%H%M%S}")
    for ending in ("", *BESIDE):
        with suppress(FileNotFoundError):
            file.with_name(file.name + ending).rename(former.with_name(former.name + ending))
    return former if former.exists() else None


def _seal(copy: sqlite3.Connection, reason: str, now: datetime) -> None:
    """Hold the sends of a copy, and leave it as a single file."""
    copy.execute("PRAGMA synchronous = FULL")
    copy.execute(
        "INSERT OR IGNORE INTO mark (name, value, at) VALUES (?, ?, ?)",
        (HELD, reason, now.strftime("%Y-%m-%d %H:%M:%S.%f")),
    )
    copy.commit()
    copy.execute("PRAGMA journal_mode = DELETE")
