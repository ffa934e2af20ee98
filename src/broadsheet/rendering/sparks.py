"""Word-sized charts as inline SVG."""

from __future__ import annotations

from markupsafe import Markup, escape

from broadsheet.definitions.models.themes import Colors
from broadsheet.document.tree import Attainment, Spark

WIDTH, HEIGHT, INSET = 120.0, 30.0, 3.0
LEAST, MOST = 1.25, 2.0
"""The scale of a bullet ends here at least, and at most."""


def sparkline(spark: Spark, colors: Colors) -> Markup:
    """A line without axes: filled dot now, open dots at the lowest and highest value, the base dashed.

    A missing value breaks the line. Returns nothing where no value is known.
    """
    known = [value for value in spark.values if value is not None]
    if not known:
        return Markup("")
    reach = known if spark.reference is None else [*known, spark.reference]
    low, high = min(reach), max(reach)

    def x(index: int) -> float:
        return INSET + index * (WIDTH - 2 * INSET) / max(1, len(spark.values) - 1)

    def y(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return HEIGHT - INSET - share * (HEIGHT - 2 * INSET)

    points = [None if value is None else (x(index), y(value)) for index, value in enumerate(spark.values)]
    base = None if spark.reference is None else y(spark.reference)
    parts = [
        _base(base, colors),
        *(_line(run, colors) for run in _runs(points)),
        *_dots(spark, points, colors),
    ]
    return Markup(  # noqa: S704 - numbers and validated colors; the title is escaped
        f'<svg class="spark" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img">'
        f"<title>{escape(spark.alt)}</title>{''.join(parts)}</svg>"
    )


def bullet(attainment: Attainment, colors: Colors) -> Markup:
    """A bar as a part of plan or goal, the tick at the plan, off track and at risk in grays behind it.

    A bar beyond twice the plan ends at the edge.
    """
    high = min(max(LEAST, attainment.part * 1.02), MOST)

    def x(part: float) -> float:
        return min(part, high) / high * WIDTH

    def box(start: float, end: float, height: float, color: str) -> str:
        left, width = min(x(start), x(end)), abs(x(end) - x(start))
        top = (HEIGHT - height) / 2
        return f'<path d="M{left:.1f} {top:.1f}h{width:.1f}v{height:.1f}h-{width:.1f}z" fill="{color}"/>'

    parts = []
    if attainment.ranges is not None:
        off, on = attainment.ranges
        parts = [box(0 if off < on else high, off, 18, colors.hairline), box(off, on, 18, colors.shade)]
    parts.append(box(0, attainment.part, 8, colors.actual))
    tick = f'<path d="M{x(1):.1f} 4V{HEIGHT - 4:.0f}" stroke='
    parts += [f'{tick}"{colors.paper}" stroke-width="4.5"/>', f'{tick}"{colors.text}" stroke-width="2"/>']
    return Markup(  # noqa: S704 - numbers and validated colors; the title is escaped
        f'<svg class="spark bullet" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img">'
        f"<title>{escape(attainment.alt)}</title>{''.join(parts)}</svg>"
    )


Point = tuple[float, float]


def _base(y: float | None, colors: Colors) -> str:
    if y is None:
        return ""
    return (
        f'<path d="M0 {y:.1f}H{WIDTH:.0f}" fill="none" stroke="{colors.rule}" stroke-width="1" '
        'stroke-dasharray="3.5 2.5"/>'
    )


def _runs(points: list[Point | None]) -> list[list[Point]]:
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if len(run) > 1]


def _line(run: list[Point], colors: Colors) -> str:
    steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in run)
    return (
        f'<path d="M{steps}" fill="none" stroke="{colors.actual}" stroke-width="1.7" '
        'stroke-linejoin="round" stroke-linecap="round"/>'
    )


def _dots(spark: Spark, points: list[Point | None], colors: Colors) -> list[str]:
    known = [index for index, point in enumerate(points) if point is not None]
    lowest = min(known, key=lambda index: spark.values[index] or 0.0)
    highest = max(known, key=lambda index: spark.values[index] or 0.0)
    dots = []
    for index in sorted({lowest, highest} - {known[-1]}) if lowest != highest else []:
        dots.append(_dot(points[index], 2.0, colors.paper, colors.text))
    dots.append(_dot(points[known[-1]], 2.6, colors.text, "none"))
    return dots


def _dot(point: Point | None, radius: float, fill: str, stroke: str) -> str:
    if point is None:
        return ""
    return (
        f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="{radius}" fill="{fill}" stroke="{stroke}" '
        'stroke-width="1"/>'
    )
