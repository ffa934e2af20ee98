"""Opens what shall be inspected: every table as a FROM item of one DuckDB, whatever holds it.

The tables of a DuckDB file are looked at where they lie, files and the tables of other databases are copied
into a scratch database, the latter up to LIMIT rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook
from sqlalchemy import Connection, select
from sqlalchemy import column as sql_column
from sqlalchemy.exc import SQLAlchemyError

from broadsheet.clock import Clock
from broadsheet.errors import WarehouseError
from broadsheet.warehouse.cleaning import Column
from broadsheet.warehouse.connect.doubts import Doubt
from broadsheet.warehouse.engines import connect, time_limit
from broadsheet.warehouse.faults import explain
from broadsheet.warehouse.files import (
    EXCEL,
    READERS,
    TEXT,
    RawTable,
    csv_table,
    identifier,
    raw_table,
    write_csv,
)
from broadsheet.warehouse.locations import Location
from broadsheet.warehouse.origins import BATCH
from broadsheet.warehouse.schema import Kind, columns_of, source_table, table_names
from broadsheet.warehouse.snapshots import read, scratch

LIMIT = 1_000_000
"""Rows of a table that are copied out of a database; keys and links are proven on these."""

MOST_TABLES = 300
BOOKKEEPING = ("alembic_version", "schema_migrations", "flyway_schema_history", "sqlite_sequence")


@dataclass(frozen=True)
class Staged:
    """A table that can be asked: `source` as the YAML names it, `sql` a FROM item, kinds by real column name.

    `copied` rows are all text.
    """

    source: str
    title: str
    in_file: bool
    sql: str
    kinds: dict[str, Kind]
    copied: bool = False

    def held(self, real: str) -> Kind:
        """The kind of a column where it can be asked."""
        return "text" if self.copied else self.kinds[real]


@dataclass(frozen=True)
class Stage:
    """The tables of a connection, the DuckDB that can ask them, and what could not be opened."""

    connection: Connection
    tables: Sequence[Staged]
    doubts: Sequence[Doubt]


@contextmanager
def open_stage(location: Location, folder: Path, clock: Clock) -> Iterator[Stage]:
    """Everything at a location; `folder` takes temporary files. Raises WarehouseError when nothing answers."""
    if location.engine == "duckdb":
        with connect(location, clock) as connection, time_limit(connection, 10 * location.timeout):
            yield _in_place(connection)
        return
    with scratch(folder) as (connection, temporary):
        if location.engine == "folder":
            yield _files(connection, location, temporary)
        else:
            with connect(location, clock) as reader:
                yield _copies(connection, reader, location, temporary)


def _in_place(connection: Connection) -> Stage:
    tables = []
    for name in _wanted(table_names(connection)):
        sql = ".".join(identifier(part) for part in name.split("."))
        tables.append(
            Staged(name, name.split(".")[-1], False, sql, columns_of(connection, source_table(name)))
        )
    return Stage(connection, tables, ())


def _copies(connection: Connection, reader: Connection, location: Location, folder: Path) -> Stage:
    tables: list[Staged] = []
    doubts: list[Doubt] = []
    for number, name in enumerate(_wanted(table_names(reader))):
        try:
            kinds = columns_of(reader, source_table(name))
            columns: list[Column] = [sql_column(real) for real in kinds]
            statement = select(*columns).select_from(source_table(name)).limit(LIMIT)
            result = reader.execute(statement.execution_options(yield_per=BATCH))
            path = write_csv(chain([tuple(kinds)], result), folder / "rows.csv")
        except SQLAlchemyError as error:
            reader.rollback()
            told = explain(error, location, "")
            doubts.append(Doubt(name, f"left out: {told}", told.remedy))
            continue
        rows = _materialize(connection, csv_table(path, ","), f"staged_{number}", name)
        path.unlink()
        if location.engine == "other":
            kinds = dict.fromkeys(kinds, "text")
        if rows == LIMIT:
            what = f"only the first {LIMIT:,} rows were looked at"
            doubts.append(Doubt(name, what, "`broadsheet check --data` proves keys and links on all rows."))
        title = name.split(".")[-1]
        tables.append(Staged(name, title, False, f"staged_{number}", kinds, copied=True))
    return Stage(connection, tables, doubts)


def _files(connection: Connection, location: Location, folder: Path) -> Stage:
    root = location.path
    if root is None or not root.is_dir():
        raise WarehouseError(f"{location.shown} is no folder", "Name a folder, or the URL of a database.")
    tables: list[Staged] = []
    doubts: list[Doubt] = []
    for number, (path, sheet) in enumerate(_listed(root, doubts)):
        source = str(path.relative_to(root)) + (f"#{sheet}" if sheet else "")
        try:
            raw = raw_table(connection, path, sheet, folder)
            _materialize(connection, raw, f"staged_{number}", source)
        except (WarehouseError, SQLAlchemyError) as error:
            connection.rollback()
            what = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            doubts.append(
                Doubt(source, f"left out: {what}", getattr(error, "remedy", "") or "Mend the file.")
            )
            continue
        if path.suffix.lower() in TEXT and len(raw.columns) == 1:
            doubts.append(
                Doubt(source, "left out: it has a single column", "Fine for a note; a table has more.")
            )
            continue
        doubts += _reading_doubts(connection, path, source, raw)
        tables.append(Staged(source, sheet or path.stem, True, f"staged_{number}", raw.columns))
    return Stage(connection, tables, doubts)


def _listed(root: Path, doubts: list[Doubt]) -> Iterator[tuple[Path, str]]:
    """Files in the order of their names, workbooks once per sheet with something in it."""
    known = (*TEXT, *EXCEL, *READERS)
    for path in sorted(root.rglob("*"))[: 10 * MOST_TABLES]:
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(root).parts)
        if hidden or not path.is_file() or path.suffix.lower() not in known:
            continue
        if path.suffix.lower() not in EXCEL:
            yield path, ""
            continue
        try:
            workbook = CalamineWorkbook.from_path(str(path))
            sheets = [name for name in workbook.sheet_names if workbook.get_sheet_by_name(name).height]
        except CalamineError as error:
            doubts.append(Doubt(path.name, f"left out: {error}", "Save the workbook again."))
            continue
        yield from ((path, name if len(sheets) > 1 else "") for name in sheets)


def _wanted(names: list[str]) -> list[str]:
    return sorted(name for name in names if name.split(".")[-1] not in BOOKKEEPING)[:MOST_TABLES]


def _materialize(connection: Connection, raw: RawTable, name: str, source: str) -> int:
    read(connection, f"CREATE TABLE {name} AS SELECT * FROM {raw.sql}", source)  # noqa: S608  (quoted)
    connection.commit()
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one())  # noqa: S608


def _reading_doubts(connection: Connection, path: Path, source: str, raw: RawTable) -> list[Doubt]:
    if not raw.sql.startswith("read_csv("):
        return []
    found = []
    errors = "SELECT count(DISTINCT line), arg_min(csv_line, line) FROM reject_errors"
    count, example = connection.exec_driver_sql(errors).one()
    if count:
        connection.exec_driver_sql("DELETE FROM reject_errors")
        what = (
            f"{count:,} lines have more columns than the header and are not read, such as “{example.strip()}”"
        )
        found.append(
            Doubt(source, what, "Quote the values that hold the separator, or export the file again.")
        )
    if path.suffix.lower() in TEXT and "utf8.csv" in raw.sql and not _wide(path):
        what = "the text is not UTF-8 and is read as Windows-1252"
        found.append(Doubt(source, what, "Look at names with accents; if they are wrong, export as UTF-8."))
    return found


def _wide(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) in (b"\xff\xfe", b"\xfe\xff")
