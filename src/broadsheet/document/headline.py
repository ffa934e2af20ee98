"""The news of an edition: its headline, the subject and the preheader of its mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.reports import CardsBlock
from broadsheet.document.changes import material, on_track, phrase
from broadsheet.document.context import Context
from broadsheet.document.language import begin, length
from broadsheet.document.names import member_shown
from broadsheet.document.reading import Point
from broadsheet.document.tree import Card, Cards, Moved, Section, Status, Story, Table, Text
from broadsheet.periods import Period

HEADLINE, SUBJECT, PREHEADER = 90, 60, 110
"""The most characters each may have."""
URGENCY: tuple[Status | None, ...] = ("off_track", "at_risk", None, "on_track")
"""What is told first."""


@dataclass(frozen=True)
class News:
    """What is said first."""

    headline: str
    subject: str
    preheader: str


def news(sections: tuple[Section, ...], context: Context) -> News:
    """Made from the headline's card; without cards from a digest, or from the first section that says something."""
    found = list(cards_of(sections, context))
    wanted = (pair for pair in found if pair[0].kpi == context.report.headline)
    main = next(wanted, found[0] if found else None)
    if main is None:
        digest = next((s for s in sections if isinstance(s.body, Table) and s.body.cards), None)
        return _of_digest(digest, context) if digest else _without_cards(sections, context)
    others = [card for card, _ in found if card is not main[0]]
    stories = (section.body for section in sections if isinstance(section.body, Story))
    causes = [story.cause for story in stories if story.cause and story.cause.kpi == main[0].kpi]
    told = _headlines(*main, causes, context)
    return News(
        _of_one(member_shown(sections, context), told, context),
        _subject(*main, context),
        _preheader(others, sections, context),
    )


def _of_one(member: str, told: tuple[str, ...], context: Context) -> str:
    """The first headline that fits, behind the name of the one whom the report is about."""
    lead = length(context.say("headline_member", member=member, headline=""))
    if not member or lead > HEADLINE // 2:
        return _first_fitting(told, HEADLINE)
    headline = context.words.inside(_first_fitting(told, HEADLINE - lead))
    return context.say("headline_member", member=member, headline=headline)


def cards_of(sections: tuple[Section, ...], context: Context) -> Iterator[tuple[Card, Period]]:
    """The cards with their periods."""
    for block, section in zip(context.report.blocks, sections, strict=True):
        if isinstance(block, CardsBlock) and isinstance(section.body, Cards):
            for item, card in zip(block.kpis, section.body.cards, strict=True):
                yield card, context.resolve(item.period or block.period)


def _headlines(card: Card, shown: Period, causes: list[Moved], context: Context) -> tuple[str, ...]:
    """What may be said of the card, the fullest first."""
    definition, period = context.kpis[card.kpi], context.dates.within(shown)
    if card.figure.value is None:
        reason = card.figure.reason
        text = context.say("headline_undefined", label=card.label, period=period, reason=reason)
        return (text,)
    facts = {"fact": context.fact(card.label, _value(card, context), definition), "period": period}
    known = [change for change in card.changes if change.difference.value is not None]
    plain = context.say("headline", **facts)
    if not known:
        return (plain,)
    first = phrase(context, definition, known[0])
    single = context.say("headline_change", change=first, **facts)
    if not material(known[0], Point(card.figure.value)):
        quiet = context.say("no_material_change", fact=context.words.inside(single))
        return quiet, single, plain
    told = {known[0].scenario: single}
    for change in known[1:]:
        if material(change, Point(card.figure.value)):
            second = phrase(context, definition, change)
            told[change.scenario] = context.say("headline_two", change=first, second=second, **facts)
    # The cause of a change stands right behind that change.
    explained = [
        context.say("headline_cause", headline=told[cause.scenario], cause=cause.text)
        for cause in causes
        if cause.scenario in told
    ]
    return (*explained, *reversed(told.values()), plain)


def _value(card: Card, context: Context) -> str:
    return context.with_base(card.figure.text, low=card.figure.low_base)


def _subject(card: Card, shown: Period, context: Context) -> str:
    """The shortest form of the news: Sales weekly W24: won amount −11.0 % vs plan."""
    facts = {
        "title": context.report.title,
        "period": context.dates.name(shown),
        "label": context.words.inside(card.label),
        "value": _value(card, context),
    }
    value = _subjects("subject_value", facts, context)
    change = next((change for change in card.changes if change.difference.value is not None), None)
    if change is None:
        return _first_fitting((*value, context.say("subject_plain", **facts)), SUBJECT)
    versus = context.with_base(change.versus, low=card.figure.low_base or change.base.low_base)
    moved = _subjects("subject_change", {**facts, "change": versus}, context)
    texts = (moved[0], value[0], moved[1], value[1], context.say("subject_plain", **facts))
    return _first_fitting(texts, SUBJECT)


def _subjects(message: str, facts: Mapping[str, str], context: Context) -> tuple[str, str]:
    """With the title of the report, and without it where news and edition have no room beside it."""
    return context.say(message, **facts), context.say(message, **{**facts, "title": ""}).strip()


def _preheader(others: list[Card], sections: tuple[Section, ...], context: Context) -> str:
    """The next facts, as many as the line holds."""
    text = ""
    for fact in _facts(others, sections, context):
        longer = f"{text}{context.words.between}{fact}".strip()
        if length(longer) <= PREHEADER:
            text = longer
    return text or _shorten(context.report.question, PREHEADER)


def _facts(others: list[Card], sections: tuple[Section, ...], context: Context) -> Iterator[str]:
    stop = context.words.labels["stop"]
    for card in others:
        if card.figure.value is not None:
            yield begin(_fact(card, context.kpis[card.kpi], context)) + stop
    for section in sections:
        if section.title and section.state == "ok":
            yield begin(section.title.rstrip(stop)) + stop
    yield context.report.question
    yield context.settings.company + stop
    yield context.dates.full(context.period) + stop


def _fact(card: Card, definition: Kpi, context: Context) -> str:
    known = [change for change in card.changes if change.difference.value is not None]
    fact = context.fact(card.label, _value(card, context), definition)
    if not known:
        return fact
    return context.say("fact_change", fact=fact, change=phrase(context, definition, known[0]))


def _of_digest(section: Section, context: Context) -> News:
    """How many areas are on track, then those that are not, the worst first."""
    assert isinstance(section.body, Table)  # noqa: S101  (a digest is a table)
    cards = section.body.cards
    facts = {"title": context.report.title, "period": context.dates.name(context.period)}
    news = {**facts, "news": context.words.inside(on_track(cards, context))}
    known = any(card.status for card in cards)
    subjects = _subjects("subject_news", news, context) if known else ()
    worst = sorted(cards, key=lambda card: URGENCY.index(card.status))
    return News(
        _shorten(section.title, HEADLINE),
        _first_fitting((*subjects, context.say("subject_plain", **facts)), SUBJECT),
        _preheader(worst, (), context),
    )


def _without_cards(sections: tuple[Section, ...], context: Context) -> News:
    facts = {"title": context.report.title, "period": context.dates.name(context.period)}
    failed = [section for section in sections if section.state == "failed"]
    told = [section.title for section in sections if section.title and section.state == "ok"]
    told = [title for title in told if title]
    first = told[0] if told else context.say("headline_failed" if failed else "headline_plain", **facts)
    subject = context.say("subject_failed" if failed and not told else "subject_plain", **facts)
    rest = tuple(
        section for section in sections if section.title != first and not isinstance(section.body, Text)
    )
    return News(_shorten(first, HEADLINE), _shorten(subject, SUBJECT), _preheader([], rest, context))


def _first_fitting(texts: tuple[str, ...], most: int) -> str:
    """The first text that is short enough, else the last one cut at a word."""
    return next((text for text in texts if length(text) <= most), _shorten(texts[-1], most))


def _shorten(text: str, most: int) -> str:
    if length(text) <= most:
        return text
    head = text[: most - 1]
    return (head.rpartition(" ")[0] or head).rstrip(",;: ") + "…"
