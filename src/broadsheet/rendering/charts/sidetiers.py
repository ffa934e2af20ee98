"""Tiers beside ranked bars: how far each member is from its base, colored by what that means for the business."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.document.tree import Chart, Variance
from broadsheet.rendering.charts.boxes import Box
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.notation import Ink, tone_ink, tone_text
from broadsheet.rendering.charts.rows import GAP, Rows, head, widest
from broadsheet.rendering.charts.scale import Scale, present
from broadsheet.rendering.charts.tiers import HEAD, PIN, THINNEST

RELATIVE = 0.3
"""The part of the bars' width that the pins of relative differences take."""
BETWEEN = 5.0
NARROWEST = 34.0
"""With less room for bars in all, the tiers are numbers only."""


@dataclass(frozen=True)
class Side:
    """A tier's share of the width: `bars` millimeters between the labels of both sides."""

    low: float
    high: float
    bars: float
    before: float
    after: float

    @property
    def whole(self) -> float:
        """The width with labels and the distance to what stands before."""
        return BETWEEN + self.before + self.bars + self.after


def share_out(canvas: Canvas, chart: Chart, room: float, reach: float) -> tuple[float, list[Side]]:
    """Millimeters of the bars, which reach over `reach`, and the tiers, where all together have `room`."""
    sides = [_side(canvas, tier) for tier in chart.variances]
    parts = [_part(tier, side, reach) for tier, side in zip(chart.variances, sides, strict=True)]
    free = room - sum(side.whole for side in sides)
    if free < NARROWEST:
        numbers = [Side(0, 0, 0, widest(canvas, (*tier.texts, tier.label)), 0) for tier in chart.variances]
        return max(1.0, room - sum(side.whole for side in numbers)), numbers
    bars = free / (1 + sum(parts))
    return bars, [
        Side(side.low, side.high, part * bars, side.before, side.after)
        for side, part in zip(sides, parts, strict=True)
    ]


def draw_side(rows: Rows, tier: Variance, side: Side, left: float, highlight: int | None) -> None:
    """Draw a tier that begins at `left`."""
    canvas, style = rows.canvas, rows.canvas.style
    start = left + BETWEEN + side.before
    scale = Scale(side.low, side.high, start, start + side.bars) if side.bars else None
    zero = scale(0) if scale else start
    pen = Pen(style.secondary, True, "left" if scale else "right")
    head(canvas, left + BETWEEN if scale else start, tier.label, pen, side.whole - BETWEEN)
    if scale:
        _marks(rows, tier, scale)
        canvas.lines([[(zero, rows.bottom), (zero, rows.top)]], style.text, 0.6)
    for index, text in enumerate(tier.texts):
        value = tier.values[index] or 0.0
        pen = Pen(tone_text(style, tier.tones[index]), index == highlight, "left" if value >= 0 else "right")
        beyond = HEAD if tier.times is None and value else 0.0
        if scale:
            rows.beside(index, scale(value) + (beyond if value >= 0 else -beyond), text, pen)
        else:
            rows.value(index, start, text, Pen(pen.color, pen.strong, "right"))


def _marks(rows: Rows, tier: Variance, scale: Scale) -> None:
    inks: dict[Ink, list[Box]] = {}
    zero = scale(0)
    for index, value in enumerate(tier.values):
        if value:
            end = scale(value)
            end = max(end, zero + THINNEST) if value > 0 else min(end, zero - THINNEST)
            ink = tone_ink(rows.canvas.style, tier.tones[index])
            thick = 2 * PIN / rows.pitch if tier.times is None else 0.58
            inks.setdefault(ink, []).append(rows.box(index, zero, end, thick))
            if tier.times is None:
                rows.canvas.dots([(end, rows.middle(index))], HEAD, ink.fill, ink.outline)
    for ink, boxes in inks.items():
        rows.canvas.bars(boxes, ink)


def _side(canvas: Canvas, tier: Variance) -> Side:
    """The labels' room; a label stands beyond the end of its bar."""
    known = present(tier.values)
    low, high = min([0.0, *known]), max([0.0, *known])
    room = widest(canvas, tier.texts) + GAP + (HEAD if tier.times is None else 0.0)
    title = canvas.text_width(tier.label, strong=True)
    before, after = (room if low < 0 else 0.0), (room if high > 0 or low == 0 else 0.0)
    return Side(low, high if high > low else low + 1.0, 0.0, before, max(after, title - before - 10.0))


def _part(tier: Variance, side: Side, reach: float) -> float:
    if not any(tier.values):
        return 0.02
    return RELATIVE if tier.times is None else tier.times * (side.high - side.low) / reach
