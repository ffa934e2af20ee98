"""Heat maps of rectangles in shades of one hue, with the values in the cells."""

from __future__ import annotations

from broadsheet.document.diagrams import Heat
from broadsheet.rendering.charts.boxes import Box
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.frame import unit
from broadsheet.rendering.charts.rows import rows_of, widest

ROW = 5.6
HEADS = 1.5
UNIT = 1.3
"""Lines for the heads of columns, and for the unit where there is one."""
AIR = 0.25
"""Millimeters of paper around a cell."""


def heat_height(chart: Heat, line_height: float, _: float) -> float:
    """The height in millimeters that the rows and heads need."""
    return len(chart.rows) * ROW + _heads(chart) * line_height


def draw_heat(canvas: Canvas, chart: Heat) -> None:
    """Draw the cells; where not every value has room, none stands in its cell."""
    rows = rows_of(canvas, chart.rows, heads=_heads(chart))
    style, pitch = canvas.style, (canvas.width - rows.names) / max(1, len(chart.heads))
    boxes: dict[int, list[Box]] = {}
    for at, shades in enumerate(chart.shades):
        for column, shade in enumerate(shades):
            if shade is not None:
                left = rows.names + column * pitch
                box = rows.box(at, left + AIR, left + pitch - AIR, 1 - 2 * AIR / rows.pitch)
                boxes.setdefault(shade, []).append(box)
    for shade, cells in sorted(boxes.items()):
        canvas.rectangles(cells, style.heat[shade])
    unit(canvas, chart.unit, canvas.width)
    for column, name in enumerate(chart.heads):
        middle = rows.names + (column + 0.5) * pitch
        text = canvas.shorten(name, pitch - 0.8)
        canvas.text(middle, rows.top + canvas.line_height * 0.35, text, Pen(style.secondary))
    printed = widest(canvas, [text for row in chart.texts for text in row], strong=False) <= pitch - 0.8
    for at, name in enumerate(chart.rows):
        rows.name(at, name)
        for column, text in enumerate(chart.texts[at]) if printed else ():
            shade = chart.shades[at][column]
            color = style.secondary if shade is None else style.on_heat[shade]
            rows.value(at, rows.names + (column + 0.5) * pitch, text, Pen(color))


def _heads(chart: Heat) -> float:
    return HEADS + (UNIT if chart.unit else 0.0)
