"""Diverging bars: how far each member is from its base, from the best difference to the worst."""

from __future__ import annotations

from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.definitions.models.structure import DivergingBlock
from broadsheet.document.changes import base_of
from broadsheet.document.context import Context
from broadsheet.document.diagrams import Diverging
from broadsheet.document.findings import largest_gap, leader
from broadsheet.document.formats import format_of
from broadsheet.document.numbers import Scale
from broadsheet.document.reading import Reading, Spot
from broadsheet.document.tree import Notice, Section
from broadsheet.document.variances import absolute, relative
from broadsheet.metrics.question import Answer, Question
from broadsheet.periods import Period


def ask(block: DivergingBlock, context: Context) -> Question:
    """Every member, in the period and in the one it is compared with."""
    spec, period, scenario = block.diverging, context.resolve(block.period), _scenario(block, context)
    kpis = context.with_plans((spec.kpi,), (scenario,))
    buckets = tuple(dict.fromkeys((period, *context.formers(period, (scenario,)))))
    where = (*context.report.where, *block.where)
    return Question(kpis, buckets, (spec.by,), ((spec.by,), ()), where)


def tell(block: DivergingBlock, answer: Answer, context: Context) -> Section:
    """The bars under the sentence about the member farthest from its base."""
    spec, period, reading = block.diverging, context.resolve(block.period), Reading(answer, context)
    definition, scenario = context.kpis[spec.kpi], _scenario(block, context)
    members, all_of_them = _members(block, period, reading)
    if not members:
        text = context.say("waterfall_no_base", label=definition.label)
        return Section("", definition.label, "", Notice("failed", text), state="failed")
    drawn = _drawn(block, members, period, reading)
    by = context.words.inside(context.dimensions[spec.by].label)
    title = (
        largest_gap(reading, spec.kpi, spec.by, period, scenario)
        or leader(reading, spec.kpi, spec.by, period)
        or context.say("caption_by", label=definition.label, by=by)
    )
    told = zip(drawn.names, drawn.texts, drawn.variance.texts, strict=True)
    facts = context.words.listed(f"{name} {text} ({gap})" for name, text, gap in told)
    caption = (
        context.say("caption_by", label=definition.label, by=by),
        context.dates.full(period),
        context.say("diverging_sorted", code=drawn.variance.label.partition(",")[0]),
    )
    left = all_of_them - len(members)
    omitted = context.words.count("diverging_omitted", left, context.numbers.decimal(left)) if left else ""
    return Section(
        id="",
        title=title,
        caption=context.words.listed(caption),
        body=drawn,
        alt=context.say("alt_members", kind=context.say("chart_alt.diverging"), title=title, facts=facts),
        remarks=(*filter(None, (omitted,)), *reading.persons_remarks),
    )


def _drawn(block: DivergingBlock, members: list[str], period: Period, reading: Reading) -> Diverging:
    context, spec, scenario = reading.context, block.diverging, _scenario(block, reading.context)
    definition = context.kpis[spec.kpi]
    spots = [Spot(period, (spec.by,), (member,)) for member in members]
    points = [reading.point(spec.kpi, spot) for spot in spots]
    bases = [base_of(reading, spec.kpi, spot, scenario) for spot in spots]
    scale = context.numbers.scale([point.value for point in points], definition)
    parts, percent = relative(spec.kpi, points, bases, reading), definition.unit == "percent"
    return Diverging(
        names=tuple(reading.member(spec.by, member) for member in members),
        values=tuple(point.value for point in points),
        texts=tuple(reading.scaled(spec.kpi, point, scale) for point in points),
        variance=absolute(spec.kpi, points, bases, reading),
        relative=() if percent else parts.texts,
        heads=(_named(definition.label, scale), "" if percent else parts.label),
        format=format_of(definition, context.settings.currency),
    )


def _named(label: str, scale: Scale) -> str:
    """A label with its unit; percentages have theirs behind each figure."""
    return label if scale.unit in ("", "%") else f"{label}, {scale.unit}"


def _scenario(block: DivergingBlock, context: Context) -> Scenario:
    """The first comparison; a check refuses reports without one."""
    return next(iter(context.scenarios(block)), "previous")


def _members(block: DivergingBlock, period: Period, reading: Reading) -> tuple[list[str], int]:
    """Those that differ most, from the largest difference down; and of how many that can be told."""
    spec, scenario = block.diverging, _scenario(block, reading.context)
    gaps: dict[str, float] = {}
    for member in reading.members((spec.by,), period):
        spot = Spot(period, (spec.by,), (member,))
        value, base = reading.point(spec.kpi, spot).value, base_of(reading, spec.kpi, spot, scenario)
        if value is not None and base is not None and base[1].value is not None:
            gaps[member] = value - base[1].value
    most = sorted(gaps, key=lambda member: -abs(gaps[member]))[: spec.top]
    return sorted(most, key=lambda member: -gaps[member]), len(gaps)
