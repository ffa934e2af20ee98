"""The shipped reports as PDF: valid, whole, legible, and laid out as their authors meant, on both papers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import combinations
from math import hypot
from pathlib import Path

import page
import pypdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from broadsheet.cli.demo import PART, VIEW
from broadsheet.clock import AnchoredClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.document.tree import Cards, Notice, Story
from broadsheet.press.demand import Wish, order_for, orders_for
from broadsheet.press.gather import gather
from broadsheet.press.job import Artifacts, RenderJob
from broadsheet.press.parts import narrowed
from broadsheet.press.press import Press
from broadsheet.press.render import render
from broadsheet.sample.build import build

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
SCHEDULED = {
    "executive-digest": 1,
    "marketing-monthly": 7,
    "sales-weekly": 4,
    "service-weekly": 3,
    "team-weekly": 2,
}
PAGES = {**SCHEDULED, VIEW: 3}
ON_LETTER = {
    "executive-digest": 2,
    "marketing-monthly": 7,
    "sales-weekly": 6,
    "service-weekly": 4,
    "team-weekly": 2,
    VIEW: 3,
}
"""Letter is 18 mm less high, so that a page may run over, but then the next part follows it."""
PAPERS = ("A4", "Letter")
MILLIMETER = 72 / 25.4
HEAD, FOOT = 22 * MILLIMETER, 18 * MILLIMETER


@dataclass(frozen=True)
class Box:
    """A run of text on a page, in points from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    def overlap(self, other: Box) -> float:
        """The points that two boxes share, by the smaller of both sides."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return min(width, height)


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RenderJob]:
    root = tmp_path_factory.mktemp("company")
    for folder in ("config", "reports", "templates"):
        shutil.copytree(ROOT / folder, root / folder)
    (root / "var").mkdir()
    build(root / "var" / "warehouse.duckdb", until=date(2026, 6, 14))
    press = Press(load_workspace(root), AnchoredClock(NOW), {}, root / "var")
    reports = press.workspace.reports
    # What has no schedule is made on demand, of whatever part is asked for.
    assert sorted(name for name, report in reports.items() if report.schedule) == sorted(SCHEDULED)
    part = narrowed(press, [VIEW], PART)
    return {
        **{name: gather(press, orders_for(press, Wish(name))[0]).job for name in SCHEDULED},
        VIEW: gather(part, order_for(part, Wish(VIEW, part=PART))).job,
    }


@pytest.fixture(scope="module")
def editions(jobs: Mapping[str, RenderJob]) -> dict[tuple[str, str], Artifacts]:
    return {
        (name, paper): render(replace(job, paper=paper)) for name, job in jobs.items() for paper in PAPERS
    }


EVERY = pytest.mark.parametrize(("name", "paper"), [(name, paper) for name in PAGES for paper in PAPERS])


@EVERY
def test_it_is_valid_small_and_complete(
    name: str, paper: str, editions: Mapping[tuple[str, str], Artifacts]
) -> None:
    made = editions[name, paper]
    assert [failure.message for failure in page.validate_pdf_bytes(made.pdf, profile="ua1").failures] == []
    assert made.warnings == ()
    assert len(made.pdf) <= 400_000
    assert made.document.state == "ok"
    assert [section.title for section in made.document.sections if isinstance(section.body, Notice)] == []
    bookmarks = [_plain(str(mark.title)) for mark in _flat(pypdf.PdfReader(BytesIO(made.pdf)).outline)]
    titles = [_plain(section.title) for section in made.document.sections if section.title]
    assert bookmarks[0] == _plain(made.document.headline)
    assert set(titles) <= set(bookmarks)
    assert bookmarks[-3] == _plain("How to read this report")


@pytest.mark.parametrize("name", PAGES)
def test_it_has_as_many_pages_as_meant(name: str, editions: Mapping[tuple[str, str], Artifacts]) -> None:
    assert editions[name, "A4"].pages == PAGES[name]
    assert editions[name, "Letter"].pages == ON_LETTER[name]


@EVERY
def test_texts_keep_their_places(
    name: str, paper: str, editions: Mapping[tuple[str, str], Artifacts]
) -> None:
    titles = {_plain(section.title) for section in editions[name, paper].document.sections}
    for number, (width, height, boxes) in enumerate(_pages(editions[name, paper].pdf), start=1):
        where = f"{name} {paper} page {number}"
        side = (15 if paper == "A4" else 17.95) * MILLIMETER
        outside = [each for each in boxes if each.left < side - 1 or each.right > width - side + 1]
        assert outside == [], where
        body = [each for each in boxes if each.top >= HEAD - 1 and each.bottom <= height - FOOT + 1]
        assert body, f"{where} is blank"
        clashes = [
            (one.text, other.text) for one, other in combinations(boxes, 2) if one.overlap(other) > 1.5
        ]
        assert clashes == [], where
        last = max(body, key=lambda each: each.bottom)
        # Titles stand in the list of contents too, in small letters.
        heading = _plain(last.text) in titles and last.bottom - last.top > 8.5
        assert not heading, f"{where} ends with a heading"


@EVERY
def test_the_smallest_text_is_seven_points(
    name: str, paper: str, editions: Mapping[tuple[str, str], Artifacts]
) -> None:
    document = pypdfium2.PdfDocument(editions[name, paper].pdf)
    for leaf in document:
        assert min(_sizes(leaf)) >= 6.99


@pytest.mark.parametrize("name", PAGES)
def test_page_one_says_it_all(name: str, editions: Mapping[tuple[str, str], Artifacts]) -> None:
    made = editions[name, "A4"]
    document = made.document
    assert len(document.headline) <= 90
    _, _, boxes = next(_pages(made.pdf))
    top = _plain("".join(each.text for each in boxes if each.bottom <= 40 * MILLIMETER))
    for text in (document.scope, document.period_text, document.as_of_text, "EUR"):
        assert _plain(text) in top
    for section in document.sections:
        if isinstance(section.body, Cards):
            assert 3 <= len(section.body.cards) <= 5
        if isinstance(section.body, Story):
            assert [part.head for part in section.body.parts] == ["What happened", "Why", "What next"]
            assert all(", by " in line.note for line in section.body.parts[2].lines)
            assert section.body.cause is not None
            assert section.body.cause.text in document.headline


def test_a_long_report_lists_its_contents_and_a_short_one_does_not(
    editions: Mapping[tuple[str, str], Artifacts],
) -> None:
    first = {
        name: pypdf.PdfReader(BytesIO(editions[name, "A4"].pdf)).pages[0].extract_text() for name in PAGES
    }
    assert [name for name, text in first.items() if "Contents" in text] == ["marketing-monthly"]


def test_one_customer_is_told_by_name_with_what_stands_open(
    editions: Mapping[tuple[str, str], Artifacts],
) -> None:
    document = editions[VIEW, "A4"].document
    assert document.headline.startswith("Kingfisher Water Authority Rostock: revenue of ")
    titles = [section.title for section in document.sections]
    assert {"Kingfisher Water Authority Rostock", "Open deals", "2 open tasks", "2 cases not closed"} <= set(
        titles
    )


def test_every_shown_kpi_is_defined(editions: Mapping[tuple[str, str], Artifacts]) -> None:
    for name in PAGES:
        made = editions[name, "A4"]
        last = _plain(pypdf.PdfReader(BytesIO(made.pdf)).pages[-1].extract_text())
        assert made.document.definitions
        for definition in made.document.definitions:
            assert _plain(definition.label + definition.meaning[:20]).replace(":", "") in last.replace(
                ":", ""
            )


def _pages(pdf: bytes) -> Iterator[tuple[float, float, list[Box]]]:
    """Width, height and texts of each page."""
    for leaf in pypdfium2.PdfDocument(pdf):
        width, height = leaf.get_size()
        words = leaf.get_textpage()
        boxes = []
        for index in range(words.count_rects()):
            left, bottom, right, top = words.get_rect(index)
            text = words.get_text_bounded(left, bottom, right, top).strip()
            if text:
                boxes.append(Box(left, height - top, right, height - bottom, text))
        yield width, height, boxes


def _sizes(leaf: pypdfium2.PdfPage) -> Iterator[float]:
    """The size in points of every character that is printed."""
    words = leaf.get_textpage()
    for index in range(words.count_chars()):
        if not words.get_text_range(index, 1).strip():
            continue
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(words, index, matrix)
        yield pdfium.FPDFText_GetFontSize(words, index) * hypot(matrix.c, matrix.d)


def _flat(outline: list[object]) -> Iterator[pypdf.generic.Destination]:
    for item in outline:
        if isinstance(item, list):
            yield from _flat(item)
        elif isinstance(item, pypdf.generic.Destination):
            yield item


def _plain(text: str) -> str:
    """The text without white space, which a PDF does not keep."""
    return "".join(text.split())
