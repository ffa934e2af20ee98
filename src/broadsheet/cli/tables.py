"""Tables and sizes on a terminal: plain columns that also read well in a log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import typer

ALIGN_END = frozenset(
    {"pages", "size", "seconds", "sent", "revision", "rows", "as sent", "as of now", "difference"}
)


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their heads, each column as wide as its widest entry; numbers align at the end."""
    for line in table_lines(heads, rows):
        typer.echo(line)


def table_lines(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table."""
    widths = [max(len(row[index]) for row in (heads, *rows)) for index in range(len(heads))]
    for row in (heads, *rows):
        cells = [
            cell.rjust(width) if head in ALIGN_END else cell.ljust(width)
            for head, cell, width in zip(heads, row, widths, strict=True)
        ]
        yield "  ".join(cells).rstrip()


def print_json(value: object) -> None:
    """Print a value for scripts."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


def size(count: int) -> str:
    """`181 KB`: thousands of bytes, as mail programs count."""
    return f"{max(1, round(count / 1000))} KB"


def count(number: int, noun: str) -> str:
    """`1 report`, `3 reports`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
