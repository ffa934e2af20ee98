"""Digests: a row per area with its KPI, changes, course, status, the member behind the change, where to read on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from broadsheet.definitions.models.reports import CardItem, CardsBlock
from broadsheet.definitions.models.stories import Area, DigestBlock
from broadsheet.document import causes
from broadsheet.document.blocks import cards
from broadsheet.document.blocks.columns import SHAPES
from broadsheet.document.causes import Cause
from broadsheet.document.changes import on_track
from broadsheet.document.context import Context
from broadsheet.document.headline import HEADLINE
from broadsheet.document.language import begin
from broadsheet.document.material import BlockData
from broadsheet.document.tree import Card, Cards, Cell, Change, Head, Notice, Row, Section, Table, Tone
from broadsheet.metrics.question import Question

MOST_CHANGES = 2
ARROWS = {"up": "▲", "down": "▼", "flat": ""}
WIDE, COURSE = 2.4, 1.0
"""Shares of the spare width that sentences and sparklines take; figures take none."""


def ask(block: DigestBlock, context: Context) -> tuple[Question, ...]:
    """The KPIs as cards ask for them, then each by the dimensions that may explain it."""
    period, scenarios = context.resolve(block.period), context.scenarios(block)
    by = [causes.ask(area.kpi, area.by, period, scenarios, context) for area in block.digest]
    return (cards.ask_own(_as_cards(block), context), *(question for each in by for question in each))


def tell(block: DigestBlock, data: BlockData, context: Context) -> Section:
    """One row per area."""
    if data.answer is None:
        reason = context.say("failed", reason=data.failure)
        return Section("", context.say("digest"), "", Notice("failed", reason), state="failed")
    told = cards.tell(_as_cards(block), replace(data, further=()), context)
    assert isinstance(told.body, Cards)  # noqa: S101  (cards tell cards)
    scenarios = [change.scenario for card in told.body.cards for change in card.changes]
    shown = tuple(dict.fromkeys(each for each in context.scenarios(block) if each in scenarios))[
        :MOST_CHANGES
    ]
    causes_of = list(_causes(block, data, context))
    rows = []
    for area, card, found in zip(block.digest, told.body.cards, causes_of, strict=True):
        changes = [next((c for c in card.changes if c.scenario == each), None) for each in shown]
        rows.append(Row(tuple(_cells(area, card, changes, _why(found, context)))))
    named = tuple(
        _named(*each, context) for each in zip(block.digest, told.body.cards, causes_of, strict=True)
    )
    say = context.say
    codes = [say("delta", code=context.words.labels.get(f"code_{each}", say("before"))) for each in shown]
    heads = (
        Head(say("digest_area"), align="start", share=0.0),
        Head(context.words.labels["code_actual"], share=0.0),
        *(Head(code, share=0.0) for code in codes),
        Head(say("digest_course"), align="start", share=COURSE),
        Head(say("note.status"), align="start", share=0.0),
        Head(say("story_why"), align="start", share=WIDE),
        Head(say("digest_more"), align="start", share=0.0),
    )
    return Section(
        "",
        _title(named, causes_of, context),
        context.dates.full(context.resolve(block.period)),
        Table(heads, tuple(rows), "digest", cards=named),
        remarks=told.remarks,
    )


def _title(named: tuple[Card, ...], found: list[Cause | str], context: Context) -> str:
    """How many areas are on track, and which are off, with the member behind the change where there is room."""
    if not any(card.status for card in named):
        return context.say("digest")
    count = on_track(named, context)
    off = [(card.label, each) for card, each in zip(named, found, strict=True) if card.status == "off_track"]
    if not off:
        return count
    short = [area for area, _ in off]
    full = [
        context.say("digest_off", area=area, cause=each.short.text) if isinstance(each, Cause) else area
        for area, each in off
    ]
    comma = context.words.labels["comma"]
    titles = (context.say("digest_title_off", news=count, areas=comma.join(areas)) for areas in (full, short))
    return next((title for title in titles if len(title) <= HEADLINE), count)


def _named(area: Area, card: Card, found: Cause | str, context: Context) -> Card:
    """The card under the name of its area, with its cause in the caption."""
    label = "" if card.label == area.area else card.label
    cause = _why(found, context) if isinstance(found, Cause) else ""
    return replace(card, label=area.area, caption=" · ".join(filter(None, (label, cause))))


def _as_cards(block: DigestBlock) -> CardsBlock:
    items = tuple(CardItem(kpi=area.kpi) for area in block.digest)
    return CardsBlock.model_construct(
        kpis=items, span=block.span, period=block.period, compare=block.compare, where=block.where
    )


def _cells(area: Area, card: Card, changes: list[Change | None], why: str) -> Iterator[Cell]:
    yield Cell(area.area, sub="" if card.label == area.area else card.label, strong=True)
    yield Cell(card.figure.text, card.figure.value, strong=True)
    for change in changes:
        yield _change(change)
    yield Cell("", spark=card.spark)
    tone: Tone | None = None if card.status is None else "good" if card.status == "on_track" else "bad"
    yield Cell(
        card.status_text.replace(" ", "\u00a0"), tone=tone, mark=SHAPES[card.status] if card.status else ""
    )
    yield Cell(why)
    yield Cell(area.more or "", tone="muted")


def _change(change: Change | None) -> Cell:
    if change is None:
        return Cell("–", tone="muted")
    leading = change.difference if change.relative.value is None else change.relative
    return Cell(leading.text, leading.value, tone=change.tone, mark=ARROWS[change.direction])


def _causes(block: DigestBlock, data: BlockData, context: Context) -> Iterator[Cause | str]:
    """For each area the member that moved its KPI most; or why there is none to tell."""
    left = list(data.further)
    for area in block.digest:
        mine, left = left[: len(area.by)], left[len(area.by) :]
        answers = [each.answer for each in mine if each.answer is not None]
        scenarios = context.scenarios(block)
        yield (
            causes.find(area.kpi, answers, context.resolve(block.period), scenarios, context)
            if area.by
            else ""
        )


def _why(found: Cause | str, context: Context) -> str:
    """The cause, and against which base; or the reason why there is none to tell."""
    if isinstance(found, Cause):
        return context.say("digest_why", cause=found.short.text, base=found.base)
    return begin(context.say("not_available", reason=found)) if found else "–"
