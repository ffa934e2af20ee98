"""Records: few rows of a list, set as labels with their values where columns would be too many or too few."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.document.tree import Cell, Table
from broadsheet.rendering.charts.measure import text_width
from broadsheet.rendering.columns import CELL, columns

MOST = 3
"""Of more rows, a table is easier to read."""
GAP = 5.0
VALUE = 0.58
"""The part of a column that values have beside their labels."""
LINES = 2
"""What takes more lines beside its label stands below, as wide as the block."""


@dataclass(frozen=True)
class Pair:
    """A label and what stands beside it."""

    label: str
    cell: Cell


@dataclass(frozen=True)
class Record:
    """One row: `pairs` in columns, then `sentences` as wide as the block."""

    pairs: tuple[Pair, ...]
    sentences: tuple[Pair, ...]


@dataclass(frozen=True)
class Records:
    """The rows of a list, each in so many `columns` of pairs."""

    records: tuple[Record, ...]
    columns: int


def records(table: Table, room: float) -> Records | None:
    """A list of one row, or of up to three that are too wide for a table in `room` millimeters; else None."""
    if table.kind != "list" or not 1 <= len(table.rows) <= MOST:
        return None
    if len(table.rows) > 1 and columns(table, room).fits:
        return None
    count = 3 if room > 150 else 2 if room > 100 else 1
    value = ((room - (count - 1) * GAP) / count) * VALUE
    found = []
    for row in table.rows:
        pairs = [Pair(head.text, cell) for head, cell in zip(table.heads, row.cells, strict=True)]
        long = [pair for pair in pairs if _lines(pair.cell.text, value) > LINES]
        found.append(Record(tuple(pair for pair in pairs if pair not in long), tuple(long)))
    return Records(tuple(found), count)


def _lines(text: str, room: float) -> float:
    """Lines of a text; a word that is wider than the room counts as too many."""
    words = [text_width(word, CELL, strong=True) for word in text.split(" ")]
    return LINES + 1 if max(words) > room else text_width(text, CELL, strong=True) / room
