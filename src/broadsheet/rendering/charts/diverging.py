"""Differences to both sides of zero; at the left what each member is, at the right the relative difference."""

from __future__ import annotations

from broadsheet.document.diagrams import Diverging
from broadsheet.rendering.charts.boxes import Box
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.notation import Ink, tone_ink, tone_text
from broadsheet.rendering.charts.rows import GAP, Rows, head, rows_of, widest
from broadsheet.rendering.charts.scale import Scale, value_range

ROW = 5.6
HEADS = 1.8
BETWEEN = 3.5
WIDEST_HEAD = 0.2


def diverging_height(chart: Diverging, line_height: float, _: float) -> float:
    """The height in millimeters that the rows need."""
    return len(chart.names) * ROW + HEADS * line_height


def draw_diverging(canvas: Canvas, chart: Diverging) -> None:
    """Draw names, values, bars and percentages."""
    rows = rows_of(canvas, chart.names, heads=HEADS)
    style, variance = canvas.style, chart.variance
    most = canvas.width * WIDEST_HEAD
    values = max(widest(canvas, chart.texts), min(canvas.text_width(chart.heads[0], True), most))
    percent = max(widest(canvas, chart.relative), min(canvas.text_width(chart.heads[1], True), most))
    texts = widest(canvas, variance.texts) + GAP * 1.5
    low, high = value_range(variance.values, zero_based=True)
    start = rows.names + values + BETWEEN
    end = canvas.width - (percent + BETWEEN if chart.relative else 0.0)
    left = start + (texts if low < 0 else 0.0)
    scale = Scale(low, high, left, max(left + 1.0, end - (texts if high > 0 else 0.0)))
    gray = Pen(style.secondary, True, "right")
    head(canvas, rows.names + values, chart.heads[0], gray, values)
    head(canvas, start, variance.label, Pen(style.secondary, True, "left"), end - start - 2.0)
    if chart.relative:
        head(canvas, canvas.width - 0.4, chart.heads[1], gray, percent)
    _bars(rows, chart, scale)
    for at, name in enumerate(chart.names):
        rows.name(at, name)
        rows.value(at, rows.names + values, chart.texts[at], Pen(style.text, align="right"))
        _difference(rows, chart, scale, at)


def _bars(rows: Rows, chart: Diverging, scale: Scale) -> None:
    inks: dict[Ink, list[Box]] = {}
    for at, value in enumerate(chart.variance.values):
        if value:
            ink = tone_ink(rows.canvas.style, chart.variance.tones[at])
            inks.setdefault(ink, []).append(rows.box(at, scale(0), scale(value)))
    for ink, boxes in inks.items():
        rows.canvas.bars(boxes, ink)
    zero = [(scale(0), rows.bottom), (scale(0), rows.top)]
    rows.canvas.lines([zero], rows.canvas.style.text, 0.6)


def _difference(rows: Rows, chart: Diverging, scale: Scale, at: int) -> None:
    value = chart.variance.values[at] or 0.0
    color = tone_text(rows.canvas.style, chart.variance.tones[at])
    pen = Pen(color, True, "right" if value < 0 else "left")
    rows.beside(at, scale(value), chart.variance.texts[at], pen)
    if chart.relative:
        rows.value(at, rows.canvas.width - 0.4, chart.relative[at], Pen(color, align="right"))
