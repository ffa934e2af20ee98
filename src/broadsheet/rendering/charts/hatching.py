"""Hatching as lines of our own: the same on paper, on a screen and in a mail, and one path for all bars."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.rendering.charts.boxes import Box, Point

GAP = 1.05
"""Millimeters between two lines, measured along a side."""


def hatching(box: Box, gap: float = GAP) -> Iterator[tuple[Point, Point]]:
    """Lines at 45 degrees that rise to the right, cut at the sides of the box.

    They stand on one grid for the whole sheet, so that bars beside each other look alike.
    """
    # A line is y = x + offset; it meets the box where both sides of the sum do.
    lowest, highest = box.bottom - box.right, box.top - box.left
    offset = (lowest // gap + 1) * gap
    while offset < highest:
        left = max(box.left, box.bottom - offset)
        right = min(box.right, box.top - offset)
        if right > left:
            yield (left, left + offset), (right, right + offset)
        offset += gap
