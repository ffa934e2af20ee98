"""Waterfalls: totals solid, changes in the tone of their impact, hairlines that carry the level on."""

from __future__ import annotations

from broadsheet.document.diagrams import Step, Waterfall
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.frame import unit
from broadsheet.rendering.charts.notation import Ink, tone_ink, tone_text
from broadsheet.rendering.charts.rows import GAP, Rows, head, rows_of, widest
from broadsheet.rendering.charts.scale import Scale

ROW = 6.0
HEADS = 1.8


def waterfall_height(chart: Waterfall, line_height: float, _: float) -> float:
    """The height in millimeters that the steps need."""
    return len(chart.steps) * ROW + HEADS * line_height


def draw_waterfall(canvas: Canvas, chart: Waterfall) -> None:
    """Draw the steps from top to bottom."""
    rows = rows_of(canvas, [step.label for step in chart.steps], heads=HEADS)
    spans = _spans(chart)
    scale = _scale(canvas, chart, rows, spans)
    zero = [(scale(0), rows.bottom), (scale(0), rows.top)]
    canvas.lines([zero], canvas.style.text, 1.2 if chart.relative else 0.6)
    if chart.relative:
        canvas.avoid(zero)
    canvas.lines(_connectors(rows, scale, spans), canvas.style.secondary, 0.5)
    unit(canvas, chart.unit, rows.names)
    for index, step in enumerate(chart.steps):
        rows.name(index, step.label, strong=step.kind == "total")
        if step.kind == "change":
            _change(rows, scale, index, step, spans[index])
        elif chart.relative:
            _relative_total(rows, scale, index, chart)
        else:
            _total(rows, scale, index, step)
    _shares(canvas, chart, rows)


def _spans(chart: Waterfall) -> list[tuple[float, float]]:
    """From where to where each bar goes; in a relative chart from the first total."""
    level = 0.0 if chart.relative else chart.steps[0].value
    spans: list[tuple[float, float]] = []
    for step in chart.steps:
        if step.kind == "change":
            spans.append((level, level + step.value))
            level += step.value
        else:
            spans.append((0.0, level))
    return spans


def _scale(canvas: Canvas, chart: Waterfall, rows: Rows, spans: list[tuple[float, float]]) -> Scale:
    edges = [0.0, *(edge for span in spans for edge in span)]
    low, high = min(edges), max(edges)
    texts = widest(canvas, [step.text for step in (*chart.steps, chart.change)]) + GAP * 1.5
    left = texts if low < 0 or chart.relative else 0.0
    right = canvas.width - _share_room(canvas, chart) - texts
    return Scale(low, high if high > low else low + 1.0, rows.names + left, right)


def _connectors(
    rows: Rows, scale: Scale, spans: list[tuple[float, float]]
) -> list[list[tuple[float, float]]]:
    """From the end of each bar down to the next."""
    return [
        [(scale(end), rows.box(index, 0, 0).bottom), (scale(end), rows.box(index + 1, 0, 0).top)]
        for index, (_, end) in enumerate(spans[:-1])
    ]


def _change(rows: Rows, scale: Scale, index: int, step: Step, span: tuple[float, float]) -> None:
    style = rows.canvas.style
    box = rows.box(index, scale(span[0]), scale(span[1]))
    rows.canvas.bars([box], tone_ink(style, step.tone))
    color = tone_text(style, step.tone)
    # Where the zero line of a relative chart stands in the way, the other side is free.
    if not rows.beside(index, box.right, step.text, Pen(color, True, "left")):
        rows.beside(index, box.left, step.text, Pen(color, True, "right"))


def _total(rows: Rows, scale: Scale, index: int, step: Step) -> None:
    style = rows.canvas.style
    rows.canvas.bars([rows.box(index, scale(0), scale(step.value))], Ink(style.actual))
    pen = Pen(style.text, True, "right" if step.value < 0 else "left")
    rows.beside(index, scale(step.value), step.text, pen)


def _relative_total(rows: Rows, scale: Scale, index: int, chart: Waterfall) -> None:
    """The first total is the zero line itself; at the last one stands the whole change."""
    style, change = rows.canvas.style, chart.change
    step = chart.steps[index]
    if index == 0:
        rows.beside(index, scale(0), step.text, Pen(style.text, True, "right"))
        return
    end, leftward = scale(change.value), change.value < 0
    rows.canvas.bars([rows.box(index, scale(0), end)], tone_ink(style, change.tone))
    rows.beside(index, end, step.text, Pen(style.text, True, "right" if leftward else "left"))
    color = tone_text(style, change.tone)
    rows.beside(index, scale(0), change.text, Pen(color, True, "left" if leftward else "right"))


def _share_room(canvas: Canvas, chart: Waterfall) -> float:
    if not chart.share_head:
        return 0.0
    title = min(canvas.text_width(chart.share_head, True), canvas.width * 0.22)
    return max(title, widest(canvas, [step.share for step in chart.steps])) + 2.0


def _shares(canvas: Canvas, chart: Waterfall, rows: Rows) -> None:
    """What part of the whole change each step is, in a column at the right."""
    if not chart.share_head:
        return
    pen = Pen(canvas.style.secondary, align="right")
    head(
        canvas,
        canvas.width - 0.4,
        chart.share_head,
        Pen(pen.color, True, "right"),
        _share_room(canvas, chart),
    )
    for index, step in enumerate(chart.steps):
        rows.value(index, canvas.width - 0.4, step.share, pen)
