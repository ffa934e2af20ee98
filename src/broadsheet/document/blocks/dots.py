"""Dots on one scale: how far apart several KPIs of a member lie, such as the median and what nine of ten keep."""

from __future__ import annotations

from broadsheet.definitions.models.structure import DotsBlock
from broadsheet.document.context import Context
from broadsheet.document.diagrams import Dots
from broadsheet.document.findings import leader
from broadsheet.document.formats import format_of
from broadsheet.document.order import by_size, in_order, is_ordered
from broadsheet.document.reading import Reading, Spot
from broadsheet.document.series import low_members
from broadsheet.document.tree import Notice, Section
from broadsheet.metrics.question import Answer, Question, Top
from broadsheet.periods import Period


def ask(block: DotsBlock, context: Context) -> Question:
    """All KPIs of the largest members; those beyond them have no common percentile to show."""
    spec, where = block.dots, (*context.report.where, *block.where)
    top = Top(spec.rows, spec.kpis[-1], spec.top, rest=False)
    return Question(spec.kpis, (context.resolve(block.period),), (spec.rows,), ((spec.rows,), ()), where, top)


def tell(block: DotsBlock, answer: Answer, context: Context) -> Section:
    """The rows under the sentence about the member with the highest last KPI."""
    spec, period, reading = block.dots, context.resolve(block.period), Reading(answer, context)
    far, definition = spec.kpis[-1], context.kpis[spec.kpis[-1]]
    members = _members(block, period, reading)
    if not members:
        text = context.say("no_data", period=context.dates.full(period))
        return Section("", definition.label, "", Notice("empty", text), state="empty")
    drawn = _drawn(block, members, period, reading)
    by = context.words.inside(context.dimensions[spec.rows].label)
    labels = context.words.listed(context.kpis[kpi].label for kpi in spec.kpis)
    title = leader(reading, far, spec.rows, period) or context.say("caption_by", label=labels, by=by)
    told = zip(drawn.names, drawn.texts, strict=True)
    facts = context.words.listed(f"{name} {' – '.join(texts)}" for name, texts in told)
    caption = (context.say("caption_by", label=labels, by=by), drawn.unit, context.dates.full(period))
    return Section(
        id="",
        title=title,
        caption=context.words.listed(filter(None, caption)),
        body=drawn,
        alt=context.say("alt_members", kind=context.say("chart_alt.dots"), title=title, facts=facts),
        remarks=(
            *low_members(spec.kpis, spec.rows, members, period, reading),
            *reading.persons_remarks,
        ),
    )


def _members(block: DotsBlock, period: Period, reading: Reading) -> list[str]:
    """In their own order where there is one, else the largest first."""
    spec, level = block.dots, (block.dots.rows,)
    found = reading.members(level, period)
    if is_ordered(spec.rows, reading.context):
        return in_order(spec.rows, found, reading.context)
    far = spec.kpis[-1]
    return by_size(
        found, {member: reading.point(far, Spot(period, level, (member,))).value for member in found}
    )


def _drawn(block: DotsBlock, members: list[str], period: Period, reading: Reading) -> Dots:
    context, spec = reading.context, block.dots
    definition = context.kpis[spec.kpis[-1]]
    spots = [Spot(period, (spec.rows,), (member,)) for member in members]
    points = [[reading.point(kpi, spot) for kpi in spec.kpis] for spot in spots]
    scale = context.numbers.scale([point.value for row in points for point in row], definition)
    return Dots(
        names=tuple(reading.member(spec.rows, member) for member in members),
        labels=brief([context.kpis[kpi].label for kpi in spec.kpis]),
        values=tuple(tuple(point.value for point in row) for row in points),
        texts=tuple(
            tuple(reading.scaled(kpi, point, scale) for kpi, point in zip(spec.kpis, row, strict=True))
            for row in points
        ),
        unit=scale.unit,
        format=format_of(definition, context.settings.currency),
    )


def brief(labels: list[str]) -> tuple[str, ...]:
    """What tells the labels apart: “median” and “90 % within”, where all begin with the same words and a comma."""
    heads, _, tails = zip(*(label.rpartition(", ") for label in labels), strict=True)
    return tuple(tails) if heads[0] and len(set(heads)) == 1 else tuple(labels)
