"""Bars of parts, and at their right how their shares add up: never a second scale in the bars themselves."""

from __future__ import annotations

from broadsheet.document.diagrams import Cumulative
from broadsheet.rendering.charts.canvas import DASHED, Canvas, Pen
from broadsheet.rendering.charts.frame import unit
from broadsheet.rendering.charts.notation import Ink
from broadsheet.rendering.charts.rows import GAP, Rows, head, rows_of, widest
from broadsheet.rendering.charts.scale import Scale, value_range

ROW, CLASS = 5.6, 6.0
HEADS = 1.8
BETWEEN = 6.0
PART = 0.36
"""The part of the room beside the names that the cumulative shares take."""
RADIUS = 0.75


def cumulative_height(chart: Cumulative, line_height: float, _: float) -> float:
    """The height in millimeters that the rows need."""
    return len(chart.names) * (CLASS if chart.classes else ROW) + HEADS * line_height


def draw_cumulative(canvas: Canvas, chart: Cumulative) -> None:
    """Draw the bars and the line of their shares; classes touch each other, for they leave nothing out."""
    rows = rows_of(canvas, chart.names, heads=HEADS)
    style = canvas.style
    right = (canvas.width - rows.names) * PART
    texts = widest(canvas, chart.texts) + 2 * GAP
    low, high = value_range(chart.values, zero_based=True)
    left = rows.names + (texts if low < 0 else 0.0)
    scale = Scale(low, high, left, canvas.width - right - BETWEEN - texts)
    thick = 0.94 if chart.classes else 0.58
    bars = [rows.box(at, scale(0), scale(value), thick) for at, value in enumerate(chart.values) if value]
    canvas.bars(bars, Ink(style.actual))
    canvas.lines([[(scale(0), rows.bottom), (scale(0), rows.top)]], style.text, 0.6)
    unit(canvas, chart.unit, canvas.width - right - BETWEEN)
    for at, (name, value, text) in enumerate(zip(chart.names, chart.values, chart.texts, strict=True)):
        rows.name(at, name)
        below = (value or 0.0) < 0
        rows.beside(at, scale(value or 0.0), text, Pen(style.text, align="right" if below else "left"))
    _shares(rows, chart, canvas.width - right)


def _shares(rows: Rows, chart: Cumulative, left: float) -> None:
    """A line from part to part; its numbers stand in a column, out of its way."""
    canvas, style = rows.canvas, rows.canvas.style
    room = widest(canvas, chart.share_texts) + GAP + RADIUS
    low, high = min([0.0, *chart.shares]), max([1.0, *chart.shares])
    scale = Scale(low, high, left, max(canvas.width - room, left + 1.0))
    head(canvas, canvas.width, chart.heads[1], Pen(style.secondary, True, "right"), canvas.width - left)
    limit = scale(chart.limit)
    canvas.lines([[(limit, rows.bottom), (limit, rows.top)]], style.rule, 0.6, dash=DASHED)
    canvas.text(limit, rows.top + canvas.line_height * 0.15, chart.limit_text, Pen(style.secondary))
    if chart.reached is not None and chart.reached < rows.count and not chart.classes:
        y = rows.top - chart.reached * rows.pitch
        canvas.lines([[(0, y), (canvas.width, y)]], style.rule, 0.5, dash=DASHED)
    points = [(scale(share), rows.middle(at)) for at, share in enumerate(chart.shares)]
    canvas.lines([[(scale(0), rows.top), *points]], style.actual, 0.9)
    canvas.dots(points, RADIUS, style.actual)
    for at, text in enumerate(chart.share_texts):
        strong = chart.reached == at + 1
        rows.value(at, canvas.width, text, Pen(style.text if strong else style.secondary, strong, "right"))
