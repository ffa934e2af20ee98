"""Rows that no engine of ours computes on, cleaned once and kept as Parquet.

A snapshot is named after the content it was made from and the way it was cleaned: equal content is read
only once, changed content or another declaration makes another file. It is written beside its final name
and renamed, so a reader never meets half of one. What could not be read is counted inside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, TableClause, create_engine, func, select
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from broadsheet.clock import Clock
from broadsheet.errors import StorageError, WarehouseError
from broadsheet.warehouse.cleaning import Cleaner, Column, written_whole
from broadsheet.warehouse.digests import remembered
from broadsheet.warehouse.files import RawTable, identifier, one_thread, quoted
from broadsheet.warehouse.schema import Kind, Wanted, real_names

FORM = 6
"""Raised when snapshots are written differently, so that old ones are not read."""

SAFE = ("autoload_known_extensions = false", "autoinstall_known_extensions = false", "memory_limit = '2GB'")
KEPT = timedelta(days=7)

Rejected = dict[str, tuple[int, str]]
"""Column (or "" for whole lines) → how many values could not be read, and the first of them."""

Columns = Mapping[str, Column]

NOT_WHOLE = "not a whole number: "

Opener = Callable[[Connection, Path], RawTable]


@dataclass(frozen=True)
class Snapshots:
    """The folder of snapshots, and how their columns are cleaned."""

    folder: Path
    cleaner: Cleaner
    clock: Clock

    def take(self, place: str, content: str, wanted: Mapping[str, Wanted], opener: Opener) -> Path:
        """The snapshot of a table at `place` (as `facts.orders`), made when there is none yet.

        `content` identifies the rows; `opener` opens them in a scratch database. Raises WarehouseError for a
        column that is missing or cannot be read as declared, StorageError when the disk refuses.
        """
        declared = {name: want.type.model_dump(mode="json") for name, want in wanted.items()}
        key = [FORM, content, self.cleaner.stored, self.cleaner.calendar, declared]
        digest = hashlib.sha256(json.dumps(key).encode()).hexdigest()[:20]
        path = self.folder / f"{place}-{digest}.parquet"
        try:
            if not path.exists():
                with scratch(self.folder) as (connection, temporary):
                    made = self._make(connection, place, wanted, opener(connection, temporary), temporary)
                    made.replace(path)
                self._forget(place, path)
            now = self.clock.now().timestamp()
            os.utime(path, (now, now))
        except OSError as error:
            raise StorageError(
                f"{self.folder} cannot be written: {error.strerror}", "Free space or rights."
            ) from error
        return path

    def digest(self, path: Path) -> str:
        """What identifies the content of a file. Raises StorageError when the folder cannot be written."""
        try:
            return remembered(path, self.folder)
        except OSError as error:
            raise StorageError(
                f"{self.folder} cannot be written: {error.strerror}", "Free space or rights."
            ) from error

    def _make(
        self, connection: Connection, place: str, wanted: Mapping[str, Wanted], raw: RawTable, folder: Path
    ) -> Path:
        """Written at once where every value can be read as declared. Else the rows are kept until it is known
        what is lost.
        """
        chosen = real_names(place, wanted, raw.columns)
        picked = ", ".join(f"{identifier(real)} AS {identifier(name)}" for name, real in chosen.items())
        kinds = {name: raw.columns[real] for name, real in chosen.items()}
        rows = sql_table("raw", *(sql_column(name) for name in wanted))
        keys = [name for name, want in wanted.items() if want.names_rows(kinds[name])]
        clean = {
            name: self._clean(place, name, rows.c[name], kinds[name], want) for name, want in wanted.items()
        }
        strict = {
            name: self.cleaner.strict(rows.c[name], kinds[name], want.type).label(name)
            if kinds[name] in ("text", "code")
            else clean[name]
            for name, want in wanted.items()
        }
        whole = {name: self.cleaner.whole(rows.c[name], f"{NOT_WHOLE}{name}").label(name) for name in keys}
        target = folder / "snapshot.parquet"
        read(connection, f"CREATE VIEW raw AS SELECT {picked} FROM {raw.sql}", place)  # noqa: S608  (quoted)
        # The rows of a file have no order of their own, but a view may number them.
        connection.exec_driver_sql(f"SET preserve_insertion_order = {not raw.text}")
        if _written(connection, rows, strict, whole, target) and not _long_lines(connection):
            return target
        connection.exec_driver_sql("SET preserve_insertion_order = true")
        connection.exec_driver_sql("DROP VIEW raw")
        for table in ("reject_errors", "reject_scans"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
        keep_lines(connection, raw.lines, place)
        read(connection, f"CREATE TABLE raw AS SELECT {picked} FROM {raw.sql}", place)  # noqa: S608  (quoted)
        lost = {
            name: self.cleaner.unread(rows.c[name], kinds[name], want.type) for name, want in wanted.items()
        }
        found = _long_lines(connection) | _unread(connection, rows, lost)
        clean |= {name: whole[name] for name in _all_whole(connection, rows, keys)}
        read(connection, _copy(connection, select(*clean.values()).select_from(rows), target, found), place)
        return target

    def _clean(self, place: str, name: str, column: Column, kind: Kind, want: Wanted) -> Column:
        return column if want.whole(kind) else self.cleaner.named(place, name, column, kind, want.type)

    def _forget(self, place: str, current: Path) -> None:
        """Drop the snapshots of a table that nobody has read for a while."""
        oldest = (self.clock.now() - KEPT).timestamp()
        for path in self.folder.glob(f"{place}-*.parquet"):
            if path != current and path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)


@contextmanager
def scratch(folder: Path) -> Iterator[tuple[Connection, Path]]:
    """A DuckDB that may read files, and a folder for what is made on the way; both end with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
    try:
        with create_engine("duckdb:///:memory:", poolclass=NullPool).connect() as connection:
            for setting in (*SAFE, f"temp_directory = {quoted(temporary / 'spill')}"):
                connection.exec_driver_sql(f"SET {setting}")
            yield connection, temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def keep_lines(connection: Connection, lines: Mapping[str, str], place: str) -> None:
    """Make tables of the views that read lines of text."""
    for name, sql in lines.items():
        connection.exec_driver_sql(f"DROP VIEW {name}")
        read(connection, f"CREATE TABLE {name} AS SELECT * FROM {sql}", place)  # noqa: S608  (quoted)


def read(
    connection: Connection, statement: str, place: str, remedy: str = "Mend the file, or export it again."
) -> None:
    """Run a statement that reads a source; WarehouseError names the table at `place`."""
    try:
        try:
            connection.exec_driver_sql(statement)
        except SQLAlchemyError as error:
            # Short lines beside quoted line ends cannot be read by several threads at once.
            if "parallel" not in str(error):
                raise
            connection.rollback()
            connection.exec_driver_sql(one_thread(statement))
    except SQLAlchemyError as error:
        message = str(error.__cause__ or error).strip().splitlines()[0]
        raise WarehouseError(f"{place}: the source cannot be read: {message}", remedy) from error


def _written(
    connection: Connection, rows: TableClause, strict: Columns, whole: Columns, target: Path
) -> bool:
    """Write a snapshot of which nothing is lost; whether that was possible.

    Keys are taken for whole numbers until one is met that is not; mostly the first tells.
    """
    connection.commit()
    columns = {**strict, **whole}
    while True:
        try:
            statement = select(*columns.values()).select_from(rows)
            connection.exec_driver_sql(_copy(connection, statement, target, {}))
        except SQLAlchemyError as error:
            connection.rollback()
            told = re.search(rf"{NOT_WHOLE}(\w+)", str(error.__cause__))
            if told is None or columns.get(told[1]) is not whole.get(told[1]):
                return False
            columns[told[1]] = strict[told[1]]
        else:
            return True


def _all_whole(connection: Connection, rows: TableClause, keys: Sequence[str]) -> list[str]:
    """The keys of which every value is written as a whole number."""
    if not keys:
        return []
    tests = [func.coalesce(func.bool_and(written_whole(rows.c[name])), True) for name in keys]
    found = connection.execute(select(*tests).select_from(rows)).one()
    return [name for name, held in zip(keys, found, strict=True) if held]


def _copy(connection: Connection, statement: Select[Any], target: Path, lost: Rejected) -> str:
    told = statement.compile(connection, compile_kwargs={"literal_binds": True})
    kept = f"KV_METADATA {{rejected: {quoted(json.dumps(lost))}}}"
    options = f"FORMAT parquet, PARQUET_VERSION v2, COMPRESSION lz4_raw, {kept}"
    return f"COPY ({told}) TO {quoted(target)} ({options})"


def _long_lines(connection: Connection) -> Rejected:
    kept = connection.exec_driver_sql("FROM duckdb_tables() WHERE table_name = 'reject_errors'")
    if kept.first() is None:
        return {}
    count, example = connection.exec_driver_sql(
        "SELECT count(DISTINCT (file_path, line)), arg_min(csv_line, line) "
        "FROM reject_errors JOIN reject_scans USING (scan_id, file_id)"
    ).one()
    return {"": (count, example.strip())} if count else {}


def _unread(connection: Connection, rows: TableClause, lost: Mapping[str, Column | None]) -> Rejected:
    conditions = {name: condition for name, condition in lost.items() if condition is not None}
    if not conditions:
        return {}
    counts = [func.count().filter(condition) for condition in conditions.values()]
    order: Column = sql_column("rowid")
    examples = [func.arg_min(rows.c[name], order).filter(condition) for name, condition in conditions.items()]
    values: Sequence[Any] = connection.execute(select(*counts, *examples).select_from(rows)).one()
    pairs = zip(conditions, values[: len(counts)], values[len(counts) :], strict=True)
    return {name: (count, example) for name, count, example in pairs if count}


def rejected(connection: Connection, path: Path) -> Rejected:
    """What could not be read when a snapshot was made."""
    metadata = f"FROM parquet_kv_metadata({quoted(path)}) SELECT decode(value) WHERE decode(key) = 'rejected'"
    told = json.loads(connection.exec_driver_sql(metadata).scalar_one())
    return {name: (count, example) for name, (count, example) in told.items()}
