"""Heat maps: a KPI by two dimensions, darker is more; cohorts are those of a beginning and an age."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.definitions.models.structure import CohortBlock, HeatBlock
from broadsheet.document.context import Context
from broadsheet.document.diagrams import Heat
from broadsheet.document.formats import SHARE, format_of
from broadsheet.document.numbers import Scale
from broadsheet.document.order import by_size, in_order, is_ordered
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.document.tree import Notice, Section
from broadsheet.metrics.question import OTHER, Answer, Question, Top
from broadsheet.periods import Period

MOST_COLUMNS = 24
SHADES = 5
TOLD = 8
"""So many rows stand in the alternative text."""

Values = tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True)
class Grid:
    """The cells of a KPI in the order they are printed."""

    kpi: str
    level: tuple[str, str]
    period: Period
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    points: tuple[tuple[Point, ...], ...]

    @property
    def values(self) -> Values:
        """The cells as numbers."""
        return tuple(tuple(point.value for point in row) for row in self.points)


@dataclass(frozen=True)
class Shown:
    """What stands in the cells: the values or `share`s, their texts, and the unit."""

    values: Values
    texts: tuple[tuple[str, ...], ...]
    unit: str
    share: bool = False


def ask_heat(block: HeatBlock, context: Context) -> Question:
    """Cells and rows; the largest rows, the others as one."""
    spec, where = block.heat, (*context.report.where, *block.where)
    top = Top(spec.rows, spec.kpi, spec.top)
    level = (spec.rows, spec.columns)
    levels = (level, (spec.rows,), (spec.columns,), ())
    return Question((spec.kpi,), (context.resolve(block.period),), level, levels, where, top)


def ask_cohort(block: CohortBlock, context: Context) -> Question:
    """Cells and beginnings."""
    spec, where = block.cohort, (*context.report.where, *block.where)
    level = (spec.start, spec.age)
    levels = (level, (spec.start,), (spec.age,), ())
    return Question((spec.kpi,), (context.resolve(block.period),), level, levels, where)


def tell_heat(block: HeatBlock, answer: Answer, context: Context) -> Section:
    """The map under the sentence about its darkest cell."""
    spec, period, reading = block.heat, context.resolve(block.period), Reading(answer, context)
    rows = reading.members((spec.rows,), period)
    sizes = {row: reading.point(spec.kpi, Spot(period, (spec.rows,), (row,))).value for row in rows}
    ordered = is_ordered(spec.rows, context)
    rows = in_order(spec.rows, rows, context) if ordered else by_size(rows, sizes)
    grid = _grid(spec.kpi, (spec.rows, spec.columns), rows, period, reading)
    refused = _refused(grid, period, context)
    if refused is not None:
        return refused
    scale = context.numbers.scale([value for row in grid.values for value in row], context.kpis[spec.kpi])
    others = (reading.others(),) if OTHER in rows else ()
    return _section(grid, Shown(grid.values, _texts(grid, scale, reading), scale.unit), reading, others)


def tell_cohort(block: CohortBlock, answer: Answer, context: Context) -> Section:
    """The grid under the sentence about its darkest cell; ages that no row has reached yet stay empty."""
    spec, period, reading = block.cohort, context.resolve(block.period), Reading(answer, context)
    rows = in_order(spec.start, reading.members((spec.start,), period), context)
    grid = _grid(spec.kpi, (spec.start, spec.age), rows, period, reading)
    refused = _refused(grid, period, context)
    if refused is not None:
        return refused
    shown = _aged(grid, reading, share=spec.share)
    return _section(grid, shown, reading, (context.say("cohort_empty"),))


def _aged(grid: Grid, reading: Reading, *, share: bool) -> Shown:
    """Values by age, or each row as shares of its first age."""
    context, reached = reading.context, tuple(_reached(row) for row in grid.values)
    if share:
        parts = tuple(tuple(_part(value, row[0]) for value in row) for row in reached)
        texts = tuple(
            tuple("" if part is None else context.numbers.percent(part, 0) for part in row) for row in parts
        )
        return Shown(parts, texts, context.say("cohort_share"), share=True)
    scale = context.numbers.scale([value for row in reached for value in row], context.kpis[grid.kpi])
    printed = _texts(grid, scale, reading)
    ends = [_last(row) for row in grid.values]
    texts = tuple(
        tuple(text if at <= end else "" for at, text in enumerate(row))
        for row, end in zip(printed, ends, strict=True)
    )
    return Shown(reached, texts, scale.unit)


def _grid(kpi: str, level: tuple[str, str], rows: list[str], period: Period, reading: Reading) -> Grid:
    columns = in_order(level[1], reading.members((level[1],), period), reading.context)
    points = tuple(
        tuple(reading.point(kpi, Spot(period, level, (row, column))) for column in columns) for row in rows
    )
    return Grid(kpi, level, period, tuple(rows), tuple(columns), points)


def _refused(grid: Grid, period: Period, context: Context) -> Section | None:
    """Why nothing can be drawn."""
    label = context.kpis[grid.kpi].label
    if not any(value is not None for row in grid.values for value in row):
        text = context.say("no_data", period=context.dates.full(period))
        return Section("", label, "", Notice("empty", text), state="empty")
    if len(grid.columns) > MOST_COLUMNS:
        columns, count = context.dimensions[grid.level[1]].label, len(grid.columns)
        text = context.say("crosstab_wide", columns=columns, count=count, most=MOST_COLUMNS)
        return Section("", label, "", Notice("failed", text), state="failed")
    return None


def _last(row: tuple[float | None, ...]) -> int:
    """The last age with something in it."""
    return max((at for at, value in enumerate(row) if value), default=-1)


def _reached(row: tuple[float | None, ...]) -> tuple[float | None, ...]:
    """The ages that were reached."""
    last = _last(row)
    return tuple(value if at <= last else None for at, value in enumerate(row))


def _part(value: float | None, base: float | None) -> float | None:
    return None if value is None or not base else value / base


def _texts(grid: Grid, scale: Scale, reading: Reading) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(reading.scaled(grid.kpi, point, scale) for point in row) for row in grid.points)


def _section(grid: Grid, shown: Shown, reading: Reading, remarks: tuple[str, ...]) -> Section:
    context, definition = reading.context, reading.context.kpis[grid.kpi]
    rows, columns = (
        tuple(reading.member(name, member) for member in members)
        for name, members in zip(grid.level, (grid.rows, grid.columns), strict=True)
    )
    form = SHARE if shown.share else format_of(definition, context.settings.currency)
    drawn = Heat(rows, columns, shown.values, shown.texts, _shades(shown.values), shown.unit, form)
    title = _title(grid, drawn, context)
    told = zip(rows, drawn.texts, strict=True)
    facts = context.words.listed(f"{name} {' · '.join(filter(None, row))}" for name, row in list(told)[:TOLD])
    by = context.words.listed(context.words.inside(context.dimensions[name].label) for name in grid.level)
    caption = (
        context.say("caption_by", label=definition.label, by=by),
        shown.unit,
        context.dates.full(grid.period),
        context.say("crosstab_heat"),
    )
    return Section(
        id="",
        title=title,
        caption=context.words.listed(filter(None, caption)),
        body=drawn,
        alt=context.say("alt_members", kind=context.say("chart_alt.heat"), title=title, facts=facts),
        remarks=(*remarks, *reading.not_additive((grid.kpi,), grid.level), *reading.persons_remarks),
    )


def _shades(values: Values) -> tuple[tuple[int | None, ...], ...]:
    """Steps of one hue from nothing to the most; where values fall below zero, from the least."""
    known = [value for row in values for value in row if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    spread = (high - low) or 1.0
    return tuple(
        tuple(
            None if value is None else min(SHADES, int((value - low) / spread * (SHADES + 1)))
            for value in row
        )
        for row in values
    )


def _title(grid: Grid, drawn: Heat, context: Context) -> str:
    """The darkest cell; of a cohort as shares, that is beyond the first age, which is all."""
    definition = context.kpis[grid.kpi]
    cells = [
        (value, row, column)
        for row, values in enumerate(drawn.values)
        for column, value in enumerate(values)
        if value is not None and grid.rows[row] != OTHER and not (drawn.format == SHARE and column == 0)
    ]
    if not cells:
        return definition.label
    value, row, column = max(cells, key=lambda cell: (cell[0], -cell[1], -cell[2]))
    shown = (
        context.numbers.percent(value, 0)
        if drawn.format == SHARE
        else context.numbers.value(value, definition)
    )
    return context.say(
        "heat_title",
        label=context.words.inside(definition.label),
        row=drawn.rows[row],
        column=drawn.heads[column],
        value=shown,
    )
