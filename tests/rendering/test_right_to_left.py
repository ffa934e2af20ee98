"""Pages whose lines run from right to left: grids, ranked bars and letters that join."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import page
import pypdfium2
import pytest

from broadsheet.definitions.models.themes import Theme
from broadsheet.document.language import wording
from broadsheet.document.tree import Cards, Chart, Document, Series
from broadsheet.rendering.charts.canvas import Canvas
from broadsheet.rendering.charts.draw import compose, draw
from broadsheet.rendering.charts.style import prepare
from broadsheet.rendering.edition import render_edition
from broadsheet.rendering.theme import chart_style
from rendering import sample

ARABIC = "\u0627\u0644\u0623\u0633\u0628\u0648\u0639"
SIZE = (180.0, 52.0)
NAMES = ("Engines", "Boats", "Lures")


@pytest.fixture(autouse=True)
def prepared() -> None:
    prepare()


def chart(kind: str, names: tuple[str, ...] = NAMES) -> Chart:
    values = (30.0, 20.0, 10.0)
    return Chart(kind, names, (Series("AC", "actual", values, ("30", "20", "10")),), "k")


def middle(canvas: Canvas, text: str) -> float:
    """Where a text stands, as a part of the chart's width."""
    (found,) = [each for each in canvas.figure.texts if each.get_text() == text]
    box = found.get_window_extent()
    return float(box.x0 + box.x1) / 2 / float(canvas.figure.bbox.width)


@pytest.mark.parametrize(("kind", "turned"), [("ranked", True), ("bar", False), ("line", False)])
def test_structure_turns_round_and_time_does_not(kind: str, turned: bool) -> None:
    places = {
        direction: [
            middle(compose(chart(kind), chart_style(Theme(), direction), SIZE), name) for name in NAMES
        ]
        for direction in ("ltr", "rtl")
    }
    mirrored = [1 - place for place in places["rtl"]]
    assert places["ltr"] == pytest.approx(mirrored if turned else places["rtl"], abs=0.01)


def test_letters_that_join_are_drawn_and_the_others_stay_text() -> None:
    names = (f"{ARABIC} 23", "Boats", "Lures")
    svg = draw(chart("ranked", names), chart_style(Theme(), "rtl"), SIZE, "").svg.decode()
    assert ARABIC not in svg
    assert "Boats" in svg
    plain = draw(chart("ranked"), chart_style(Theme(), "rtl"), SIZE, "").svg
    assert len(svg) - len(plain) < 12_000, "drawn letters are kept small"


def arabic() -> Document:
    words = wording("ar")
    whole = sample.document()
    labels = (*words.labels.items(), ("between", words.between))
    return replace(
        whole, language="ar", direction="rtl", headline=f"{ARABIC} {whole.headline}", labels=labels
    )


@pytest.fixture(scope="module")
def pdf() -> bytes:
    folder = Path(__file__).parents[2] / "templates"
    templates = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.j2")}
    rendered = render_edition(arabic(), Theme(), templates)
    assert rendered.warnings == ()
    return rendered.pdf


def test_an_arabic_page_can_be_read_aloud(pdf: bytes) -> None:
    """A shape without a character would make the file invalid: hamza above alef is one of two shapes."""
    report = page.validate_pdf_bytes(pdf, profile="ua1")
    assert [failure.message for failure in report.failures] == []


def test_the_first_card_stands_at_the_right(pdf: bytes) -> None:
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    cards = next(section.body for section in arabic().sections if isinstance(section.body, Cards)).cards
    places = []
    for card in cards:
        found = text.search(card.label).get_next()
        assert found is not None, card.label
        places.append(text.get_charbox(found[0])[2])
    assert places == sorted(places, reverse=True)
