"""The frame of charts by structure: one row per member from top to bottom, its name at the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from broadsheet.document.tree import Role
from broadsheet.rendering.charts.boxes import Box
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.notation import scenario_ink

NAMES = 0.34
"""The part of the width that names may take."""
GAP = 1.2
"""Millimeters between a mark and its number."""


@dataclass(frozen=True)
class Rows:
    """Where rows and names stand: names up to `names` millimeters, rows of `pitch` from `top` downwards."""

    canvas: Canvas
    names: float
    top: float
    pitch: float
    count: int

    def middle(self, index: float) -> float:
        """The height of a row's middle."""
        return self.top - (index + 0.5) * self.pitch

    @property
    def bottom(self) -> float:
        """The lower end of the last row."""
        return self.top - self.count * self.pitch

    def box(self, index: float, one: float, other: float, thick: float = 0.58) -> Box:
        """A bar of a row between two positions."""
        left, right = sorted((one, other))
        half = self.pitch * thick / 2
        return Box(left, self.middle(index) - half, right, self.middle(index) + half)

    def name(self, index: float, text: str, *, strong: bool = False) -> None:
        """The name of a row, shortened where it is too long."""
        shown = self.canvas.shorten(text, self.names - 2.0, strong)
        y = self.canvas.middle(self.middle(index))
        self.canvas.text(0, y, shown, Pen(self.canvas.style.text, strong, "left"))

    def value(self, index: float, x: float, text: str, pen: Pen) -> bool:
        """A number on the height of its row."""
        return self.canvas.text(x, self.canvas.middle(self.middle(index)), text, pen)

    def beside(self, index: float, mark: float, text: str, pen: Pen) -> bool:
        """A number beside a mark, at the side to which the pen aligns it."""
        return self.value(index, mark + (-GAP if pen.align == "right" else GAP), text, pen)


def rows_of(canvas: Canvas, names: Sequence[str], *, heads: float = 1.8, floor: float = 0.0) -> Rows:
    """Rows for these names below `heads` lines of heads, above `floor` millimeters."""
    widest = max((canvas.text_width(name, True) for name in names), default=0.0)
    top = canvas.height - heads * canvas.line_height
    count = max(1, len(names))
    return Rows(canvas, min(widest + 2.5, canvas.width * NAMES), top, (top - floor) / count, len(names))


def widest(canvas: Canvas, texts: Sequence[str], strong: bool = True) -> float:
    """The room that the widest of these texts takes."""
    return max((canvas.text_width(text, strong) for text in texts), default=0.0)


def head(canvas: Canvas, x: float, text: str, pen: Pen, room: float) -> None:
    """A word above a column."""
    canvas.text(x, canvas.height - canvas.line_height * 0.75, canvas.shorten(text, room, pen.strong), pen)


def draw_key(canvas: Canvas, right: float, series: Sequence[tuple[str, Role, int]]) -> float:
    """What the marks of each series (label, role, position) mean, up to `right`; returns where it begins."""
    x = right - 0.4
    y = canvas.height - canvas.line_height * 0.75
    for label, role, position in reversed(series):
        x -= canvas.text_width(label)
        canvas.text(x, y, label, Pen(canvas.style.secondary, align="left"))
        x -= 1.0
        if role == "plan":
            canvas.lines([[(x - 0.8, y - 0.4), (x - 0.8, y + 2.1)]], canvas.style.text, 1.5)
        else:
            canvas.bars([Box(x - 2.3, y, x, y + 1.8)], scenario_ink(canvas.style, role, position))
        x -= 5.3
    return x
