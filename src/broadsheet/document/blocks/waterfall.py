"""Waterfalls: a change against a base in steps by the members of a dimension, which add up to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.definitions.models.structure import WaterfallBlock
from broadsheet.document.changes import base_name, base_of
from broadsheet.document.context import Context
from broadsheet.document.diagrams import Step
from broadsheet.document.language import begin
from broadsheet.document.numbers import Scale, is_level
from broadsheet.document.reading import Reading, Spot
from broadsheet.document.steps import signed, spoken, total, waterfall
from broadsheet.document.tree import Notice, Section
from broadsheet.metrics.question import Answer, Question
from broadsheet.periods import Period

TOLERANCE = 1e-9
"""Steps that miss the whole change by a larger part of the totals do not add up."""

OFFSET = 0.25
"""Where steps of the other direction take back a larger part of the change, shares of it would mislead."""


@dataclass(frozen=True)
class Stairs:
    """The members' differences, largest first, and the two totals that they lead between."""

    start: float
    end: float
    code: str
    steps: tuple[tuple[str, float], ...]

    @property
    def change(self) -> float:
        """The whole change."""
        return self.end - self.start


def ask(block: WaterfallBlock, context: Context) -> Question:
    """Every member and the total, in the period and in the one it is compared with."""
    spec, period, scenario = block.waterfall, context.resolve(block.period), _scenario(block, context)
    kpis = context.with_plans((spec.kpi,), (scenario,))
    buckets = tuple(dict.fromkeys((period, *context.formers(period, (scenario,)))))
    where = (*context.report.where, *block.where)
    return Question(kpis, buckets, (spec.by,), ((spec.by,), ()), where)


def tell(block: WaterfallBlock, answer: Answer, context: Context) -> Section:
    """The waterfall under the sentence about the member that explains most."""
    reading, period = Reading(answer, context), context.resolve(block.period)
    found = _stairs(block, period, reading)
    if isinstance(found, str):
        return Section(
            "", context.kpis[block.waterfall.kpi].label, "", Notice("failed", found), state="failed"
        )
    definition, scenario = context.kpis[block.waterfall.kpi], _scenario(block, context)
    scale = context.numbers.scale([found.start, found.end], definition)
    drawn = waterfall(_steps(block, found, period, scale, context), definition, scale, context)
    title = _title(block, found, reading)
    base = base_name(context, scenario, found.code)
    by = context.words.inside(context.dimensions[block.waterfall.by].label)
    caption = [
        context.say("caption_by", label=definition.label, by=by),
        scale.unit,
        context.dates.full(period),
        context.say("waterfall_sum", change=context.numbers.scaled_difference(found.change, scale)),
        context.say("waterfall_zero", base=base) if drawn.relative else "",
    ]
    return Section(
        id="",
        title=title,
        caption=context.words.listed(filter(None, caption)),
        body=drawn,
        alt=spoken(drawn, title, context),
        remarks=_remarks(block, found, reading),
    )


def _scenario(block: WaterfallBlock, context: Context) -> Scenario:
    """The first comparison; a check refuses reports without one."""
    return next(iter(context.scenarios(block)), "previous")


def _stairs(block: WaterfallBlock, period: Period, reading: Reading) -> Stairs | str:
    """What is drawn, or why nothing can be."""
    context, spec, scenario = reading.context, block.waterfall, _scenario(block, reading.context)
    start, end = _base(spec.kpi, Spot(period), scenario, reading), reading.point(spec.kpi, Spot(period)).value
    if start is None or end is None:
        return context.say("waterfall_no_base", label=context.kpis[spec.kpi].label)
    level, found = (spec.by,), list[tuple[str, float]]()
    for member in reading.members(level, period):
        spot = Spot(period, level, (member,))
        point = reading.point(spec.kpi, spot)
        base = _base(spec.kpi, spot, scenario, reading)
        if point.value is not None and base is not None:
            found.append((reading.member(spec.by, member), point.value - base))
    found.sort(key=lambda step: -abs(step[1]))
    code = (base_of(reading, spec.kpi, Spot(period), scenario) or ("",))[0]
    stairs = Stairs(start, end, code, tuple(step for step in found if step[1]))
    missed = stairs.change - sum(step for _, step in stairs.steps)
    if abs(missed) <= TOLERANCE * max(abs(stairs.start), abs(stairs.end), 1.0):
        return stairs
    if reading.persons_remarks:
        return replace(stairs, steps=(*stairs.steps, (context.say("waterfall_hidden"), missed)))
    return context.say("waterfall_open", by=context.words.inside(context.dimensions[spec.by].label))


def _base(kpi: str, spot: Spot, scenario: Scenario, reading: Reading) -> float | None:
    """A member's base; nothing planned and nothing sold before is 0."""
    if scenario == "plan":
        plan = reading.context.plan_of(kpi)
        point = reading.point(plan, spot) if plan and reading.asked(plan, spot.period) else None
    else:
        former = reading.context.former(spot.period, scenario)
        point = reading.point(kpi, replace(spot, period=former.period)) if former else None
    return point.value if point else None


def _steps(
    block: WaterfallBlock, stairs: Stairs, period: Period, scale: Scale, context: Context
) -> tuple[Step, ...]:
    definition, top = context.kpis[block.waterfall.kpi], block.waterfall.top
    shown, rest = stairs.steps[:top], stairs.steps[top:]
    if rest:
        other = context.say("other", count=context.numbers.decimal(len(rest)))
        shown = (*shown, (other, sum(value for _, value in rest)))
    changes = [
        replace(
            signed(name, value, definition, scale, context),
            share=context.numbers.percent(value / stairs.change, 0) if stairs.change else "",
        )
        for name, value in shown
    ]
    former, now = context.former(period, _scenario(block, context)), context.dates.name(period)
    first = context.dates.name(former.period) if former else context.say("waterfall_plan", period=now)
    last = context.say("waterfall_actual", period=now)
    return (
        total(first, stairs.start, scale, context),
        *changes,
        total(last, stairs.end, scale, context),
    )


def _title(block: WaterfallBlock, stairs: Stairs, reading: Reading) -> str:
    context, definition = reading.context, reading.context.kpis[block.waterfall.kpi]
    base = base_name(context, _scenario(block, context), stairs.code)
    facts = {"label": definition.label, "base": base}
    if is_level(context.numbers.difference(stairs.change, definition)):
        return context.say("waterfall_level", **facts)
    up = stairs.change > 0
    facts["amount"] = context.numbers.distance(stairs.change, definition)
    same = [step for step in stairs.steps if (step[1] > 0) == up]
    way = "above" if up else "below"
    name, value = max(same, key=lambda step: abs(step[1]))
    share = value / stairs.change
    against = sum(abs(step) for _, step in stairs.steps if (step > 0) != up)
    if share > 1 or against > OFFSET * abs(stairs.change):
        alone = context.numbers.distance(value, definition)
        return begin(context.say(f"waterfall_alone_{way}", member=name, step=alone, **facts))
    percent = context.numbers.percent(share, 0)
    return begin(context.say(f"waterfall_{way}", member=name, share=percent, **facts))


def _remarks(block: WaterfallBlock, stairs: Stairs, reading: Reading) -> tuple[str, ...]:
    context = reading.context
    beyond = len(stairs.steps) - block.waterfall.top
    other = (
        [context.words.count("other_remark", beyond, context.numbers.decimal(beyond))] if beyond > 0 else []
    )
    return (*other, *reading.persons_remarks)
