"""Members as dots by two KPIs; lines where the quadrants meet, names for those that stand apart."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.document.diagrams import Axis, Dot, Scatter
from broadsheet.rendering.charts.boxes import Box, Point
from broadsheet.rendering.charts.canvas import DASHED, Canvas, Pen
from broadsheet.rendering.charts.scale import Scale

HEIGHT = 82.0
RADIUS = 0.95
INSET = 3.0
MOST_NAMES = 12
LONGEST_NAME = 34.0


def scatter_height(_chart: Scatter, _line_height: float, width: float) -> float:
    """As tall as it is wide in half the width; in the full one lower."""
    return min(HEIGHT, width * 0.86)


def draw_scatter(canvas: Canvas, chart: Scatter) -> None:
    """Draw lines, dots and names; a dot's size says nothing."""
    line, style = canvas.line_height, canvas.style
    margin = max(canvas.text_width(text) for text in chart.y.ends) + 1.5
    field = Box(margin, line * 2.6, canvas.width, canvas.height - line * 1.5)
    across = _scale([*(dot.x for dot in chart.dots), chart.x.limit], field.left + INSET, field.right - INSET)
    up = _scale([*(dot.y for dot in chart.dots), chart.y.limit], field.bottom + INSET, field.top - INSET)
    corner = [(field.left, field.top), (field.left, field.bottom), (field.right, field.bottom)]
    canvas.lines([corner], style.rule, 0.5)
    meet = (across(chart.x.limit), up(chart.y.limit))
    lines = [
        [(meet[0], field.bottom), (meet[0], field.top)],
        [(field.left, meet[1]), (field.right, meet[1])],
    ]
    canvas.lines(lines, style.secondary, 0.6, dash=DASHED)
    _axes(canvas, chart, field, (across, up))
    places = [(across(dot.x), up(dot.y)) for dot in chart.dots]
    for x, y in places:
        canvas.avoid([(x - RADIUS, y - RADIUS), (x + RADIUS, y + RADIUS)])
    for path in lines:
        canvas.avoid(path)
    canvas.dots(places, RADIUS, style.actual, style.paper)
    _names(canvas, chart.dots, places, field)


def _axes(canvas: Canvas, chart: Scatter, field: Box, scales: tuple[Scale, Scale]) -> None:
    """The names of both scales, where the lines stand, and the least and the greatest value."""
    style, line, (across, up) = canvas.style, canvas.line_height, scales
    room = canvas.width * 0.8
    top = canvas.height - line * 0.75
    canvas.text(0, top, canvas.shorten(f"↑ {chart.y.label}", room, True), Pen(style.secondary, True, "left"))
    label = canvas.shorten(f"{chart.x.label} →", room, True)
    canvas.text(field.right, line * 0.3, label, Pen(style.secondary, True, "right"))
    for value, text in _marks(chart.x, [dot.x for dot in chart.dots]):
        canvas.text(across(value), field.bottom - line, text, Pen(style.secondary))
    for value, text in _marks(chart.y, [dot.y for dot in chart.dots]):
        canvas.text(field.left - 1.0, canvas.middle(up(value)), text, Pen(style.secondary, align="right"))


def _marks(axis: Axis, values: Sequence[float]) -> list[tuple[float, str]]:
    """The limit first, for where texts would touch the later ones are left out."""
    return [(axis.limit, axis.limit_text), (min(values), axis.ends[0]), (max(values), axis.ends[1])]


def _scale(values: Sequence[float], start: float, end: float) -> Scale:
    low, high = min(values), max(values)
    if low == high:
        low, high = low - abs(low or 1.0) * 0.5, high + abs(high or 1.0) * 0.5
    return Scale(low, high, start, end)


def _names(canvas: Canvas, dots: Sequence[Dot], places: Sequence[Point], field: Box) -> None:
    """Names at the side where there is room, of those farthest from the middle first."""
    shown = 0
    for dot, place in zip(dots, places, strict=True):
        shown += _name(canvas, canvas.shorten(dot.name, LONGEST_NAME), place, field)
        if shown == MOST_NAMES:
            return


def _name(canvas: Canvas, text: str, place: Point, field: Box) -> bool:
    """Set a name right or left of its dot, above or below it; inside the field, for beside it stand the scales."""
    (x, y), width, ink = place, canvas.text_width(text), canvas.style.text
    side, middle, line = RADIUS + 0.9, canvas.middle(y), canvas.line_height
    above, below = y + RADIUS + line * 0.55, y - RADIUS - line * 0.85
    for left, baseline in (
        (x + side, middle),
        (x - side - width, middle),
        (x - width / 2, above),
        (x - width / 2, below),
    ):
        box = Box(left, baseline - line * 0.2, left + width, baseline + line * 0.65)
        if box.within(field) and canvas.text(left, baseline, text, Pen(ink, align="left")):
            return True
    return False
