"""A brand's files: its logo and its typefaces travel with the job, and names in stories stay names."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import page
import pypdf
import pytest

from broadsheet.definitions.models.themes import FontFile, Theme
from broadsheet.document.tree import Cell, Head, Line, Moved, Part, Row, Section, Span, Spark, Story, Table
from broadsheet.rendering.brand import Brand, Resource
from broadsheet.rendering.edition import render_edition
from broadsheet.rendering.typefaces import FOLDER
from rendering import sample

LONG = "Nordhavn Charter & Söhne <GmbH> $1m – a name of sixty letters!"


def fonts(pdf: bytes) -> set[str]:
    """The typefaces embedded in a file, without the prefix of their subsets."""
    found = set()
    for leaf in pypdf.PdfReader(BytesIO(pdf)).pages:
        for font in leaf["/Resources"].get("/Font", {}).values():
            found.add(str(font.get_object()["/BaseFont"]).partition("+")[2])
    return found


def test_logo_stands_in_the_head(templates):
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="10"><rect width="40" height="10"/></svg>'
    )
    brand = Brand(Resource("logo.svg", svg, "image/svg+xml"))
    rendered = render_edition(sample.document(), Theme(), templates, brand=brand)
    assert rendered.warnings == ()
    assert 'class="logo" src="data:image/svg+xml;base64,' in rendered.html
    assert page.validate_pdf_bytes(rendered.pdf, profile="ua1").is_compliant


def test_a_brands_typeface_sets_the_titles_on_paper_and_on_the_screen(templates):
    face = (FOLDER / "SourceSans3-Semibold.ttf").read_bytes()
    brand = Brand(fonts=(Resource("font-1", face, "font/ttf"),))
    theme = Theme(title_font='Own "Face"', fonts=(FontFile(family='Own "Face"', weight=600, file="own.ttf"),))
    plain = render_edition(sample.document(), Theme(), templates)
    rendered = render_edition(sample.document(), theme, templates, brand=brand, also=("png",))
    assert rendered.warnings == ()
    assert any("Serif" in name for name in fonts(plain.pdf))
    assert not any("Serif" in name for name in fonts(rendered.pdf))
    assert "data:font/ttf;base64," in rendered.html
    assert page.validate_pdf_bytes(rendered.pdf, profile="ua1").is_compliant


def named(name: str) -> tuple[Section, ...]:
    """A story and a digest that tell of a member of that name."""
    line = Line(
        (Span(f"{name}: "), Span("€1", "good", strong=True), Span(" above plan.")), f"{name}, by Fri 19 June"
    )
    parts = tuple(Part(head, (line, line)) for head in ("What happened", "Why", "What next"))
    cells = (
        Cell(name, sub=name, strong=True),
        Cell("€1"),
        Cell("", spark=Spark((1, 2), None, name)),
        Cell(name),
    )
    heads = (
        Head("Area", align="start"),
        Head("AC"),
        Head("Course", align="start"),
        Head("Why", align="start"),
    )
    return (
        replace(sample.sections()[1], id="main", width="two_thirds", new_page=False),
        Section("story", "", "", Story(parts, Moved("won", "plan", name)), width="third"),
        Section("digest", name, "", Table(heads, (Row(cells),), "digest")),
    )


@pytest.mark.parametrize("name", [LONG, "x" * 60, "A" * 25 + " " + "b" * 34, "$x^2$ & <b>"])
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_names_of_any_kind_break_neither_story_nor_digest(name, paper, templates):
    rendered = render_edition(sample.document(sections=named(name)), Theme(), templates, paper=paper)
    assert rendered.warnings == ()
    assert "<b>" + name not in rendered.html
    assert page.validate_pdf_bytes(rendered.pdf, profile="ua1").is_compliant
    text = "".join(
        "".join(leaf.extract_text() for leaf in pypdf.PdfReader(BytesIO(rendered.pdf)).pages).split()
    )
    assert text.count("".join(name.split())) >= 6


def test_a_sign_that_no_typeface_has_is_told_and_the_rest_stands(templates):
    rendered = render_edition(sample.document(sections=named("Anchors 🚢")), Theme(), templates)
    assert len(rendered.warnings) >= 1
    assert rendered.pages >= 1
