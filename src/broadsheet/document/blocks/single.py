"""Charts by time of one KPI: its course, what is expected, and what both are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.document.blocks.course import Course
from broadsheet.document.blocks.strands import Strand, Whose, accumulated, expected, strands
from broadsheet.document.changes import change, phrase
from broadsheet.document.context import Context
from broadsheet.document.findings import over_time
from broadsheet.document.numbers import Scale
from broadsheet.document.reading import Point, Reading
from broadsheet.document.series import series_of
from broadsheet.document.tree import Series, Variance
from broadsheet.document.variances import tiers

Band = tuple[tuple[float, float] | None, ...]


@dataclass(frozen=True)
class Picture:
    """What a chart by time shows, before it has a frame. `lead` are the points that its spoken form tells."""

    title: str
    series: tuple[Series, ...]
    scale: Scale
    lead: Sequence[Point]
    expected: Sequence[Point] = ()
    tiers: tuple[Variance, ...] = ()
    band: Band = ()
    totals: tuple[str, ...] = field(default=())


def scenarios_of(block: ChartBlock, context: Context) -> tuple[Scenario, ...]:
    """Plan and last year: the unit before already stands beside each unit."""
    return tuple(scenario for scenario in context.scenarios(block) if scenario != "previous")


def from_zero(series: Sequence[Series]) -> bool:
    """Lines start at zero unless that would flatten them: all values far from it, on one side."""
    known = [value for line in series for value in line.values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    return low <= 0 or low < 0.5 * high


def picture(block: ChartBlock, course: Course, reading: Reading) -> Picture:
    """The strands of the KPI, added up where the block wants running totals."""
    context, kpi = reading.context, block.kpis[0]
    scenarios = scenarios_of(block, context)
    found = strands(Whose(kpi), course, scenarios, reading)
    if block.cumulative:
        found = accumulated(found, course)
    alone = context.kpis[kpi].label if len(found) == 1 else ""
    drawn = [(alone or strand.code, strand.role, kpi, strand.points) for strand in found]
    series, scale = series_of(drawn, reading)
    standing = block.cumulative and _standing(block, found, course, reading)
    return Picture(
        title=standing or over_time(reading, kpi, course.past, scenarios),
        series=series,
        scale=scale,
        lead=found[0].points,
        expected=next((strand.points for strand in found if strand.role == "forecast"), ()),
        tiers=_tiers(block, found, reading) if block.chart == "bar" else (),
        band=() if block.cumulative else _band(kpi, course, reading),
    )


def _tiers(block: ChartBlock, found: Sequence[Strand], reading: Reading) -> tuple[Variance, ...]:
    """The difference of every column, also of expected ones, from the first comparison."""
    columns = [strand.points for strand in found if strand.role in ("actual", "forecast")]
    held = [strand for strand in found if strand.role not in ("actual", "forecast")]
    if not held:
        return ()
    points = [
        next((p for p in beside if p.value is not None), beside[0]) for beside in zip(*columns, strict=True)
    ]
    return tiers(block.kpis[0], block.variance, points, held[0].bases, reading)


def _band(kpi: str, course: Course, reading: Reading) -> Band:
    """The range of the forecast, unit by unit; empty where the KPI has none."""
    lows, highs = (expected(Whose(kpi), course, reading, part) for part in (1, 2))
    pairs = tuple(
        (low.value, high.value) if low.value is not None and high.value is not None else None
        for low, high in zip(lows, highs, strict=True)
    )
    return pairs if any(pairs) else ()


def _standing(block: ChartBlock, found: Sequence[Strand], course: Course, reading: Reading) -> str:
    """Where a running total stands, and how it stands to the first comparison; empty where it is undefined."""
    context, kpi = reading.context, block.kpis[0]
    last, definition = len(course.past) - 1, context.kpis[kpi]
    total = found[0].points[last]
    if total.value is None:
        return ""
    fact = context.fact(definition.label, context.numbers.value(total.value, definition), definition)
    period = context.dates.within(context.whole(course.past, context.resolve(block.period)))
    for strand in found:
        base = strand.bases[last]
        if strand.role in ("plan", "last_year") and base:
            told = change(reading, kpi, total, base, strand.role)
            return context.say(
                "headline_change", fact=fact, period=period, change=phrase(context, definition, told)
            )
    return context.say("headline", fact=fact, period=period)
