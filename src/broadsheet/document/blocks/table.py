"""Tables: KPIs as columns, the members of a dimension or the units of time as rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.definitions.models.reports import TableBlock
from broadsheet.document.changes import base_of, change, subtract, tone
from broadsheet.document.context import Context
from broadsheet.document.findings import largest_gap, leader, several
from broadsheet.document.formats import SHARE, TEXT, difference_of, format_of
from broadsheet.document.numbers import UNDEFINED, Scale, adds_up, is_level
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.document.tree import Cell, Head, Notice, Row, Section, Table, Tone
from broadsheet.metrics.question import OTHER, Answer, Question, Top
from broadsheet.periods import GRAINS, Period

MOST_ROWS = 200
_KPIS_WITH_ROOM = 4
"""Beside more KPIs, a comparison takes one column instead of three."""
_MARKS = {"up": "▲", "down": "▼", "flat": ""}


@dataclass(frozen=True)
class Line:
    """A row to come: its head, its kind and the spot of its values."""

    text: str
    spot: Spot
    kind: Literal["row", "other", "total"] = "row"


@dataclass(frozen=True)
class Column:
    """A column: its head and one cell per line."""

    head: Head
    cells: tuple[Cell, ...]


def ask(block: TableBlock, context: Context) -> Question:
    """The rows, the total, and what the first KPI is compared with."""
    table, scenarios = block.table, _scenarios(block, context)
    period = context.resolve(block.period)
    kpis = dict.fromkeys((*table.kpis, *([table.sort] if table.sort else [])))
    compared = context.with_plans(table.kpis[:1], scenarios)
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
    columns = list(
        chain.from_iterable(_columns(kpi, block, [*shown, *further], reading) for kpi in table.kpis)
    )
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


def _scenarios(block: TableBlock, context: Context) -> tuple[Scenario, ...]:
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
    """At most so many rows as a page can bear, besides the total; and the further ones."""
    body, total = ([line for line in lines if (line.kind == "total") is last] for last in (False, True))
    return [*body[:MOST_ROWS], *total], body[MOST_ROWS:]


def _unit(bucket: Period, context: Context) -> str:
    return context.dates.name(bucket) + ("*" if bucket.clipped else "")


def _size(point: Point) -> tuple[bool, float]:
    """Largest first, undefined last."""
    return point.value is None, -(point.value or 0.0)


def _columns(kpi: str, block: TableBlock, lines: list[Line], reading: Reading) -> Iterable[Column]:
    """The values of a KPI; behind those of the first one its comparisons."""
    context, definition = reading.context, reading.context.kpis[kpi]
    points = [reading.point(kpi, line.spot) for line in lines]
    scale = context.numbers.scale([point.value for point in points], definition)
    first = kpi == block.table.kpis[0]
    bars = first and adds_up(definition) and block.table.rows not in GRAINS
    unit = "" if scale.unit == "%" else scale.unit
    yield Column(
        Head(
            definition.label,
            unit,
            share=1.4 if bars else 1.0,
            format=format_of(definition, context.settings.currency),
        ),
        _values(kpi, lines, points, scale, reading, bars),
    )
    if first:
        for scenario in _scenarios(block, context):
            brief = len(block.table.kpis) > _KPIS_WITH_ROOM
            yield from _comparison(kpi, scenario, lines, scale, reading, brief=brief)


def _values(
    kpi: str, lines: list[Line], points: list[Point], scale: Scale, reading: Reading, bars: bool
) -> tuple[Cell, ...]:
    parts = [point.value for line, point in zip(lines, points, strict=True) if line.kind != "total"]
    largest = max((value for value in parts if value is not None), default=0.0)
    drawn = bars and largest > 0 and all(value is None or value >= 0 for value in parts)
    cells = []
    for line, point in zip(lines, points, strict=True):
        bar = (point.value or 0.0) / largest if drawn and line.kind != "total" else None
        note = _small(kpi, point, reading)
        cells.append(
            Cell(
                text=reading.scaled(kpi, point, scale),
                value=point.value,
                tone="muted" if reading.low(kpi, point) or point.value is None else None,
                bar=bar,
                sub=note,
                strong=line.kind == "total",
            )
        )
    return tuple(cells)


def _small(kpi: str, point: Point, reading: Reading) -> str:
    """What stands below a figure from few rows or of none: its interval if it is a proportion, and n."""
    context, interval = reading.context, reading.interval_text(kpi, point)
    if interval and point.base:
        return f"{interval}, {context.say('n', count=context.numbers.decimal(point.base))}"
    return reading.n_text(point) if reading.low(kpi, point) or reading.divides_by_nothing(point) else ""


def _comparison(
    kpi: str, scenario: Scenario, lines: list[Line], scale: Scale, reading: Reading, *, brief: bool
) -> Iterable[Column]:
    """The plan with the difference to it, and the relative change; of percentages the difference.

    In brief only one column: the relative change, of percentages the difference.
    """
    context, definition = reading.context, reading.context.kpis[kpi]
    bases = [base_of(reading, kpi, line.spot, scenario) for line in lines]
    code = next((base[0] for base in reversed(bases) if base), None)
    if code is None:
        return
    percent, form = definition.unit == "percent", format_of(definition, context.settings.currency)
    full = scenario == "plan" and not brief
    if full:
        texts = [reading.scaled(kpi, base[1], scale) if base else UNDEFINED for base in bases]
        yield Column(
            Head(code, "" if percent else scale.unit, format=form),
            tuple(
                Cell(text, base[1].value if base else None, strong=line.kind == "total")
                for text, base, line in zip(texts, bases, lines, strict=True)
            ),
        )
    if percent or full:
        cells = [_gap(kpi, line, base, scale, reading) for line, base in zip(lines, bases, strict=True)]
        unit = context.say("points") if percent else scale.unit
        yield Column(Head(context.say("delta", code=code), unit, format=difference_of(form)), tuple(cells))
    if not percent:
        cells = [
            _relative(kpi, line, base, scenario, reading) for line, base in zip(lines, bases, strict=True)
        ]
        yield Column(Head(context.say("delta_percent", code=code), format=SHARE), tuple(cells))


def _gap(kpi: str, line: Line, base: tuple[str, Point] | None, scale: Scale, reading: Reading) -> Cell:
    difference = subtract(reading.point(kpi, line.spot), base[1]) if base else None
    text = reading.context.numbers.scaled_difference(difference, scale)
    went: Literal["up", "down", "flat"] = "flat"
    if difference and not is_level(text):
        went = "up" if difference > 0 else "down"
    shade: Tone = tone(reading.context.kpis[kpi], went, difference)
    return Cell(text, difference, tone=shade, strong=line.kind == "total")


def _relative(
    kpi: str, line: Line, base: tuple[str, Point] | None, scenario: Scenario, reading: Reading
) -> Cell:
    if base is None:
        return Cell(UNDEFINED, None, tone="muted")
    found = change(reading, kpi, reading.point(kpi, line.spot), base, scenario)
    value = found.relative.value
    mark = _MARKS[found.direction] if value is not None else ""
    shade: Tone = found.tone if value is not None else "muted"
    return Cell(found.relative.text, value, tone=shade, mark=mark, strong=line.kind == "total")


def _title(block: TableBlock, period: Period, reading: Reading) -> str:
    table, context = block.table, reading.context
    kpi = table.kpis[0]
    if table.rows in GRAINS:
        return several(reading, table.kpis[:2], _course(block, context))
    for scenario in _scenarios(block, context):
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
