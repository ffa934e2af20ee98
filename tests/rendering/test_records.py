"""Lists of few rows as records, wide tables on landscape pages, and no word that breaks."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import page
import pypdf
import pytest
from PIL import Image

from broadsheet.definitions.models.themes import Theme
from broadsheet.document.tree import Cell, Document, Head, Row, Section, Table
from broadsheet.rendering.columns import columns
from broadsheet.rendering.edition import render_edition
from broadsheet.rendering.mail import render_mail
from broadsheet.rendering.records import records
from rendering import sample

HEADS = (
    Head("Customer", align="start"),
    Head("Name", align="start"),
    *(Head(f"Revenue, {months} months") for months in range(9)),
    Head("Next step", align="start", share=1.6),
)
STEP = "Read what stands open before you call, then call the customer about the boat that waits in the yard."


def table(rows: int, heads: int = len(HEADS), kind: str = "list") -> Table:
    cells = (Cell("Wandering Tern Sailing School Prien"), *[Cell("€1,234,567")] * 9, Cell(STEP))
    lines = (Row((Cell(f"G{row:06}"), *cells)[:heads]) for row in range(rows))
    return Table(HEADS[:heads], tuple(lines), kind=kind)


def document(*bodies: Table, **section: object) -> Document:
    told = (Section(f"t{n}", f"Title {n}", "", body, **section) for n, body in enumerate(bodies))
    return sample.document(sections=(*sample.sections()[:1], *told, *sample.sections()[1:2]))


@pytest.mark.parametrize(
    ("body", "set_as_record"),
    [
        (table(1, heads=3), True),
        (table(3), True),
        (table(4), False),
        (table(3, heads=3), False),
        (table(0), False),
        (table(1, kind="plain"), False),
    ],
    ids=["one row", "few rows too wide", "many rows", "few rows that fit", "no row", "no list"],
)
def test_few_rows_that_are_no_table_to_read_are_records(body, set_as_record):
    assert (records(body, 180.0) is not None) is set_as_record


@pytest.mark.parametrize(("room", "count"), [(180.0, 3), (106.0, 2), (69.0, 1)])
def test_a_record_tells_every_value_once_and_long_sentences_last(room, count):
    found = records(table(1), room)
    assert found.columns == count
    (record,) = found.records
    labels = [pair.label for pair in (*record.pairs, *record.sentences)]
    assert sorted(labels) == sorted(head.text for head in HEADS)
    assert labels[-1] == record.sentences[-1].label == "Next step"


def test_sentences_are_squeezed_into_a_few_lines_at_most():
    """Fourteen columns of one short word and a sentence: each word would fit, but the sentence one word a line."""
    heads = (*[Head("Kind", align="start")] * 14, HEADS[-1])
    body = Table(heads, (Row((*[Cell("consumer")] * 14, Cell(STEP))),) * 9, kind="list")
    assert not columns(body, 180.0).fits


@pytest.mark.parametrize(("paper", "sizes"), [("A4", (210, 297)), ("Letter", (216, 279))])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_what_no_upright_page_takes_stands_on_a_landscape_one(templates, paper, sizes, direction):
    made = replace(document(table(40)), direction=direction)
    rendered = render_edition(made, Theme(), templates, paper=paper)
    leaves = pypdf.PdfReader(BytesIO(rendered.pdf)).pages
    turned = []
    for leaf in leaves:
        found = tuple(round(float(side) / 72 * 25.4) for side in leaf.mediabox[2:])
        assert found in (sizes, sizes[::-1])
        turned.append(found == sizes[::-1])
        text = re.sub(r"\s+", " ", leaf.extract_text())
        assert "Halyard Marine" in text, "head"
        assert "sales-weekly · 2026-W24 · sales · r1" in text, "foot"
        assert "Wandering" not in text or turned[-1]
        assert text.count("€1,234,567") in (0, 9 * text.count("Wandering")), "figures and words stay whole"
    assert (turned[0], turned[1], turned[-1]) == (False, True, False)
    assert rendered.warnings == ()
    assert [each.message for each in page.validate_pdf_bytes(rendered.pdf, profile="ua1").failures] == []


def test_an_author_may_turn_a_page_and_no_page_is_left_empty(templates):
    rendered = render_edition(document(table(1, heads=3), landscape=True, new_page=True), Theme(), templates)
    sizes = [float(leaf.mediabox[2]) for leaf in pypdf.PdfReader(BytesIO(rendered.pdf)).pages]
    assert [size > 600 for size in sizes] == [False, True, False]


def test_charts_keep_their_size_beside_landscape_pages(templates):
    wide, upright = (
        render_edition(document(table(rows)), Theme(), templates, also=("png",)).files for rows in (20, 1)
    )
    chart = next(name for name in wide if name.startswith(f"-{sample.sections()[1].id}"))
    assert wide[chart] == upright[chart]
    width = Image.open(BytesIO(wide["-t0.png"])).width
    assert width / 200 * 25.4 == pytest.approx(240, abs=8), "a picture shows the whole of a wide table"


def test_the_mail_tells_a_record_by_its_labels(templates):
    mail = render_mail(document(table(1)), Theme(), templates)
    for text in ("Customer: G000000", "Revenue, 3 months: €1,234,567", f"Next step: {STEP}"):
        assert text in mail.text
        assert text in mail.html
