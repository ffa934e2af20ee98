"""Lines over time: each is named at its end, the leading one also carries its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from broadsheet.document.tree import Chart, Series
from broadsheet.rendering.charts.boxes import Point
from broadsheet.rendering.charts.canvas import DASHED, DOTTED, Canvas, Pen
from broadsheet.rendering.charts.frame import (
    Frame,
    draw_parting,
    label_order,
    stretch,
    text_of,
    time_frame,
    values_of,
)
from broadsheet.rendering.charts.legend import AFTER_END, Entry, draw_ends, margin
from broadsheet.rendering.charts.notation import Ink
from broadsheet.rendering.charts.scale import present
from broadsheet.rendering.charts.style import ChartStyle

FEW = 3
"""So many lines have values at their points: a single one as many as have room, others at their extremes and ends."""
DASHES = {"plan": DASHED, "forecast": DOTTED}


def draw_lines(canvas: Canvas, chart: Chart) -> None:
    """Draw the chart; a missing value breaks its line, a lone value is a dot."""
    leads = _leads(chart)
    # Beside a forecast the actual line ends before the names stand; its last value is told at its point.
    named = [(position, one) for position, one in enumerate(chart.series) if _named(chart, one)]
    entries = [
        Entry(
            series.label,
            _last_text(series),
            Ink(_color(canvas.style, series, position)),
            strong=series in leads,
        )
        for position, series in named
    ]
    frame = time_frame(
        canvas, chart, stretch(canvas, chart, values_of(chart)), margin(canvas, entries, AFTER_END)
    )
    draw_parting(frame, chart, canvas.height)
    _band(frame, chart)
    for position, series in reversed(list(enumerate(chart.series))):
        _draw_series(frame, _joined(chart, series), _color(canvas.style, series, position), series in leads)
    ends = [
        replace(entry, y=frame.scale(present(series.values)[-1]))
        for entry, (_, series) in zip(entries, named, strict=True)
    ]
    draw_ends(canvas, ends, frame.right - frame.pitch * 0.5, (frame.scale.start, frame.scale.end))
    for series in leads if len(leads) <= FEW else ():
        order = label_order(frame, series.values, series.texts, brief=len(leads) > 1)
        _point_labels(frame, series, order, ends=not chart.ahead)


def _named(chart: Chart, series: Series) -> bool:
    """Whether the line is named at its end."""
    return bool(present(series.values)) and not (chart.ahead and series.scenario == "actual")


def _leads(chart: Chart) -> list[Series]:
    actual = [series for series in chart.series if series.scenario == "actual"]
    return (
        actual or [series for series in chart.series if series.scenario == "member"] or list(chart.series[:1])
    )


def _color(style: ChartStyle, series: Series, position: int) -> str:
    if series.scenario == "member":
        return style.categories[position % len(style.categories)]
    colors = {"actual": style.actual, "forecast": style.actual, "plan": style.outline}
    return colors.get(series.scenario, style.rule)


def _joined(chart: Chart, series: Series) -> Series:
    """A forecast goes on from the last actual value."""
    actual = next((one for one in chart.series if one.scenario == "actual"), None)
    last = len(chart.categories) - chart.ahead - 1
    if series.scenario != "forecast" or actual is None or last < 0:
        return series
    return replace(series, values=(*series.values[:last], actual.values[last], *series.values[last + 1 :]))


def _band(frame: Frame, chart: Chart) -> None:
    """The range of what is expected, opening like a fan from the last actual value."""
    known = [(index, ends) for index, ends in enumerate(chart.band) if ends is not None]
    actual = next((one for one in chart.series if one.scenario == "actual"), None)
    last = frame.count - chart.ahead - 1
    start = actual.values[last] if actual is not None and last >= 0 else None
    if start is not None:
        known.insert(0, (last, (start, start)))
    if len(known) > 1:
        lower = [(frame.x(index), frame.scale(low)) for index, (low, _) in known]
        upper = [(frame.x(index), frame.scale(high)) for index, (_, high) in reversed(known)]
        frame.canvas.areas([[*lower, *upper]], frame.canvas.style.hairline)


def _runs(frame: Frame, series: Series) -> list[list[Point]]:
    runs: list[list[Point]] = [[]]
    for index, value in enumerate(series.values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((frame.x(index), frame.scale(value)))
    return [run for run in runs if run]


def _draw_series(frame: Frame, series: Series, color: str, lead: bool) -> None:
    canvas, runs = frame.canvas, _runs(frame, series)
    width = 1.5 if lead or series.scenario == "forecast" else 1.0
    canvas.lines(runs, color, width, DASHES.get(series.scenario, ()))
    for run in runs:
        canvas.avoid(run)
    lone = [run[0] for run in runs if len(run) == 1]
    if series.scenario == "actual":
        points = [point for run in runs for point in run]
        canvas.dots(points, 0.5, color)
        current = frame.x(frame.current)
        canvas.dots([point for point in points if abs(point[0] - current) < 1e-6], 0.85, color)
    elif series.scenario == "forecast":
        later = [point for run in runs for point in run if point[0] > frame.x(frame.current) + 1e-6]
        canvas.dots(later, 0.5, canvas.style.paper, color)
    elif lone:
        canvas.dots(lone, 0.6, color)


def _last_text(series: Series) -> str:
    return next((text_of(series, i) for i in reversed(range(len(series.values))) if text_of(series, i)), "")


def _point_labels(frame: Frame, series: Series, order: Sequence[int], *, ends: bool) -> None:
    """Values at their points; the last one stands at the end of the line, where the line `ends` there."""
    canvas, values = frame.canvas, series.values
    last = max((index for index, value in enumerate(values) if value is not None), default=-1)
    for index in order:
        if index == last and ends:
            continue
        value = values[index] or 0.0
        around = present(values[max(0, index - 1) : index] + values[index + 1 : index + 2])
        above = frame.scale(value) + canvas.line_height * 0.45
        below = frame.scale(value) - canvas.line_height * 1.0
        peak = value >= sum(around) / len(around) if around else True
        current = index == frame.current
        pen = Pen(canvas.style.text if current else canvas.style.secondary, strong=current)
        for y in (above, below) if peak else (below, above):
            if canvas.text(frame.x(index), y, text_of(series, index), pen):
                break
