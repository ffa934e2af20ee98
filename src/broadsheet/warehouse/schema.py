"""What the definitions want of a table, and what the database really has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, FromClause, TableClause, inspect, select
from sqlalchemy import table as sql_table
from sqlalchemy import text as sql_text

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.models.sources import Entity, Fact, SourceColumn, Table
from broadsheet.errors import Absent, MissingError, did_you_mean

Kind = Literal["text", "code", "integer", "float", "decimal", "flag", "date", "time", "zoned", "other"]
"""A `code` is a text that its engine compares by rules of its own: padded, as a UUID, or one of a list."""

KINDS: tuple[tuple[str, Kind], ...] = (
    (r"timestamp.*with time zone|timestamptz", "zoned"),
    (r"timestamp|datetime", "time"),
    (r"date", "date"),
    (r"bool(ean)?", "flag"),
    (r"decimal|numeric", "decimal"),
    (r"u?(tiny|small|big|huge)?int(eger)?|int[248]", "integer"),
    (r"double( precision)?|float[48]?|real", "float"),
    (r"varchar|char|text|string|name", "text"),
    (r"bpchar|uuid|enum", "code"),
)
_TYPE = sql_text("SELECT typtype FROM pg_type WHERE oid = :number")


@dataclass(frozen=True)
class Wanted:
    """A column that must exist: why (its path in the YAML), its type, and whether the YAML gives it."""

    path: tuple[str, ...]
    type: SourceColumn
    declared: bool

    def whole(self, kind: Kind) -> bool:
        """Whether whole numbers stay what they are: keys that nobody declares are joined faster than as text."""
        return not self.declared and self.type.type == "text" and kind == "integer"

    def names_rows(self, kind: Kind) -> bool:
        """Whether texts may be kept as whole numbers where all of them are written so."""
        implied = not self.declared and self.type.type == "text" and kind == "text"
        return implied and self.path[0] in ("key", "link", "many")


def section(catalog: Catalog, name: str) -> str:
    """`facts` or `entities`: the YAML key a table stands under."""
    return "facts" if name in catalog.facts else "entities"


def wanted_columns(catalog: Catalog, name: str) -> dict[str, Wanted]:
    """The columns of a fact or entity, by name: the declared, then keys, links, bridges, clock, currency, valid."""
    table = catalog.table(name)
    found = {column: Wanted(("columns", column), type_, True) for column, type_ in table.columns.items()}
    for column, path in _implied(table):
        found.setdefault(column, Wanted(path, _implied_type(catalog, table, column), False))
    return found


def present(wanted: Iterable[str], real: Mapping[str, object]) -> dict[str, str]:
    """The source's own name of every column that is there; what needs another one has no data."""
    found = ((name, find(name, real)) for name in wanted)
    return {name: own for name, own in found if own is not None}


def real_names(place: str, wanted: Mapping[str, Wanted], real: Mapping[str, object]) -> dict[str, str]:
    """The source's own name of every column; MissingError names the YAML key of one that is not there."""
    chosen = {}
    for name, want in wanted.items():
        found = find(name, real)
        if found is None:
            key = ".".join((place, *want.path))
            what, remedy = f"{key}: there is no column “{name}”", did_you_mean(name, writable(real))
            raise MissingError(what, remedy, absent=Absent("column", name))
        chosen[name] = found
    return chosen


def _implied(table: Table) -> Iterable[tuple[str, tuple[str, ...]]]:
    yield from ((column, ("key",)) for column in table.key)
    yield from ((link.by, ("link", name)) for name, link in table.links.items())
    yield from ((bridge.on, ("many", name)) for name, bridge in table.many.items() if bridge.on)
    if isinstance(table, Entity) and table.valid:
        yield from ((column, ("valid",)) for column in table.valid)
    own = (("clock", table.clock if isinstance(table, Fact) else None), ("currency", table.currency))
    yield from ((path, (key,)) for key, path in own if path and "." not in path)


def _implied_type(catalog: Catalog, table: Table, column: str) -> SourceColumn:
    """How text is read where no type is declared: times as times, a link as its target's key, else text."""
    if (isinstance(table, Entity) and column in (table.valid or ())) or (
        isinstance(table, Fact) and column == table.clock
    ):
        return SourceColumn(type="time")
    for link in table.links.values():
        if link.by == column and (link.to in catalog.facts or link.to in catalog.entities):
            target = catalog.table(link.to)
            if target.key[0] in target.columns:
                return SourceColumn(type=target.columns[target.key[0]].type)
    return SourceColumn(type="text")


def source_table(written: str) -> TableClause:
    """`table` or `schema.table` as a FROM clause."""
    *schema, name = written.split(".")
    return sql_table(name, schema=".".join(schema) or None)


def sql_source(sql: str) -> FromClause:
    """A SELECT, or a table function of DuckDB, as a FROM clause with any columns."""
    return sql_text(re.sub(":", r"\\:", sql)).columns().subquery("source")


def columns_of(connection: Connection, source: FromClause) -> dict[str, Kind]:
    """The real columns of a table or view and their kinds, asked for without reading a row."""
    result = connection.execute(select(sql_text("*")).select_from(source).limit(0))
    description = result.cursor.description if result.cursor is not None else ()
    return {entry[0]: _kind(connection, entry[1]) for entry in description}


def _kind(connection: Connection, code: object) -> Kind:
    """The kind behind a driver's type; one that PostgreSQL was taught, and that lists its values, is a text."""
    kind = kind_of(_type_name(code))
    if kind != "other" or connection.dialect.name != "postgresql":
        return kind
    return "code" if connection.execute(_TYPE, {"number": code}).scalar() == "e" else kind


def kind_of(type_name: str) -> Kind:
    """The kind behind a database's type name."""
    plain = re.sub(r"\(.*?\)", "", type_name.lower()).strip()
    for pattern, kind in KINDS:
        if re.fullmatch(rf"(?:{pattern})(_\w+| without time zone)?", plain):
            return kind
    return "other"


def _type_name(code: object) -> str:
    if not isinstance(code, int):
        return str(code)
    # A server's type number; the driver is there, or there would be no number.
    from psycopg import postgres

    known = postgres.types.get(code)
    return known.name if known is not None else "other"


def find(column: str, columns: Iterable[str]) -> str | None:
    """The real name of a column: as written, or the one that reads the same in snake_case."""
    names = list(columns)
    if column in names:
        return column
    alike = [name for name in names if _snake(name) == column.lower()]
    return alike[0] if len(alike) == 1 else None


def table_names(connection: Connection) -> list[str]:
    """All tables and views, with their schema unless it is the default one."""
    if connection.dialect.name not in ("duckdb", "postgresql"):
        inspector = inspect(connection)
        return [*inspector.get_table_names(), *inspector.get_view_names()]
    rows = connection.exec_driver_sql(
        "SELECT table_schema, table_name FROM information_schema.tables "
        "WHERE table_schema NOT IN ('information_schema', 'pg_catalog')"
    )
    return [name if schema in ("main", "public") else f"{schema}.{name}" for schema, name in rows]


def writable(columns: Iterable[str]) -> list[str]:
    """Real names as a definition can write them."""
    return [name if re.fullmatch(r"[A-Za-z_]\w*", name) else _snake(name) for name in columns]


def _snake(name: str) -> str:
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_")
