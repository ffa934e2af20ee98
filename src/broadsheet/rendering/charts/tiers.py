"""Tiers above columns: how far each is from its base, colored by what that means for the business."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from broadsheet.document.tree import Chart, Variance
from broadsheet.rendering.charts.boxes import Box
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.frame import Frame, label_order, values_of
from broadsheet.rendering.charts.notation import Ink, tone_ink, tone_text
from broadsheet.rendering.charts.scale import Scale, value_range

PART, WIDEST = 0.62, 10.0
"""The width of a bar: a part of its column's room, at most so many millimeters."""
RELATIVE = 0.28
PIN, HEAD = 0.22, 0.65
"""Half the width and the head of a relative difference: a pin, so that percent is not taken for an amount."""
NAME, LABEL = 1.35, 1.15
"""Lines of text above a tier for its name, and beyond each end of its bars for their labels."""
LOWEST = 16.0
"""Columns are at least so many millimeters high, as far as a second tier is concerned."""
THINNEST = 0.25
"""Millimeters of a difference that is too small to see, but not zero."""


def share_out(canvas: Canvas, chart: Chart, room: float) -> tuple[Chart, float, list[float]]:
    """The chart with the tiers that have room, and the millimeters of the columns and of the bars of each tier.

    All together have `room`; of several tiers the last ones give way where the columns would be too low. The same
    amount is `times` as long in an absolute tier as in the columns; a relative one has its own scale.
    """
    low, high = value_range(values_of(chart), zero_based=True)
    parts = [_part(tier, high - low) for tier in chart.variances]
    texts = sum(_texts(canvas, tier) for tier in chart.variances)
    columns = max(0.0, room - texts) / (1 + sum(parts))
    if columns < LOWEST and len(chart.variances) > 1:
        return share_out(canvas, replace(chart, variances=chart.variances[:-1]), room)
    return chart, columns, [part * columns for part in parts]


def draw_tiers(frame: Frame, chart: Chart, heights: Sequence[float], bottom: float) -> None:
    """Draw the tiers from `bottom` upwards, each `heights` millimeters of bars with its texts."""
    for tier, height in zip(chart.variances, heights, strict=True):
        line = frame.canvas.line_height
        low, high = _range(tier)
        start = bottom + (LABEL * line if low < 0 else 0.0)
        scale = Scale(low, high, start, start + height)
        bottom += height + _texts(frame.canvas, tier)
        pen = Pen(frame.canvas.style.secondary, strong=True, align="left")
        frame.canvas.text(0, bottom - line, frame.canvas.shorten(tier.label, frame.right, True), pen)
        _draw(frame, tier, scale, chart)


def _draw(frame: Frame, tier: Variance, scale: Scale, chart: Chart) -> None:
    canvas, style, zero = frame.canvas, frame.canvas.style, scale(0)
    inks: dict[Ink, list[Box]] = {}
    for index, value in enumerate(tier.values):
        if value:
            end = scale(value)
            end = zero + (max(end - zero, THINNEST) if value > 0 else min(end - zero, -THINNEST))
            half = PIN if tier.times is None else min(frame.pitch * PART, WIDEST) / 2
            bar = Box(frame.x(index) - half, min(zero, end), frame.x(index) + half, max(zero, end))
            ink = tone_ink(style, tier.tones[index], expected=index >= frame.count - chart.ahead)
            inks.setdefault(ink, []).append(bar)
            if tier.times is None:
                head = (frame.x(index), end)
                canvas.dots([head], HEAD, ink.fill, ink.outline)
            canvas.avoid([(bar.left, end), (bar.right, end)])
    for ink, bars in inks.items():
        canvas.bars(bars, ink)
    canvas.lines([[(0, zero), (frame.right, zero)]], style.text, 0.6)
    for index in label_order(frame, tier.values, tier.texts):
        value = tier.values[index] or 0.0
        beyond = HEAD if tier.times is None else 0.0
        y = scale(value)
        y += beyond + canvas.line_height * 0.3 if value >= 0 else -beyond - canvas.line_height * 0.85
        pen = Pen(tone_text(style, tier.tones[index]), strong=index == frame.current)
        canvas.text(frame.x(index), y, tier.texts[index], pen)


def _range(tier: Variance) -> tuple[float, float]:
    known: Iterable[float] = [value for value in tier.values if value is not None]
    return min([0.0, *known]), max([0.0, *known]) or (0.0 if any(known) else 1.0)


def _part(tier: Variance, columns: float) -> float:
    if not any(tier.values):
        return 0.0
    low, high = _range(tier)
    return RELATIVE if tier.times is None else tier.times * (high - low) / columns


def _texts(canvas: Canvas, tier: Variance) -> float:
    low, _ = _range(tier)
    return (NAME + LABEL + (LABEL if low < 0 else 0.0)) * canvas.line_height
