"""The lines and bars of a chart out of points: one scale for all, no mark where there is no figure."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.document.numbers import Scale
from broadsheet.document.reading import Point, Reading
from broadsheet.document.tree import Role, Series


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
