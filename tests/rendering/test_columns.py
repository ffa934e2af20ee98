from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pypdf
import pytest

from broadsheet.definitions.models.themes import Theme
from broadsheet.document.tree import Cell, Head, Row, Section, Table
from broadsheet.rendering.columns import columns
from broadsheet.rendering.edition import render_edition
from rendering import sample


def test_columns_fill_the_width_and_long_figures_get_more():
    heads = (Head("Team", align="start"), Head("A"), Head("B"))
    table = Table(heads, (Row((Cell("North"), Cell("1"), Cell("1,234,567,890 (95–99 %)"))),))
    widths = columns(table, 180.0).widths
    assert sum(widths) == pytest.approx(100, abs=0.01)
    assert widths[2] > widths[1] * 1.3


def test_share_divides_what_is_left():
    heads = (Head("A", share=3.0), Head("A", share=1.0))
    wide, narrow = columns(Table(heads, (Row((Cell("1"), Cell("1"))),)), 180.0).widths
    assert 2.5 < wide / narrow < 3


def test_bars_leave_room_for_their_numbers():
    table = sample.team_table()
    set_ = columns(table, 180.0)
    assert [bar is not None for bar in set_.bars] == [False, True, False, False, False, False]
    cell = set_.widths[1] / 100 * 180.0
    assert set_.bars[1].zone / 100 * cell < cell - 8  # “2,046” takes about 7 mm


def test_figures_do_not_wrap_on_the_page(templates):
    """Eight columns of wide figures with an interval beneath: each stays on one line."""
    heads = (Head("Sales rep", align="start"), *(Head(f"KPI number {n}", "€ k") for n in range(7)))
    cells = tuple(Cell("12,345.6", sub="41–87\u202f%, n\u202f=\u202f13") for _ in range(7))
    table = Table(heads, tuple(Row((Cell(f"Person {n}"), *cells)) for n in range(5)))
    document = sample.document(sections=(Section("t", "Wide", "", table),))
    rendered = render_edition(document, Theme(), templates)
    text = pypdf.PdfReader(BytesIO(rendered.pdf)).pages[0].extract_text()
    assert len(re.findall(r"41–87\u202f%, n\u202f=\u202f13", text)) == 35


def test_crowded_table_gives_way_in_proportion():
    table = replace(sample.team_table(), heads=tuple(Head("Unbreakable" * 6, share=1.0) for _ in range(6)))
    assert sum(columns(table, 87.5).widths) == pytest.approx(100, abs=0.01)


def test_bars_of_differences_start_at_a_common_zero():
    heads = (Head("Team", align="start"), Head("ΔPL", share=3.0))
    values = {"North": 0.25, "South": -1.0}
    rows = tuple(Row((Cell(name), Cell("−309", bar=bar))) for name, bar in values.items())
    bars = columns(Table(heads, rows), 180.0).bars[1]
    assert bars.start(0.25) == bars.at(0) == pytest.approx(bars.zone * 0.8, abs=0.02)
    assert (bars.start(-1.0), bars.width(-1.0)) == (0.0, pytest.approx(bars.zone * 0.8, abs=0.02))
    assert bars.width(0.25) == pytest.approx(bars.zone * 0.2, abs=0.02)


def test_bars_without_room_are_left_out():
    heads = tuple(Head("A long head") for _ in range(14))
    rows = (Row((Cell("North"), *(Cell("12,345.6", bar=1.0) for _ in range(13)))),)
    assert columns(Table(heads, rows), 87.5).bars == (None,) * 14


def test_bars_ticks_and_the_zero_line_are_set_in_the_cell(templates):
    heads = (Head("Team", align="start"), Head("AC"), Head("ΔPL"))
    rows = (
        Row((Cell("North"), Cell("50", bar=0.5, tick=1.0), Cell("−50", tone="bad", bar=-1.0))),
        Row((Cell("South"), Cell("20", bar=0.2, tick=0.2), Cell("+5", tone="good", bar=0.1))),
    )
    document = sample.document(sections=(Section("t", "Bars", "", Table(heads, rows)),))
    html = render_edition(document, Theme(), templates).html
    assert re.findall(r'class="(bar[a-z ]*|axis|tick)" style', html) == [
        "bar", "tick", "bar bad", "axis", "bar", "tick", "bar good", "axis",
    ]  # fmt: skip


def test_heads_repeat_on_every_page_and_rows_are_never_split(templates):
    heads = (Head("Customer", align="start"), Head("Amount", "€ k"), Head("Reason", align="start", share=3.0))
    reason = "Was to close in May and waits for papers of the bank, the class and the harbor. " * 3
    rows = tuple(Row((Cell(f"First {at}"), Cell(f"{at}.5"), Cell(f"{reason} Last {at}"))) for at in range(90))
    document = sample.document(sections=(Section("t", "Long", "", Table(heads, rows)),))
    pages = [
        page.extract_text()
        for page in pypdf.PdfReader(BytesIO(render_edition(document, Theme(), templates).pdf)).pages
    ]
    long = [text for text in pages if "First " in text]
    assert len(long) > 3
    assert all("Customer" in text and "Reason" in text for text in long)
    for text in long:
        # What begins on a page ends on it.
        assert re.findall(r"First (\d+)", text) == re.findall(r"Last\s(\d+)", text)
