"""How the blocks of a page are set: side by side or alone, whole or broken, as tall as their neighbors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from broadsheet.document.tree import Cards, Chart, Diagram, Document, Section, Story, Table, Text
from broadsheet.errors import LimitError
from broadsheet.rendering.brand import SCHEME
from broadsheet.rendering.charts.draw import WIDTHS, Drawing
from broadsheet.rendering.charts.measure import MM_PER_POINT, text_width
from broadsheet.rendering.columns import Columns, columns
from broadsheet.rendering.deck import Deck, deck
from broadsheet.rendering.records import Records, records
from broadsheet.rendering.titles import broken, keep_company

MOST_ROWS = 2000
UNBROKEN_ROWS = 16
TITLE, SMALL_TITLE = 12.4, 11.0
LOWEST, TALLEST = 60.0, 110.0
LANDSCAPE = 240.0
"""Millimeters of a page turned to landscape, on every paper."""


@dataclass(frozen=True)
class Block:
    """A section as templates see it.

    `kind` names the body; `source` and `alt` are the picture of a chart, `deck` the setting of cards,
    `columns` that of a table, `records` that of a list of few rows;
    a `whole` block is not broken across pages, a `wide` one stands on a page turned to landscape.
    """

    section: Section
    kind: str
    source: str = ""
    alt: str = ""
    deck: Deck | None = None
    columns: Columns | None = None
    records: Records | None = None
    whole: bool = True
    wide: bool = False


SIXTHS = {"full": 6, "half": 3, "two_thirds": 4, "third": 2}
"""Sixths of the page."""


def side_by_side(sections: Sequence[Section]) -> list[tuple[Section, ...]]:
    """Sections in rows: consecutive ones whose parts make up a whole stand side by side, everything else alone."""
    rows: list[tuple[Section, ...]] = []
    left = list(sections)
    while left:
        row = _row(left)
        rows.append(row)
        left = left[len(row) :]
    return rows


def _row(sections: Sequence[Section]) -> tuple[Section, ...]:
    """As many of the first sections as fill the width exactly; else the first alone."""
    filled = 0
    for count, section in enumerate(sections, start=1):
        filled += SIXTHS[section.width]
        if (count > 1 and section.new_page) or filled > SIXTHS["full"]:
            break
        if filled == SIXTHS["full"]:
            return tuple(sections[:count])
    return tuple(sections[:1])


def heights(document: Document) -> dict[str, float]:
    """Millimeters of charts beside a story, by section id: both end on one line, where that makes a good chart."""
    found = {}
    for row in side_by_side(document.sections):
        stories = [section.body for section in row if isinstance(section.body, Story)]
        tallest = max((_story_points(story) for story in stories), default=0.0)
        for section in row if tallest else ():
            if isinstance(section.body, Chart) and section.body.kind != "ranked":
                free = (tallest - _frame_points(section)) * MM_PER_POINT
                found[section.id] = round(min(max(free, LOWEST), TALLEST), 1)
    return found


def _story_points(story: Story) -> float:
    """The height of a story in a third of the page, in points, as the style sheet sets it."""
    room, height = WIDTHS["third"], 0.0
    for part in story.parts:
        height += 3.5 + 14.0 + (0.0 if part is story.parts[0] else 8.0)
        for line in part.lines:
            height += 3.5 + 12.4 * _lines(line.text, 8.8, room)
            height += 10.5 * _lines(line.note, 7.5, room) if line.note else 0.0
        height += 4.0 + 10.5 * _lines(part.remark, 7.5, room) if part.remark else 0.0
    return height


def _frame_points(section: Section) -> float:
    """What stands above and below a chart in its block."""
    room = WIDTHS[section.width]
    height = 3.5 + (15.4 * len(broken(section.title, TITLE, room)) if section.title else 0.0)
    height += 4.5 + 10.5 * _lines(section.caption, 7.5, room) if section.caption else 0.0
    return height + (4.0 + 10.5 * _lines(" ".join(section.remarks), 7.5, room) if section.remarks else 0.0)


def _lines(text: str, size: float, room: float) -> int:
    """Lines of a text in words that are not broken."""
    lines, filled, space = 1, 0.0, text_width("\u00a0", size)
    for word in text.split(" "):
        width = text_width(word, size)
        if filled and filled + space + width > room:
            lines, filled = lines + 1, width
        else:
            filled += width + (space if filled else 0.0)
    return lines


def block_of(section: Section, charts: Mapping[str, Drawing]) -> Block:
    """A section as it is set, with the picture of a chart."""
    body, room = section.body, WIDTHS[section.width]
    if isinstance(body, Table):
        return _table(section, body, room)
    section = _titled(section, room)
    if isinstance(body, Chart | Diagram):
        return Block(section, "chart", SCHEME + chart_name(section.id), charts[section.id].alt)
    if isinstance(body, Cards):
        return Block(section, "cards", deck=deck(body))
    if isinstance(body, Story):
        return Block(section, "story")
    return Block(section, "text" if isinstance(body, Text) else "notice")


def _table(section: Section, body: Table, room: float) -> Block:
    """A list of few rows as records; a table in columns, on a landscape page where it fits no other."""
    if len(body.rows) > MOST_ROWS:
        raise LimitError(
            f"“{section.title}” has {len(body.rows)} rows; a page takes at most {MOST_ROWS}.",
            "Set `top:` in the report's block.",
        )
    few = None if section.landscape else records(body, room)
    if few is not None:
        return Block(_titled(section, room), "record", records=few)
    set_ = columns(body, room)
    wide = section.landscape or (section.width == "full" and not set_.fits)
    if wide:
        room = LANDSCAPE
        set_ = columns(body, room)
    whole = len(body.rows) <= UNBROKEN_ROWS
    return Block(_titled(section, room), "table", columns=set_, whole=whole, wide=wide)


def _titled(section: Section, room: float) -> Section:
    """The section with no last word of its title left alone on a line."""
    size = SMALL_TITLE if section.width in ("half", "third") else TITLE
    return replace(section, title=keep_company(section.title, size, room))


def chart_name(section_id: str) -> str:
    """The file of a section's chart."""
    return f"{section_id}.svg"
