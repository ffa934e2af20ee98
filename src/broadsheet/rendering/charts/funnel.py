"""Funnels as bars from one line at the left: never tapered, so that lengths can be compared."""

from __future__ import annotations

from broadsheet.document.diagrams import Funnel
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.notation import Ink, tone_text
from broadsheet.rendering.charts.rows import GAP, Rows, head, rows_of, widest
from broadsheet.rendering.charts.scale import Scale

ROW = 9.6
HEADS = 1.8
THICK = 0.5
ABOVE = 0.19
"""A bar stands above the middle of its row, for below it stands how many went on."""


def funnel_height(chart: Funnel, line_height: float, _: float) -> float:
    """The height in millimeters that the steps need; below the last one nothing goes on."""
    return len(chart.stages) * ROW - ROW * 0.35 + HEADS * line_height


def draw_funnel(canvas: Canvas, chart: Funnel) -> None:
    """Draw the steps from top to bottom."""
    rows = rows_of(canvas, [stage.label for stage in chart.stages], heads=HEADS, floor=-ROW * 0.35)
    columns = _columns(canvas, chart)
    largest = max([stage.value or 0.0 for stage in chart.stages], default=0.0) or 1.0
    texts = widest(canvas, [stage.text for stage in chart.stages]) + GAP * 2
    scale = Scale(0.0, largest, rows.names, max(canvas.width - columns - texts, rows.names + 1.0))
    style = canvas.style
    boxes = [
        rows.box(at - ABOVE, scale(0), scale(stage.value or 0.0), THICK)
        for at, stage in enumerate(chart.stages)
    ]
    canvas.bars([box for box in boxes if box.right > box.left], Ink(style.actual))
    canvas.lines([[(scale(0), boxes[-1].bottom), (scale(0), boxes[0].top)]], style.text, 0.6)
    for at, stage in enumerate(chart.stages):
        rows.name(at - ABOVE, stage.label)
        rows.beside(at - ABOVE, boxes[at].right, stage.text, Pen(style.text, True, "left"))
        if at:
            _passing(rows, at, scale(0) + GAP, chart)
    _shares(canvas, chart, rows)


def _passing(rows: Rows, at: int, left: float, chart: Funnel) -> None:
    """Between two bars: the share that went on, and its change."""
    style, stage = rows.canvas.style, chart.stages[at]
    between, text = at - 0.5 - ABOVE, f"↓ {stage.passed}"
    rows.value(between, left, text, Pen(style.text, align="left"))
    x = left + rows.canvas.text_width(text) + 2.5
    strong = stage.tone in ("good", "bad")
    rows.value(between, x, stage.change, Pen(tone_text(style, stage.tone), strong, "left"))


def _columns(canvas: Canvas, chart: Funnel) -> float:
    """The room of the columns at the right."""
    return sum(width for _, width, _ in _listed(canvas, chart))


def _listed(canvas: Canvas, chart: Funnel) -> list[tuple[str, float, list[str]]]:
    """Head, width and texts of each column at the right: shares of the first step, and who is too young."""
    columns = [(chart.names[2], [stage.first for stage in chart.stages])]
    if any(stage.young for stage in chart.stages):
        columns.append((chart.names[4], [stage.young_text for stage in chart.stages]))
    return [
        (
            name,
            max(widest(canvas, texts), min(canvas.text_width(name, True), canvas.width * 0.17)) + 3.0,
            texts,
        )
        for name, texts in columns
    ]


def _shares(canvas: Canvas, chart: Funnel, rows: Rows) -> None:
    x = canvas.width - 0.4
    for name, width, texts in reversed(_listed(canvas, chart)):
        head(canvas, x, name, Pen(canvas.style.secondary, True, "right"), width - 1.0)
        for at, text in enumerate(texts):
            rows.value(at - ABOVE, x, text, Pen(canvas.style.secondary, align="right"))
        x -= width
