"""Tables as Parquet: every value comes back, equal values are equal bytes, and any tool can read them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from broadsheet.archive.tables import Column, read_table, write_tables
from broadsheet.errors import StorageError

COLUMNS = [
    Column("member", "text", ["a\0b", None, "", "ü"]),
    Column("empty", "text", [None] * 4),
    Column("members", "texts", [["a"], [], ["\0empty", "b"], []]),
    Column("value", "number", [1.5, None, float("inf"), -0.0]),
    Column('n"; --', "whole", [1, 2, 3, 2**60]),
    Column("flag", "flag", [True, None, False, True]),
    Column("day", "date", [date(2026, 1, 1), None, date(1, 1, 1), date(9999, 12, 31)]),
    Column("at", "time", [datetime(2026, 1, 1, 2, 3, 4, 567), None, datetime(1900, 1, 1), datetime(9999, 12, 31)]),
]  # fmt: skip


def test_values_come_back_as_they_were() -> None:
    back = read_table(write_tables({"one": COLUMNS})["one"])
    assert {name: repr(values) for name, values in back.items()} == {
        column.name: repr(list(column.values)) for column in COLUMNS
    }


def test_the_only_text_among_thousands_of_empty_values_comes_back() -> None:
    members: list[list[str]] = [[] for _ in range(3000)]
    members[7] = ["Web"]
    names = [None if number != 8 else "Web" for number in range(3000)]
    columns = [Column("members", "texts", members), Column("name", "text", names)]
    assert read_table(write_tables({"one": columns})["one"]) == {"members": members, "name": names}


def test_a_table_without_rows_keeps_its_columns() -> None:
    none = [Column(column.name, column.kind, []) for column in COLUMNS]
    assert read_table(write_tables({"one": none})["one"]) == {column.name: [] for column in COLUMNS}


def test_equal_tables_are_equal_bytes() -> None:
    both = write_tables({"one": COLUMNS, "two": COLUMNS})
    assert both["one"] == both["two"] == write_tables({"one": COLUMNS})["one"]


def test_any_other_tool_reads_them(tmp_path: Path) -> None:
    (tmp_path / "one.parquet").write_bytes(write_tables({"one": COLUMNS})["one"])
    query = f"SELECT sum(value) FROM '{tmp_path / 'one.parquet'}' WHERE flag AND value < 100"
    assert duckdb.sql(query).fetchall() == [(1.5,)]


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(StorageError, match="cannot be read"):
        read_table(b"PAR1")
