"""Funnels: how many of a cohort reached each step, of the first and of the step before."""

from __future__ import annotations

from broadsheet.definitions.models.reports import FunnelBlock
from broadsheet.document.changes import direction, tone
from broadsheet.document.context import Context
from broadsheet.document.diagrams import Funnel, Stage
from broadsheet.document.numbers import UNDEFINED
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.document.tree import Notice, Section, Tone
from broadsheet.metrics.question import Answer, Question
from broadsheet.periods import Period

HEADS = ("step", "count", "first", "before", "left")


def ask(block: FunnelBlock, context: Context) -> Question:
    """All steps, and the conversion from the first to the last; those of last year where they are compared with."""
    kpis, period = (block.funnel, *_steps(block, context)), context.resolve(block.period)
    former = _last_year(block, period, context)
    where = (*context.report.where, *block.where)
    return Question(kpis, (period, former) if former else (period,), where=where)


def tell(block: FunnelBlock, answer: Answer, context: Context) -> Section:
    """The steps under the sentence about the whole way and where it is lost."""
    definition, period = context.kpis[block.funnel], context.resolve(block.period)
    reading, steps = Reading(answer, context), _steps(block, context)
    points = [reading.point(step, Spot(period)) for step in steps]
    young = [answer.pending_in[step][0] if step in answer.pending_in else 0 for step in steps]
    if not points[0].value and not any(young):
        empty = context.say("no_data", period=context.dates.name(period))
        return Section("", definition.label, "", Notice("empty", empty), state="empty")
    step, count, first, before, left = (context.say(f"funnel_{name}") for name in HEADS)
    stages = tuple(_stage(at, block, points, young, reading) for at in range(len(steps)))
    drawn = Funnel(stages, (step, count, first, before, left))
    funnel = definition.funnel
    window = context.numbers.elapsed(funnel.window) if funnel else ""
    title = _title(block, points, period, reading)
    facts = (
        f"{stage.label} {stage.text}" + (f" ({stage.first})" if at else "") for at, stage in enumerate(stages)
    )
    return Section(
        id="",
        title=title,
        caption=context.words.listed(
            (
                context.dates.full(period),
                context.say("funnel_window", window=window),
                context.say("funnel_moving"),
            )
        ),
        body=drawn,
        alt=context.say(
            "alt_members",
            kind=context.say("chart_alt.funnel"),
            title=title,
            facts=context.words.listed(facts),
        ),
        remarks=(context.say("funnel_young", window=window),) if any(young) else (),
    )


def _steps(block: FunnelBlock, context: Context) -> tuple[str, ...]:
    funnel = context.kpis[block.funnel].funnel
    return tuple(funnel.steps) if funnel else ()


def _last_year(block: FunnelBlock, period: Period, context: Context) -> Period | None:
    """Only last year's cohort is as old as its window wants it; the one right before may be too young."""
    former = context.former(period, "last_year") if "last_year" in context.scenarios(block) else None
    return former.period if former else None


def _stage(at: int, block: FunnelBlock, points: list[Point], young: list[int], reading: Reading) -> Stage:
    context, numbers = reading.context, reading.context.numbers
    steps = _steps(block, context)
    kpi, point = context.kpis[steps[at]], points[at]
    passed = _share(point, points[at - 1]) if at else None
    former, change = _former(at, block, reading) if at else None, ""
    shade: Tone = "neutral"
    if passed is not None and former is not None:
        change = numbers.difference(passed - former, context.kpis[block.funnel])
        shade = tone(context.kpis[block.funnel], direction(passed - former, change), passed - former)
        change = context.say("funnel_change", change=change, code=context.words.labels["code_last_year"])
    return Stage(
        label=kpi.label,
        value=point.value,
        text=reading.instead(steps[at], point) or numbers.value(point.value, kpi),
        passed="" if not at else UNDEFINED if passed is None else numbers.percent(passed, 0),
        change=change,
        tone=shade,
        first=_percent(_share(point, points[0]), context),
        young=young[at],
        young_text=numbers.decimal(young[at]) if any(young) else "",
    )


def _former(at: int, block: FunnelBlock, reading: Reading) -> float | None:
    """Last year's share of those who went on from the step before."""
    context = reading.context
    former = _last_year(block, context.resolve(block.period), context)
    if former is None:
        return None
    before, step = _steps(block, context)[at - 1 : at + 1]
    return _share(reading.point(step, Spot(former)), reading.point(before, Spot(former)))


def _share(point: Point, base: Point) -> float | None:
    return None if not base.value or point.value is None else point.value / base.value


def _percent(share: float | None, context: Context) -> str:
    return UNDEFINED if share is None else context.numbers.percent(share)


def _title(block: FunnelBlock, points: list[Point], period: Period, reading: Reading) -> str:
    """The whole way, and after which step the fewest went on."""
    context, definition = reading.context, reading.context.kpis[block.funnel]
    whole = context.numbers.value(reading.point(block.funnel, Spot(period)).value, definition)
    fact = context.fact(definition.label, whole, definition)
    steps = _steps(block, context)
    shares = [
        (share, at)
        for at in range(1, len(steps))
        if (share := _share(points[at], points[at - 1])) is not None
    ]
    if len(shares) < 2:
        return fact
    share, at = min(shares)
    step = context.words.inside(context.kpis[steps[at - 1]].label)
    return context.say("funnel_lost", fact=fact, step=step, share=context.numbers.percent(share, 0))
