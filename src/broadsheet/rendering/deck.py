"""How a row of cards is set: columns, type size of the values, and what of each change has room."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.document.tree import Cards, Change
from broadsheet.rendering.charts.measure import text_width

TEXT_WIDTH = 180.0
GUTTER = 5.0
MOST_COLUMNS = 5
SIZES = (("", 20.0), ("tight", 15.0), ("tightest", 11.5))
NAME_SIZE, CAPTION_SIZE = 8.8, 7.5
AIR = 1.2


@dataclass(frozen=True)
class Deck:
    """`size` names the largest type in which every value fits; line counts keep the cards level.

    `shares` are the percentages of a card's width for base, difference and relative change; a difference
    of 0 % is left out, because not all three have room. Where not even two have, they are `stacked`.
    """

    columns: int
    size: str
    name_lines: int
    caption_lines: int
    shares: tuple[float, float, float]
    stacked: bool = False


def deck(cards: Cards) -> Deck:
    """Set all cards of a row alike, by the measured width of their texts."""
    count = len(cards.cards)
    columns = max(3, count if count <= MOST_COLUMNS else min(MOST_COLUMNS, (count + 1) // 2))
    room = (TEXT_WIDTH - (columns - 1) * GUTTER) / columns
    changes = _widths(cards)
    widest = max((text_width(card.figure.text, 1.0, strong=True) for card in cards.cards), default=0.0)
    return Deck(
        columns,
        next((name for name, points in SIZES if widest * points <= room), SIZES[-1][0]),
        max((_lines(card.label, NAME_SIZE, room) for card in cards.cards), default=1),
        max((_lines(card.caption, CAPTION_SIZE, room) for card in cards.cards), default=1),
        _shares(changes, room),
        changes[0] + AIR + changes[2] > room,
    )


def _lines(text: str, size: float, room: float) -> int:
    """Lines that a text takes when words go to the next line as they are."""
    lines, filled = 1, 0.0
    space = text_width("\u00a0", size)
    for word in text.split(" "):
        width = text_width(word, size, strong=size == NAME_SIZE)
        if filled and filled + space + width > room:
            lines, filled = lines + 1, width
        else:
            filled += width + (space if filled else 0.0)
    return lines


def _widths(cards: Cards) -> tuple[float, float, float]:
    """The room that base, difference and relative change need in all cards."""
    changes = [change for card in cards.cards for change in card.changes]
    base = max((text_width(f"{c.label} {c.base.text}", CAPTION_SIZE) for c in changes), default=0.0)
    difference = max((text_width(c.difference.text, CAPTION_SIZE) for c in changes), default=0.0)
    relative = max((text_width(f"▲{_leading(c)}", CAPTION_SIZE, strong=True) for c in changes), default=0.0)
    return base, difference, relative


def _shares(widths: tuple[float, float, float], room: float) -> tuple[float, float, float]:
    base, difference, relative = widths
    spare = room - base - difference - relative - 2 * AIR
    if spare < 0:
        first = round((room + base - relative) / 2 / room * 100, 1)
        return (first, 0.0, round(100 - first, 1))
    first, second = (
        round(width / room * 100, 1) for width in (base + spare * 0.2 + AIR / 2, difference + AIR)
    )
    return (first, second, round(100 - first - second, 1))


def _leading(change: Change) -> str:
    return (change.difference if change.relative.value is None else change.relative).text
