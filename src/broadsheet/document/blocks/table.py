"""Tables: KPIs as columns, the members of a dimension or the units of time as rows."""

from __future__ import annotations

from collections.abc import Iterable

from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.definitions.models.reports import TableBlock
from broadsheet.document.blocks.columns import Column, Line, comparison, measured, standing, values
from broadsheet.document.context import Context
from broadsheet.document.findings import largest_gap, leader, several
from broadsheet.document.formats import TEXT
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.document.tree import Cell, Head, Notice, Row, Section, Table
from broadsheet.metrics.question import OTHER, Answer, Question, Top
from broadsheet.periods import GRAINS, Period

MOST_ROWS, FIRST_ROWS = 200, 20
"""Of more rows only the first are printed; the workbook has all."""
_KPIS_WITH_ROOM = 4
"""Beside more KPIs, a comparison takes one column instead of three."""


def ask(block: TableBlock, context: Context) -> Question:
    """The rows, the total, and what the first KPI is compared with."""
    table, scenarios = block.table, scenarios_of(block, context)
    period = context.resolve(block.period)
    kpis = dict.fromkeys((*table.kpis, *([table.sort] if table.sort else [])))
    goal: tuple[Scenario, ...] = ("plan",) if table.status else ()
    compared = context.with_plans(table.kpis[:1], (*scenarios, *goal))
    names = tuple(dict.fromkeys((*kpis, *compared)))
    where = (*context.report.where, *block.where)
    if table.rows in GRAINS:
        course = _course(block, context)
        periods = [context.whole(course, period), *course]
        return Question(names, _with_formers(periods, scenarios, context), where=where)
    top = (
        Top(table.rows, table.sort or table.kpis[0], table.top, rest=table.rest == "other")
        if table.top
        else None
    )
    buckets = _with_formers([period], scenarios, context)
    return Question(names, buckets, (table.rows,), ((table.rows,), ()), where, top)


def tell(block: TableBlock, answer: Answer, context: Context) -> Section:
    """The table under the sentence about the row that stands out."""
    reading, table = Reading(answer, context), block.table
    period = context.resolve(block.period)
    lines = _lines(block, period, reading)
    shown, further = _cut(lines)
    if not any(line.kind == "row" for line in lines):
        empty = context.say("no_data", period=context.dates.name(period))
        return Section("", context.kpis[table.kpis[0]].label, "", Notice("empty", empty), state="empty")
    columns = list(_columns(block, [*shown, *further], reading))
    rows = tuple(
        Row(
            (
                Cell(line.text, line.text, strong=line.kind == "total"),
                *(column.cells[i] for column in columns),
            ),
            line.kind,
        )
        for i, line in enumerate([*shown, *further])
    )
    by_time = table.rows in GRAINS
    first = "" if by_time else context.dimensions[table.rows].label
    return Section(
        id="",
        title=_title(block, period, reading),
        caption=_caption(block, period, reading),
        body=Table(
            heads=(Head(first, align="start", share=2.0, format=TEXT), *(column.head for column in columns)),
            rows=rows[: len(shown)],
            omitted=len(further),
            further=rows[len(shown) :],
        ),
        remarks=_remarks(block, shown, reading),
    )


def _columns(block: TableBlock, lines: list[Line], reading: Reading) -> Iterable[Column]:
    """The values of every KPI; behind those of the first one its comparisons."""
    table, scenarios = block.table, scenarios_of(block, reading.context)
    for kpi in table.kpis:
        found, first = measured(kpi, lines, reading), kpi == table.kpis[0]
        yield values(found, bars=first and table.rows not in GRAINS, plan="plan" in scenarios)
        for scenario in scenarios if first else ():
            yield from comparison(found, scenario, brief=len(table.kpis) > _KPIS_WITH_ROOM)
    status = standing(measured(table.kpis[0], lines, reading)) if table.status else None
    if status is not None:
        yield status


def scenarios_of(block: TableBlock, context: Context) -> tuple[Scenario, ...]:
    """As the block wants; of the report's only the first, for a table has few columns to spare.

    By time, the unit before already stands in the row above.
    """
    by_time = block.table.rows in GRAINS
    found = tuple(item for item in context.scenarios(block) if not (by_time and item == "previous"))
    return found if block.compare is not None else found[:1]


def _with_formers(
    periods: list[Period], scenarios: tuple[Scenario, ...], context: Context
) -> tuple[Period, ...]:
    formers = (former for period in periods for former in context.formers(period, scenarios))
    return tuple(dict.fromkeys((*periods, *formers)))


def _course(block: TableBlock, context: Context) -> tuple[Period, ...]:
    grain = next(grain for grain in GRAINS if grain == block.table.rows)
    return context.timeline(context.resolve(block.period), grain, block.table.span)


def _lines(block: TableBlock, period: Period, reading: Reading) -> list[Line]:
    context, table = reading.context, block.table
    if table.rows in GRAINS:
        course = _course(block, context)
        lines = [Line(_unit(bucket, context), Spot(bucket)) for bucket in course]
        total = Spot(context.whole(course, period))
    else:
        level = (table.rows,)
        lines = [
            Line(
                reading.member(table.rows, member),
                Spot(period, level, (member,)),
                "other" if member == OTHER else "row",
            )
            for member in reading.members(level, period)
        ]
        if table.top is None and (table.sort or not context.natural(table.rows)):
            lines.sort(key=lambda line: _size(reading.point(table.sort or table.kpis[0], line.spot)))
        total = Spot(period)
    return [*lines, Line(context.say("total"), total, "total")] if table.total else lines


def _cut(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The rows to be printed, with the total, and the further ones: more than a page can bear are few."""
    body, total = ([line for line in lines if (line.kind == "total") is last] for last in (False, True))
    shown = len(body) if len(body) <= MOST_ROWS else FIRST_ROWS
    return [*body[:shown], *total], body[shown:]


def _unit(bucket: Period, context: Context) -> str:
    return context.dates.name(bucket) + ("*" if bucket.clipped else "")


def _size(point: Point) -> tuple[bool, float]:
    """Largest first, undefined last."""
    return point.value is None, -(point.value or 0.0)


def _title(block: TableBlock, period: Period, reading: Reading) -> str:
    table, context = block.table, reading.context
    kpi = table.kpis[0]
    if table.rows in GRAINS:
        return several(reading, table.kpis[:2], _course(block, context))
    for scenario in scenarios_of(block, context):
        gap = largest_gap(reading, kpi, table.rows, period, scenario)
        if gap:
            return gap
    by = context.words.inside(context.dimensions[table.rows].label)
    leading = leader(reading, kpi, table.rows, period)
    return leading or context.say("caption_by", label=context.kpis[kpi].label, by=by)


def _caption(block: TableBlock, period: Period, reading: Reading) -> str:
    context, table = reading.context, block.table
    if table.rows in GRAINS:
        course = _course(block, context)
        end = context.dates.full(course[-1])
        return context.say("span", count=context.span_text(course), period=end)
    parts = [context.dates.full(period)]
    if table.top or table.sort or not context.natural(table.rows):
        label = context.words.inside(context.kpis[table.sort or table.kpis[0]].label)
        parts.append(context.say("caption_sorted", label=label))
    return context.words.listed(parts)


def _remarks(block: TableBlock, lines: list[Line], reading: Reading) -> tuple[str, ...]:
    context, table = reading.context, block.table
    remarks = []
    points = [(kpi, reading.point(kpi, line.spot)) for kpi in table.kpis for line in lines]
    if any(reading.low(kpi, point) for kpi, point in points):
        remarks.append(context.say("low_base_remark", count=context.settings.low_base))
    if any(reading.interval_text(kpi, point) for kpi, point in points):
        remarks.append(context.say("interval_remark"))
    remarks += reading.not_additive(table.kpis, (table.rows,)) if table.total else ()
    remarks += reading.persons_remarks
    if any(line.kind == "other" for line in lines):
        remarks.append(reading.others())
    elif table.top and len(lines) - table.total >= table.top and table.rest == "hide":
        remarks.append(context.say("hidden_remark", size=table.top))
    if any(line.spot.period.clipped for line in lines):
        remarks.append(context.say("partial"))
    return tuple(remarks)
