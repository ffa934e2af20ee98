"""Columns over time: actual solid, plan outlined, last year lighter; or members side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from broadsheet.document.tree import Chart, Series
from broadsheet.rendering.charts.boxes import Box, Point
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.frame import (
    Frame,
    draw_parting,
    label_order,
    stretch,
    text_of,
    time_frame,
    values_of,
)
from broadsheet.rendering.charts.legend import Entry, draw_key, margin
from broadsheet.rendering.charts.notation import scenario_ink, tone_ink
from broadsheet.rendering.charts.style import ChartStyle
from broadsheet.rendering.charts.tiers import draw_tiers, share_out

WIDEST_COLUMN = 8.0
ALONE, SLIM, BROAD, FULLEST = 0.62, 0.48, 0.68, 0.96
"""Parts of the pitch: a single column, the least and most of one with comparisons, and all of them together."""
PEEP = 0.3
CLIMB = 60
FEW = 3
"""So many members side by side have their values over each column."""
ORDER = ("previous", "last_year", "plan", "forecast", "actual")


def draw_columns(canvas: Canvas, chart: Chart) -> None:
    """Draw the chart; a comparison stands behind the actual column and peeps out beside it."""
    entries = _entries(canvas.style, chart)
    values = values_of(chart)
    whole = stretch(canvas, chart, values)
    chart, columns, tiers = share_out(canvas, chart, whole.end - whole.start)
    scale = replace(whole, end=whole.start + columns)
    frame = time_frame(canvas, chart, scale, margin(canvas, entries))
    draw_parting(frame, chart, canvas.height)
    draw_tiers(frame, chart, tiers, scale.end + canvas.height - whole.end)
    draw_key(canvas, entries, frame.scale.end - canvas.line_height * 0.4)
    members = [series for series in chart.series if series.scenario == "member"]
    if members:
        _draw_members(frame, members)
    else:
        _draw_scenarios(frame, chart)


def _entries(style: ChartStyle, chart: Chart) -> list[Entry]:
    if len(chart.series) < 2:
        return []
    current = len(chart.categories) - 1 if chart.highlight is None or chart.ahead else chart.highlight
    entries = []
    for position, series in enumerate(chart.series):
        ink = scenario_ink(style, series.scenario, position)
        # Beside a forecast the key stands by the last column, where the actual value is still to come.
        value = text_of(series, current) or ("" if chart.ahead else "–")
        entries.append(Entry(series.label, value, ink, strong=series.scenario == "actual"))
    return entries


def _draw_scenarios(frame: Frame, chart: Chart) -> None:
    style, canvas = frame.canvas.style, frame.canvas
    width = _width(frame, chart)
    both = {"last_year", "previous"} <= {series.scenario for series in chart.series}
    peep = min(PEEP * width, (frame.pitch * FULLEST - width) / (3 if both else 2))
    earlier = -peep
    shifts = {
        "actual": 0.0,
        "forecast": 0.0,
        "plan": peep,
        "last_year": earlier,
        "previous": earlier * 2 if both else earlier,
    }
    for series in sorted(chart.series, key=lambda s: ORDER.index(s.scenario)):
        boxes = _boxes(frame, series, shifts[series.scenario], width)
        if series.scenario == "actual" and chart.tones:
            for index, box in boxes:
                canvas.bars([box], tone_ink(style, chart.tones[index]))
        else:
            canvas.bars([box for _, box in boxes], scenario_ink(style, series.scenario))
        for _, box in boxes:
            canvas.avoid(_contour(box, frame))
    _whiskers(frame, chart)
    told = [series for series in chart.series if series.scenario in ("actual", "forecast")]
    for series in told or chart.series[:1]:
        _value_labels(frame, series, chart, width)


def _width(frame: Frame, chart: Chart) -> float:
    """Wide enough for the values, which stand inside where a taller column stands behind, as far as there is room."""
    if len(chart.series) < 2:
        return min(frame.pitch * ALONE, WIDEST_COLUMN)
    told = [
        text for series in chart.series if series.scenario in ("actual", "forecast") for text in series.texts
    ]
    wanted = max((frame.canvas.text_width(text, strong=True) for text in told), default=0.0) + 0.1
    return min(max(frame.pitch * SLIM, min(wanted, frame.pitch * BROAD)), WIDEST_COLUMN)


def _whiskers(frame: Frame, chart: Chart) -> None:
    """The range of what is expected, as a thin line through the end of its column."""
    for index, ends in enumerate(chart.band):
        if ends is not None:
            x, (low, high) = frame.x(index), (frame.scale(end) for end in ends)
            cap = min(frame.pitch * 0.12, 0.9)
            path = [(x - cap, low), (x + cap, low), (x, low), (x, high), (x - cap, high), (x + cap, high)]
            frame.canvas.lines([path], frame.canvas.style.paper, 2.2)
            frame.canvas.lines([path], frame.canvas.style.text, 0.8)
            frame.canvas.avoid(path)


def _draw_members(frame: Frame, members: Sequence[Series]) -> None:
    canvas = frame.canvas
    width = min(frame.pitch * 0.8 / len(members), WIDEST_COLUMN)
    for position, series in enumerate(members):
        shift = (position - (len(members) - 1) / 2) * width
        boxes = _boxes(frame, series, shift, width * 0.9)
        canvas.bars([box for _, box in boxes], scenario_ink(canvas.style, "member", position))
        if len(members) <= FEW:
            _member_labels(frame, series, shift)


def _member_labels(frame: Frame, series: Series, shift: float) -> None:
    """Values over their columns, as far as neighbors leave room."""
    canvas = frame.canvas
    for index in label_order(frame, series.values, series.texts):
        value, current = series.values[index] or 0.0, index == frame.current
        y = frame.scale(value) + canvas.line_height * (0.3 if value >= 0 else -0.85)
        pen = Pen(canvas.style.text if current else canvas.style.secondary, strong=current)
        canvas.text(frame.x(index) + shift, y, text_of(series, index), pen)


def _boxes(frame: Frame, series: Series, shift: float, width: float) -> list[tuple[int, Box]]:
    boxes = []
    for index, value in enumerate(series.values):
        if value is not None and value != 0:
            bottom, top = sorted((frame.base, frame.scale(value)))
            middle = frame.x(index) + shift
            boxes.append((index, Box(middle - width / 2, bottom, middle + width / 2, top)))
    return boxes


def _contour(box: Box, frame: Frame) -> list[Point]:
    """The free sides of a column; its own label stands just beyond them."""
    end = box.top if box.top > frame.base + 1e-9 else box.bottom
    return [(box.left, frame.base), (box.left, end), (box.right, end), (box.right, frame.base)]


def _value_labels(frame: Frame, series: Series, chart: Chart, width: float) -> None:
    canvas = frame.canvas
    for index in label_order(frame, series.values, series.texts):
        value = series.values[index] or 0.0
        beside = [s.values[index] or 0.0 for s in chart.series if index < len(s.values)]
        reach = [0.0, *beside, *((chart.band[index] or ()) if chart.band else ())]
        sign = -1 if value < 0 else 1
        if value < 0:
            y = frame.scale(min(reach)) - canvas.line_height * 0.85
        else:
            y = frame.scale(max(reach)) + canvas.line_height * 0.35
        current = index == frame.current
        if value >= 0 and _inside(frame, (index, value), max(beside), text_of(series, index), width):
            continue
        pen = Pen(canvas.style.text if current else canvas.style.secondary, strong=current)
        # The current value is always told: it climbs over taller neighbors.
        for step in range(CLIMB if current else 1):
            if canvas.text(frame.x(index), y + sign * step, text_of(series, index), pen):
                break


def _inside(frame: Frame, column: tuple[int, float], tallest: float, text: str, width: float) -> bool:
    """Whether a column is done with its label because a taller one stands behind it: the label stands inside.

    Above, the value would seem to be that one's; where there is no room inside it is not told, but for the
    current one.
    """
    canvas, (index, value) = frame.canvas, column
    middle, top = frame.x(index), frame.scale(value)
    if frame.scale(tallest) - top < canvas.line_height * 0.5:
        return False
    pen = Pen(canvas.style.paper, strong=index == frame.current)
    box = Box(middle - width / 2, frame.base, middle + width / 2, top)
    placed = canvas.text(middle, top - canvas.line_height * 0.85, text, pen, on=box)
    return placed or index != frame.current
