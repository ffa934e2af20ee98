"""The workbook: the values of every block as real numbers, with their definitions and as-of time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from broadsheet.document.grid import Grid, Item, grid
from broadsheet.document.tree import Document, Format, Section

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_NAME = 31
"""The most characters that the name of a sheet may have."""
_WIDEST = 60
_FROZEN = 4
"""Title, caption and an empty row stand above the heads of a block's sheet."""

# Content is never a formula or an address: a deal named =HYPERLINK(…) stays a name.
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def render_workbook(document: Document) -> bytes:
    """The edition as XLSX: same document, same bytes.

    Sheets: what the edition says, one per block with values, definitions, and the data it was made of.
    """
    target = BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        created = datetime.fromisoformat(document.as_of_iso).replace(tzinfo=None)
        book.set_properties(
            {
                "title": document.title,
                "author": document.owner,
                "company": document.company,
                "created": created,
            }
        )
        _Writer(book, document).write()
    return target.getvalue()


class _Writer:
    """Writes the sheets of one document, each format once."""

    def __init__(self, book: xlsxwriter.Workbook, document: Document) -> None:
        self.book, self.document, self.labels = book, document, dict(document.labels)
        self.formats: dict[tuple[Format | str, bool], Any] = {}
        self.names: set[str] = set()

    def write(self) -> None:
        self._overview()
        for number, section in enumerate(self.document.sections, 1):
            values = grid(section, self.labels)
            if values is not None:
                self._block(number, section, values)
        self._definitions()
        self._notes()

    def _overview(self) -> None:
        document, labels = self.document, self.labels
        sheet = self._sheet(document.title)
        facts = (
            (document.headline, "title"),
            (document.question, ""),
            (document.scope, ""),
            (f"{labels['as_of']} {document.as_of_text}", ""),
            (f"{labels['owner']}{labels['colon']}{document.owner}", ""),
            (document.edition.key, ""),
            (document.confidentiality, ""),
            (document.banner, "head"),
        )
        rows = [fact for fact in facts if fact[0]]
        findings = [(section.title, "") for section in document.sections if section.title]
        for row, (text, style) in enumerate((*rows, ("", ""), *findings)):
            sheet.write_string(row, 0, text, self._style(style))
        sheet.set_column(0, 0, 110)

    def _block(self, number: int, section: Section, values: Grid) -> None:
        title = section.title or self.document.headline
        sheet = self._sheet(f"{number} {title}")
        sheet.write_string(0, 0, title, self._style("title"))
        sheet.write_string(1, 0, section.caption)
        last = self._table(sheet, _FROZEN - 1, values)
        for offset, remark in enumerate(section.remarks):
            sheet.write_string(last + 2 + offset, 0, remark)

    def _table(self, sheet: Any, top: int, values: Grid) -> int:
        """Heads, rows and totals with a filter over the rows; the number of the last row."""
        for column, name in enumerate(values.columns):
            sheet.write_string(top, column, name, self._style("head"))
        parts = len(values.rows) - values.totals
        for row, items in enumerate(values.rows, top + 1):
            for column, item in enumerate(items):
                self._item(sheet, row, column, item, strong=row > top + parts)
        sheet.freeze_panes(top + 1, 1)
        if parts:
            sheet.autofilter(top, 0, top + parts, len(values.columns) - 1)
        for column, width in enumerate(_widths(values)):
            sheet.set_column(column, column, width)
        return top + len(values.rows)

    def _item(self, sheet: Any, row: int, column: int, item: Item, *, strong: bool) -> None:
        value, style = item.value, self._format(item.format, strong)
        match value:
            case None:
                sheet.write_blank(row, column, None, style)
            case str():
                sheet.write_string(row, column, value, style)
            case date():  # Excel knows no zones: what is written is the local time that the page prints.
                moment = value.replace(tzinfo=None) if isinstance(value, datetime) else value
                sheet.write_datetime(row, column, moment, style)
            case _:
                sheet.write_number(row, column, value, style)

    def _definitions(self) -> None:
        labels = self.labels
        heads = tuple(labels[name] for name in ("kpi", "meaning", "formula", "owner", "source", "reference"))
        rows = (
            (
                d.label,
                " ".join(filter(None, (d.meaning, d.edge_cases, d.good))),
                d.formula,
                d.owner,
                d.source,
                d.ref,
            )
            for d in self.document.definitions
        )
        self._texts(labels["definitions"], heads, rows)

    def _notes(self) -> None:
        labels, document = self.labels, self.document
        known = ((labels["as_of"], document.as_of_text), (labels["edition"], document.edition.key))
        self._texts(labels["data_notes"], (labels["subject"], labels["note"]), (*known, *document.notes))

    def _texts(self, name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        items = tuple(tuple(Item(text) for text in row) for row in rows)
        self._table(self._sheet(name), 0, Grid(tuple(heads), items))

    def _sheet(self, wanted: str) -> Any:
        """A new sheet, named after a text as far as names allow."""
        base = _FORBIDDEN.sub(" ", wanted).strip(" '")[:_NAME].strip(" '") or "-"
        name, number = base, 2
        while name.lower() in self.names:
            name, number = f"{base[: _NAME - 4].strip()} ({number})", number + 1
        self.names.add(name.lower())
        sheet = self.book.add_worksheet(name)
        if self.document.direction == "rtl":
            sheet.right_to_left()
        return sheet

    def _style(self, name: str) -> Any:
        looks = {
            "title": {"bold": True, "font_size": 14},
            "head": {"bold": True, "bottom": 1, "text_wrap": True},
        }
        return self._cached((name, False), looks.get(name, {}))

    def _format(self, form: Format, strong: bool) -> Any:
        look: dict[str, Any] = {"bold": True, "top": 1} if strong else {}
        return self._cached((form, strong), {**look, "num_format": number_format(form)})

    def _cached(self, key: tuple[Format | str, bool], look: dict[str, Any]) -> Any:
        if key not in self.formats:
            self.formats[key] = self.book.add_format(look)
        return self.formats[key]


def number_format(form: Format) -> str:
    """The number format of a workbook's cells; Excel puts the reader's own separators."""
    places = "." + "0" * form.decimals if form.decimals else ""
    match form.kind:
        case "text":
            return "@"
        case "date":
            return "yyyy-mm-dd"
        case "time":
            return "yyyy-mm-dd hh:mm"
        case "percent":
            return f"0{places}%"
        case "points":
            return f"+0{places}%;-0{places}%;0{places}%"
        case _:
            return f"#,##0{places}"


def _widths(values: Grid) -> Iterator[float]:
    """Columns as wide as their longest content, within reason."""
    for column, name in enumerate(values.columns):
        texts = [
            str(row[column].value or "") for row in values.rows[:200] if isinstance(row[column].value, str)
        ]
        # Numbers need room for their separators; heads are broken into lines.
        longest = max((len(text) for text in texts), default=0)
        yield float(min(_WIDEST, max(longest + 1, 12, len(name) // 2 + 2)))
