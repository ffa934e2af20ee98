"""Charts by time: one KPI with its plan and last year, several KPIs, or one KPI in parts."""

from __future__ import annotations

from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.document.blocks.course import Course, course_of, groups
from broadsheet.document.blocks.events import events_of
from broadsheet.document.blocks.single import Picture, from_zero, picture, scenarios_of
from broadsheet.document.context import Context
from broadsheet.document.findings import leader, over_time, several
from broadsheet.document.formats import format_of
from broadsheet.document.language import begin
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.document.series import low_ones, series_of
from broadsheet.document.tree import Chart, Role, Section
from broadsheet.document.variances import scale_note
from broadsheet.metrics.question import Answer, Question, Top

MOST_EVENTS = 50
PARTS = 6
"""A stacked chart shows so many parts; the rest is “Other”."""


def ask(block: ChartBlock, context: Context) -> Question:
    """Every unit of the course, with the units of last year and the forecasts where they are drawn."""
    course = course_of(block, context)
    where = (*context.report.where, *block.where)
    if block.split is not None:
        whole = context.whole(course.past, context.resolve(block.period))
        buckets = tuple(dict.fromkeys((whole, *course.past)))
        top = Top(block.split, block.kpis[0], block.top or PARTS)
        return Question(block.kpis, buckets, (block.split,), ((block.split,), ()), where, top)
    scenarios = scenarios_of(block, context) if len(block.kpis) == 1 else ()
    formers = [former for bucket in course.all for former in context.formers(bucket, scenarios)]
    kpis = context.with_plans(block.kpis, scenarios)
    if course.ahead:
        kpis = tuple(dict.fromkeys((*kpis, *context.forecast_of(block.kpis[0]))))
    units = tuple(dict.fromkeys((*course.all, *formers)))
    if block.events is None:
        return Question(kpis, units, where=where)
    # Rows one by one are those of the first KPI in the first period.
    whole = context.whole(course.past, context.resolve(block.period))
    return Question(
        (block.events, *kpis), tuple(dict.fromkeys((whole, *units))), where=where, rows=MOST_EVENTS
    )


def tell(block: ChartBlock, answer: Answer, context: Context) -> Section:
    """The chart under the sentence that its numbers make."""
    reading, course = Reading(answer, context), course_of(block, context)
    if block.split is not None:
        shown = _parts(block, course, reading)
    else:
        shown = picture(block, course, reading) if len(block.kpis) == 1 else _several(block, course, reading)
    zero = block.chart != "line" or from_zero(shown.series)
    labels = context.words.labels
    events, happened = events_of(block.events, course, reading) if block.events else ((), ())
    chart = Chart(
        kind=block.chart,
        categories=tuple(context.dates.tick(bucket) for bucket in course.all),
        series=shown.series,
        unit=shown.scale.unit,
        groups=groups(course, context),
        highlight=len(course.past) - 1,
        zero_based=zero,
        totals=shown.totals,
        format=format_of(context.kpis[block.kpis[0]], context.settings.currency),
        variances=shown.tiers,
        ahead=len(course.ahead),
        parting=(begin(labels["actual"]), begin(labels["forecast"])) if course.ahead else ("", ""),
        band=shown.band,
        events=events,
    )
    partial = (context.say("partial"),) if any(bucket.clipped for bucket in course.all) else ()
    units = [Spot(bucket) for bucket in course.past]
    return Section(
        id="",
        title=shown.title,
        caption=_caption(block, course, shown, zero, context),
        body=chart,
        alt=_alt(block, course, shown, context),
        remarks=(
            *partial,
            *happened,
            *low_ones(block, units, map(context.dates.name, course.past), reading),
            *reading.persons_remarks,
        ),
    )


def _several(block: ChartBlock, course: Course, reading: Reading) -> Picture:
    """KPIs side by side, without comparisons: more columns per unit cannot be read."""
    points = {name: [reading.point(name, Spot(bucket)) for bucket in course.past] for name in block.kpis}
    labels = reading.context.kpis
    series, scale = series_of(
        [(labels[name].label, "member", name, points[name]) for name in block.kpis], reading
    )
    return Picture(several(reading, block.kpis, course.past), series, scale, points[block.kpis[0]])


def _parts(block: ChartBlock, course: Course, reading: Reading) -> Picture:
    """The members of a dimension as parts of the whole."""
    kpi, split, context = block.kpis[0], block.split or "", reading.context
    whole = context.whole(course.past, context.resolve(block.period))
    drawn: list[tuple[str, Role, str, list[Point]]] = [
        (
            reading.member(split, member),
            "member",
            kpi,
            [reading.point(kpi, Spot(bucket, (split,), (member,))) for bucket in course.past],
        )
        for member in reading.members((split,), whole)
    ]
    series, scale = series_of(drawn, reading)
    totals = [reading.point(kpi, Spot(bucket)) for bucket in course.past]
    return Picture(
        title=leader(reading, kpi, split, whole) or over_time(reading, kpi, course.past, ()),
        series=series,
        scale=scale,
        lead=totals,
        totals=tuple(reading.scaled(kpi, point, scale) for point in totals),
    )


def _caption(block: ChartBlock, course: Course, shown: Picture, zero: bool, context: Context) -> str:
    labels = context.words.listed(context.kpis[kpi].label for kpi in block.kpis)
    if block.split is not None:
        labels = context.say(
            "caption_by", label=labels, by=context.words.inside(context.dimensions[block.split].label)
        )
    if block.cumulative:
        labels = context.say("caption_cumulative", label=labels)
    span = context.say(
        "span", count=context.span_text(course.past), period=context.dates.full(course.past[-1])
    )
    parts = [labels, shown.scale.unit, span]
    if shown.expected:
        parts.append(context.say("caption_ahead", period=context.dates.name(course.ahead[-1])))
    if shown.band:
        parts.append(context.say("caption_band"))
    if not zero:
        parts.append(context.say("caption_zero"))
    return context.words.listed(filter(None, (*parts, scale_note(shown.tiers, context))))


def _alt(block: ChartBlock, course: Course, shown: Picture, context: Context) -> str:
    definition, kind = context.kpis[block.kpis[0]], context.say(f"chart_alt.{block.chart}")
    known = [
        (bucket, point.value)
        for bucket, point in zip(course.all, shown.lead, strict=False)
        if point.value is not None
    ]
    if not known:
        return f"{kind}. {shown.title}."
    values = [value for _, value in known]
    (start, first), (end, last) = known[0], known[-1]
    texts = {
        name: context.numbers.value(value, definition)
        for name, value in (("first", first), ("last", last), ("low", min(values)), ("high", max(values)))
    }
    names = {"start": context.dates.name(start), "end": context.dates.name(end), "label": definition.label}
    told = context.say("alt_span", kind=kind, title=shown.title, **names, **texts)
    if shown.expected and shown.expected[-1].value is not None:
        value = context.numbers.value(shown.expected[-1].value, definition)
        period = context.dates.name(course.ahead[-1])
        told = f"{told} {context.say('alt_expected', value=value, period=period)}"
    return told
