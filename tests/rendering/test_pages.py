from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import page
import pypdf
import pytest

from broadsheet.definitions.models.themes import Theme
from broadsheet.document.tree import Notice, Section, Table
from broadsheet.errors import BroadsheetError
from broadsheet.rendering.brand import Resource
from broadsheet.rendering.edition import render_edition
from broadsheet.rendering.pdf import ReportFetcher, render_pdf
from broadsheet.rendering.rows import side_by_side
from rendering import sample


def words(pdf: bytes) -> list[str]:
    """The text of each page, white space evened out."""
    return [re.sub(r"\s+", " ", leaf.extract_text()) for leaf in pypdf.PdfReader(BytesIO(pdf)).pages]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_edition_is_an_accessible_pdf_without_complaints(templates, paper):
    rendered = render_edition(sample.document(), Theme(), templates, paper=paper)
    report = page.validate_pdf_bytes(rendered.pdf, profile="ua1")
    assert [failure.message for failure in report.failures] == []
    assert rendered.warnings == ()
    reader = pypdf.PdfReader(BytesIO(rendered.pdf))
    assert rendered.pages == len(reader.pages)
    width, height = (round(float(side) / 72 * 25.4) for side in reader.pages[0].mediabox[2:])
    assert (width, height) == {"A4": (210, 297), "Letter": (216, 279)}[paper]
    assert len(rendered.pdf) <= 400_000


def test_every_page_says_whose_it_is_and_which(edition):
    leaves = words(edition.pdf)
    for number, text in enumerate(leaves, start=1):
        assert "Halyard Marine" in text
        assert "Confidential · Owner: Marta Lindqvist, Sales Ops" in text
        assert "sales-weekly · 2026-W24 · sales · r1" in text
        assert f"Page {number} of {len(leaves)}" in text
    assert "How to read this report" in leaves[-1]


def test_page_one_carries_the_message_and_charts_keep_their_numbers(edition):
    first = words(edition.pdf)[0]
    for text in (
        "missed plan by 11.0 %",
        "Data as of Mon 15 June 2026",
        "€2.05 M",
        "−11.0 %",
        "Off track",
        "1.42",
    ):
        assert text in first


def test_title_dates_and_bookmarks_come_from_the_document(edition):
    reader = pypdf.PdfReader(BytesIO(edition.pdf))
    assert reader.metadata["/Title"] == "Weekly sales, 2026-W24, 8–14 June 2026"
    assert reader.metadata["/Author"] == "Marta Lindqvist, Sales Ops"
    assert reader.metadata["/CreationDate"].startswith("D:20260615")
    assert reader.trailer["/Root"]["/Lang"] == "en"
    top, below = reader.outline
    assert top["/Title"].startswith("Sales of")
    titles = [entry["/Title"].replace("\u00a0", " ") for entry in below if isinstance(entry, dict)]
    expected = [s.title.replace("\u00a0", " ") for s in sample.sections() if s.title]
    assert titles == [*expected, "How to read this report"]


def test_fonts_are_embedded_subsets_of_the_bundled_ones(edition):
    faces = set()
    for leaf in pypdf.PdfReader(BytesIO(edition.pdf)).pages:
        for font in leaf["/Resources"]["/Font"].values():
            faces.add(str(font.get_object()["/BaseFont"]))
    assert {face.split("+")[1].rstrip(",") for face in faces} == {
        "Source-Sans-3",
        "Source-Sans-3-Semi-Bold",
        "Source-Serif-4-Semi-Bold",
    }


def test_long_table_repeats_its_head_and_splits_no_row(edition):
    leaves = [text for text in words(edition.pdf) if "Customer and product" in text]
    assert len(leaves) == 2
    rows = [re.findall(r"Customer (\d+) & Sons", text) for text in leaves]
    assert [int(number) for part in rows for number in part] == list(range(1, 49))


def test_no_heading_is_left_alone_at_the_foot_of_a_page(templates):
    filler = [
        Section(f"s{i}", f"Finding number {i} of many", "Caption.", sample.team_table()) for i in range(12)
    ]
    rendered = render_edition(sample.document(sections=tuple(filler)), Theme(), templates)
    for text in words(rendered.pdf):
        found = re.findall(r"Finding number \d+ of many", text)
        assert text.count("All teams 2,046") == len(found)


BYTES = """
import hashlib, sys
from pathlib import Path
from broadsheet.definitions.models.themes import Theme
from broadsheet.rendering.edition import render_edition
from rendering import sample
templates = {p.name: p.read_text(encoding="utf-8") for p in Path(sys.argv[1]).glob("*.j2")}
r = render_edition(sample.document(), Theme(), templates)
parts = (r.html.encode(), r.pdf, r.mail_html.encode(), r.mail_text.encode(), r.images[0][1])
print([hashlib.sha256(part).hexdigest() for part in parts])
"""


def test_same_document_gives_same_bytes_in_another_process(edition):
    tests = Path(__file__).parents[1]
    run = subprocess.run(
        [sys.executable, "-c", BYTES, str(tests.parent / "templates")],
        env={
            **os.environ,
            "PYTHONHASHSEED": "12345",
            "PYTHONPATH": os.pathsep.join(map(str, (tests, tests.parent / "src"))),
            "TZ": "Pacific/Auckland",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    parts = (
        edition.html.encode(),
        edition.pdf,
        edition.mail_html.encode(),
        edition.mail_text.encode(),
        edition.images[0][1],
    )
    assert run.stdout.strip() == str([hashlib.sha256(part).hexdigest() for part in parts])


def test_page_stands_alone_on_a_screen(edition):
    assert len(edition.html.encode()) < 300_000
    assert "report:" not in edition.html
    assert not re.search(r'(src|href)=(?!"data:image/)', edition.html)
    assert "url(" not in edition.html
    assert '<html lang="en" dir="ltr">' in edition.html


def test_hostile_texts_stay_texts(templates):
    nasty = '<script>alert(1)</script> & "quotes" \\ </style>{{ 7 * 7 }}'
    document = sample.document(
        company=nasty,
        title=nasty,
        headline=nasty,
        owner=nasty,
        confidentiality=nasty,
        banner=nasty,
        scope=nasty,
    )
    rendered = render_edition(document, Theme(text_font=nasty), templates)
    assert "<script" not in rendered.html
    assert "<script" not in rendered.mail_html
    assert rendered.html.count("</style>") == 1
    assert rendered.warnings == ()
    assert nasty.split(" ")[0] in words(rendered.pdf)[0]
    assert "{{ 7 * 7 }}" in words(rendered.pdf)[0]


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "http://example.test/a.svg",
        "https://example.test",
        "report:other.svg",
        "data:,x",
    ],
)
def test_fetcher_knows_the_reports_own_parts_only(address):
    fetcher = ReportFetcher((Resource("chart.svg", b"<svg/>", "image/svg+xml"),))
    assert fetcher.fetch("report:chart.svg").read() == b"<svg/>"
    with pytest.raises(ValueError, match="own parts only"):
        fetcher.fetch(address)


def test_a_template_that_reaches_outside_is_told_and_gets_nothing():
    html = '<html lang="en"><title>t</title><body><h1>t</h1><img src="file:///etc/hostname" alt="x"></body></html>'
    pdf = render_pdf(html, ())
    assert len(pdf.warnings) == 1
    assert "file:///etc/hostname" in pdf.warnings[0]


def test_missing_glyph_is_told(templates):
    rendered = render_edition(sample.document(scope="Region \ue123"), Theme(), templates)
    assert len(rendered.warnings) >= 1


def test_right_to_left_edition_passes_too(templates):
    rendered = render_edition(sample.document(language="ar", direction="rtl"), Theme(), templates)
    assert rendered.warnings == ()
    assert page.validate_pdf_bytes(rendered.pdf, profile="ua1").is_compliant


def test_empty_edition_is_still_a_page(templates):
    document = sample.document(sections=(), definitions=(), notes=(), banner="", question="")
    rendered = render_edition(document, Theme(), templates)
    assert rendered.warnings == ()
    assert rendered.pages == 1
    assert rendered.images == ()


def test_consecutive_parts_that_make_a_whole_stand_side_by_side():
    def section(name, width="half", new_page=False):
        return Section(name, name, "", Notice("empty", "-"), width=width, new_page=new_page)

    def rows(*sections):
        return [[item.id for item in row] for row in side_by_side(sections)]

    halves = [section("a"), section("b"), section("c"), section("d", "full"), section("e")]
    assert rows(*halves, section("f", new_page=True)) == [["a", "b"], ["c"], ["d"], ["e"], ["f"]]
    thirds = [section("a", "two_thirds"), section("b", "third"), section("c", "third")]
    assert rows(*thirds) == [["a", "b"], ["c"]]
    assert rows(*(section(name, "third") for name in "abc")) == [["a", "b", "c"]]
    assert rows(section("a", "two_thirds"), section("b")) == [["a"], ["b"]]


def test_endless_table_is_refused(templates):
    table = sample.long_table(2)
    endless = replace(table, rows=table.rows * 1001)
    document = sample.document(sections=(Section("deals", "Deals", "", endless),))
    with pytest.raises(BroadsheetError, match="2002 rows; a page takes at most 2000") as caught:
        render_edition(document, Theme(), templates)
    assert "top:" in caught.value.remedy


def test_one_row_and_no_row_tables_are_printed(templates):
    heads = sample.long_table(1).heads
    sections = (
        Section("one", "One deal", "", sample.long_table(1)),
        Section("none", "No deal", "", Table(heads, ())),
    )
    rendered = render_edition(sample.document(sections=sections), Theme(), templates)
    assert rendered.warnings == ()
    assert "Customer 1 & Sons <1>" in words(rendered.pdf)[0]


def test_typesetting_leaves_no_file_behind_where_a_process_just_ends(tmp_path):
    code = (
        "import os; from broadsheet.rendering.pdf import render_pdf;"
        "render_pdf('<html lang=en><title>T</title><h1 style=\"font-family: Source Sans 3\">T</h1></html>', ());"
        "os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "TMPDIR": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []
