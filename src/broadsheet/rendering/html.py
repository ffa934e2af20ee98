"""A Document as one HTML page, for the screen and for the typesetter alike."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from broadsheet.definitions.models.themes import Theme
from broadsheet.document.tree import Cards, Chart, Diagram, Document, Section, Table, Text
from broadsheet.errors import BroadsheetError
from broadsheet.rendering.charts.draw import WIDTHS, Drawing, for_screen
from broadsheet.rendering.columns import Columns, columns
from broadsheet.rendering.deck import Deck, deck
from broadsheet.rendering.sparks import sparkline
from broadsheet.rendering.templating import Templates
from broadsheet.rendering.theme import custom_properties
from broadsheet.rendering.titles import keep_company

SCHEME = "report:"
MOST_ROWS = 2000
UNBROKEN_ROWS = 16
HEADLINE, TITLE, HALF_TITLE = 21.0, 12.4, 11.0


@dataclass(frozen=True)
class Resource:
    """A file that a page refers to as `report:NAME`."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Block:
    """A section as templates see it.

    `kind` names the body; `source` and `alt` are the picture of a chart, `deck` the setting of cards,
    `columns` that of a table;
    a `whole` block is not broken across pages.
    """

    section: Section
    kind: str
    source: str = ""
    alt: str = ""
    deck: Deck | None = None
    columns: Columns | None = None
    whole: bool = True


def chart_resources(charts: Mapping[str, Drawing]) -> tuple[Resource, ...]:
    """The drawings, by section id, as files of the page."""
    return tuple(Resource(_chart_name(id_), d.svg, "image/svg+xml") for id_, d in charts.items())


def render_html(
    document: Document,
    theme: Theme,
    templates: Mapping[str, str],
    charts: Mapping[str, Drawing],
    *,
    logo: Resource | None = None,
) -> str:
    """The page; charts (by section id) and logo are referred to as `report:NAME`, see `embed`.

    Raises:
        TemplateError: a template is malformed or asks for what there is not.
        BroadsheetError: a table is too long for a page.
    """
    blocks = [_block(section, charts) for section in document.sections]
    values = {
        "document": document,
        "labels": dict(document.labels),
        "headline": keep_company(document.headline, HEADLINE, WIDTHS["full"]),
        "rows": pairs(blocks),
        "theme": theme,
        "properties": Markup(custom_properties(theme)),  # noqa: S704 - validated colors only
        "sparkline": lambda spark: sparkline(spark, theme.colors),
        "logo": f"{SCHEME}{logo.name}" if logo else "",
        "signs": signs(document),
    }
    return Templates(templates).render("page.html.j2", values)


def render_block(
    document: Document,
    section: Section,
    theme: Theme,
    templates: Mapping[str, str],
    charts: Mapping[str, Drawing],
) -> str:
    """One block alone, under the name of its report and period. Raises as `render_html` does."""
    values = {
        "document": document,
        "labels": dict(document.labels),
        "item": _block(section, charts),
        "theme": theme,
        "properties": Markup(custom_properties(theme)),  # noqa: S704 - validated colors only
        "sparkline": lambda spark: sparkline(spark, theme.colors),
    }
    return Templates(templates).render("block.html.j2", values)


def embed(html: str, resources: Sequence[Resource]) -> str:
    """The page with its pictures inside, so that the file stands alone."""
    for resource in resources:
        svg = resource.media_type == "image/svg+xml"
        data = b64encode(for_screen(resource.content) if svg else resource.content).decode("ascii")
        html = html.replace(f'"{SCHEME}{resource.name}"', f'"data:{resource.media_type};base64,{data}"')
    return html


def pairs(blocks: Sequence[Block]) -> list[tuple[Block, ...]]:
    """Blocks in rows: two consecutive halves stand side by side, everything else alone."""
    rows: list[tuple[Block, ...]] = []
    for block in blocks:
        last = rows[-1] if rows else ()
        half = block.section.width == "half" and not block.section.new_page
        if half and len(last) == 1 and last[0].section.width == "half":
            rows[-1] = (*last, block)
        else:
            rows.append((block,))
    return rows


def signs(document: Document) -> frozenset[str]:
    """The signs that the edition uses and the last page explains."""
    found: set[str] = set()
    for section in document.sections:
        body = section.body
        if isinstance(body, Chart):
            found.update(series.scenario for series in body.series)
            if body.variances:
                found.add("tone")
        if isinstance(body, Diagram):
            found.update(body.signs)
        if isinstance(body, Cards):
            found.add("tone")
            found.update("status" for card in body.cards if card.status)
            found.update("spark" for card in body.cards if card.spark)
            bases = {change.scenario for card in body.cards for change in card.changes}
            found.update(bases - {"previous"})  # printed under its own name, never as a code
        if isinstance(body, Table):
            cells = [cell for row in body.rows for cell in row.cells]
            found.update("marks" for cell in cells if cell.mark and body.kind == "crosstab")
    return frozenset(found)


def _block(section: Section, charts: Mapping[str, Drawing]) -> Block:
    body = section.body
    half = section.width == "half"
    size, room = (HALF_TITLE, WIDTHS["half"]) if half else (TITLE, WIDTHS["full"])
    section = replace(section, title=keep_company(section.title, size, room))
    if isinstance(body, Chart | Diagram):
        return Block(section, "chart", SCHEME + _chart_name(section.id), charts[section.id].alt)
    if isinstance(body, Cards):
        return Block(section, "cards", deck=deck(body))
    if isinstance(body, Table):
        if len(body.rows) > MOST_ROWS:
            raise BroadsheetError(
                f"“{section.title}” has {len(body.rows)} rows; a page takes at most {MOST_ROWS}.",
                "Set `top:` in the report's block.",
            )
        whole = len(body.rows) <= UNBROKEN_ROWS
        return Block(section, "table", columns=columns(body, room), whole=whole)
    return Block(section, "text" if isinstance(body, Text) else "notice")


def _chart_name(section_id: str) -> str:
    return f"{section_id}.svg"
