"""How large tables are, from what engines and files keep about them: no row is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, String, func, select, text
from sqlalchemy import column as sql_column

from broadsheet.metrics.source import Size
from broadsheet.warehouse.digests import keep, kept
from broadsheet.warehouse.files import identifier, quoted
from broadsheet.warehouse.schema import source_table

LINKS, PARQUET = ".links.json", ".parquet"
_DISTINCT = re.compile(r"Approx Unique: (\d+)")
_PARQUET = (
    "SELECT path_in_schema, sum(row_group_num_rows), "
    "CASE WHEN count(stats_distinct_count) = count(*) THEN max(stats_distinct_count) END "
    "FROM parquet_metadata({}) GROUP BY path_in_schema"
)
_POSTGRES = text(
    "SELECT c.reltuples, s.attname, s.n_distinct FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname WHERE c.oid = to_regclass(:name)"
)

_INDEXED = text(
    "SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
    "WHERE c.oid = to_regclass(:name) AND (c.relkind = 'p' OR NOT c.relhassubclass) AND a.attname = :column "
    "AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1 AND i.indpred IS NULL"
)


def parquet_size(connection: Connection, path: Path) -> Size:
    """Of a Parquet file. A column that was too varied for a dictionary is not told."""
    found = connection.exec_driver_sql(_PARQUET.format(quoted(path))).fetchall()
    members = {name: int(count) for name, _, count in found if count}
    return Size(int(found[0][1]) if found else None, members)


def duckdb_size(connection: Connection, table: str, columns: Mapping[str, str]) -> Size:
    """Of a table of DuckDB; `columns` are its own names by ours. Nothing is known of a view."""
    *schema, name = table.split(".")
    known = text(
        "SELECT estimated_size FROM duckdb_tables() WHERE table_name = :name AND schema_name = :schema"
    )
    rows = connection.execute(known, {"name": name, "schema": schema[-1] if schema else "main"}).scalar()
    if not rows:
        return Size()
    told = [func.stats(sql_column(real)).cast(String) for real in columns.values()]
    line = connection.execute(select(*told).select_from(source_table(table)).limit(1)).first()
    counts = {name: _DISTINCT.search(str(value)) for name, value in zip(columns, line or (), strict=False)}
    return Size(int(rows), {name: int(found[1]) for name, found in counts.items() if found and int(found[1])})


def postgres_size(connection: Connection, table: str, columns: Mapping[str, str]) -> Size:
    """Of a table of PostgreSQL that was analyzed."""
    found = connection.execute(_POSTGRES, {"name": _written(connection, table)}).fetchall()
    if not found or found[0][0] < 0:
        return Size()
    rows = int(found[0][0])
    counts = {
        column: round(each if each > 0 else -each * rows) for _, column, each in found if column and each
    }
    return Size(rows, {name: counts[real] for name, real in columns.items() if counts.get(real)})


def parquet_complete(
    connection: Connection, folder: Path, column: tuple[Path, str], key: tuple[Path, str]
) -> bool:
    """Whether every value of a column of one Parquet file is found in that of another.

    Both hold texts, or both hold numbers.
    """
    (rows, by), (target, own) = column, key
    on = f"a.{identifier(by)} = b.{identifier(own)}"
    lost = f"FROM read_parquet({quoted(rows)}) a ANTI JOIN read_parquet({quoted(target)}) b ON {on}"
    return remembered_answer(
        folder,
        f"{rows.name}.{by} in {target.name}.{own}",
        lambda: connection.exec_driver_sql(f"SELECT 1 {lost} LIMIT 1").first() is None,
    )


def remembered_answer(folder: Path, question: str, ask: Callable[[], bool]) -> bool:
    """The answer to a question about snapshots, which begins with the name of one.

    They never change, so it is asked once and kept in `folder`, as long as they are.
    """
    known = kept(folder / LINKS)
    if question in known:
        return known[question] is True
    answer = ask()
    current = {
        each: known[each] for each in known if (folder / f"{each.partition(PARQUET)[0]}{PARQUET}").exists()
    }
    with suppress(OSError):  # Without a memory it is asked again.
        keep(folder / LINKS, {**current, question: answer})
    return answer


def postgres_unique(connection: Connection, table: str, column: str) -> bool:
    """Whether an index of PostgreSQL keeps the values of a column apart; rows of heirs are not in it."""
    named = {"name": _written(connection, table), "column": column}
    return connection.execute(_INDEXED, named).first() is not None


def _written(connection: Connection, table: str) -> str:
    """The name of a table as a statement has it: of mixed case it is quoted."""
    return connection.dialect.identifier_preparer.format_table(source_table(table))
