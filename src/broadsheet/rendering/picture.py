"""One block as a picture, for chat tools: typeset like a page, then cut to its content."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import pypdfium2
from PIL import Image, ImageChops

from broadsheet.definitions.models.themes import Theme
from broadsheet.document.tree import Document, Section
from broadsheet.rendering.brand import Resource
from broadsheet.rendering.charts.draw import Drawing
from broadsheet.rendering.html import chart_resources, render_block
from broadsheet.rendering.pdf import render_pdf

DPI = 200
_MARGIN = 24
"""Pixels of paper around the content."""


def block_picture(
    document: Document,
    section: Section,
    theme: Theme,
    templates: Mapping[str, str],
    charts: Mapping[str, Drawing],
    fonts: tuple[Resource, ...] = (),
) -> bytes:
    """The block as PNG under the name of its report and period; same block, same bytes.

    Raises:
        TemplateError: a template is malformed or asks for what there is not.
    """
    html = render_block(document, section, theme, templates, charts)
    pdf = render_pdf(html, chart_resources(charts) + fonts, paper="Strip")
    with pypdfium2.PdfDocument(pdf.content) as file:
        page = file[0].render(scale=DPI / 72, rev_byteorder=True).to_pil().convert("RGB")
    target = BytesIO()
    _cut(page).save(target, "PNG", optimize=True)
    return target.getvalue()


def _cut(page: Image.Image) -> Image.Image:
    """The page without the empty paper below and around its content."""
    paper = page.getpixel((0, 0))
    assert paper is not None  # noqa: S101  (a page has pixels)
    found = ImageChops.difference(page, Image.new("RGB", page.size, paper)).getbbox()
    left, top, right, bottom = found or (0, 0, *page.size)
    box = (left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN)
    cut = Image.new("RGB", (box[2] - box[0], box[3] - box[1]), paper)
    cut.paste(page.crop((left, top, right, bottom)), (_MARGIN, _MARGIN))
    return cut
