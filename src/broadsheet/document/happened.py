"""What happened: the largest material changes of the cards, in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from broadsheet.document.changes import detailed, fraction, material
from broadsheet.document.context import Context
from broadsheet.document.reading import Point
from broadsheet.document.spans import line
from broadsheet.document.tree import Card, Change, Line, Part, Tone

MOST = 2
CHANGES = 2


def happened(cards: Iterable[Card], context: Context) -> Part:
    """The headline's card first, then the others by the size of their change; only what is news."""
    told = [(card, news) for card in cards if (news := _news(card))]
    told.sort(key=lambda pair: (pair[0].kpi != context.report.headline, -_size(pair[0], pair[1][0])))
    lines = [_line(card, news, context) for card, news in told[:MOST]]
    return Part(context.say("story_happened"), tuple(lines) or (line(context.say("happened_nothing")),))


def _news(card: Card) -> list[Change]:
    """The material changes against the first bases."""
    known = [change for change in card.changes if change.difference.value is not None]
    return [change for change in known if material(change, Point(card.figure.value))][:CHANGES]


def _size(card: Card, change: Change) -> float:
    relative = fraction(Point(card.figure.value), Point(change.base.value))
    return 0.0 if relative is None else abs(relative)


def _line(card: Card, news: list[Change], context: Context) -> Line:
    definition = context.kpis[card.kpi]
    phrases = [detailed(context, definition, change) for change in news]
    figures: list[tuple[str, Tone | None]] = [(card.figure.text, None)]
    figures += [(amount, change.tone) for (_, amount), change in zip(phrases, news, strict=True)]
    value = context.with_base(card.figure.text, low=card.figure.low_base)
    fact = context.fact(card.label, value, definition)
    text = context.say("happened", fact=fact, changes=context.words.listed(text for text, _ in phrases))
    return line(text, figures)
