"""Page breaks that give way: the author's, where what ran over would stand alone on a nearly empty page.

A page that is composed for one paper and language is a few lines too long in another. What does not fit goes to the
next page, and what was to begin there follows it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from weasyprint.document import Page
from weasyprint.formatting_structure.boxes import Box, LineBox, ReplacedBox

MARK = "new-page"
"""The class of what begins a page."""
FULL_ENOUGH = 0.5


def needless(pages: Sequence[Page], given_up: Collection[str] = ()) -> list[str]:
    """The ids of what begins a page behind one that nothing begins and that is less than half full.

    Breaks that were `given_up` before begin no page.
    """
    begins = ["" if each in given_up else each for each in _beginnings(pages)]
    return [
        begin
        for number, (before, begin) in enumerate(pairwise(begins), start=1)
        if begin and number > 1 and not before and _filled(pages[number - 1]) < FULL_ENOUGH
    ]


def _content(page: Page) -> Box:
    """The page without what stands in its margins."""
    return page._page_box.children[0]


def _beginnings(pages: Sequence[Page]) -> Iterator[str]:
    """For each page what begins it; nothing where it goes on with what began before."""
    seen: set[str] = set()
    for page in pages:
        first = _first(page)
        yield "" if first in seen else first
        seen.add(first)


def _first(page: Page) -> str:
    """The id of the marked element at the top of the page, or nothing."""
    box = _content(page)
    while getattr(box, "children", ()):
        box = box.children[0]
        if box.element is not None and MARK in box.element.get("class", "").split():
            return str(box.element.get("id", ""))
    return ""


def _filled(page: Page) -> float:
    """The part of the page's height down to its last line or picture."""
    top, height = page._page_box.content_box_y(), page._page_box.height
    return float((max(_bottoms(page), default=top) - top) / height)


def _bottoms(page: Page) -> Iterator[float]:
    for box in _content(page).descendants():
        if isinstance(box, LineBox | ReplacedBox):
            yield box.position_y + box.height
