"""Funnels: how many of a cohort reached each step, of the first and of the step before."""

from __future__ import annotations

from broadsheet.definitions.models.reports import FunnelBlock
from broadsheet.document.context import Context
from broadsheet.document.formats import SHARE, TEXT
from broadsheet.document.numbers import UNDEFINED
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.document.tree import Cell, Head, Notice, Row, Section, Table
from broadsheet.metrics.question import Answer, Question


def ask(block: FunnelBlock, context: Context) -> Question:
    """All steps, and the conversion from the first to the last."""
    kpis = (block.funnel, *_steps(block, context))
    where = (*context.report.where, *block.where)
    return Question(kpis, (context.resolve(block.period),), where=where)


def tell(block: FunnelBlock, answer: Answer, context: Context) -> Section:
    """The steps under the sentence about the whole way."""
    definition, period = context.kpis[block.funnel], context.resolve(block.period)
    reading, steps = Reading(answer, context), _steps(block, context)
    points = [reading.point(step, Spot(period)) for step in steps]
    young = [answer.pending.get(step, 0) for step in steps]
    if not points[0].value and not any(young):
        empty = context.say("no_data", period=context.dates.name(period))
        return Section("", definition.label, "", Notice("empty", empty), state="empty")
    rows = tuple(_row(step, index, points, young, reading) for index, step in enumerate(steps))
    whole = context.numbers.value(reading.point(block.funnel, Spot(period)).value, definition)
    funnel = definition.funnel
    window = context.numbers.elapsed(funnel.window) if funnel else ""
    remarks = [context.say("funnel_young", window=window)] if any(young) else []
    if any(reading.low(step, point) for step, point in zip(steps, points, strict=True)):
        remarks.append(context.say("low_base_remark", count=context.settings.low_base))
    return Section(
        id="",
        title=context.fact(definition.label, whole, definition),
        caption=context.words.listed(
            (context.dates.full(period), context.say("funnel_window", window=window))
        ),
        body=Table(
            heads=(
                Head(context.say("funnel_step"), align="start", share=2.0, format=TEXT),
                Head(context.say("funnel_count")),
                Head(context.say("funnel_first"), format=SHARE),
                Head(context.say("funnel_before"), format=SHARE),
                Head(context.say("funnel_left")),
            ),
            rows=rows,
        ),
        remarks=tuple(remarks),
    )


def _steps(block: FunnelBlock, context: Context) -> tuple[str, ...]:
    funnel = context.kpis[block.funnel].funnel
    return tuple(funnel.steps) if funnel else ()


def _row(step: str, index: int, points: list[Point], young: list[int], reading: Reading) -> Row:
    context, point = reading.context, points[index]
    label, numbers = context.kpis[step].label, context.numbers
    first = points[0].value
    return Row(
        (
            Cell(label, label),
            Cell(
                numbers.value(point.value, context.kpis[step]),
                point.value,
                bar=(point.value or 0.0) / first if first else None,
            ),
            _share(point, points[0], context),
            _share(point, points[index - 1], context) if index else Cell(""),
            Cell(numbers.decimal(young[index]), float(young[index]), tone="muted"),
        )
    )


def _share(point: Point, base: Point, context: Context) -> Cell:
    if not base.value or point.value is None:
        return Cell(UNDEFINED, None, tone="muted")
    share = point.value / base.value
    return Cell(context.numbers.percent(share), share)
