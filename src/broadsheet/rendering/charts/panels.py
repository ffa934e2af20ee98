"""Small multiples: a row of small charts on one scale, each under its name, value and change."""

from __future__ import annotations

import math

from broadsheet.document.panels import Multiples, Panel
from broadsheet.document.tree import Series
from broadsheet.rendering.charts.boxes import Box, Point
from broadsheet.rendering.charts.canvas import DASHED, Canvas, Pen
from broadsheet.rendering.charts.notation import ARROWS, scenario_ink, tone_text
from broadsheet.rendering.charts.scale import Scale, value_range

GUTTER = 5.0
NARROWEST = 25.0
PLOT = 21.0
HEAD, FOOT = 2.75, 1.3
"""Lines of text above and below the plot of a panel."""
FILLED = 0.66


def panels_height(chart: Multiples, line_height: float, width: float) -> float:
    """Millimeters of all rows of panels."""
    rows = math.ceil(len(chart.panels) / _across(chart, width))
    return line_height * 1.2 + rows * _row(line_height) + (rows - 1) * GUTTER


def draw_panels(canvas: Canvas, chart: Multiples) -> None:
    """Draw the panels from left to right, row by row; the unit stands above the first."""
    across = _across(chart, canvas.width)
    width = (canvas.width - (across - 1) * GUTTER) / across
    low, high = value_range(
        (value for panel in chart.panels for series in panel.series for value in series.values),
        chart.zero_based,
    )
    top = canvas.height - canvas.line_height * 1.2
    pen = Pen(canvas.style.secondary, strong=True, align="left")
    canvas.text(
        0, canvas.height - canvas.line_height * 0.8, canvas.shorten(chart.unit, canvas.width, True), pen
    )
    for position, panel in enumerate(chart.panels):
        row, column = divmod(position, across)
        roof = top - row * (_row(canvas.line_height) + GUTTER)
        floor = roof - _row(canvas.line_height) + FOOT * canvas.line_height
        left = column * (width + GUTTER)
        scale = Scale(low, high, floor, roof - HEAD * canvas.line_height)
        _panel(canvas, chart, panel, Plot(left, width, scale, len(chart.categories)), roof)


class Plot:
    """Where the columns and values of one panel stand."""

    def __init__(self, left: float, width: float, scale: Scale, count: int) -> None:
        self.left, self.width, self.scale = left, width, scale
        self.pitch = width / max(1, count)

    def x(self, index: int) -> float:
        """The middle of a column."""
        return self.left + (index + 0.5) * self.pitch


def _panel(canvas: Canvas, chart: Multiples, panel: Panel, plot: Plot, roof: float) -> None:
    style, line, right = canvas.style, canvas.line_height, plot.left + plot.width
    canvas.lines([[(plot.left, roof), (right, roof)]], style.rule, 0.5)
    value = canvas.text_width(panel.text, True)
    canvas.text(right, roof - line, panel.text, Pen(style.text, True, "right"))
    name = canvas.shorten(panel.name, plot.width - value - 1.5, True)
    canvas.text(plot.left, roof - line, name, Pen(style.text, True, "left"))
    if panel.change is not None:
        texts = (panel.change.difference.text, panel.change.relative.text)
        told = f"{ARROWS[panel.change.direction]}\u202f{', '.join(text for text in texts if text)}"
        pen = Pen(tone_text(style, panel.change.tone), align="left")
        canvas.text(plot.left, roof - 2 * line, canvas.shorten(told, plot.width), pen)
    actual, *bases = panel.series
    if chart.kind == "bar":
        _columns(canvas, plot, actual, bases)
    else:
        _lines(canvas, plot, actual, bases, chart.highlight)
    if plot.scale.has_zero:
        canvas.lines([[(plot.left, plot.scale(0)), (right, plot.scale(0))]], style.text, 0.6)
    _ends(canvas, chart, plot)


def _columns(canvas: Canvas, plot: Plot, actual: Series, bases: list[Series]) -> None:
    """Solid columns; the base of each is a tick, so that both can be read at this size."""
    half, zero = plot.pitch * FILLED / 2, plot.scale(0)
    bars = []
    for index, value in enumerate(actual.values):
        if value:
            bottom, top = sorted((zero, plot.scale(value)))
            bars.append(Box(plot.x(index) - half, bottom, plot.x(index) + half, top))
    canvas.bars(bars, scenario_ink(canvas.style, "actual"))
    ticks = [
        [
            (plot.x(index) - plot.pitch / 2, plot.scale(value)),
            (plot.x(index) + plot.pitch / 2, plot.scale(value)),
        ]
        for series in bases
        for index, value in enumerate(series.values)
        if value is not None
    ]
    canvas.lines(ticks, canvas.style.paper, 2.2)
    canvas.lines(ticks, canvas.style.text, 1.0)


def _lines(canvas: Canvas, plot: Plot, actual: Series, bases: list[Series], highlight: int) -> None:
    for series in bases:
        canvas.lines(_runs(plot, series), canvas.style.outline, 0.8, DASHED)
    canvas.lines(_runs(plot, actual), canvas.style.actual, 1.5)
    value = actual.values[highlight]
    if value is not None:
        canvas.dots([(plot.x(highlight), plot.scale(value))], 0.75, canvas.style.actual)


def _runs(plot: Plot, series: Series) -> list[list[Point]]:
    runs: list[list[Point]] = [[]]
    for index, value in enumerate(series.values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((plot.x(index), plot.scale(value)))
    return runs


def _ends(canvas: Canvas, chart: Multiples, plot: Plot) -> None:
    """The category of the value at its right end, the first one where both have room."""
    y, style = plot.scale.start - canvas.line_height * 0.95, canvas.style
    last = canvas.shorten(chart.categories[chart.highlight], plot.width, True)
    canvas.text(plot.left + plot.width, y, last, Pen(style.text, True, "right"))
    room = plot.width - canvas.text_width(last, True) - 1.5
    if chart.highlight and canvas.text_width(chart.categories[0]) <= room:
        canvas.text(plot.left, y, chart.categories[0], Pen(style.secondary, align="left"))


def _row(line_height: float) -> float:
    return (HEAD + FOOT) * line_height + PLOT


def _across(chart: Multiples, width: float) -> int:
    """As many panels beside each other as have room, rows of about the same length."""
    most = max(1, int((width + GUTTER) / (NARROWEST + GUTTER)))
    rows = math.ceil(len(chart.panels) / most)
    return max(1, math.ceil(len(chart.panels) / max(1, rows)))
