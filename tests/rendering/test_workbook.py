"""The workbook and the data files: the values of the page as real values, and content that runs nowhere."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO, StringIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from broadsheet.document.tree import Cell, Document, Format, Head, Row, Section, Table
from broadsheet.document.wording import LABELS
from broadsheet.rendering.data import csv_files, findings
from broadsheet.rendering.workbook import number_format, render_workbook
from rendering import sample
from soak.hostile import FORMULAS

HOSTILE = ('=HYPERLINK("http://evil.test")', "+1", "-2+3", "@SUM(A1)", "\tx", "https://evil.test", "1e5")
MONEY, RATE = Format("number", 2, "EUR"), Format("percent", 1)
BERLIN = ZoneInfo("Europe/Berlin")

DEALS = Table(
    heads=(
        Head("Deal", align="start", format=Format("text")),
        Head("Worth", "€ k", format=MONEY),
        Head("Chance", format=RATE),
        Head("Due", align="start", format=Format("date")),
        Head("Called", align="start", format=Format("time")),
    ),
    rows=(
        Row((Cell("Harbor", "Harbor"), Cell("12", 12_345.678), Cell("35.9 %", 0.359),
             Cell("1 Jun", date(2026, 6, 1)), Cell("9:30", datetime(2026, 6, 1, 9, 30, tzinfo=BERLIN)))),
        Row((Cell("All", "All"), Cell("−3", -3.0), Cell("–"), Cell("< 5"), Cell("–"))),
    ),
    further=(Row((Cell("Quay", "Quay"), Cell("1", 1.0), Cell("–"), Cell("–"), Cell("–"))),),
    omitted=1,
)  # fmt: skip


def document(*tables: Table, **changes: object) -> Document:
    sections = tuple(
        Section(f"block-{number}", f"Deals: {number}/2", "W24", table, remarks=("Rounded.",))
        for number, table in enumerate(tables, 1)
    )
    labels = tuple(LABELS.items())
    return replace(sample.document(), sections=sections, labels=labels, **changes)


def hostile() -> Document:
    rows = tuple(Row((Cell(text, text), Cell("1", 1.0))) for text in HOSTILE)
    heads = (Head("=1+1", align="start", format=Format("text")), Head("Worth", format=MONEY))
    return document(Table(heads, rows), headline="=2+2", owner="=3+3")


def sheets(content: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(BytesIO(content))


def test_values_are_numbers_and_dates_and_no_row_is_lost() -> None:
    book = sheets(render_workbook(document(DEALS)))
    assert book.sheet_names == ["Weekly sales", "1 Deals  1 2", "Definitions", "Notes on data and method"]
    rows = book.get_sheet_by_name("1 Deals  1 2").to_python()
    assert rows[0][0] == "Deals: 1/2"
    assert rows[3:7] == [
        ["Deal", "Worth (EUR)", "Chance", "Due", "Called"],
        ["Harbor", 12_345.678, 0.359, date(2026, 6, 1), datetime(2026, 6, 1, 9, 30)],
        ["All", -3.0, "", "< 5", ""],
        ["Quay", 1.0, "", "", ""],
    ]
    assert rows[-1][0] == "Rounded."


def test_totals_stand_last_and_below_the_filter() -> None:
    table = replace(DEALS, rows=(replace(DEALS.rows[1], kind="total"), DEALS.rows[0]))
    content = render_workbook(document(table))
    rows = sheets(content).get_sheet_by_index(1).to_python()
    assert [row[0] for row in rows[4:7]] == ["Harbor", "Quay", "All"]
    with ZipFile(BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet2.xml").decode()
    assert '<autoFilter ref="A4:E6"/>' in sheet
    assert 'topLeftCell="B5"' in sheet
    assert 'state="frozen"' in sheet


def test_every_block_of_the_sample_is_told_by_the_values_of_the_page() -> None:
    shown = replace(sample.document(), labels=tuple(LABELS.items()))
    book = sheets(render_workbook(shown))
    cards = book.get_sheet_by_index(1).to_python()
    assert [row[0] for row in cards[4:6]] == ["Sales, week 24"] * 2
    assert [row[1] for row in cards[4:6]] == [2.05] * 2
    chart = next(section for section in shown.sections if section.body == sample.COLUMNS)
    position = [section for section in shown.sections if section.id in csv_files(shown)].index(chart) + 1
    rows = book.get_sheet_by_index(position).to_python()
    assert [row[1:4] for row in rows[4:17]] == [
        list(values) for values in zip(sample.SALES, sample.PLAN, sample.LAST, strict=True)
    ]


def test_fault_a10_xlsx_formula() -> None:
    content = render_workbook(hostile())
    with ZipFile(BytesIO(content)) as parts:
        everything = {name: parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml")}
    for name, xml in everything.items():
        assert "<f>" not in xml, name
        assert "<hyperlink " not in xml, name
    rows = sheets(content).get_sheet_by_index(1).to_python()
    assert [row[0] for row in rows[4 : 4 + len(HOSTILE)]] == [
        text.strip("\t") if text == "" else text for text in HOSTILE
    ]


def test_fault_a10_csv_formula() -> None:
    (content,) = csv_files(hostile()).values()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["'=1+1", "Worth (EUR)"]
    assert [row[0] for row in rows[1:]] == [text if text[0] in "h1" else f"'{text}" for text in HOSTILE]
    (deals,) = csv_files(document(DEALS)).values()
    assert deals.decode("utf-8-sig").splitlines()[1:] == [
        "Harbor,12345.678,0.359,2026-06-01,2026-06-01T09:30:00+02:00",
        "All,-3,,< 5,",
        "Quay,1,,,",
    ]


@pytest.mark.parametrize("separator", [",", ";"])
def test_no_cell_begins_a_formula_whatever_a_spreadsheet_takes_for_its_separator(separator: str) -> None:
    rows = tuple(Row((Cell("North", "North"), Cell(text, text))) for text in FORMULAS)
    heads = tuple(Head(name, align="start", format=Format("text")) for name in ("Region", "a;=1+1"))
    (content,) = csv_files(document(Table(heads, rows))).values()
    cells = [
        cell
        for row in csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator)
        for cell in row
    ]
    assert len(cells) > len(FORMULAS)
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_findings_are_what_the_edition_says() -> None:
    told = json.loads(findings(document(DEALS, headline="Won €2 M")))
    assert told["headline"] == "Won €2 M"
    assert told["edition"]["report"] == "sales-weekly"
    (block,) = told["blocks"]
    assert block["columns"][1] == "Worth (EUR)"
    assert block["rows"][1] == ["All", -3.0, None, "< 5", None]


def test_same_document_same_bytes() -> None:
    first = render_workbook(document(DEALS))
    assert first == render_workbook(document(DEALS))
    assert first != render_workbook(document(replace(DEALS, further=())))


def test_names_of_sheets_are_unique_short_and_legal() -> None:
    names = ("A" * 60, "A" * 60, "'quoted'", "[x]:*?/\\", "", "definitions")
    sections = tuple(Section(f"block-{i}", name, "", DEALS) for i, name in enumerate(names, 1))
    book = sheets(render_workbook(replace(document(), sections=sections)))
    assert len(book.sheet_names) == len({name.lower() for name in book.sheet_names}) == len(names) + 3
    assert all(0 < len(name) <= 31 and not set("[]:*?/\\") & set(name) for name in book.sheet_names)


def test_arabic_sheets_read_from_right_to_left() -> None:
    with ZipFile(BytesIO(render_workbook(document(DEALS, direction="rtl", language="ar")))) as parts:
        assert 'rightToLeft="1"' in parts.read("xl/worksheets/sheet2.xml").decode()


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (Format("number"), "#,##0"),
        (MONEY, "#,##0.00"),
        (RATE, "0.0%"),
        (Format("points", 1), "+0.0%;-0.0%;0.0%"),
        (Format("date"), "yyyy-mm-dd"),
        (Format("time"), "yyyy-mm-dd hh:mm"),
        (Format("text"), "@"),
    ],
)
def test_formats_of_cells(form: Format, expected: str) -> None:
    assert number_format(form) == expected
