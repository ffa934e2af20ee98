"""Answers as stacked shares to both sides of a line through the middle of the neutral ones."""

from __future__ import annotations

from broadsheet.document.diagrams import Answers
from broadsheet.rendering.charts.boxes import Box
from broadsheet.rendering.charts.canvas import Canvas, Pen
from broadsheet.rendering.charts.rows import Rows, rows_of, widest
from broadsheet.rendering.charts.scale import Scale
from broadsheet.rendering.charts.style import ChartStyle

ROW = 5.8
HEADS = 3.1
BETWEEN = 3.5
LIGHTER = 0.62
"""So much paper is in the lightest answer beside the neutral ones; the outermost has none."""
WIDEST_HEAD = 0.17


def answers_height(chart: Answers, line_height: float, _: float) -> float:
    """The height in millimeters that the rows, their heads and the key need."""
    return len(chart.names) * ROW + HEADS * line_height


def draw_answers(canvas: Canvas, chart: Answers) -> None:
    """Draw the shares; a text stands in its share where it has room."""
    rows = rows_of(canvas, chart.names, heads=HEADS)
    inks = inks_of(canvas.style, chart)
    listed = zip(chart.heads, (chart.good, chart.counts), strict=True)
    columns = [_column(canvas, title, texts) for title, texts in listed]
    low = max(_before(chart, at) for at in range(len(chart.names)))
    high = max(sum(shares) - _before(chart, at) for at, shares in enumerate(chart.shares))
    scale = Scale(-low, max(high, 0.01 - low), rows.names, canvas.width - sum(columns))
    # Below the bars, for the neutral ones have their number on it.
    canvas.lines([[(scale(0), rows.bottom), (scale(0), rows.top)]], canvas.style.text, 0.6)
    for at, shares in enumerate(chart.shares):
        left = -_before(chart, at)
        rows.name(at, chart.names[at])
        for answer, share in enumerate(shares):
            box = rows.box(at, scale(left), scale(left + share), 0.7)
            left += share
            if share > 0:
                fill, text = inks[answer]
                canvas.rectangles([box], fill)
                _inside(canvas, rows, at, box, chart.texts[at][answer], text)
    _key(canvas, chart, inks)
    _numbers(canvas, rows, chart, columns)


def _before(chart: Answers, at: int) -> float:
    """The share of a row that lies before the middle: the bad answers and half of the neutral ones."""
    shares = chart.shares[at]
    neutral = shares[chart.below : len(shares) - chart.above]
    return sum(shares[: chart.below]) + sum(neutral) / 2


def inks_of(style: ChartStyle, chart: Answers) -> list[tuple[str, str]]:
    """Fill and text color of each answer: the farther from the neutral ones, the fuller."""
    count = len(chart.answers)
    inks = []
    for at in range(count):
        if at < chart.below:
            inks.append(_tint(style, style.unfavorable_text, at, chart.below))
        elif at >= count - chart.above:
            inks.append(_tint(style, style.favorable, count - 1 - at, chart.above))
        else:
            inks.append((style.hairline, style.text))
    return inks


def _tint(style: ChartStyle, color: str, place: int, of: int) -> tuple[str, str]:
    """The outermost of `of` answers has the color itself, the others the more paper the nearer the middle."""
    paper = LIGHTER * place / max(1, of - 1)
    return (_mix(color, style.paper, paper), style.text if paper > LIGHTER / 2 else style.paper)


def _mix(color: str, paper: str, part: float) -> str:
    pairs = ((int(one[at : at + 2], 16) for one in (color, paper)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(ink * (1 - part) + white * part):02x}" for ink, white in pairs)


def _inside(canvas: Canvas, rows: Rows, at: int, box: Box, text: str, color: str) -> None:
    if box.right - box.left > canvas.text_width(text) + 1.0:
        canvas.text((box.left + box.right) / 2, canvas.middle(rows.middle(at)), text, Pen(color), on=box)


def _key(canvas: Canvas, chart: Answers, inks: list[tuple[str, str]]) -> None:
    """What each fill means, from left to right above the bars, as far as there is room."""
    y, x = canvas.height - canvas.line_height * 0.75, 0.0
    for answer, (fill, _) in zip(chart.answers, inks, strict=True):
        width = canvas.text_width(answer)
        if x + 3.3 + width > canvas.width:
            return
        canvas.rectangles([Box(x, y, x + 2.3, y + 1.8)], fill)
        canvas.text(x + 3.3, y, answer, Pen(canvas.style.secondary, align="left"))
        x += width + 6.5


def _column(canvas: Canvas, title: str, texts: tuple[str, ...]) -> float:
    return (
        max(widest(canvas, texts), min(canvas.text_width(title, True), canvas.width * WIDEST_HEAD)) + BETWEEN
    )


def _numbers(canvas: Canvas, rows: Rows, chart: Answers, columns: list[float]) -> None:
    x, y = canvas.width - 0.4, rows.top + canvas.line_height * 0.4
    columns_of = list(zip(chart.heads, (chart.good, chart.counts), columns, strict=True))
    for at, (title, texts, width) in reversed(list(enumerate(columns_of))):
        shown = canvas.shorten(title, width - BETWEEN + 0.01, True)
        canvas.text(x, y, shown, Pen(canvas.style.secondary, True, "right"))
        for row, text in enumerate(texts):
            color = canvas.style.text if at == 0 else canvas.style.secondary
            rows.value(row, x, text, Pen(color, at == 0, "right"))
        x -= width
