"""Stories: what happened, why, and what next. What happened follows from the cards, so `compose` adds it."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.analysis.contribution import Contribution
from broadsheet.definitions.models.stories import Action, StoryBlock
from broadsheet.document import causes
from broadsheet.document.causes import Cause
from broadsheet.document.context import Context
from broadsheet.document.language import begin
from broadsheet.document.material import BlockData
from broadsheet.document.reading import Reading, Spot
from broadsheet.document.spans import line
from broadsheet.document.tree import Line, Part, Section, Story, Tone
from broadsheet.metrics.question import Answer, Question
from broadsheet.periods import Period

MOST_PARTS = 2
"""So many members are told by name; the others are told together."""


def ask(block: StoryBlock, context: Context) -> tuple[Question, ...]:
    """The KPI by each dimension, then the lists of the actions, together."""
    kpi, period = context.report.subject(block.story), context.resolve(block.period)
    by = causes.ask(kpi, block.story.by, period, context.scenarios(block), context) if kpi else ()
    lists = tuple(dict.fromkeys(action.list for action in block.story.actions if action.list is not None))
    counts = (Question(lists, (period,), where=context.report.where),) if lists else ()
    return (*by, *counts)


def tell(block: StoryBlock, data: BlockData, context: Context) -> Section:
    """Why and what next; a part that is not available says so, with its reason."""
    kpi = context.report.subject(block.story)
    every = data.every if data.answer is not None or data.failure else ()
    by, counts = every[: len(block.story.by)], every[len(block.story.by) :]
    failures = [each.failure for each in by if each.failure]
    found: Cause | str = failures[0] if failures else context.say("why_no_kpi")
    if kpi is not None and not failures:
        answers = [each.answer for each in by if each.answer is not None]
        found = causes.find(kpi, answers, context.resolve(block.period), context.scenarios(block), context)
    why = _why(found, context)
    acts = tuple(_actions(block, [each.answer for each in counts], context))
    nothing = line(context.say("not_available", reason=context.say("next_none")))
    upcoming = Part(context.say("story_next"), acts or (nothing,))
    body = Story((why, upcoming), found.short if isinstance(found, Cause) else None)
    return Section(id="", title="", caption="", body=body)


def _why(found: Cause | str, context: Context) -> Part:
    head = context.say("story_why")
    if not isinstance(found, Cause):
        return Part(head, (line(context.say("not_available", reason=found)),))
    label = context.words.inside(context.dimensions[found.split.dimension].label)
    return Part(head, tuple(sentences(found)), context.say("why_remark", dimension=label))


def sentences(cause: Cause) -> Iterator[Line]:
    """The largest members one by one, then all others together, then what has no member."""
    split, context = cause.split, cause.context
    ordered = [cause.leading, *(part for part in split.parts if part != cause.leading)]
    most = len(ordered) if len(ordered) == MOST_PARTS + 1 else MOST_PARTS
    named, others = ordered[:most], ordered[most:]
    for part in named:
        yield _member(cause, part)
    if others:
        rest = sum(part.amount for part in others)
        yield _moved(cause, rest, "why_others", name=context.numbers.decimal(len(others)))
    if split.unexplained:
        label = context.words.inside(context.dimensions[split.dimension].label)
        yield _moved(cause, split.unexplained, "why_unexplained", name=label)


def _member(cause: Cause, part: Contribution) -> Line:
    """What a member adds; the leading one with its share of the change, that of a rate with its own rates."""
    context, definition = cause.context, cause.context.kpis[cause.kpi]
    facts = {"name": cause.member(part)}
    message = "why_member"
    if cause.split.rates:
        message = "why_rate"
        value, own = (context.numbers.value(each, definition) for each in (part.value, part.base))
        facts["value"] = context.with_base(value, low=part.member in cause.few)
        facts["own"] = context.with_base(own, low=part.member in cause.few_before)
    if part == cause.leading:
        message += ".leading"
        share = round(part.amount / cause.split.change, 9)
        percent = context.numbers.percent(share, 0)
        facts["share"] = (
            context.say("why_more_than_all") if share > 1 else context.say("why_share", share=percent)
        )
    return _moved(cause, part.amount, message, **facts)


def _moved(cause: Cause, amount: float, message: str, **facts: str) -> Line:
    context, definition = cause.context, cause.context.kpis[cause.kpi]
    distance = context.numbers.distance(amount, definition)
    tone: Tone = "neutral"
    if definition.good != "neutral" and amount:
        tone = "good" if (amount > 0) == (definition.good == "up") else "bad"
    side = context.say("above" if amount > 0 else "below", amount=distance, base=cause.base)
    if not cause.split.rates:
        return line(context.say(message, side=side, **facts), [(distance, tone)])
    signed = context.numbers.signed(amount, definition)
    return line(context.say(message, side=signed, **facts), [(signed, tone)])


def _actions(block: StoryBlock, counted: list[Answer | None], context: Context) -> Iterator[Line]:
    reading = Reading(counted[0], context) if counted and counted[0] is not None else None
    for action in block.story.actions:
        if action.do is not None:
            yield line(action.do, note=_who(action, action.owner or "", context))
        elif action.list is not None and reading is not None:
            yield from _listed(action, action.list, reading, context.resolve(block.period))


def _listed(action: Action, kpi: str, reading: Reading, period: Period) -> Iterator[Line]:
    """How many rows wait for their next step; nothing where there are none."""
    context = reading.context
    definition, point = context.kpis[kpi], reading.point(kpi, Spot(period))
    if definition.list is None or not point.n:
        return
    count = context.numbers.value(point.value, definition)
    fact = begin(context.fact(definition.label, count, definition))
    text = context.say("next_listed", fact=fact, step=definition.list.next_step)
    owner = action.owner or definition.owner or context.settings.owner
    yield line(text, [(fact, None)], _who(action, owner, context))


def _who(action: Action, owner: str, context: Context) -> str:
    """Who acts until when; days count from the end of the period."""
    day = action.by.after(context.period.last_day, context.calendar)
    return context.say("next_owner", owner=owner, day=context.dates.weekday(day))
