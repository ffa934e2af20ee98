"""Charts of a shape of their own: how each is drawn, and how tall it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from broadsheet.document.bullets import Bullets
from broadsheet.document.diagrams import (
    Answers,
    Cumulative,
    Diverging,
    Dots,
    Funnel,
    Heat,
    Scatter,
    Waterfall,
)
from broadsheet.document.panels import Multiples
from broadsheet.document.tree import Diagram
from broadsheet.rendering.charts.answers import answers_height, draw_answers
from broadsheet.rendering.charts.bullets import bullets_height, draw_bullets
from broadsheet.rendering.charts.canvas import Canvas
from broadsheet.rendering.charts.cumulative import cumulative_height, draw_cumulative
from broadsheet.rendering.charts.diverging import diverging_height, draw_diverging
from broadsheet.rendering.charts.dots import dots_height, draw_dots
from broadsheet.rendering.charts.funnel import draw_funnel, funnel_height
from broadsheet.rendering.charts.heat import draw_heat, heat_height
from broadsheet.rendering.charts.panels import draw_panels, panels_height
from broadsheet.rendering.charts.scatter import draw_scatter, scatter_height
from broadsheet.rendering.charts.waterfall import draw_waterfall, waterfall_height


class Shape(NamedTuple):
    """Both functions take the chart of their own type, which no common type of function can say.

    `height` gives millimeters for a chart, a height of line and a width. A chart in `rows` has its names where
    lines begin, so it is mirrored where they begin at the right.
    """

    draw: Callable[[Canvas, Any], None]
    height: Callable[[Any, float, float], float]
    rows: bool


SHAPES: Mapping[type[Diagram], Shape] = {
    Bullets: Shape(draw_bullets, lambda chart, line, _: bullets_height(chart, line), rows=True),
    Multiples: Shape(draw_panels, panels_height, rows=False),
    Answers: Shape(draw_answers, answers_height, rows=True),
    Cumulative: Shape(draw_cumulative, cumulative_height, rows=True),
    Diverging: Shape(draw_diverging, diverging_height, rows=True),
    Dots: Shape(draw_dots, dots_height, rows=True),
    Heat: Shape(draw_heat, heat_height, rows=True),
    Scatter: Shape(draw_scatter, scatter_height, rows=False),
    Funnel: Shape(draw_funnel, funnel_height, rows=True),
    Waterfall: Shape(draw_waterfall, waterfall_height, rows=True),
}
