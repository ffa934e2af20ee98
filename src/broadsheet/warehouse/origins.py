"""Snapshots of what is not computed where it lies: files, and databases that are only read."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection, FromClause, select
from sqlalchemy import column as sql_column

from broadsheet.warehouse.cleaning import Column
from broadsheet.warehouse.files import csv_table, digest, find_file, raw_table, write_csv
from broadsheet.warehouse.schema import Kind, Wanted, columns_of, real_names
from broadsheet.warehouse.snapshots import Snapshot, Snapshots, scratch

BATCH = 5000


def file_snapshot(
    snapshots: Snapshots, folder: Path, written: str, place: str, wanted: Mapping[str, Wanted]
) -> Snapshot:
    """The snapshot of `written`, a file in a connection's folder."""
    path, sheet = find_file(folder, written, place)
    content = f"{digest(path)}#{sheet}"
    return snapshots.take(place, content, wanted, lambda scratch, made: raw_table(scratch, path, sheet, made))


def file_columns(snapshots: Snapshots, folder: Path, written: str, place: str) -> dict[str, Kind]:
    """The columns of a file as they are."""
    path, sheet = find_file(folder, written, place)
    with scratch(snapshots.folder) as (connection, made):
        return raw_table(connection, path, sheet, made).columns


def rows_snapshot(
    snapshots: Snapshots,
    connection: Connection,
    source: FromClause,
    place: str,
    wanted: Mapping[str, Wanted],
) -> Snapshot:
    """The snapshot of a table in a database that is only read; made anew when a row has changed."""
    chosen = real_names(place, wanted, columns_of(connection, source))
    columns_read: list[Column] = [sql_column(real).label(name) for name, real in chosen.items()]
    statement = select(*columns_read).select_from(source)
    snapshots.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".reading-", dir=snapshots.folder) as folder:
        result = connection.execute(statement.execution_options(yield_per=BATCH))
        path = write_csv(chain([tuple(wanted)], result), Path(folder) / "rows.csv")
        return snapshots.take(place, digest(path), wanted, lambda _scratch, _made: csv_table(path, ","))
