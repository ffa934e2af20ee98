"""Stacked columns over time: parts of a total, named beside the last column, totals on top."""

from __future__ import annotations

from broadsheet.document.tree import Chart, Series
from broadsheet.rendering.charts.boxes import Box
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.columns import WIDEST_COLUMN
from broadsheet.rendering.charts.frame import Frame, label_order, stretch, text_of, time_frame
from broadsheet.rendering.charts.legend import AFTER_END, Entry, draw_ends, margin
from broadsheet.rendering.charts.notation import scenario_ink

Span = tuple[float, float]


def draw_stacked(canvas: Canvas, chart: Chart) -> None:
    """Draw the chart; negative parts hang below the base line."""
    spans = _spans(chart)
    last = len(chart.categories) - 1
    inks = [
        scenario_ink(canvas.style, series.scenario, position) for position, series in enumerate(chart.series)
    ]
    entries = [
        Entry(series.label, text_of(series, last), ink)
        for series, ink in zip(chart.series, inks, strict=True)
    ]
    edges = [edge for row in spans for span in row if span for edge in span]
    frame = time_frame(canvas, chart, stretch(canvas, chart, edges), margin(canvas, entries, AFTER_END))
    width = min(frame.pitch * 0.66, WIDEST_COLUMN)
    for row, ink in zip(spans, inks, strict=True):
        boxes = [_box(frame, index, span, width) for index, span in enumerate(row) if span]
        canvas.rectangles(boxes, ink.fill, ink.outline or canvas.style.paper)
    ends = []
    for entry, row in zip(entries, spans, strict=True):
        span = row[last] if row else None
        if span:
            middle = frame.scale((span[0] + span[1]) / 2)
            ends.append(Entry(entry.label, entry.value, entry.ink, y=middle))
    draw_ends(canvas, ends, frame.x(last) + width / 2, (frame.scale.start, frame.scale.end))
    _totals(frame, chart, spans)


def _spans(chart: Chart) -> list[list[Span | None]]:
    """Per series and category the stretch of values its part covers; None where it has none."""
    count = len(chart.categories)
    above, below = [0.0] * count, [0.0] * count
    rows: list[list[Span | None]] = []
    for series in chart.series:
        rows.append([_stack(series, index, above, below) for index in range(count)])
    return rows


def _stack(series: Series, index: int, above: list[float], below: list[float]) -> Span | None:
    value = series.values[index] if index < len(series.values) else None
    if not value:
        return None
    side = above if value > 0 else below
    start = side[index]
    side[index] += value
    return start, side[index]


def _box(frame: Frame, index: int, span: Span, width: float) -> Box:
    bottom, top = sorted((frame.scale(span[0]), frame.scale(span[1])))
    return Box(frame.x(index) - width / 2, bottom, frame.x(index) + width / 2, top)


def _totals(frame: Frame, chart: Chart, spans: list[list[Span | None]]) -> None:
    canvas = frame.canvas
    tops = tuple(
        max([0.0, *(max(span) for row in spans if (span := row[index]))])
        for index in range(len(chart.categories))
    )
    for index in label_order(frame, tops, chart.totals) if chart.totals else ():
        current = index == frame.current
        pen = Pen(canvas.style.text if current else canvas.style.secondary, strong=current)
        y = frame.scale(tops[index]) + canvas.line_height * 0.3
        canvas.text(frame.x(index), y, chart.totals[index], pen)
