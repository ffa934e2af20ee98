"""Page breaks that the author set give way only behind what ran over and would stand nearly alone."""

from __future__ import annotations

import re
from io import BytesIO

import pypdf
import pytest

from broadsheet.rendering.pdf import render_pdf

STYLE = (
    ".new-page { break-before: page } p { margin: 0; font: 10pt/20mm 'Source Sans 3' } @page { margin: 20mm }"
)


def pages(*counts: int) -> list[int]:
    """The lines on each page of parts with so many lines, each of which is to begin a page; twelve fill one."""
    parts = "".join(
        f'<section id="part-{number}" class="new-page">{"<p>line</p>" * count}</section>'
        for number, count in enumerate(counts)
    )
    html = f"<html lang=en><title>T</title><style>{STYLE}</style>{parts}</html>"
    leaves = pypdf.PdfReader(BytesIO(render_pdf(html, ()).content)).pages
    return [len(re.findall("line", leaf.extract_text())) for leaf in leaves]


@pytest.mark.parametrize(
    ("parts", "made"),
    [
        ((14, 5), [12, 7]),
        ((20, 5), [12, 8, 5]),
        ((4, 5), [4, 5]),
        ((4, 14, 2, 5), [4, 12, 9]),
        ((14, 12, 3), [12, 12, 5]),
    ],
)
def test_a_break_gives_way_where_the_page_before_would_be_nearly_empty(
    parts: tuple[int, ...], made: list[int]
) -> None:
    assert pages(*parts) == made
