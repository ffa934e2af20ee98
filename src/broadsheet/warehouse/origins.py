"""Snapshots of what is not computed where it lies: files, and databases that are only read."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection, FromClause, select
from sqlalchemy import column as sql_column

from broadsheet.warehouse.cleaning import Column
from broadsheet.warehouse.files import (
    RawTable,
    csv_table,
    digest,
    find_file,
    identifier,
    is_file_name,
    quoted,
    raw_table,
    write_csv,
)
from broadsheet.warehouse.schema import Kind, Wanted, columns_of, real_names, sql_source
from broadsheet.warehouse.snapshots import Snapshots, keep_lines, read, scratch
from broadsheet.warehouse.views import named_tables

BATCH = 5000


def file_snapshot(
    snapshots: Snapshots, folder: Path, written: str, place: str, wanted: Mapping[str, Wanted]
) -> Path:
    """The snapshot of `written`, a file in a connection's folder."""
    path, sheet = find_file(folder, written, place)
    content = f"{snapshots.digest(path)}#{sheet}"
    return snapshots.take(place, content, wanted, lambda scratch, made: raw_table(scratch, path, sheet, made))


def file_columns(snapshots: Snapshots, folder: Path, written: str, place: str) -> dict[str, Kind]:
    """The columns of a file as they are."""
    path, sheet = find_file(folder, written, place)
    with scratch(snapshots.folder) as (connection, made):
        return raw_table(connection, path, sheet, made).columns


def view_snapshot(
    snapshots: Snapshots, folder: Path, view: str, place: str, wanted: Mapping[str, Wanted]
) -> Path:
    """The snapshot of a SELECT over files in a connection's folder; made anew when one of them has changed."""
    files = _files_of(view, folder, place)
    content = json.dumps([view, {name: snapshots.digest(path) for name, (path, _) in files.items()}])
    return snapshots.take(
        place, content, wanted, lambda scratch, made: _view_table(scratch, view, files, made, place)
    )


def view_columns(snapshots: Snapshots, folder: Path, view: str, place: str) -> dict[str, Kind]:
    """The columns of a SELECT over files."""
    with scratch(snapshots.folder) as (connection, made):
        return _view_table(connection, view, _files_of(view, folder, place), made, place).columns


def rows_snapshot(
    snapshots: Snapshots,
    connection: Connection,
    source: FromClause,
    place: str,
    wanted: Mapping[str, Wanted],
) -> Path:
    """The snapshot of a table in a database that is only read; made anew when a row has changed."""
    chosen = real_names(place, wanted, columns_of(connection, source))
    columns_read: list[Column] = [sql_column(real).label(name) for name, real in chosen.items()]
    statement = select(*columns_read).select_from(source)
    snapshots.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".reading-", dir=snapshots.folder) as folder:
        result = connection.execute(statement.execution_options(yield_per=BATCH))
        path = write_csv(chain([tuple(wanted)], result), Path(folder) / "rows.csv")
        return snapshots.take(place, digest(path), wanted, lambda _scratch, _made: csv_table(path, ","))


def _files_of(view: str, folder: Path, place: str) -> dict[str, tuple[Path, str]]:
    return {name: find_file(folder, name, place) for name in named_tables(view) if is_file_name(name)}


def _view_table(
    connection: Connection, view: str, files: Mapping[str, tuple[Path, str]], made: Path, place: str
) -> RawTable:
    """Open a SELECT over files, which sees these files and nothing else of the machine."""
    lines: dict[str, str] = {}
    for position, (name, (path, sheet)) in enumerate(files.items()):
        folder = made / str(position)
        folder.mkdir()
        raw = raw_table(connection, path, sheet, folder)
        if raw.text:
            lines[identifier(name)] = raw.sql
        read(connection, f"CREATE VIEW {identifier(name)} AS SELECT * FROM {raw.sql}", place)  # noqa: S608  (quoted)
    named = ", ".join(quoted(path) for path, _ in files.values())
    connection.exec_driver_sql(f"SET allowed_paths = [{named}]")
    connection.exec_driver_sql(f"SET allowed_directories = [{quoted(made)}]")
    connection.exec_driver_sql("SET enable_external_access = false")
    sql = f"({view})"
    remedy = 'Correct the SELECT; files are named as tables: FROM "tickets.csv".'
    read(connection, f"EXPLAIN SELECT * FROM {sql}", place, remedy)  # noqa: S608  (the admin's own text)
    told = connection.exec_driver_sql(f"EXPLAIN SELECT * FROM {sql}").all()  # noqa: S608
    if sum(str(line).count("READ_CSV") for line in told) > len(lines):
        # Lines of text are read once, whatever the SELECT does with them.
        keep_lines(connection, lines, place)
        lines = {}
    return RawTable(sql, columns_of(connection, sql_source(view)), lines=lines)
