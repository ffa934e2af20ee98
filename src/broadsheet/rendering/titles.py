"""Titles without a last line of one short word."""

from __future__ import annotations

from broadsheet.rendering.charts.measure import text_width
from broadsheet.rendering.typefaces import SERIF

NO_BREAK_SPACE = "\u00a0"


def keep_company(title: str, size: float, room: float) -> str:
    """Bind the last two words where the last line would hold one word; `size` in points, `room` in millimeters."""
    words = title.split(" ")
    if len(words) < 4 or len(broken(title, size, room)[-1]) > 1:
        return title
    return " ".join(words[:-1]) + NO_BREAK_SPACE + words[-1]


def broken(title: str, size: float, room: float) -> list[list[str]]:
    """The words of each line when words go to the next line as they are."""
    lines: list[list[str]] = [[]]
    for word in title.split(" "):
        if lines[-1] and text_width(" ".join([*lines[-1], word]), size, True, SERIF) > room:
            lines.append([])
        lines[-1].append(word)
    return lines
