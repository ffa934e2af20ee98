"""Dots of several KPIs on one scale, member by member: a line from the nearest to the farthest."""

from __future__ import annotations

from broadsheet.document.diagrams import Dots
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.frame import unit
from broadsheet.rendering.charts.rows import Rows, head, rows_of, widest
from broadsheet.rendering.charts.scale import Scale, present, value_range

ROW = 5.6
HEADS = 1.8
RADIUS = 1.05
BETWEEN = 4.0
WIDEST_HEAD = 0.19


def dots_height(chart: Dots, line_height: float, _: float) -> float:
    """The height in millimeters that the rows need."""
    return len(chart.names) * ROW + HEADS * line_height


def draw_dots(canvas: Canvas, chart: Dots) -> None:
    """Draw the rows; the numbers stand in columns at the right, below the sign of their KPI."""
    rows = rows_of(canvas, chart.names, heads=HEADS)
    columns = [_column(canvas, chart, at) for at in range(len(chart.labels))]
    low, high = value_range((value for row in chart.values for value in row), zero_based=True)
    right = canvas.width - sum(columns) - RADIUS
    scale = Scale(low, high, rows.names + RADIUS, max(right, rows.names + RADIUS + 1.0))
    style = canvas.style
    spans = [(at, present(values)) for at, values in enumerate(chart.values)]
    lines = [
        [(scale(min(known)), rows.middle(at)), (scale(max(known)), rows.middle(at))]
        for at, known in spans
        if known
    ]
    canvas.lines([[(scale(0), rows.bottom), (scale(0), rows.top)]], style.rule, 0.5)
    canvas.lines(lines, style.rule, 1.4)
    for kpi in range(len(chart.labels)):
        points = [
            (scale(value), rows.middle(at))
            for at, row in enumerate(chart.values)
            if (value := row[kpi]) is not None
        ]
        _mark(canvas, points, kpi)
    unit(canvas, chart.unit, right)
    for at, name in enumerate(chart.names):
        rows.name(at, name)
    _numbers(rows, chart, columns)


def _mark(canvas: Canvas, points: list[tuple[float, float]], kpi: int) -> None:
    """The nearest KPI is a filled dot, the next an open one, a third a lighter one."""
    style = canvas.style
    fill, outline = ((style.actual, ""), (style.paper, style.actual), (style.previous, style.outline))[kpi]
    canvas.dots(points, RADIUS, fill, outline)


def _column(canvas: Canvas, chart: Dots, kpi: int) -> float:
    texts = widest(canvas, [row[kpi] for row in chart.texts])
    title = min(canvas.text_width(chart.labels[kpi], True) + 3 * RADIUS, canvas.width * WIDEST_HEAD)
    return max(texts, title) + BETWEEN


def _numbers(rows: Rows, chart: Dots, columns: list[float]) -> None:
    canvas, style = rows.canvas, rows.canvas.style
    x = canvas.width - 0.4
    for kpi in reversed(range(len(chart.labels))):
        room = columns[kpi] - BETWEEN - 3 * RADIUS
        label = canvas.shorten(chart.labels[kpi], room + 0.01, True)
        head(canvas, x, label, Pen(style.secondary, True, "right"), room + 0.01)
        y = canvas.height - canvas.line_height * 0.75 + 0.9
        _mark(canvas, [(x - canvas.text_width(label, True) - 2 * RADIUS, y)], kpi)
        for at, row in enumerate(chart.texts):
            rows.value(at, x, row[kpi], Pen(style.text, kpi == 0, "right"))
        x -= columns[kpi]
