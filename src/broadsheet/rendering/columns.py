"""How wide the columns of a table are: as wide as their texts need, the rest by share."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.document.tree import Head, Row, Table
from broadsheet.rendering.charts.measure import text_width

CELL, SHARE, SMALL = 8.4, 9.2, 7.5
PADDING = 2.6
WIDEST_TEXT = 58.0
NARROWEST_BAR = 12.0
SPARK = 24.0
BAR_GAP = 2.0
SHORTEST_BAR = 5.0
"""With less room for the longest bar there is none."""
MOST_LINES = 3
"""A sentence is not squeezed into more lines than these."""


@dataclass(frozen=True)
class Bars:
    """Where the bars of a column stand, in percent of its cells: `zone` holds all of them, `zero` is their base."""

    zone: float
    zero: float
    unit: float

    def at(self, value: float) -> float:
        """Where a value stands."""
        return round(self.zero + value * self.unit, 2)

    def start(self, value: float) -> float:
        """Where the bar of a value begins."""
        return self.at(min(value, 0.0))

    def width(self, value: float) -> float:
        """How wide it is."""
        return round(abs(value) * self.unit, 2)


@dataclass(frozen=True)
class Columns:
    """`widths` in percent of the table; the bars of the columns that have some and room for them.

    Where the table does not fit its room, words and figures would break.
    """

    widths: tuple[float, ...]
    bars: tuple[Bars | None, ...]
    fits: bool = True


def columns(table: Table, room: float) -> Columns:
    """Set the columns of a table in `room` millimeters.

    Figures never wrap while there is room; what is left over goes to the columns by their share, and where
    there is too little, all give way in proportion.
    """
    texts = [_text(table, index, head) for index, head in enumerate(table.heads)]
    barred = [any(_bar(row, index) for row in table.rows) for index in range(len(table.heads))]
    needed = [
        text + PADDING + (NARROWEST_BAR if bar else 0.0) for text, bar in zip(texts, barred, strict=True)
    ]
    spare, least = room - sum(needed), [_least(table, index) for index in range(len(table.heads))]
    if spare > 0:
        whole = sum(head.share for head in table.heads)
        widths = [need + spare * head.share / whole for need, head in zip(needed, table.heads, strict=True)]
    else:
        widths = _given_way(needed, least, room)
    bars = [
        _bars(table, index, width - PADDING, text)
        for index, (width, text) in enumerate(zip(widths, texts, strict=True))
    ]
    fits = spare > 0 or sum(least) <= room
    return Columns(tuple(round(width / room * 100, 3) for width in widths), tuple(bars), fits)


def _bars(table: Table, index: int, width: float, text: float) -> Bars | None:
    """Bars of a cell of `width` millimeters beside texts; none where they would be too short to compare."""
    cells = [row.cells[index] for row in table.rows if index < len(row.cells)]
    ends = [end for cell in cells for end in (cell.bar, cell.tick) if end is not None]
    room = width - text - BAR_GAP
    low, high = min(0.0, *ends, 0.0), max(0.0, *ends, 0.0)
    if not any(cell.bar is not None for cell in cells) or room < SHORTEST_BAR:
        return None
    zone = room / width * 100
    unit = zone / (high - low) if high > low else 0.0
    return Bars(round(zone, 2), -low * unit, unit)


def _given_way(needed: list[float], least: list[float], room: float) -> list[float]:
    """Sentences give way first, down to their longest word; then all columns in proportion."""
    slack = sum(needed) - sum(least)
    if not slack or sum(least) > room:
        return [least_ * room / sum(least) for least_ in least]
    share = (sum(needed) - room) / slack
    return [need - share * (need - least_) for need, least_ in zip(needed, least, strict=True)]


def _least(table: Table, index: int) -> float:
    """What a column of sentences needs at least: their longest word, and few lines; figures need all they have."""
    head = table.heads[index]
    cells = [row.cells[index] for row in table.rows if index < len(row.cells)]
    text = _text(table, index, head)
    if head.align == "end" or any(cell.spark for cell in cells):
        return text + PADDING + (NARROWEST_BAR if any(cell.bar for cell in cells) else 0.0)
    words = (word for cell in cells for word in (*cell.text.split(" "), *cell.sub.split(" ")))
    heads = head.text.split(" ")
    longest = max((text_width(word, CELL, strong=True) for word in (*words, *heads)), default=0.0)
    return max(longest, text / MOST_LINES) + PADDING


def _bar(row: Row, index: int) -> bool:
    return index < len(row.cells) and row.cells[index].bar is not None


def _text(table: Table, index: int, head: Head) -> float:
    """Millimeters of the widest text; long words of the first kind wrap, heads wrap between words."""
    size = SHARE if table.kind == "crosstab" and index else CELL
    widest = max(
        (text_width(word, SMALL, strong=True) for word in (*head.text.split(" "), head.sub)), default=0
    )
    for row in table.rows:
        if index >= len(row.cells):
            continue
        cell = row.cells[index]
        mark = f"{cell.mark} " if cell.mark else ""
        widest = max(widest, SPARK) if cell.spark else widest
        widest = max(widest, text_width(mark + cell.text, size, strong=True), text_width(cell.sub, SMALL))
    return min(widest, WIDEST_TEXT)
