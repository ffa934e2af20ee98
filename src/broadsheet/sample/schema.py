"""How a frame becomes a table: column kinds and their SQL.

Generators hold references as row numbers; the schema turns them into readable keys (`O000042`), so that
no text is carried around for hundreds of thousands of rows.
"""

from __future__ import annotations

from dataclasses import dataclass

SQL_TYPES = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "money": "DECIMAL(18,2)",
    "rate": "DECIMAL(18,6)",
    "share": "DECIMAL(9,4)",
    "bool": "BOOLEAN",
    "time": "TIMESTAMP",
    "date": "DATE",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: a kind of `SQL_TYPES`, or `key:PREFIX:DIGITS` for a row number that becomes a key."""

    name: str
    kind: str
    meaning: str

    @property
    def sql(self) -> str:
        """The expression that reads this column from its frame."""
        if self.kind.startswith("key:"):
            _, prefix, digits = self.kind.split(":")
            key = f"printf('{prefix}%0{digits}d', {self.name} + 1)"
            return f"CASE WHEN {self.name} >= 0 THEN {key} END AS {self.name}"
        return f'CAST("{self.name}" AS {SQL_TYPES[self.kind]}) AS "{self.name}"'


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its grain in one sentence, its key columns and all its columns in order."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


def table(name: str, grain: str, key: str, columns: str) -> Table:
    """A table from lines `name | kind | meaning`; `key` names the key columns, parted by spaces."""
    parsed = []
    for line in columns.strip().splitlines():
        column, kind, meaning = (part.strip() for part in line.split("|"))
        parsed.append(Column(column, kind, meaning))
    return Table(name, grain, tuple(key.split()), tuple(parsed))
