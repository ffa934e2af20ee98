"""The renderer's door: a Document becomes every artifact of an edition."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from broadsheet.definitions.models.reports import FileKind
from broadsheet.definitions.models.themes import Theme
from broadsheet.document.tree import Chart, Diagram, Document
from broadsheet.rendering.brand import PLAIN, Brand, Resource
from broadsheet.rendering.charts.draw import Drawing, draw, page_size
from broadsheet.rendering.charts.style import prepare
from broadsheet.rendering.data import ATTACHED, csv_files, findings
from broadsheet.rendering.html import chart_resources, embed, render_html
from broadsheet.rendering.mail import Attached, render_mail
from broadsheet.rendering.pdf import Paper, render_pdf
from broadsheet.rendering.picture import block_picture
from broadsheet.rendering.rows import heights
from broadsheet.rendering.theme import chart_style
from broadsheet.rendering.typefaces import require
from broadsheet.rendering.workbook import render_workbook


@dataclass(frozen=True)
class Rendered:
    """An edition's artifacts.

    `html` stands alone (charts inside); `images` are (content id, PNG) of the mail; `warnings` tell what the
    typesetter could not do as asked, such as a character that the typefaces lack; `files` are further ones
    by the end of their names: `.xlsx`, `.json`, `-block-2.csv`, `-block-2.png`.
    """

    html: str
    pdf: bytes
    pages: int
    mail_html: str
    mail_text: str
    images: tuple[tuple[str, bytes], ...]
    warnings: tuple[str, ...]
    files: Mapping[str, bytes]


def render_edition(
    document: Document,
    theme: Theme,
    templates: Mapping[str, str],
    *,
    paper: Paper = "A4",
    brand: Brand = PLAIN,
    also: Collection[FileKind] = (),
) -> Rendered:
    """Typeset a document: same document, theme, templates and brand, same bytes.

    Raises:
        TemplateError: a template is malformed or asks for what there is not.
        BroadsheetError: a table is too long for a page, or no typeface for the language is installed.
    """
    require(document.language)
    prepare()
    charts = drawings(document, theme)
    resources = chart_resources(charts) + brand.files
    html = render_html(document, theme, templates, charts, logo=brand.logo)
    pdf = render_pdf(html, resources, paper=paper)
    files = dict(_further(document, theme, templates, charts, brand.fonts, also))
    attached = (
        Attached(document.edition.file(".pdf"), len(pdf.content), pdf.pages),
        *(
            Attached(document.edition.file(ending), len(content))
            for ending, content in files.items()
            if ending.endswith(ATTACHED)
        ),
    )
    mail = render_mail(document, theme, templates, attached)
    return Rendered(
        html=embed(html, resources),
        pdf=pdf.content,
        pages=pdf.pages,
        mail_html=mail.html,
        mail_text=mail.text,
        images=mail.images,
        warnings=pdf.warnings,
        files=files,
    )


@dataclass(frozen=True)
class Screen:
    """An edition for a browser: the page and the body of the mail with their pictures inside, and its text."""

    html: str
    mail_html: str
    mail_text: str


def render_screen(
    document: Document,
    theme: Theme,
    templates: Mapping[str, str],
    brand: Brand = PLAIN,
) -> Screen:
    """The page and the mail without the cost of typesetting. Raises as `render_edition` does."""
    prepare()
    charts = drawings(document, theme)
    resources = chart_resources(charts) + brand.files
    html = render_html(document, theme, templates, charts, logo=brand.logo)
    mail = render_mail(document, theme, templates)
    body = mail.html
    for cid, content in mail.images:
        body = body.replace(f"cid:{cid}", f"data:image/png;base64,{b64encode(content).decode('ascii')}")
    return Screen(embed(html, resources), body, mail.text)


def _further(
    document: Document,
    theme: Theme,
    templates: Mapping[str, str],
    charts: Mapping[str, Drawing],
    fonts: tuple[Resource, ...],
    also: Collection[FileKind],
) -> Iterator[tuple[str, bytes]]:
    if "workbook" in also:
        yield ".xlsx", render_workbook(document)
    if "json" in also:
        yield ".json", findings(document)
    if "csv" in also:
        yield from ((f"-{block}.csv", content) for block, content in csv_files(document).items())
    if "png" in also:
        for section in document.sections:
            yield f"-{section.id}.png", block_picture(document, section, theme, templates, charts, fonts)


def drawings(document: Document, theme: Theme) -> dict[str, Drawing]:
    """Every chart of a document as SVG, by the id of its section."""
    style, fitted = chart_style(theme, document.direction), heights(document)
    drawn = {}
    for section in document.sections:
        if isinstance(section.body, Chart | Diagram):
            width, height = page_size(section.body, section.width, style)
            size = width, fitted.get(section.id, height)
            drawn[section.id] = draw(section.body, style, size, section.alt)
    return drawn
