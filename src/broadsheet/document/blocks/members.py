"""Charts by a dimension: ranked bars, bars in natural order, and bars in parts."""

from __future__ import annotations

from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.document.changes import base_of
from broadsheet.document.context import Context
from broadsheet.document.findings import leader
from broadsheet.document.formats import format_of
from broadsheet.document.numbers import Scale
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.document.series import low_ones, series_of
from broadsheet.document.tree import Chart, Notice, Role, Section, Series, Variance
from broadsheet.document.variances import scale_note, tiers
from broadsheet.metrics.question import OTHER, Answer, Level, Question, Top
from broadsheet.periods import Period

BARS = 12
PARTS = 6


def ask(block: ChartBlock, context: Context) -> Question:
    """The members in the block's period and in the one period they are compared with."""
    period, scenarios = context.resolve(block.period), scenarios_of(block, context)
    buckets = tuple(dict.fromkeys((period, *context.formers(period, scenarios))))
    where = (*context.report.where, *block.where)
    if block.split is not None:
        dimensions = (block.by, block.split)
        top = Top(block.split, block.kpis[0], block.top or PARTS)
        return Question(block.kpis, buckets, dimensions, (dimensions, (block.by,), ()), where, top)
    top_size = block.top or (None if context.natural(block.by) and block.chart == "bar" else BARS)
    ranked = Top(block.by, block.kpis[0], top_size) if top_size else None
    kpis = context.with_plans(block.kpis, scenarios)
    return Question(kpis, buckets, (block.by,), ((block.by,), ()), where, ranked)


def tell(block: ChartBlock, answer: Answer, context: Context) -> Section:
    """The chart under the sentence about the member that stands out."""
    reading, period = Reading(answer, context), context.resolve(block.period)
    kpi, definition = block.kpis[0], context.kpis[block.kpis[0]]
    members = _members(block, period, reading)
    names = tuple(reading.member(block.by, member) for member in members)
    if not members:
        empty = context.say("no_data", period=context.dates.name(period))
        return Section("", definition.label, "", Notice("empty", empty), state="empty")
    series, scale = _series(block, members, period, reading)
    variances = _tiers(block, members, period, reading)
    title = leader(reading, kpi, block.by, period) or context.say(
        "caption_by", label=definition.label, by=context.words.inside(context.dimensions[block.by].label)
    )
    chart = Chart(
        kind=block.chart,
        categories=names,
        series=series,
        unit=scale.unit,
        totals=_totals(block, members, period, reading, scale),
        variances=variances,
        format=format_of(definition, context.settings.currency),
    )
    return Section(
        id="",
        title=title,
        caption=context.words.listed(
            filter(None, (*_caption(block, period, scale, reading), scale_note(variances, context)))
        ),
        body=chart,
        alt=_alt(chart, title, context, first=series[0].label if block.split else ""),
        remarks=(
            *_remarks(block, members, reading),
            *low_ones(block, [Spot(period, (block.by,), (member,)) for member in members], names, reading),
            *reading.persons_remarks,
        ),
    )


def _alt(chart: Chart, title: str, context: Context, *, first: str) -> str:
    """The first members with their numbers; of parts, those of the `first` part."""
    told = zip(chart.categories[:6], chart.series[0].texts, strict=False)
    facts = context.words.listed(filter(None, (first, *(f"{name} {text}" for name, text in told))))
    kind = context.say(f"chart_alt.{chart.kind}")
    return context.say("alt_members", kind=kind, title=title, facts=facts)


def _remarks(block: ChartBlock, members: list[str], reading: Reading) -> tuple[str, ...]:
    remarks = [reading.others()] if OTHER in members else []
    remarks += reading.not_additive(block.kpis, (block.by, block.split or block.by))
    return tuple(remarks)


def scenarios_of(block: ChartBlock, context: Context) -> tuple[Scenario, ...]:
    """One comparison, of a single KPI: more bars per member cannot be read."""
    if len(block.kpis) > 1 or block.split is not None:
        return ()
    return context.scenarios(block)[:1]


def _members(block: ChartBlock, period: Period, reading: Reading) -> list[str]:
    """Largest first in ranked charts and where no order is declared; “Other” last."""
    level = (block.by,)
    members = reading.members(level, period)
    if block.chart == "ranked" or not reading.context.natural(block.by):
        values = {
            member: reading.point(block.kpis[0], Spot(period, level, (member,))).value for member in members
        }
        members.sort(key=lambda member: (values[member] is None, -(values[member] or 0)))
    return [member for member in members if member != OTHER] + [OTHER] * (OTHER in members)


def _series(
    block: ChartBlock, members: list[str], period: Period, reading: Reading
) -> tuple[tuple[Series, ...], Scale]:
    context, kpi = reading.context, block.kpis[0]
    level: Level = (block.by,)
    drawn: list[tuple[str, Role, str, list[Point]]] = []
    if block.split is not None:
        level = (block.by, block.split)
        for part in reading.members(level, period, 1):
            spots = [Spot(period, level, (member, part)) for member in members]
            name = reading.member(block.split, part)
            drawn.append((name, "member", kpi, [reading.point(kpi, spot) for spot in spots]))
    else:
        spots = [Spot(period, level, (member,)) for member in members]
        for name in block.kpis:
            role: Role = "actual" if len(block.kpis) == 1 else "member"
            drawn.append(
                (context.kpis[name].label, role, name, [reading.point(name, spot) for spot in spots])
            )
        for scenario in scenarios_of(block, context):
            bases = [base_of(reading, kpi, spot, scenario) for spot in spots]
            if any(bases):
                code = next(base[0] for base in bases if base)
                drawn.append((code, scenario, kpi, [base[1] if base else Point(None) for base in bases]))
                drawn[0] = (context.words.labels["code_actual"], *drawn[0][1:])
    return series_of(drawn, reading)


def _tiers(block: ChartBlock, members: list[str], period: Period, reading: Reading) -> tuple[Variance, ...]:
    """The difference of every member from the comparison."""
    kpi, spots = block.kpis[0], [Spot(period, (block.by,), (member,)) for member in members]
    for scenario in scenarios_of(block, reading.context):
        bases = [base_of(reading, kpi, spot, scenario) for spot in spots]
        return tiers(kpi, block.variance, [reading.point(kpi, spot) for spot in spots], bases, reading)
    return ()


def _totals(
    block: ChartBlock, members: list[str], period: Period, reading: Reading, scale: Scale
) -> tuple[str, ...]:
    if block.split is None:
        return ()
    points = (reading.point(block.kpis[0], Spot(period, (block.by,), (member,))) for member in members)
    return tuple(reading.scaled(block.kpis[0], point, scale) for point in points)


def _caption(block: ChartBlock, period: Period, scale: Scale, reading: Reading) -> list[str]:
    context = reading.context
    labels = context.words.listed(context.kpis[kpi].label for kpi in block.kpis)
    by = context.words.inside(context.dimensions[block.by].label)
    if block.split is not None:
        by = context.words.listed((by, context.words.inside(context.dimensions[block.split].label)))
    parts = [context.say("caption_by", label=labels, by=by), scale.unit, context.dates.full(period)]
    for scenario in scenarios_of(block, context):
        former = context.former(period, scenario)
        if former is not None:
            name = context.dates.full(former.period)
            label = "code_last_year" if scenario == "last_year" else scenario
            parts.append(context.words.told(context.words.labels[label], name))
    return parts
