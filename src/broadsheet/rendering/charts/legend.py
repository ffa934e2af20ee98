"""Labels at the right end of a chart that do the work of a legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from broadsheet.rendering.charts.boxes import Box, spread
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.notation import Ink

GAP = 3.0
SWATCH = 2.3
AFTER_SWATCH = GAP + SWATCH + 1.2
AFTER_END = 2.0
BETWEEN = 1.6
INSET = 0.4
WIDEST = 0.36


@dataclass(frozen=True)
class Entry:
    """A label with its value; `ink` draws the swatch, `y` is where the label would like to stand."""

    label: str
    value: str
    ink: Ink
    y: float = 0.0
    strong: bool = False


def margin(canvas: Canvas, entries: Sequence[Entry], indent: float = AFTER_SWATCH) -> float:
    """The room in millimeters that the entries need at the right, at most a good third of the chart."""
    if not entries:
        return 0.0
    labels, values = _widths(canvas, entries)
    return min(indent + labels + values + INSET, canvas.width * WIDEST)


def draw_key(canvas: Canvas, entries: Sequence[Entry], top: float) -> None:
    """Swatch, label and value, one entry per line from `top` downwards."""
    left = canvas.width - margin(canvas, entries) + GAP
    for position, entry in enumerate(entries):
        y = top - position * canvas.line_height * 1.25
        canvas.bars([Box(left, y, left + SWATCH, y + SWATCH * 0.8)], entry.ink)
        _label(canvas, entry, entries, (left - GAP + AFTER_SWATCH, y))


def draw_ends(canvas: Canvas, entries: Sequence[Entry], start: float, reach: tuple[float, float]) -> None:
    """Labels beside the ends of lines or segments at `start`, moved apart within `reach` where they would touch.

    Where there are more than fit, the first ones are kept.
    """
    low, high = reach
    capacity = max(1, int((high - low) / canvas.line_height) + 1)
    shown = list(entries)[:capacity]
    x = canvas.width - margin(canvas, entries, AFTER_END) + AFTER_END
    for entry, y in zip(shown, spread([e.y for e in shown], canvas.line_height, low, high), strict=True):
        if abs(y - entry.y) > canvas.line_height * 0.3:
            canvas.lines(
                [[(start + 0.6, entry.y), (start + 1.4, entry.y), (x - 0.6, y)]], entry.ink.fill, 0.4
            )
        _label(canvas, entry, entries, (x, canvas.middle(y)))


def _widths(canvas: Canvas, entries: Sequence[Entry]) -> tuple[float, float]:
    labels = max(canvas.text_width(entry.label, strong=True) for entry in entries)
    values = max(canvas.text_width(entry.value, strong=True) for entry in entries)
    return labels + BETWEEN, values


def _label(canvas: Canvas, entry: Entry, entries: Sequence[Entry], at: tuple[float, float]) -> None:
    x, y = at
    color = canvas.style.text if entry.strong else canvas.style.secondary
    right = canvas.width - INSET
    room = right - x - _widths(canvas, entries)[1] - BETWEEN + 0.01
    canvas.text(right, y, entry.value, Pen(color, entry.strong, "right"))
    canvas.text(x, y, canvas.shorten(entry.label, room, entry.strong), Pen(color, entry.strong, "left"))
