"""Ranked bars: structure from top to bottom, names at the left, values at the bars' ends."""

from __future__ import annotations

from broadsheet.document.tree import Chart, Series
from broadsheet.rendering.charts.boxes import Box
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.frame import unit
from broadsheet.rendering.charts.notation import scenario_ink, tone_ink
from broadsheet.rendering.charts.scale import Scale, value_range

NAMES = 0.34
ROW = 5.6
INSET = 0.4


def ranked_height(chart: Chart, line_height: float) -> float:
    """The height in millimeters that the rows and the unit need."""
    return len(chart.categories) * ROW + line_height * 1.8


def draw_ranked(canvas: Canvas, chart: Chart) -> None:
    """Draw the bars in the order given; a plan is a tick, a former period a light bar behind."""
    lead = next((s for s in chart.series if s.scenario in ("actual", "member")), chart.series[0])
    others = [series for series in chart.series if series is not lead]
    names = _names_width(canvas, chart)
    texts = max((canvas.text_width(text, True) for text in lead.texts), default=0.0) + 2.2
    low, high = value_range([v for series in chart.series for v in series.values], zero_based=True)
    scale = Scale(low, high, names + (texts if low < 0 else 0.0), canvas.width - (texts if high > 0 else 0.0))
    top = canvas.height - canvas.line_height * 1.8
    row = top / max(1, len(chart.categories))
    for index in range(len(chart.categories)):
        middle = top - (index + 0.5) * row
        for series in others:
            _comparison(canvas, scale, series, index, (middle, row))
        _bar(canvas, scale, lead, index, (middle, row), chart)
    canvas.lines([[(scale(0), 0), (scale(0), top)]], canvas.style.text, 0.6)
    _names(canvas, chart, (names, top, row))
    _labels(canvas, scale, (lead, others), chart, (top, row))
    unit(canvas, chart.unit, _key(canvas, (lead, *others)) if others else canvas.width)


def _names_width(canvas: Canvas, chart: Chart) -> float:
    widest = max((canvas.text_width(text, True) for text in chart.categories), default=0.0)
    return min(widest + 2.5, canvas.width * NAMES)


def _bar(
    canvas: Canvas, scale: Scale, series: Series, index: int, place: tuple[float, float], chart: Chart
) -> None:
    value = series.values[index]
    if not value:
        return
    middle, row = place
    tone = chart.tones[index] if chart.tones else "neutral"
    left, right = sorted((scale(0), scale(value)))
    canvas.bars([Box(left, middle - row * 0.29, right, middle + row * 0.29)], tone_ink(canvas.style, tone))


def _comparison(canvas: Canvas, scale: Scale, series: Series, index: int, place: tuple[float, float]) -> None:
    value = series.values[index] if index < len(series.values) else None
    if value is None or series.scenario == "plan":
        return
    middle, row = place
    below, above = (0.42, 0.06) if series.scenario == "previous" else (0.06, 0.42)
    left, right = sorted((scale(0), scale(value)))
    ink = scenario_ink(canvas.style, series.scenario)
    canvas.bars([Box(left, middle - row * below, right, middle + row * above)], ink)


def _names(canvas: Canvas, chart: Chart, place: tuple[float, float, float]) -> None:
    width, top, row = place
    for index, name in enumerate(chart.categories):
        strong = index == chart.highlight
        text = canvas.shorten(name, width - 2.0, strong)
        y = canvas.middle(top - (index + 0.5) * row)
        canvas.text(0, y, text, Pen(canvas.style.text, strong, "left"))


def _labels(
    canvas: Canvas,
    scale: Scale,
    series: tuple[Series, list[Series]],
    chart: Chart,
    place: tuple[float, float],
) -> None:
    """Ticks of the plan first, so that values keep off them."""
    lead, others = series
    top, row = place
    for index in range(len(chart.categories)):
        middle = top - (index + 0.5) * row
        end = lead.values[index] or 0.0
        leftward = end < 0
        goals: list[float] = []
        reach = scale(end)
        for other in others:
            mark = other.values[index]
            if mark is not None and other.scenario == "plan":
                _tick(canvas, scale(mark), middle, row)
                goals.append(scale(mark))
            elif mark is not None and (mark < 0) == leftward:
                reach = min(reach, scale(mark)) if leftward else max(reach, scale(mark))
        text = lead.texts[index] if index < len(lead.texts) else "–"
        reach = _label_start(reach, goals, canvas.text_width(text, strong=True), leftward)
        pen = Pen(canvas.style.text, index == chart.highlight, "right" if leftward else "left")
        canvas.text(reach + (-1.2 if leftward else 1.2), canvas.middle(middle), text, pen)


def _tick(canvas: Canvas, x: float, middle: float, row: float) -> None:
    tick = [(x, middle - row * 0.4), (x, middle + row * 0.4)]
    canvas.lines([tick], canvas.style.paper, 2.6)
    canvas.lines([tick], canvas.style.text, 1.2)


def _label_start(reach: float, marks: list[float], width: float, leftward: bool) -> float:
    """Beside the bar where the text fits before the next mark, else beyond the farthest mark."""
    if leftward:
        return -_label_start(-reach, [-mark for mark in marks], width, False)
    near = [mark for mark in marks if mark > reach - 0.5]
    return max(near) if any(mark < reach + width + 2.4 for mark in near) else reach


def _key(canvas: Canvas, series: tuple[Series, ...]) -> float:
    """What each mark means, set at the upper right; returns where it begins."""
    x = canvas.width - INSET
    y = canvas.height - canvas.line_height * 0.75
    for position, one in reversed(list(enumerate(series))):
        x -= canvas.text_width(one.label)
        canvas.text(x, y, one.label, Pen(canvas.style.secondary, align="left"))
        x -= 1.0
        if one.scenario == "plan":
            canvas.lines([[(x - 0.8, y - 0.4), (x - 0.8, y + 2.1)]], canvas.style.text, 1.5)
        else:
            canvas.bars([Box(x - 2.3, y, x, y + 1.8)], scenario_ink(canvas.style, one.scenario, position))
        x -= 5.3
    return x
