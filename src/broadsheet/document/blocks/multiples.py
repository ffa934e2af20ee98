"""Small multiples: one KPI by time, one panel per member of a dimension, all on one scale."""

from __future__ import annotations

from dataclasses import replace

from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.document.blocks.course import Course, course_of
from broadsheet.document.blocks.single import from_zero, scenarios_of
from broadsheet.document.blocks.strands import Strand, Whose, strands
from broadsheet.document.changes import changes
from broadsheet.document.context import Context
from broadsheet.document.findings import largest_gap, leader, over_time
from broadsheet.document.formats import format_of
from broadsheet.document.numbers import Scale
from broadsheet.document.panels import Multiples, Panel
from broadsheet.document.reading import Reading, Spot
from broadsheet.document.series import series_of
from broadsheet.document.tree import Notice, Section
from broadsheet.metrics.question import OTHER, Answer, Question, Top

PANELS = 5


def ask(block: ChartBlock, context: Context) -> Question:
    """The largest members over the whole course, unit by unit, with one comparison."""
    course, scenarios, split = course_of(block, context), _scenarios(block, context), block.split or ""
    whole = context.whole(course.past, context.resolve(block.period))
    formers = [former for bucket in course.past for former in context.formers(bucket, scenarios)]
    return Question(
        kpis=context.with_plans(block.kpis, scenarios),
        buckets=tuple(dict.fromkeys((whole, *course.past, *formers))),
        dimensions=(split,),
        levels=((split,), ()),
        where=(*context.report.where, *block.where),
        top=Top(split, block.kpis[0], block.top or PANELS),
    )


def tell(block: ChartBlock, answer: Answer, context: Context) -> Section:
    """The panels in the order of their members' size, under the sentence about the one that stands out."""
    reading, course, split = Reading(answer, context), course_of(block, context), block.split or ""
    whole = context.whole(course.past, context.resolve(block.period))
    members = reading.members((split,), whole)
    label = context.kpis[block.kpis[0]].label
    if not members:
        text = context.say("no_data", period=context.dates.name(whole))
        return Section("", label, "", Notice("empty", text), state="empty")
    panels, scale = _panels(block, course, members, reading)
    zero = block.chart != "line" or from_zero([series for panel in panels for series in panel.series])
    title = _title(block, course, reading)
    facts = context.words.listed(f"{panel.name} {panel.text}" for panel in panels)
    return Section(
        id="",
        title=title,
        caption=_caption(block, course, panels, scale, zero, context),
        body=Multiples(
            kind="line" if block.chart == "line" else "bar",
            panels=panels,
            categories=tuple(context.dates.tick(bucket) for bucket in course.past),
            unit=scale.unit,
            highlight=len(course.past) - 1,
            zero_based=zero,
            format=format_of(context.kpis[block.kpis[0]], context.settings.currency),
        ),
        alt=context.say("alt_members", kind=context.say("chart_alt.multiples"), title=title, facts=facts),
        remarks=(
            *((reading.others(),) if OTHER in members else ()),
            *reading.not_additive(block.kpis, (split,)),
            *reading.persons_remarks,
        ),
    )


def _scenarios(block: ChartBlock, context: Context) -> tuple[Scenario, ...]:
    """One comparison: a panel has no room for more."""
    return scenarios_of(block, context)[:1]


def _panels(
    block: ChartBlock, course: Course, members: list[str], reading: Reading
) -> tuple[tuple[Panel, ...], Scale]:
    kpi, split, scenarios = block.kpis[0], block.split or "", _scenarios(block, reading.context)
    found = {
        member: strands(Whose(kpi, (split,), (member,)), course, scenarios, reading) for member in members
    }
    strung: list[tuple[str, Strand]] = [(member, one) for member, many in found.items() for one in many]
    series, scale = series_of([(one.code, one.role, kpi, one.points) for _, one in strung], reading)
    panels = []
    for member in members:
        own = tuple(line for (name, _), line in zip(strung, series, strict=True) if name == member)
        spot = Spot(course.past[-1], (split,), (member,))
        change = next(iter(changes(reading, kpi, spot, scenarios)), None)
        if change is not None:
            text = reading.context.numbers.scaled_difference(change.difference.value, scale)
            change = replace(change, difference=replace(change.difference, text=text))
        panels.append(Panel(reading.member(split, member), own[0].texts[-1], change, own))
    return tuple(panels), scale


def _title(block: ChartBlock, course: Course, reading: Reading) -> str:
    kpi, split = block.kpis[0], block.split or ""
    for scenario in _scenarios(block, reading.context):
        found = largest_gap(reading, kpi, split, course.past[-1], scenario)
        if found:
            return found
    return leader(reading, kpi, split, course.past[-1]) or over_time(reading, kpi, course.past, ())


def _caption(
    block: ChartBlock, course: Course, panels: tuple[Panel, ...], scale: Scale, zero: bool, context: Context
) -> str:
    label, by = (
        context.kpis[block.kpis[0]].label,
        context.words.inside(context.dimensions[block.split or ""].label),
    )
    span = context.say(
        "span", count=context.span_text(course.past), period=context.dates.full(course.past[-1])
    )
    parts = [
        context.say("caption_by", label=label, by=by),
        scale.unit,
        span,
        context.say("caption_one_scale"),
    ]
    base = next((series.label for panel in panels for series in panel.series[1:]), "")
    if base:
        parts.append(context.say("caption_tick", base=base))
    if not zero:
        parts.append(context.say("caption_zero"))
    return context.words.listed(filter(None, parts))
