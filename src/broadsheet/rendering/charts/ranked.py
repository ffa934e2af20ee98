"""Ranked bars: structure from top to bottom, names at the left, values at the bars' ends."""

from __future__ import annotations

from broadsheet.document.tree import Chart, Series
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.frame import unit
from broadsheet.rendering.charts.notation import scenario_ink, tone_ink
from broadsheet.rendering.charts.rows import GAP, Rows, draw_key, rows_of, widest
from broadsheet.rendering.charts.scale import Scale, value_range
from broadsheet.rendering.charts.sidetiers import Side, draw_side, share_out

ROW = 5.6
HEADS = 1.8


def ranked_height(chart: Chart, line_height: float) -> float:
    """The height in millimeters that the rows and the unit need."""
    return len(chart.categories) * ROW + line_height * HEADS


def draw_ranked(canvas: Canvas, chart: Chart) -> None:
    """Draw the bars in the order given; a plan is a tick, a former period a light bar behind.

    Differences from the base stand in tiers at the right.
    """
    lead = next((s for s in chart.series if s.scenario in ("actual", "member")), chart.series[0])
    others = [series for series in chart.series if series is not lead]
    rows = rows_of(canvas, chart.categories, heads=HEADS)
    texts = widest(canvas, lead.texts) + 2.2
    low, high = value_range([v for series in chart.series for v in series.values], zero_based=True)
    left, right = (texts if low < 0 else 0.0), (texts if high > 0 else 0.0)
    width, sides = share_out(canvas, chart, canvas.width - rows.names - left - right, high - low)
    start = rows.names + left
    scale = Scale(low, high, start, start + width)
    _bars(rows, scale, lead, others, chart)
    canvas.lines([[(scale(0), rows.bottom), (scale(0), rows.top)]], canvas.style.text, 0.6)
    for index, name in enumerate(chart.categories):
        rows.name(index, name, strong=index == chart.highlight)
    _labels(rows, scale, lead, others, chart)
    _tiers(rows, chart, sides, start + width + right)
    edge = start + width + right if sides else canvas.width
    series = [(one.label, one.scenario, at) for at, one in enumerate((lead, *others))] if others else []
    unit(canvas, chart.unit, draw_key(canvas, edge, series))


def _bars(rows: Rows, scale: Scale, lead: Series, others: list[Series], chart: Chart) -> None:
    style = rows.canvas.style
    for series in others:
        # A former period peeps out above the bar, the period before below it.
        shift = -0.18 if series.scenario == "previous" else 0.18
        boxes = [
            rows.box(index - shift, scale(0), scale(value), 0.48)
            for index, value in enumerate(series.values)
            if value and series.scenario != "plan"
        ]
        rows.canvas.bars(boxes, scenario_ink(style, series.scenario))
    for index, value in enumerate(lead.values):
        if value:
            tone = chart.tones[index] if chart.tones else "neutral"
            rows.canvas.bars([rows.box(index, scale(0), scale(value))], tone_ink(style, tone))


def _labels(rows: Rows, scale: Scale, lead: Series, others: list[Series], chart: Chart) -> None:
    """Ticks of the plan first, so that values keep off them."""
    canvas = rows.canvas
    for index in range(len(chart.categories)):
        end = lead.values[index] or 0.0
        leftward = end < 0
        goals: list[float] = []
        reach = scale(end)
        for other in others:
            mark = other.values[index]
            if mark is not None and other.scenario == "plan":
                _tick(rows, index, scale(mark))
                goals.append(scale(mark))
            elif mark is not None and (mark < 0) == leftward:
                reach = min(reach, scale(mark)) if leftward else max(reach, scale(mark))
        text = lead.texts[index] if index < len(lead.texts) else "–"
        reach = _label_start(reach, goals, canvas.text_width(text, strong=True), leftward)
        pen = Pen(canvas.style.text, index == chart.highlight, "right" if leftward else "left")
        rows.beside(index, reach, text, pen)


def _tick(rows: Rows, index: int, x: float) -> None:
    middle, half = rows.middle(index), rows.pitch * 0.4
    tick = [(x, middle - half), (x, middle + half)]
    rows.canvas.lines([tick], rows.canvas.style.paper, 2.6)
    rows.canvas.lines([tick], rows.canvas.style.text, 1.2)


def _label_start(reach: float, marks: list[float], width: float, leftward: bool) -> float:
    """Beside the bar where the text fits before the next mark, else beyond the farthest mark."""
    if leftward:
        return -_label_start(-reach, [-mark for mark in marks], width, False)
    near = [mark for mark in marks if mark > reach - 0.5]
    return max(near) if any(mark < reach + width + 2 * GAP for mark in near) else reach


def _tiers(rows: Rows, chart: Chart, sides: list[Side], left: float) -> None:
    for tier, side in zip(chart.variances, sides, strict=True):
        draw_side(rows, tier, side, left, chart.highlight)
        left += side.whole
