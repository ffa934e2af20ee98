"""The warehouse of a workspace: clean relations by name, and answers to statements over them.

    with open_warehouse(catalog, root, environ, snapshots=folder, clock=clock) as warehouse:
        orders = warehouse.relation("orders")
        result = warehouse.query("orders", select(func.sum(orders.c.amount).label("revenue")))

Connections are opened when first needed, read only, and closed with the block, which frees a DuckDB file
for the process that loads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd
from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Date,
    DateTime,
    Double,
    FromClause,
    Numeric,
    Select,
    String,
    Subquery,
    cast,
    func,
    select,
)
from sqlalchemy import column as sql_column
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import TypeEngine

from broadsheet.clock import Clock
from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.models.sources import SourceColumn
from broadsheet.errors import WarehouseError, did_you_mean
from broadsheet.metrics.source import Size
from broadsheet.warehouse.answers import frame_of, literal_sql
from broadsheet.warehouse.cleaning import SQL_TYPES, Cleaner, Column, Dialect
from broadsheet.warehouse.engines import connect, connect_memory, time_limit
from broadsheet.warehouse.estimates import (
    duckdb_size,
    parquet_complete,
    parquet_size,
    postgres_size,
    postgres_unique,
)
from broadsheet.warehouse.faults import explain
from broadsheet.warehouse.files import quoted
from broadsheet.warehouse.locations import Location, folder_of, locate
from broadsheet.warehouse.origins import (
    file_columns,
    file_snapshot,
    rows_snapshot,
    view_columns,
    view_snapshot,
)
from broadsheet.warehouse.proofs import Proofs
from broadsheet.warehouse.schema import (
    Kind,
    columns_of,
    present,
    section,
    source_table,
    sql_source,
    table_names,
    wanted_columns,
)
from broadsheet.warehouse.snapshots import Snapshots, rejected
from broadsheet.warehouse.views import read_view

MEMORY = ""
"""The name of the memory that computes over snapshots; no connection can have it."""

UNDECLARED: dict[Kind, TypeEngine[Any]] = {
    "text": String(),
    "integer": BigInteger(),
    "float": Double(),
    "decimal": Numeric(),
    "flag": Boolean(),
    "date": Date(),
    "time": DateTime(),
}


@dataclass(frozen=True)
class Result:
    """The rows of a statement (see `answers.frame_of`) and its seconds."""

    frame: pd.DataFrame
    statement: Select[*tuple[Any, ...]]
    dialect: Dialect
    seconds: float

    @cached_property
    def sql(self) -> str:
        """The statement's text with the values in it; most are never read, and writing one takes its time."""
        return literal_sql(self.statement, self.dialect)


def open_warehouse(
    catalog: Catalog, root: Path, environ: Mapping[str, str], *, snapshots: Path, clock: Clock
) -> Warehouse:
    """The warehouse of a workspace at `root`; `snapshots` is the folder for Parquet made from files.

    Nothing is opened yet. Raises nothing: a source that fails does so when it is first asked.
    """
    return Warehouse(catalog, root, environ, snapshots, clock)


class Warehouse:
    """Facts and entities by name. All methods raise WarehouseError in plain words.

    `rejected` counts, by `table.column` (or `table` for whole lines), the values of the snapshots opened so
    far that could not be read, with the first of them.
    """

    def __init__(
        self, catalog: Catalog, root: Path, environ: Mapping[str, str], snapshots: Path, clock: Clock
    ) -> None:
        self.catalog = catalog
        self.rejected: dict[str, tuple[int, str]] = {}
        self._root, self._environ, self._clock = root, environ, clock
        self._snapshots = Snapshots(snapshots.resolve(), self._cleaner("duckdb"), clock)
        self._open = ExitStack()
        self._connections: dict[str, Connection] = {}
        self._relations: dict[str, Subquery] = {}
        self._files: dict[str, Path] = {}
        self._proofs = Proofs(self._snapshots.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every file and server."""
        self._connections.clear()
        self._relations.clear()
        self._files.clear()
        self._proofs.clear()
        self._open.close()

    def dialect(self, name: str) -> Dialect:
        """The engine that computes a fact or entity."""
        return "postgresql" if self._location(name).engine == "postgresql" else "duckdb"

    def columns(self, name: str) -> dict[str, Kind]:
        """The real columns of the source behind a fact or entity, before cleaning."""
        location = self._location(name)
        if location.engine == "folder":
            folder, place = folder_of(location), self._place(name)
            if (view := self._view(name)) is not None:
                return view_columns(self._snapshots, folder, view, place)
            return file_columns(self._snapshots, folder, self._file(name), place)
        kinds = self._ask(location, name)
        return kinds if location.engine != "other" else dict.fromkeys(kinds, "text")

    def relation(self, name: str) -> Subquery:
        """The clean rows of a fact or entity under its name; standing exclusions (`always`) are not applied.

        Columns: all declared ones, then those its keys, links, clock, currency and validity name; their types
        are described in `cleaning`.
        """
        if name not in self._relations:
            computed = self._location(name).engine in ("duckdb", "postgresql")
            self._relations[name] = self._direct(name) if computed else self._snapshot(name)
        return self._relations[name]

    def size(self, name: str) -> Size:
        """What files and engines keep about a fact or entity; nothing is known of views."""
        self.relation(name)
        location, table = self._location(name), self.catalog.table(name).table
        if name in self._files:
            return parquet_size(self._computing(location), self._files[name])
        if table is None:
            return Size()
        connection = self._reader(location)
        real = present(wanted_columns(self.catalog, name), self._ask(location, name))
        try:
            size = duckdb_size if location.engine == "duckdb" else postgres_size
            return size(connection, table, real)
        except SQLAlchemyError:
            connection.rollback()
            return Size()

    def complete(self, name: str, link: str) -> bool:
        """Whether every row of a snapshot leads to a row of another; nothing is known of databases."""
        found = self.catalog.table(name).links[link]
        entity = self.catalog.entities.get(found.to)
        if entity is None or entity.always or entity.valid:
            return False
        self.relation(name), self.relation(found.to)
        if name not in self._files or found.to not in self._files:
            return False
        by, key = self.relation(name).c[found.by], self.relation(found.to).c[entity.key[0]]
        if isinstance(by.type, String) != isinstance(key.type, String):
            # A number is no text: such keys are compared as texts, one by one.
            return False
        ends = (self._files[name], found.by), (self._files[found.to], entity.key[0])
        return parquet_complete(self._computing(self._location(name)), self._snapshots.folder, *ends)

    def unique(self, name: str, several: Select[*tuple[Any, ...]]) -> bool:
        """Whether the key of a fact or entity names one row each; `several` finds keys that do not.

        Snapshots are asked once for all, unless standing exclusions may depend on the day; databases once while they
        are open, unless an index tells.
        """
        self.relation(name)
        file, entity = self._files.get(name), self.catalog.entities.get(name)
        statement = literal_sql(several, self.dialect(name))
        question = f"{file.name if file else name}: {sha256(statement.encode()).hexdigest()}"

        def ask() -> bool:
            return self._indexed(name) or self.query(name, several).frame.empty

        lasting = file is not None and (entity is None or not entity.always)
        return self._proofs.unique(question, ask, lasting=lasting)

    def query(self, name: str, statement: Select[*tuple[Any, ...]]) -> Result:
        """Run a statement over relations of one connection, that of the fact or entity `name`."""
        location = self._location(name)
        connection = self._computing(location)
        started = self._clock.seconds()
        try:
            with time_limit(connection, location.timeout):
                frame = frame_of(statement, connection.execute(statement))
        except SQLAlchemyError as error:
            raise self._explained(error, location, connection, name) from error
        return Result(frame, statement, self.dialect(name), self._clock.seconds() - started)

    def unread(self, name: str) -> dict[str, tuple[int, str]]:
        """The values that cannot be read as declared, as in `rejected`; a database counts them now."""
        self.relation(name)
        location = self._location(name)
        if location.engine in ("folder", "other"):
            return {key: lost for key, lost in self.rejected.items() if key.split(".")[0] == name}
        kinds, cleaner = self._ask(location, name), self._cleaner(self.dialect(name))
        found: dict[str, tuple[int, str]] = {}
        declared = self.catalog.table(name).columns
        for column, own in present(declared, kinds).items():
            real: Column = sql_column(own)
            type_ = declared[column]
            condition = cleaner.unread(real, kinds[str(real.key)], type_)
            if condition is not None:
                counted = select(func.count().label("rows"), func.min(cast(real, String)).label("first"))
                rows = self.query(name, counted.select_from(self._source(name)).where(condition)).frame.iloc[
                    0
                ]
                if rows["rows"]:
                    found[f"{name}.{column}"] = (int(rows["rows"]), str(rows["first"]))
        return found

    def _indexed(self, name: str) -> bool:
        """Whether PostgreSQL keeps the keys of a table apart, and cleaning does not make two of them alike."""
        location, table = self._location(name), self.catalog.table(name)
        (key,) = table.key
        if location.engine != "postgresql" or table.table is None:
            return False
        kinds, declared = self._ask(location, name), table.columns.get(key)
        own = present((key,), kinds)[key]
        as_it_is = SourceColumn(type="number" if kinds[own] == "integer" else "text")
        if declared not in (None, as_it_is):
            return False
        connection = self._reader(location)
        try:
            return postgres_unique(connection, table.table, own)
        except SQLAlchemyError:
            connection.rollback()
            return False

    def _direct(self, name: str) -> Subquery:
        location, place = self._location(name), self._place(name)
        source, kinds = self._source(name), self._ask(location, name)
        wanted = wanted_columns(self.catalog, name)
        cleaner = self._cleaner(self.dialect(name))
        columns: list[Column] = []
        for column, real in present(wanted, kinds).items():
            want, kind = wanted[column], kinds[real]
            if want.declared or kind == "zoned":
                type_ = want.type if want.declared else SourceColumn(type="time")
                columns.append(cleaner.named(place, column, sql_column(real), kind, type_))
            else:
                columns.append(_undeclared(real, kind).label(column))
        return select(*columns).select_from(source).subquery(name)

    def _snapshot(self, name: str) -> Subquery:
        location, place = self._location(name), self._place(name)
        wanted = wanted_columns(self.catalog, name)
        if location.engine == "folder":
            folder = folder_of(location)
            if (view := self._view(name)) is not None:
                snapshot = view_snapshot(self._snapshots, folder, view, place, wanted)
            else:
                snapshot = file_snapshot(self._snapshots, folder, self._file(name), place, wanted)
        else:
            reader = self._reader(location)
            try:
                snapshot = rows_snapshot(self._snapshots, reader, self._source(name), place, wanted)
            except SQLAlchemyError as error:
                raise self._explained(error, location, reader, name) from error
        memory = self._computing(location)
        for column, count in rejected(memory, snapshot).items():
            self.rejected[f"{name}.{column}" if column else name] = count
        self._files[name] = snapshot
        memory.exec_driver_sql(f'CREATE VIEW "{name}" AS FROM read_parquet({quoted(snapshot)})')
        memory.commit()
        kinds = columns_of(memory, source_table(name))
        columns: list[Column] = [
            sql_column(column, SQL_TYPES[want.type.type] if want.declared else UNDECLARED.get(kinds[column]))
            for column, want in wanted.items()
        ]
        return select(*columns).select_from(source_table(name)).subquery(name)

    def _ask(self, location: Location, name: str) -> dict[str, Kind]:
        connection = self._reader(location)
        try:
            return columns_of(connection, self._source(name))
        except SQLAlchemyError as error:
            raise self._explained(error, location, connection, name) from error

    def _explained(
        self, error: SQLAlchemyError, location: Location, connection: Connection, name: str
    ) -> WarehouseError:
        connection.rollback()
        return explain(error, location, self._place(name), lambda: table_names(connection))

    def _source(self, name: str) -> FromClause:
        table = self.catalog.table(name)
        if (view := self._view(name)) is not None:
            return sql_source(view)
        if table.table is None:
            raise WarehouseError(
                f"{self._place(name)}.file: connection “{table.connection}” is a database, not a folder",
                "Write table: or sql: instead, or name a connection with a folder.",
            )
        return source_table(table.table)

    def _view(self, name: str) -> str | None:
        sql = self.catalog.table(name).sql
        return None if sql is None else read_view(self._root, sql, self._place(name))

    def _file(self, name: str) -> str:
        table = self.catalog.table(name)
        if table.file is None:
            raise WarehouseError(
                f"{self._place(name)}: connection “{table.connection}” is a folder, so the rows need a file",
                "Write file: or sql: instead of table:, or name a connection with a url.",
            )
        return table.file

    def _place(self, name: str) -> str:
        return f"{section(self.catalog, name)}.{name}"

    def _cleaner(self, dialect: Dialect) -> Cleaner:
        calendar = self.catalog.settings.calendar
        return Cleaner(dialect, calendar.naive_timestamps, calendar.timezone)

    def _location(self, name: str) -> Location:
        wanted = self.catalog.table(name).connection
        if wanted not in self.catalog.connections:
            remedy = did_you_mean(wanted, self.catalog.connections)
            raise WarehouseError(f"{self._place(name)}: there is no connection “{wanted}”", remedy)
        return locate(wanted, self.catalog.connections[wanted], self._root, self._environ)

    def _reader(self, location: Location) -> Connection:
        """The connection to the source itself."""
        if location.name not in self._connections:
            connection = self._open.enter_context(connect(location, self._clock))
            self._connections[location.name] = connection
        return self._connections[location.name]

    def _computing(self, location: Location) -> Connection:
        """The connection that computes: the source itself, or one memory for all snapshots."""
        if location.engine in ("duckdb", "postgresql"):
            return self._reader(location)
        if MEMORY not in self._connections:
            self._connections[MEMORY] = self._open.enter_context(connect_memory(self._snapshots.folder))
        return self._connections[MEMORY]


def _undeclared(real: str, kind: Kind) -> Column:
    """A column that nobody declares: as it is stored, but for a text that its engine compares in its own way."""
    return cast(sql_column(real), String) if kind == "code" else sql_column(real, UNDECLARED.get(kind))
