"""The lines and bars of a chart out of points, and the remark on those that rest on few rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.document.numbers import Scale
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.document.tree import Role, Series
from broadsheet.periods import Period


def series_of(
    drawn: Sequence[tuple[str, Role, str, Sequence[Point]]], reading: Reading
) -> tuple[tuple[Series, ...], Scale]:
    """Labels, roles and KPIs with their points; the KPIs of a chart have one unit, that of the first."""
    context, first = reading.context, drawn[0][2]
    values = [point.value for *_, points in drawn for point in points]
    scale = context.numbers.scale(values, context.kpis[first])
    return tuple(
        Series(
            label,
            role,
            tuple(point.value for point in points),
            tuple(reading.scaled(kpi, point, scale) for point in points),
        )
        for label, role, kpi, points in drawn
    ), scale


def low_ones(
    block: ChartBlock, spots: Sequence[Spot], names: Iterable[str], reading: Reading
) -> tuple[str, ...]:
    """The remark on a chart's figures of low base: a mark in the drawing would be as small as they are.

    Parts of bars are not looked at: they are counts and sums, which are facts however small.
    """
    context, found = reading.context, list[str]()
    for spot, name in zip(spots, names, strict=True) if block.split is None else ():
        for kpi in block.kpis:
            point = reading.point(kpi, spot)
            if reading.low(kpi, point):
                label = f"{context.kpis[kpi].label} {name}" if len(block.kpis) > 1 else name
                found.append(f"{label} ({reading.n_text(point)})")
    if not found:
        return ()
    return (context.say("low_base_ones", count=context.settings.low_base, names=context.words.listed(found)),)


def low_members(
    kpis: Sequence[str], by: str, members: Sequence[str], period: Period, reading: Reading
) -> tuple[str, ...]:
    """The remark on members whose figures have a low base."""
    context, found = reading.context, dict[str, None]()
    for member in members:
        for kpi in kpis:
            point = reading.point(kpi, Spot(period, (by,), (member,)))
            if reading.low(kpi, point):
                found[f"{reading.member(by, member)} ({reading.n_text(point)})"] = None
    if not found:
        return ()
    return (context.say("low_base_ones", count=context.settings.low_base, names=context.words.listed(found)),)
