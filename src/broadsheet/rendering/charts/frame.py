"""The frame of charts over time: columns from left to right, labels below, the unit above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from broadsheet.document.tree import Chart, Series
from broadsheet.rendering.charts.canvas import DOTTED, Canvas, Pen
from broadsheet.rendering.charts.scale import Scale, value_range

LONGEST_CATEGORY = 24.0
CROWDED = 1.25
EVENTS = 1.25
"""Lines of text that marks of events take above the columns."""


@dataclass(frozen=True)
class Frame:
    """Where columns and values stand; `current` is the column that matters, in full tone and bold."""

    canvas: Canvas
    scale: Scale
    left: float
    pitch: float
    count: int
    current: int

    def x(self, index: int) -> float:
        """The middle of a column."""
        return self.left + (index + 0.5) * self.pitch

    @property
    def right(self) -> float:
        """The right end of the last column."""
        return self.left + self.count * self.pitch

    @property
    def base(self) -> float:
        """The height from which bars grow."""
        low, high = self.scale.low, self.scale.high
        return self.scale(min(max(0.0, low), high))


def values_of(chart: Chart) -> list[float | None]:
    """Every value that the scale must hold."""
    values = [value for series in chart.series for value in series.values]
    return [*values, *(end for ends in chart.band if ends for end in ends), *(chart.reach or ())]


def stretch(canvas: Canvas, chart: Chart, values: Iterable[float | None]) -> Scale:
    """Where values stand when they have the whole canvas, apart from the texts above and below."""
    low, high = value_range((*values, *(chart.reach or ())), chart.zero_based)
    line = canvas.line_height
    floor = line * (2.5 if chart.groups else 1.2) + (line if low != 0 else 0.0)
    above = (2.3 if chart.unit else 1.2) + (EVENTS if chart.events else 0.0)
    return Scale(low, high, floor, canvas.height - above * line)


def time_frame(canvas: Canvas, chart: Chart, scale: Scale, margin: float) -> Frame:
    """Draw unit, axis labels and base line, leave `margin` at the right for labels, and return the frame."""
    count = max(1, len(chart.categories))
    frame = Frame(
        canvas=canvas,
        scale=scale,
        left=0.0,
        pitch=(canvas.width - margin) / count,
        count=count,
        current=count - 1 if chart.highlight is None else chart.highlight,
    )
    above = 1.55 + (EVENTS if chart.events else 0.0)
    unit(canvas, chart.unit, canvas.width, scale.end + canvas.line_height * above)
    _events(frame, chart)
    if frame.scale.has_zero:
        canvas.lines([[(0, frame.base), (frame.right, frame.base)]], canvas.style.text, 0.6)
    _category_labels(frame, chart)
    _group_labels(frame, chart)
    return frame


def _events(frame: Frame, chart: Chart) -> None:
    """Over the unit of each event a tick, with the marks of those that share it."""
    canvas, line = frame.canvas, frame.canvas.line_height
    marks: dict[int, str] = {}
    for event in chart.events:
        marks[event.index] = marks.get(event.index, "") + event.mark
    foot = frame.scale.end + line * 1.35
    for index, text in marks.items():
        x = frame.x(index)
        canvas.lines([[(x, foot - line * 0.35), (x, foot + line * 0.1)]], canvas.style.text, 0.6)
        canvas.text(
            x, foot + line * 0.35, canvas.shorten(text, frame.pitch - 0.7, True), Pen(canvas.style.text, True)
        )


def draw_parting(frame: Frame, chart: Chart, top: float) -> None:
    """A dotted line between what was and what is expected, named on both sides at `top`."""
    if not chart.ahead:
        return
    canvas, x = frame.canvas, frame.left + (frame.count - chart.ahead) * frame.pitch
    canvas.lines([[(x, frame.scale.start), (x, top)]], canvas.style.text, 0.6, DOTTED)
    before, after = chart.parting
    y, gap, color = top - canvas.line_height * 0.75, 1.2, canvas.style.secondary
    canvas.text(x - gap, y, before, Pen(color, align="right"))
    canvas.text(x + gap, y, after, Pen(color, align="left"))


def unit(canvas: Canvas, text: str, room: float, y: float | None = None) -> None:
    """The unit, at the left, within `room` millimeters; in the upper corner unless `y` says where."""
    pen = Pen(canvas.style.secondary, strong=True, align="left")
    y = canvas.height - canvas.line_height * 0.75 if y is None else y
    canvas.text(0, y, canvas.shorten(text, room, True), pen)


def text_of(series: Series, index: int) -> str:
    """The printed form of a value; nothing where it is undefined."""
    if index >= len(series.values) or series.values[index] is None:
        return ""
    return series.texts[index]


def label_order(
    frame: Frame, values: Sequence[float | None], texts: Sequence[str], *, brief: bool = False
) -> list[int]:
    """Columns in the order in which their labels claim room: current, last, highest, lowest, first, then the rest.

    Where labels are much wider than columns, or `brief`, the rest has none: a random choice would tell nothing.
    """
    known = [index for index, value in enumerate(values) if value is not None]
    if not known:
        return []
    highest = max(known, key=lambda index: (values[index], index))
    lowest = min(known, key=lambda index: (values[index], -index))
    wanted = [frame.current, known[-1], highest, lowest, known[0]]
    if not brief and max(frame.canvas.text_width(texts[index]) for index in known) < frame.pitch * CROWDED:
        wanted.extend(reversed(known))
    return [index for index in dict.fromkeys(wanted) if index in known]


def _category_labels(frame: Frame, chart: Chart) -> None:
    canvas = frame.canvas
    room = max(frame.pitch, LONGEST_CATEGORY)
    texts = [canvas.shorten(text, room - 1.0, strong=True) for text in chart.categories]
    widest = max((canvas.text_width(text, strong=True) for text in texts), default=0.0)
    step = next((s for s in range(1, frame.count + 1) if widest + 1.0 <= s * frame.pitch), frame.count)
    y = canvas.line_height * (1.75 if chart.groups else 0.3)
    for index in sorted(range(len(texts)), key=lambda i: (i != frame.current, i)):
        if (index - frame.current) % step == 0:
            current = index == chart.highlight
            color = canvas.style.text if current else canvas.style.secondary
            canvas.text(frame.x(index), y, texts[index], Pen(color, strong=current))


def _group_labels(frame: Frame, chart: Chart) -> None:
    canvas, start = frame.canvas, 0
    inset = min(0.8, frame.pitch * 0.12)
    for label, size in chart.groups:
        left, right = (
            frame.left + start * frame.pitch + inset,
            frame.left + (start + size) * frame.pitch - inset,
        )
        start += size
        rule = canvas.line_height * 1.35
        canvas.lines([[(left, rule), (right, rule)]], canvas.style.rule, 0.4)
        # In a narrow run the month alone says enough: the year stands at its neighbors. A part says nothing.
        brief = label.rpartition(" ")[0] if canvas.text_width(label) > right - left else ""
        text = brief or label
        if canvas.text_width(text) <= right - left:
            canvas.text((left + right) / 2, canvas.line_height * 0.35, text, Pen(canvas.style.secondary))
