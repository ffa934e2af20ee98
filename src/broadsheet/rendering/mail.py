"""The body of the email: it stands alone, with pictures off and in plain text too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import css_inline

from broadsheet.definitions.models.themes import Theme
from broadsheet.document.language import wording
from broadsheet.document.numbers import Formatter
from broadsheet.document.tree import (
    Card,
    Cards,
    Chart,
    Diagram,
    Document,
    Drawn,
    Notice,
    Section,
    Story,
    Table,
    Text,
)
from broadsheet.rendering.charts.draw import WIDTHS, height_at, png
from broadsheet.rendering.charts.style import ChartStyle
from broadsheet.rendering.records import records
from broadsheet.rendering.templating import Templates
from broadsheet.rendering.theme import chart_style

MOST_CARDS = 5
MOST_FINDINGS, BESIDE_STORY = 6, 3
MOST_LISTED = 5
WIDTH_PX = 552
WIDTH_MM = 86.0
HEIGHT_MM, TALLEST_MM = 54.0, 100.0
DPI = 2 * WIDTH_PX / WIDTH_MM * 25.4


@dataclass(frozen=True)
class Mail:
    """HTML and text of the body; `images` are (content id, PNG bytes), each referred to as `cid:…`."""

    html: str
    text: str
    images: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Picture:
    """The one chart of the mail, with its section, content id and height in millimeters."""

    section: Section
    chart: Drawn
    cid: str
    millimeters: float

    @property
    def height(self) -> int:
        """CSS pixels at 552 wide."""
        return round(WIDTH_PX * self.millimeters / WIDTH_MM)


@dataclass(frozen=True)
class Finding:
    """A section as a line of the mail; `message` is its text, or why it is empty, `rows` those of a list."""

    title: str
    message: str
    rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attached:
    """A file that goes with the mail: its name, its size in bytes, and its pages where it has such."""

    name: str
    size: int
    pages: int | None = None


def render_mail(
    document: Document,
    theme: Theme,
    templates: Mapping[str, str],
    attached: Sequence[Attached] = (),
    *,
    cid: str = "chart-1@broadsheet",
) -> Mail:
    """The body of an edition's mail, styles inlined; same document, same bytes. It tells what is attached.

    Raises:
        TemplateError: a template is malformed or asks for what there is not.
    """
    style = chart_style(theme, document.direction)
    picture = _picture(document, style, cid)
    values = {
        "document": document,
        "labels": dict(document.labels),
        "theme": theme,
        "rtl": document.direction == "rtl",
        "cards": _cards(document),
        "chart": picture,
        "story": next((s.body for s in document.sections if isinstance(s.body, Story)), None),
        "findings": _findings(document, picture.section if picture else None),
        "attached": _attached(document, attached),
    }
    shipped = Templates(templates)
    html = inliner().inline(shipped.render("mail.html.j2", values))
    return Mail(
        html,
        shipped.render("mail.txt.j2", values).strip() + "\n",
        _images(picture, style),
    )


def inliner() -> css_inline.CSSInliner:
    """What puts styles into their elements; it opens no stylesheet of any address."""
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def _picture(document: Document, style: ChartStyle, cid: str) -> Picture | None:
    """The first chart that is not too tall for a phone."""
    for section in document.sections:
        if isinstance(section.body, Chart | Diagram):
            height = height_at(section.body, WIDTH_MM, style) or HEIGHT_MM
            if height <= TALLEST_MM:
                return Picture(section, section.body, cid, height)
    return None


def _images(picture: Picture | None, style: ChartStyle) -> tuple[tuple[str, bytes], ...]:
    if picture is None:
        return ()
    content = png(picture.chart, style, (WIDTH_MM, picture.millimeters), dpi=round(DPI))
    return ((picture.cid, content),)


def _cards(document: Document) -> list[Card]:
    bodies = [section.body for section in document.sections]
    areas = [card for body in bodies if isinstance(body, Table) for card in body.cards]
    return areas or [card for body in bodies if isinstance(body, Cards) for card in body.cards][:MOST_CARDS]


def _findings(document: Document, shown: Section | None) -> list[Finding]:
    """The first titles, and every block that has nothing to show."""
    told = [s for s in document.sections if s is not shown and s.title and not _shown_elsewhere(s)]
    notices = [section for section in told if isinstance(section.body, Notice)]
    story = any(isinstance(section.body, Story) for section in document.sections)
    most = BESIDE_STORY if story else MOST_FINDINGS
    findings = [section for section in told if section not in notices][:most]
    colon = dict(document.labels)["colon"]
    return [Finding(each.title, _message(each), _rows(each, colon)) for each in (*findings, *notices)]


def _shown_elsewhere(section: Section) -> bool:
    """Whether its rows are cards of the mail, or its parts are told in full."""
    body = section.body
    return isinstance(body, Cards | Story) or (isinstance(body, Table) and bool(body.cards))


def _attached(document: Document, files: Sequence[Attached]) -> str:
    """The files in one line: Attached: sales-weekly-2026-W46.pdf (4 pages, 180 kB)."""
    words, numbers = wording(document.edition.locale), Formatter(document.edition.locale, "")
    shown = []
    for file in files:
        pages = words.count("pages", file.pages, numbers.decimal(file.pages)) if file.pages else ""
        facts = words.listed(filter(None, (pages, numbers.file_size(file.size))))
        shown.append(f"{words.apart(file.name)} ({facts})")
    return (
        words.labels["attached"] + words.labels["colon"] + words.labels["comma"].join(shown) if shown else ""
    )


def _rows(section: Section, colon: str) -> tuple[str, ...]:
    """The first rows of a list, each on a line; what the page sets as records, a label and its value on each."""
    body = section.body
    if not isinstance(body, Table) or body.kind != "list":
        return ()
    few = records(body, WIDTHS[section.width])
    if few is not None:
        pairs = (pair for each in few.records for pair in (*each.pairs, *each.sentences))
        return tuple(f"{pair.label}{colon}{pair.cell.text}" for pair in pairs)
    return tuple(" · ".join(cell.text for cell in row.cells) for row in body.rows[:MOST_LISTED])


def _message(section: Section) -> str:
    body = section.body
    if isinstance(body, Notice):
        return body.text
    if isinstance(body, Table) and body.kind == "list":
        return section.caption
    return " ".join((body.term, *body.paragraphs[:1])).strip() if isinstance(body, Text) else ""
