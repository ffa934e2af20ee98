"""Columns of tables: the values of a KPI, their comparisons, and the bars drawn into the cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.document.changes import Base, base_of, change, direction, status, subtract, tone
from broadsheet.document.formats import SHARE, TEXT, difference_of, format_of
from broadsheet.document.numbers import UNDEFINED, Scale, adds_up
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.document.tree import Cell, Head, Tone

_MARKS = {"up": "▲", "down": "▼", "flat": ""}
SHAPES = {"on_track": "●", "at_risk": "◆", "off_track": "■"}


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


@dataclass(frozen=True)
class Measured:
    """A KPI along the lines of a table, in the one way in which its column is printed."""

    kpi: str
    lines: Sequence[Line]
    reading: Reading
    points: tuple[Point, ...]
    scale: Scale

    def bases(self, scenario: Scenario) -> list[Base | None]:
        """What each line is compared with."""
        return [base_of(self.reading, self.kpi, line.spot, scenario) for line in self.lines]

    @property
    def unit(self) -> str:
        """The unit below the head; percentages have theirs behind each figure."""
        return "" if self.scale.unit == "%" else self.scale.unit

    @property
    def percent(self) -> bool:
        """Whether its differences are percentage points."""
        return self.reading.context.kpis[self.kpi].unit == "percent"

    def column(self, head: Head, cells: Iterable[Cell]) -> Column:
        """A column whose totals are set in bold."""
        shown = zip(cells, self.lines, strict=True)
        return Column(head, tuple(replace(cell, strong=line.kind == "total") for cell, line in shown))


def measured(kpi: str, lines: Sequence[Line], reading: Reading) -> Measured:
    """The values of a KPI at every line."""
    points = tuple(reading.point(kpi, line.spot) for line in lines)
    definition = reading.context.kpis[kpi]
    scale = reading.context.numbers.scale([point.value for point in points], definition)
    return Measured(kpi, lines, reading, points, scale)


def values(found: Measured, *, bars: bool, plan: bool) -> Column:
    """The values; with bars where parts of a whole are compared, and ticks where they have a plan."""
    context, definition = found.reading.context, found.reading.context.kpis[found.kpi]
    cells = [_value(found, point) for point in found.points]
    drawn = bars and adds_up(definition)
    unit = found.unit
    if drawn:
        bases = found.bases("plan") if plan else []
        goals = [base[1].value if base else None for base in bases]
        cells, code = _barred(found, cells, goals), next((base[0] for base in bases if base), "")
        ticked = any(cell.tick is not None for cell in cells)
        unit = context.words.listed(
            filter(None, (unit, context.say("table_tick", code=code) if ticked else ""))
        )
    form = format_of(definition, context.settings.currency)
    return found.column(Head(definition.label, unit, share=1.4 if drawn else 1.0, format=form), cells)


def comparison(found: Measured, scenario: Scenario, *, brief: bool) -> Iterable[Column]:
    """The plan with the difference to it, and the relative change; of percentages the difference.

    In brief only one column: the relative change, of percentages the difference.
    """
    context, bases = found.reading.context, found.bases(scenario)
    code = next((base[0] for base in reversed(bases) if base), None)
    if code is None:
        return
    form = format_of(context.kpis[found.kpi], context.settings.currency)
    full = scenario == "plan" and not brief
    if full:
        yield found.column(Head(code, found.unit, format=form), [_base(found, base) for base in bases])
    if found.percent or full:
        unit, share = context.say("points") if found.percent else found.unit, 1.4 if full else 1.0
        head = Head(context.say("delta", code=code), unit, share=share, format=difference_of(form))
        cells = [_gap(found, point, base) for point, base in zip(found.points, bases, strict=True)]
        yield found.column(head, _barred(found, cells, []) if full else cells)
    if not found.percent:
        cells = [
            _relative(found, point, base, scenario) for point, base in zip(found.points, bases, strict=True)
        ]
        yield found.column(Head(context.say("delta_percent", code=code), format=SHARE), cells)


def standing(found: Measured) -> Column | None:
    """The status against the plan as a shape and a word; None where no line has one."""
    context = found.reading.context
    cells = []
    for point, base in zip(found.points, found.bases("plan"), strict=True):
        stands = status(context.kpis[found.kpi], point.value, base[1].value if base else None)
        if stands is None:
            cells.append(Cell(UNDEFINED, tone="muted"))
        else:
            shade: Tone = "good" if stands == "on_track" else "bad"
            word = context.words.labels[stands]
            cells.append(Cell(word, word, tone=shade, mark=SHAPES[stands]))
    if not any(cell.mark for cell in cells):
        return None
    return found.column(Head(context.say("note.status"), align="start", format=TEXT), cells)


def _value(found: Measured, point: Point) -> Cell:
    reading, kpi = found.reading, found.kpi
    muted = reading.low(kpi, point) or point.value is None
    return Cell(
        text=reading.scaled(kpi, point, found.scale),
        value=point.value,
        tone="muted" if muted else None,
        sub=_small(kpi, point, reading),
    )


def _barred(found: Measured, cells: list[Cell], goals: Sequence[float | None]) -> list[Cell]:
    """The cells with bars as parts of the longest value or goal; the total and “Other”, which are many, have none."""
    parts = [line.kind == "row" for line in found.lines]
    known = [cell.value for cell, part in zip(cells, parts, strict=True) if part]
    reach = [
        abs(value)
        for value in (*known, *(goal for goal, part in zip(goals, parts, strict=False) if part))
        if isinstance(value, int | float)
    ]
    longest = max(reach, default=0.0)
    if not longest:
        return cells
    drawn = []
    for index, (cell, part) in enumerate(zip(cells, parts, strict=True)):
        value, goal = cell.value, goals[index] if goals else None
        if part and isinstance(value, int | float):
            tick = goal / longest if goal is not None and goal >= 0 else None
            cell = replace(cell, bar=value / longest, tick=tick)
        drawn.append(cell)
    return drawn


def _small(kpi: str, point: Point, reading: Reading) -> str:
    """What stands below a figure from few rows or of none: its interval if it is a proportion, and n."""
    context, interval = reading.context, reading.interval_text(kpi, point)
    if interval and point.base:
        return f"{interval}, {context.say('n', count=context.numbers.decimal(point.base))}"
    return reading.n_text(point) if reading.low(kpi, point) or reading.divides_by_nothing(point) else ""


def _base(found: Measured, base: Base | None) -> Cell:
    if base is None:
        return Cell(UNDEFINED)
    return Cell(found.reading.scaled(found.kpi, base[1], found.scale), base[1].value)


def _gap(found: Measured, point: Point, base: Base | None) -> Cell:
    context = found.reading.context
    difference = subtract(point, base[1]) if base else None
    text = context.numbers.scaled_difference(difference, found.scale)
    return Cell(text, difference, tone=tone(context.kpis[found.kpi], direction(difference, text), difference))


def _relative(found: Measured, point: Point, base: Base | None, scenario: Scenario) -> Cell:
    if base is None:
        return Cell(UNDEFINED, None, tone="muted")
    changed = change(found.reading, found.kpi, point, base, scenario)
    value = changed.relative.value
    if value is None:
        return Cell(changed.relative.text, None, tone="muted")
    return Cell(changed.relative.text, value, tone=changed.tone, mark=_MARKS[changed.direction])
