"""Any block as a grid of plain values: what a workbook, a CSV file and the findings hold of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from broadsheet.document.formats import SHARE, TEXT, difference_of
from broadsheet.document.numbers import UNDEFINED
from broadsheet.document.tree import (
    Card,
    Cards,
    Cell,
    Change,
    Chart,
    Diagram,
    Format,
    Head,
    Notice,
    Row,
    Section,
    Story,
    Table,
    Text,
)

Value = float | str | date | None


@dataclass(frozen=True)
class Item:
    """A value as the data have it, and what it is. Undefined values are None; where a text stands in their
    place, such as “< 5”, they are that text.
    """

    value: Value
    format: Format = TEXT


@dataclass(frozen=True)
class Grid:
    """Named columns and their rows; the last `totals` rows are no parts of the others."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Item, ...], ...]
    totals: int = 0


def grid(section: Section, labels: Mapping[str, str]) -> Grid | None:
    """The values of a block, with every row it has; None for words. `labels` are the document's."""
    body = section.body
    match body:
        case Cards():
            return _of_cards(body, labels)
        case Chart():
            return _of_chart(body)
        case Diagram():
            return _of_diagram(body)
        case Table():
            return _of_table(body)
        case Text() | Story() | Notice():
            return None
        case _:
            assert_never(body)


def _of_cards(body: Cards, labels: Mapping[str, str]) -> Grid:
    """A row per card and comparison: values of different units below each other."""
    names = ("kpi", "value", "unit", "remark", "versus", "base", "difference", "relative", "status")
    rows = tuple(row for card in body.cards for row in _of_card(card))
    return Grid(tuple(labels[name] for name in names), rows)


def _of_card(card: Card) -> Iterator[tuple[Item, ...]]:
    form = card.format
    note = ". ".join(filter(None, (card.caption, card.figure.reason)))
    known = (
        Item(card.label),
        Item(card.figure.value, form),
        Item("%" if form.kind == "percent" else form.unit),
        Item(note),
    )
    changes: tuple[Change | None, ...] = card.changes or (None,)
    for change in changes:
        yield (*known, *_of_change(change, form), Item(card.status_text))


def _of_change(change: Change | None, form: Format) -> tuple[Item, ...]:
    if change is None:
        return (Item(""), Item(None, form), Item(None, form), Item(None, SHARE))
    return (
        Item(change.label),
        Item(change.base.value, form),
        Item(change.difference.value, difference_of(form)),
        Item(change.relative.value, SHARE),
    )


def _of_chart(body: Chart) -> Grid:
    """A row per category; a group stands before the categories that it names."""
    groups = [label for label, count in body.groups for _ in range(count)]
    names = (
        [f"{name}, {group}" for group, name in zip(groups, body.categories, strict=True)]
        if groups
        else body.categories
    )
    unit = f" ({body.format.unit})" if body.format.unit else ""
    heads = ("", *(f"{series.label}{unit}" for series in body.series))
    rows = tuple(
        (Item(name), *(Item(series.values[index], body.format) for series in body.series))
        for index, name in enumerate(names)
    )
    return Grid(heads, rows)


def _of_diagram(body: Diagram) -> Grid:
    """A row per mark."""
    heads = (_head(head) for head in body.columns)
    rows = (
        tuple(Item(value, head.format) for value, head in zip(line, body.columns, strict=True))
        for line in body.lines
    )
    return Grid(tuple(heads), tuple(rows))


def _head(head: Head) -> str:
    return f"{head.text} ({head.format.unit})" if head.format.unit else head.text


def _of_table(body: Table) -> Grid:
    """All rows, printed or not, totals last; where cells have shares, these stand in columns of their own."""
    shared = [
        any(row.cells[index].share is not None for row in body.rows) for index in range(len(body.heads))
    ]
    heads = []
    for head, has_share in zip(body.heads, shared, strict=True):
        heads += [_head(head), f"{head.text} %"] if has_share else [_head(head)]
    totals = [row for row in body.rows if row.kind == "total"]
    ordered = [*(row for row in body.rows if row.kind != "total"), *body.further, *totals]
    return Grid(tuple(heads), tuple(tuple(_of_row(row, body, shared)) for row in ordered), len(totals))


def _of_row(row: Row, body: Table, shared: list[bool]) -> Iterator[Item]:
    for cell, head, has_share in zip(row.cells, body.heads, shared, strict=True):
        yield _of_cell(cell, head.format)
        if has_share:
            yield Item(cell.share, SHARE)


def _of_cell(cell: Cell, form: Format) -> Item:
    if cell.value is None and cell.text != UNDEFINED:
        return Item(cell.text)
    return Item(cell.value, TEXT if isinstance(cell.value, str) else form)
