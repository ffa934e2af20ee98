"""Tables as Parquet files: written and read through DuckDB, the same values as the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from broadsheet.errors import StorageError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Kind = Literal["text", "texts", "number", "whole", "flag", "date", "time"]
"""What a column holds. `texts` are lists of texts; a `time` is naive."""

_SQL: Mapping[Kind, str] = {
    "text": "VARCHAR",
    "texts": "VARCHAR[]",
    "number": "DOUBLE",
    "whole": "BIGINT",
    "flag": "BOOLEAN",
    "date": "DATE",
    "time": "TIMESTAMP",
}
_PANDAS: Mapping[Kind, str] = {
    "text": "object",
    "texts": "object",
    "number": "float64",
    "whole": "int64",
    "flag": "boolean",
    "date": "datetime64[us]",
    "time": "datetime64[us]",
}
_EVERY = 2**62
"""So many values are looked at: what a column holds cannot be told from some of them, where most are empty lists."""


@dataclass(frozen=True)
class Column:
    """A column and its values, None where there is none."""

    name: str
    kind: Kind
    values: Sequence[Any]


def write_tables(tables: Mapping[str, Sequence[Column]]) -> dict[str, bytes]:
    """Tables by name, each of columns of one length, as Parquet files."""
    import duckdb

    config: dict[str, Any] = {"threads": 1, "pandas_analyze_sample": _EVERY}
    with TemporaryDirectory() as folder, duckdb.connect(config=config) as connection:
        return {name: _write(connection, columns, Path(folder)) for name, columns in tables.items()}


def read_table(content: bytes) -> dict[str, list[Any]]:
    """The columns of a Parquet file by name; StorageError when it is none."""
    import duckdb

    with TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as connection:
        source = Path(folder, "table.parquet")
        source.write_bytes(content)
        try:
            found = connection.execute("SELECT * FROM read_parquet(?)", [str(source)])
        except duckdb.Error as error:
            raise StorageError(
                f"a table of the archive cannot be read: {error}",
                "It was written by another version of DuckDB: install the one that its bundle names.",
            ) from error
        names = [column[0] for column in found.description or ()]
        rows = found.fetchall()
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def _write(connection: DuckDBPyConnection, columns: Sequence[Column], folder: Path) -> bytes:
    import pandas as pd

    given = {f"c{i}": pd.Series(each.values, dtype=_PANDAS[each.kind]) for i, each in enumerate(columns)}
    selected = ", ".join(f"{_cast(i, each.kind)} AS {_quoted(each.name)}" for i, each in enumerate(columns))
    target = folder / "table.parquet"
    connection.register("given", pd.DataFrame(given))
    copied = f"COPY (SELECT {selected} FROM given) TO {_text(target)} (FORMAT parquet, COMPRESSION zstd)"  # noqa: S608 - names are quoted
    connection.execute(copied)
    return target.read_bytes()


def _cast(index: int, kind: Kind) -> str:
    # A missing number arrives as “not a number”.
    value = f"CASE WHEN isnan(c{index}) THEN NULL ELSE c{index} END" if kind == "number" else f"c{index}"
    return f"CAST({value} AS {_SQL[kind]})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
