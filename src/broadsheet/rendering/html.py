"""A Document as one HTML page, for the screen and for the typesetter alike."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from broadsheet.definitions.models.themes import Theme
from broadsheet.document.tree import Cards, Chart, Diagram, Document, Section, Table
from broadsheet.rendering.brand import SCHEME, Resource
from broadsheet.rendering.charts.draw import WIDTHS, Drawing, for_screen
from broadsheet.rendering.rows import block_of, chart_name, side_by_side
from broadsheet.rendering.sparks import bullet, sparkline
from broadsheet.rendering.templating import Templates
from broadsheet.rendering.theme import custom_properties, font_faces
from broadsheet.rendering.titles import keep_company

HEADLINE = 21.0
FEW_PAGES = 4


def chart_resources(charts: Mapping[str, Drawing]) -> tuple[Resource, ...]:
    """The drawings, by section id, as files of the page."""
    return tuple(Resource(chart_name(id_), d.svg, "image/svg+xml") for id_, d in charts.items())


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
    values = {
        "document": document,
        "labels": dict(document.labels),
        "headline": keep_company(document.headline, HEADLINE, WIDTHS["full"]),
        "rows": [[block_of(each, charts) for each in row] for row in side_by_side(document.sections)],
        "widths": WIDTHS,
        "contents": contents(document),
        "first_break": next((each.id for each in document.sections if each.new_page), ""),
        "theme": theme,
        "properties": Markup(custom_properties(theme) + font_faces(theme)),  # noqa: S704 - validated colors, escaped names
        "sparkline": lambda spark: sparkline(spark, theme.colors),
        "bullet": lambda attainment: bullet(attainment, theme.colors),
        "logo": f"{SCHEME}{logo.name}" if logo else "",
        "signs": signs(document),
    }
    return Templates(templates).render("page.html.j2", values)


def contents(document: Document) -> tuple[Section, ...]:
    """What a list of contents names: the blocks after page one, in a report of more than four pages.

    Its pages are counted by the breaks that the author set, since others show only when all is typeset.
    """
    breaks = [index for index, section in enumerate(document.sections) if section.new_page]
    if 1 + len(breaks) + 1 <= FEW_PAGES:
        return ()
    return tuple(section for section in document.sections[breaks[0] :] if section.title)


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
        "item": block_of(section, charts),
        "theme": theme,
        "properties": Markup(custom_properties(theme) + font_faces(theme)),  # noqa: S704 - validated colors, escaped names
        "sparkline": lambda spark: sparkline(spark, theme.colors),
        "bullet": lambda attainment: bullet(attainment, theme.colors),
    }
    return Templates(templates).render("block.html.j2", values)


def embed(html: str, resources: Sequence[Resource]) -> str:
    """The page with its pictures inside, so that the file stands alone."""
    for resource in resources:
        svg = resource.media_type == "image/svg+xml"
        data = b64encode(for_screen(resource.content) if svg else resource.content).decode("ascii")
        html = html.replace(f'"{SCHEME}{resource.name}"', f'"data:{resource.media_type};base64,{data}"')
    return html


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
            found.update("bullet" for card in body.cards if card.attainment)
            bases = {change.scenario for card in body.cards for change in card.changes}
            found.update(bases - {"previous"})  # printed under its own name, never as a code
        if isinstance(body, Table) and body.kind == "digest":
            found.update({"tone", "status", "spark", "plan", "last_year"})
        if isinstance(body, Table):
            cells = [cell for row in body.rows for cell in row.cells]
            found.update("marks" for cell in cells if cell.mark and body.kind == "crosstab")
    return frozenset(found)
