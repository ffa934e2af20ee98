"""Charts by time: one KPI with its plan and last year, several KPIs, or one KPI in parts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.document.changes import base_of
from broadsheet.document.context import Context
from broadsheet.document.findings import leader, over_time, several
from broadsheet.document.formats import format_of
from broadsheet.document.numbers import Scale
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.document.series import low_ones, series_of
from broadsheet.document.tree import Chart, Role, Section, Series, Variance
from broadsheet.document.variances import absolute, relative, scale_note
from broadsheet.document.wording import inside
from broadsheet.metrics.question import Answer, Question, Top
from broadsheet.periods import GRAINS, Period

PARTS = 6
"""A stacked chart shows so many parts; the rest is “Other”."""


def ask(block: ChartBlock, context: Context) -> Question:
    """Every unit of the course, with the units of last year where they are drawn."""
    course = _course(block, context)
    scenarios = _scenarios(block, context)
    where = (*context.report.where, *block.where)
    if block.split is not None:
        whole = context.whole(course, context.resolve(block.period))
        buckets = tuple(dict.fromkeys((whole, *course)))
        top = Top(block.split, block.kpis[0], block.top or PARTS)
        return Question(block.kpis, buckets, (block.split,), ((block.split,), ()), where, top)
    formers = [former for bucket in course for former in context.formers(bucket, scenarios)]
    kpis = context.with_plans(block.kpis, scenarios)
    return Question(kpis, tuple(dict.fromkeys((*course, *formers))), where=where)


def tell(block: ChartBlock, answer: Answer, context: Context) -> Section:
    """The chart under the sentence that its numbers make."""
    reading, course = Reading(answer, context), _course(block, context)
    series, scale = _series(block, course, reading)
    title, tiers = _title(block, course, reading), _tiers(block, course, reading)
    zero = block.chart != "line" or _from_zero(series)
    chart = Chart(
        kind=block.chart,
        categories=tuple(context.dates.tick(bucket) for bucket in course),
        series=series,
        unit=scale.unit,
        groups=_groups(course, context),
        highlight=len(course) - 1,
        zero_based=zero,
        totals=_totals(block, course, reading, scale),
        format=format_of(context.kpis[block.kpis[0]], context.settings.currency),
        variances=tiers,
    )
    partial = (context.say("partial"),) if any(bucket.clipped for bucket in course) else ()
    return Section(
        id="",
        title=title,
        caption=_caption(block, course, scale, zero, context, tiers),
        body=chart,
        alt=_alt(block, course, title, reading),
        remarks=(
            *partial,
            *low_ones(block, [Spot(bucket) for bucket in course], map(context.dates.name, course), reading),
            *reading.persons_remarks,
        ),
    )


def _title(block: ChartBlock, course: tuple[Period, ...], reading: Reading) -> str:
    if len(block.kpis) > 1:
        return several(reading, block.kpis, course)
    if block.split is not None:
        whole = reading.context.whole(course, reading.context.resolve(block.period))
        leading = leader(reading, block.kpis[0], block.split, whole)
        if leading:
            return leading
    return over_time(reading, block.kpis[0], course, _scenarios(block, reading.context))


def _course(block: ChartBlock, context: Context) -> tuple[Period, ...]:
    grain = next(grain for grain in GRAINS if grain == block.by)
    return context.timeline(context.resolve(block.period), grain, block.span)


def _scenarios(block: ChartBlock, context: Context) -> tuple[Scenario, ...]:
    """Plan and last year, of a single KPI: the unit before already stands beside each unit."""
    if len(block.kpis) > 1 or block.split is not None:
        return ()
    return tuple(scenario for scenario in context.scenarios(block) if scenario != "previous")


def _series(
    block: ChartBlock, course: tuple[Period, ...], reading: Reading
) -> tuple[tuple[Series, ...], Scale]:
    context, kpi = reading.context, block.kpis[0]
    drawn: list[tuple[str, Role, str, list[Point]]] = []
    if block.split is not None:
        level = (block.split,)
        whole = context.whole(course, context.resolve(block.period))
        for member in reading.members(level, whole):
            points = [reading.point(kpi, Spot(bucket, level, (member,))) for bucket in course]
            drawn.append((reading.member(block.split, member), "member", kpi, points))
    else:
        single = len(block.kpis) == 1
        for name in block.kpis:
            points = [reading.point(name, Spot(bucket)) for bucket in course]
            drawn.append((context.kpis[name].label, "actual" if single else "member", name, points))
        scenarios = _scenarios(block, context)
        for scenario in scenarios:
            bases = [base_of(reading, kpi, Spot(bucket), scenario) for bucket in course]
            points = [base[1] if base else Point(None) for base in bases]
            if any(point.value is not None for point in points):
                code = next(base[0] for base in bases if base)
                drawn.append((code, scenario, kpi, points))
        if len(drawn) > 1 and scenarios:
            drawn[0] = (context.words.labels["code_actual"], *drawn[0][1:])
    return series_of(drawn, reading)


def _tiers(block: ChartBlock, course: tuple[Period, ...], reading: Reading) -> tuple[Variance, ...]:
    """The difference of every column from the first comparison, where there is one."""
    scenarios = _scenarios(block, reading.context) if block.chart == "bar" else ()
    if not scenarios:
        return ()
    kpi, spots = block.kpis[0], [Spot(bucket) for bucket in course]
    bases = [base_of(reading, kpi, spot, scenarios[0]) for spot in spots]
    points = [reading.point(kpi, spot) for spot in spots]
    if not any(bases):
        return ()
    kinds = {"absolute": absolute, "relative": relative}
    return tuple(kinds[kind](kpi, points, bases, reading) for kind in block.variance)


def _from_zero(series: tuple[Series, ...]) -> bool:
    """Lines start at zero unless that would flatten them: all values far from it, on one side."""
    known = [value for line in series for value in line.values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    return low <= 0 or low < 0.5 * high


def _totals(block: ChartBlock, course: tuple[Period, ...], reading: Reading, scale: Scale) -> tuple[str, ...]:
    if block.split is None:
        return ()
    points = (reading.point(block.kpis[0], Spot(bucket)) for bucket in course)
    return tuple(reading.scaled(block.kpis[0], point, scale) for point in points)


def _groups(course: tuple[Period, ...], context: Context) -> tuple[tuple[str, int], ...]:
    runs = groupby(course, key=context.dates.group)
    return tuple((label, len(list(run))) for label, run in runs if label)


def _caption(
    block: ChartBlock,
    course: tuple[Period, ...],
    scale: Scale,
    zero: bool,
    context: Context,
    tiers: Sequence[Variance],
) -> str:
    labels = ", ".join(context.kpis[kpi].label for kpi in block.kpis)
    if block.split is not None:
        labels = context.say("caption_by", label=labels, by=inside(context.dimensions[block.split].label))
    end = context.dates.full(course[-1])
    parts = [labels, scale.unit, context.say("span", count=context.span_text(course), period=end)]
    if not zero:
        parts.append(context.say("caption_zero"))
    return ", ".join(filter(None, (*parts, scale_note(tiers, context))))


def _alt(block: ChartBlock, course: tuple[Period, ...], title: str, reading: Reading) -> str:
    context, kpi = reading.context, block.kpis[0]
    definition = context.kpis[kpi]
    known = [
        (bucket, value) for bucket in course if (value := reading.point(kpi, Spot(bucket)).value) is not None
    ]
    kind = context.say(f"chart_alt.{block.chart}")
    if not known:
        return f"{kind}. {title}."
    values = [value for _, value in known]
    (start, first), (end, last) = known[0], known[-1]
    texts = {
        name: context.numbers.value(value, definition)
        for name, value in (("first", first), ("last", last), ("low", min(values)), ("high", max(values)))
    }
    return context.say(
        "alt_span",
        kind=kind,
        title=title,
        label=definition.label,
        start=context.dates.name(start),
        end=context.dates.name(end),
        **texts,
    )
