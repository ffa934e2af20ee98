"""From a chart to SVG for pages and to a picture for mails: same chart, same bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from broadsheet.document.tree import Chart, Drawn
from broadsheet.rendering.charts.canvas import Canvas
from broadsheet.rendering.charts.columns import draw_columns
from broadsheet.rendering.charts.lines import draw_lines
from broadsheet.rendering.charts.measure import MM_PER_POINT, text_width
from broadsheet.rendering.charts.ranked import draw_ranked, ranked_height
from broadsheet.rendering.charts.shapes import SHAPES
from broadsheet.rendering.charts.stacked import draw_stacked
from broadsheet.rendering.charts.style import ChartStyle

KINDS = {"bar": draw_columns, "line": draw_lines, "stacked": draw_stacked, "ranked": draw_ranked}
_TEXT = re.compile(r'<text style="([^"]*)"([^>]*)>([^<]+)</text>')
_SIZE = re.compile(r"font-size: ([\d.]+)px")
HEIGHTS = {"full": 52.0, "half": 50.0, "two_thirds": 76.0, "third": 50.0}
TIER = 17.0
WIDTHS = {"full": 180.0, "half": 87.5, "two_thirds": 106.0, "third": 69.0}
"""Millimeters on a grid of five columns of 32 with gutters of 5: a third takes two of them, two thirds three."""


@dataclass(frozen=True)
class Drawing:
    """A chart as SVG, its size in millimeters and its spoken form."""

    svg: bytes
    width: float
    height: float
    alt: str


def page_size(chart: Drawn, width: str, style: ChartStyle) -> tuple[float, float]:
    """Millimeters of a chart on a page of 180 mm text width; charts of rows are as tall as their rows are many."""
    needed = height_at(chart, WIDTHS[width], style)
    if needed is not None or not isinstance(chart, Chart):
        return WIDTHS[width], needed or HEIGHTS[width]
    return WIDTHS[width], HEIGHTS[width] + TIER * len(chart.variances) + (4.0 if chart.events else 0.0)


def height_at(chart: Drawn, width: float, style: ChartStyle) -> float | None:
    """The millimeters that a chart needs at a width; None where it fits into any height."""
    line_height = style.size * MM_PER_POINT * 1.3
    if not isinstance(chart, Chart):
        return SHAPES[type(chart)].height(chart, line_height, width)
    return ranked_height(chart, line_height) if chart.kind == "ranked" else None


def compose(chart: Drawn, style: ChartStyle, size_mm: tuple[float, float]) -> Canvas:
    """The chart laid out on a canvas of the given size in millimeters."""
    rows = chart.kind == "ranked" if isinstance(chart, Chart) else SHAPES[type(chart)].rows
    canvas = Canvas(*size_mm, style, mirrored=rows and style.right_to_left)
    if isinstance(chart, Chart):
        KINDS[chart.kind](canvas, chart)
    else:
        SHAPES[type(chart)].draw(canvas, chart)
    return canvas


def draw(chart: Drawn, style: ChartStyle, size_mm: tuple[float, float], alt: str) -> Drawing:
    """The chart as SVG; texts stay texts, except those whose letters join."""
    return Drawing(compose(chart, style, size_mm).svg(), *size_mm, alt)


def for_screen(svg: bytes) -> bytes:
    """The drawing with every text held to its measured width, so that a reader's other typeface cannot overlap."""
    return _TEXT.sub(_held, svg.decode()).encode()


def _held(match: re.Match[str]) -> str:
    style, place, content = match.groups()
    size = float(_SIZE.search(style).group(1))  # type: ignore[union-attr]
    pixels = text_width(unescape(content), size, "font-weight: 600" in style) / MM_PER_POINT
    held = f'textLength="{pixels:.2f}" lengthAdjust="spacingAndGlyphs"'
    return f'<text style="{style}" {held}{place}>{content}</text>'


def png(chart: Drawn, style: ChartStyle, size_mm: tuple[float, float], *, dpi: int = 200) -> bytes:
    """The chart as an opaque picture."""
    return compose(chart, style, size_mm).png(dpi)
