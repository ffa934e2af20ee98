"""Bullets: a bar per figure as a part of its plan, a tick at the plan, the ranges of its status in gray behind it."""

from __future__ import annotations

from broadsheet.document.bullets import Bullet, Bullets
from broadsheet.document.tree import Change
from broadsheet.rendering.charts.boxes import Box
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.notation import ARROWS, tone_text
from broadsheet.rendering.charts.rows import GAP, Rows, head, rows_of, widest
from broadsheet.rendering.charts.scale import Scale

ROW = 6.6
LEAST, MOST = 1.25, 2.0
"""The scale ends here at least, and at most; longer bars are cut, which a notch shows."""
BAND, BAR, TICK = 0.62, 0.28, 0.72
"""Parts of a row that ranges, bar and tick take."""


def bullets_height(chart: Bullets, line_height: float) -> float:
    """Millimeters of all rows and their heads."""
    return line_height * 1.8 + len(chart.bullets) * ROW


def draw_bullets(canvas: Canvas, chart: Bullets) -> None:
    """Draw name, value, bar, base and change of every figure, all bars on one scale."""
    rows = rows_of(canvas, [bullet.label for bullet in chart.bullets])
    values = rows.names + widest(canvas, [chart.actual, *(bullet.text for bullet in chart.bullets)]) + GAP
    told = [bullet.change for bullet in chart.bullets if bullet.change is not None]
    changes = canvas.width - widest(canvas, [_moved(change) for change in told])
    bases = (
        changes - 2 * GAP - widest(canvas, [chart.base, *(_base(change) for change in told)], strong=False)
    )
    parts = [bullet.part for bullet in chart.bullets if bullet.part is not None]
    high = min(max([LEAST, *(part * 1.02 for part in parts)]), MOST)
    scale = Scale(min([0.0, *parts]), high, values + 2 * GAP, max(bases - 2 * GAP, values + 3 * GAP))
    secondary = canvas.style.secondary
    head(canvas, values, chart.actual, Pen(secondary, True, "right"), values - rows.names)
    head(canvas, bases, chart.base, Pen(secondary, align="left"), changes - bases)
    for index, bullet in enumerate(chart.bullets):
        rows.name(index, bullet.label)
        rows.value(index, values, bullet.text, Pen(canvas.style.text, True, "right"))
        if bullet.part is not None:
            _bar(rows, index, bullet, scale)
        if bullet.change is not None:
            rows.value(index, bases, _base(bullet.change), Pen(secondary, align="left"))
            pen = Pen(tone_text(canvas.style, bullet.change.tone), True, "right")
            rows.value(index, canvas.width, _moved(bullet.change), pen)
    canvas.lines([[(scale(0), rows.top), (scale(0), rows.bottom)]], canvas.style.text, 0.6)


def _bar(rows: Rows, index: int, bullet: Bullet, scale: Scale) -> None:
    canvas, style = rows.canvas, rows.canvas.style
    if bullet.ranges is not None:
        off, on = bullet.ranges
        end = 0.0 if off < on else scale.high
        canvas.rectangles([rows.box(index, scale(end), scale(off), BAND)], style.hairline)
        canvas.rectangles([rows.box(index, scale(off), scale(on), BAND)], style.shade)
    part = min(bullet.part or 0.0, scale.high)
    canvas.rectangles([rows.box(index, scale(0), scale(part), BAR)], style.actual)
    if (bullet.part or 0.0) > scale.high:
        middle, x = rows.middle(index), scale(part) - 2.0
        half = rows.pitch * BAR
        canvas.lines([[(x - 0.6, middle - half), (x + 0.6, middle + half)]], style.paper, 2.0)
    tick = rows.box(index, scale(1) - 0.25, scale(1) + 0.25, TICK)
    canvas.rectangles([Box(tick.left - 0.3, tick.bottom, tick.right + 0.3, tick.top)], style.paper)
    canvas.rectangles([tick], style.text)


def _base(change: Change) -> str:
    return f"{change.label} {change.base.text}"


def _moved(change: Change) -> str:
    """The change in percent, or in points of what is itself in percent."""
    shown = change.difference if change.relative.value is None else change.relative
    return f"{ARROWS[change.direction]}\u202f{shown.text}"
