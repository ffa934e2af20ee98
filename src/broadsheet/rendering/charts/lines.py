"""Lines over time: each is named at its end, the leading one also carries its values."""

from __future__ import annotations

from broadsheet.document.tree import Chart, Series
from broadsheet.rendering.charts.boxes import Point
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.frame import Frame, label_order, stretch, text_of, time_frame
from broadsheet.rendering.charts.legend import AFTER_END, Entry, draw_ends, margin
from broadsheet.rendering.charts.notation import Ink
from broadsheet.rendering.charts.scale import present
from broadsheet.rendering.charts.style import ChartStyle


def draw_lines(canvas: Canvas, chart: Chart) -> None:
    """Draw the chart; a missing value breaks its line, a lone value is a dot."""
    leads = _leads(chart)
    entries = [
        Entry(
            series.label,
            _last_text(series),
            Ink(_color(canvas.style, series, position)),
            strong=series in leads,
        )
        for position, series in enumerate(chart.series)
        if present(series.values)
    ]
    values = [value for series in chart.series for value in series.values]
    frame = time_frame(canvas, chart, stretch(canvas, chart, values), margin(canvas, entries, AFTER_END))
    for position, series in reversed(list(enumerate(chart.series))):
        _draw_series(frame, series, _color(canvas.style, series, position), series in leads)
    ends = [
        Entry(entry.label, entry.value, entry.ink, y=_end_height(frame, series), strong=entry.strong)
        for entry, series in zip(entries, [s for s in chart.series if present(s.values)], strict=True)
    ]
    draw_ends(canvas, ends, frame.right - frame.pitch * 0.5, (frame.scale.start, frame.scale.end))
    if len(leads) == 1:
        _point_labels(frame, leads[0])


def _leads(chart: Chart) -> list[Series]:
    actual = [series for series in chart.series if series.scenario == "actual"]
    return (
        actual or [series for series in chart.series if series.scenario == "member"] or list(chart.series[:1])
    )


def _color(style: ChartStyle, series: Series, position: int) -> str:
    if series.scenario == "member":
        return style.categories[position % len(style.categories)]
    return {"actual": style.actual, "plan": style.outline}.get(series.scenario, style.rule)


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
    canvas.lines(runs, color, 1.5 if lead else 1.0, dash=series.scenario == "plan")
    for run in runs:
        canvas.avoid(run)
    lone = [run[0] for run in runs if len(run) == 1]
    if series.scenario == "actual":
        points = [point for run in runs for point in run]
        canvas.dots(points, 0.5, color)
        current = frame.x(frame.current)
        canvas.dots([point for point in points if abs(point[0] - current) < 1e-6], 0.85, color)
    elif lone:
        canvas.dots(lone, 0.6, color)


def _last_text(series: Series) -> str:
    return next((text_of(series, i) for i in reversed(range(len(series.values))) if text_of(series, i)), "")


def _end_height(frame: Frame, series: Series) -> float:
    return frame.scale(present(series.values)[-1])


def _point_labels(frame: Frame, series: Series) -> None:
    canvas, values = frame.canvas, series.values
    last = max((index for index, value in enumerate(values) if value is not None), default=-1)
    for index in label_order(frame, values, series.texts):
        if index == last:
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
