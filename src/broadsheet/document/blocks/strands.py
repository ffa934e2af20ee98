"""What a chart by time draws of one KPI: actual values, what is expected, and what they are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.document.blocks.course import Course
from broadsheet.document.changes import Base, base_of, held
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.document.tree import Role
from broadsheet.metrics.question import Level
from broadsheet.periods import Period

NOTHING = Point(None)


@dataclass(frozen=True)
class Strand:
    """The points of one scenario along the course, under its code (AC, PL, PY, FC)."""

    code: str
    role: Role
    points: tuple[Point, ...]

    @property
    def known(self) -> bool:
        """Whether there is anything to draw."""
        return any(point.value is not None for point in self.points)

    @property
    def bases(self) -> list[Base | None]:
        """The points as what others are held against."""
        return [(self.code, point) if point.value is not None else None for point in self.points]


@dataclass(frozen=True)
class Whose:
    """The KPI and, where it is one member's, the dimension and the member."""

    kpi: str
    level: Level = ()
    members: tuple[str, ...] = ()

    def at(self, units: Sequence[Period]) -> list[Spot]:
        """Its spots in these units."""
        return [Spot(bucket, self.level, self.members) for bucket in units]


def strands(whose: Whose, course: Course, scenarios: Sequence[Scenario], reading: Reading) -> list[Strand]:
    """The actual values first, then what is expected, then the comparisons in the author's order."""
    labels, kpi = reading.context.words.labels, whose.kpi
    ahead = [NOTHING] * len(course.ahead)
    actual = [*(reading.point(kpi, spot) for spot in whose.at(course.past)), *ahead]
    found = [Strand(labels["code_actual"], "actual", tuple(actual))]
    if course.ahead:
        found.append(Strand(labels["code_forecast"], "forecast", expected(whose, course, reading)))
    for scenario in scenarios:
        bases = [base_of(reading, kpi, spot, scenario) for spot in whose.at(course.all)]
        code = next((base[0] for base in bases if base), "")
        found.append(Strand(code, scenario, tuple(base[1] if base else NOTHING for base in bases)))
    return [strand for strand in found if strand.role == "actual" or strand.known]


def expected(whose: Whose, course: Course, reading: Reading, part: int = 0) -> tuple[Point, ...]:
    """The forecast of the units ahead; `part` 1 is the lower end of its range, 2 the upper."""
    twins = reading.context.forecast_of(whose.kpi)
    before = (NOTHING,) * len(course.past)
    if part >= len(twins):
        return (*before, *(NOTHING for _ in course.ahead))
    spots = whose.at(course.ahead)
    return (*before, *(held(reading, twins[part], spot) or NOTHING for spot in spots))


def accumulated(found: Sequence[Strand], course: Course) -> list[Strand]:
    """Running totals; what is expected goes on from where the actual values end.

    A unit without a value ends its strand: a total that lacks a part is none.
    """
    before, ahead = len(course.past), (NOTHING,) * len(course.ahead)
    actual = _running(found[0].points[:before])
    totals = [replace(found[0], points=(*actual, *ahead))]
    for strand in found[1:]:
        if strand.role == "forecast":
            going = _running((actual[-1], *strand.points[before:]))[1:]
            totals.append(replace(strand, points=((NOTHING,) * before) + going))
        else:
            totals.append(replace(strand, points=_running(strand.points)))
    return totals


def _running(points: Sequence[Point]) -> tuple[Point, ...]:
    def add(total: Point, point: Point) -> Point:
        return Point(None if total.value is None or point.value is None else total.value + point.value)

    return tuple(accumulate(points, add))
