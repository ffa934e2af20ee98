"""Why a KPI changed: what the members of a dimension add to its change (method W1 of the why-blocks).

Members are told as what they are, parts that add up to the change; that they caused it is never said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from broadsheet.analysis.contribution import (
    NOBODY,
    Contribution,
    Fraction,
    Split,
    against_goal,
    clearest,
    of_amounts,
    of_rates,
)
from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.document.changes import MATERIAL, base_name, base_of, subtract
from broadsheet.document.context import Context
from broadsheet.document.persons import FEW, KEPT
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.document.tree import Moved
from broadsheet.metrics.question import EMPTY, Answer, Question
from broadsheet.periods import Period


@dataclass(frozen=True)
class Cause:
    """A change by the members of the dimension that tells most, against the base named `base`; is it `news`?

    `few` and `few_before` are the members whose figures, or whose bases, rest on few rows.
    """

    kpi: str
    split: Split
    scenario: Scenario
    base: str
    news: bool
    context: Context
    few: frozenset[str] = frozenset()
    few_before: frozenset[str] = frozenset()

    @property
    def leading(self) -> Contribution:
        """The member that moved it most."""
        found = self.split.leading
        assert found is not None  # noqa: S101  (`clearest` takes no split without one)
        return found

    def member(self, part: Contribution) -> str:
        """A member as printed."""
        return self.context.member(self.split.dimension, part.member)

    @property
    def short(self) -> Moved:
        """The member that moved it most, in a few words."""
        signed = self.context.numbers.signed(self.leading.amount, self.context.kpis[self.kpi])
        amount = self.context.with_base(signed, low=self.leading.member in self.few)
        text = self.context.say("cause_short", member=self.member(self.leading), amount=amount)
        return Moved(self.kpi, self.scenario, text)


def ask(
    kpi: str, by: tuple[str, ...], period: Period, scenarios: tuple[Scenario, ...], context: Context
) -> tuple[Question, ...]:
    """One question per dimension, so that a plan that does not reach one of them can serve the others."""
    kpis = context.with_plans((kpi,), scenarios)
    buckets = tuple(dict.fromkeys((period, *context.formers(period, scenarios))))
    where = context.report.where
    return tuple(Question(kpis, buckets, (name,), ((name,), ()), where) for name in by)


def find(
    kpi: str, answers: list[Answer], period: Period, scenarios: tuple[Scenario, ...], context: Context
) -> Cause | str:
    """The cause, or why none can be told."""
    readings = [Reading(answer, context) for answer in answers]
    label = context.kpis[kpi].label
    if not readings:
        return context.say("why_no_dimension")
    known = [each for each in scenarios if _change(readings, kpi, period, each) is not None]
    if not known:
        return context.say("why_no_base", label=label)
    causes = (_cause(kpi, readings, period, scenario, context) for scenario in known)
    found = [each for each in causes if each is not None]
    # A change that is no news is explained only where there is no other.
    if found:
        return next((each for each in found if each.news), found[0])
    if all(not _printed(_change(readings, kpi, period, each) or 0.0, kpi, context) for each in known):
        return context.say("why_no_change", label=label)
    names = context.words.listed(
        context.dimensions[reading.answer.question.dimensions[0]].label for reading in readings
    )
    return context.say("why_no_parts", label=label, names=names)


def _cause(
    kpi: str, readings: list[Reading], period: Period, scenario: Scenario, context: Context
) -> Cause | None:
    """What tells the change against one base; None where it did not change or no dimension tells it."""
    able = [reading for reading in readings if base_of(reading, kpi, Spot(period), scenario)]
    code, base = base_of(able[0], kpi, Spot(period), scenario) or ("", Point(None))
    change = subtract(able[0].point(kpi, Spot(period)), base)
    if not change or not _printed(change, kpi, context):
        return None
    split = clearest(part for reading in able for part in _splits(reading, kpi, period, scenario, change))
    if split is None:
        return None
    news = abs(change) >= MATERIAL * abs(base.value or 0.0)
    reading = next(each for each in able if each.answer.question.dimensions[0] == split.dimension)
    few, few_before = _few(reading, kpi, split, Spot(period), scenario)
    return Cause(kpi, split, scenario, base_name(context, scenario, code), news, context, few, few_before)


def _few(
    reading: Reading, kpi: str, split: Split, spot: Spot, scenario: Scenario
) -> tuple[frozenset[str], frozenset[str]]:
    """The members of low base: now, and in what they are compared with."""
    level = (split.dimension,)
    spots = {part.member: Spot(spot.period, level, (part.member,)) for part in split.parts}
    bases = {member: base_of(reading, kpi, each, scenario) for member, each in spots.items()}
    now = (member for member, each in spots.items() if reading.low(kpi, reading.point(kpi, each)))
    before = (member for member, base in bases.items() if base and reading.low(kpi, base[1]))
    return frozenset(now), frozenset(before)


def _printed(change: float, kpi: str, context: Context) -> bool:
    """Whether a change shows in its printed form."""
    return not context.numbers.difference(change, context.kpis[kpi]).startswith("±")


def _change(readings: list[Reading], kpi: str, period: Period, scenario: Scenario) -> float | None:
    """The change in that comparison, where the KPI and its base have values."""
    for reading in readings:
        base = base_of(reading, kpi, Spot(period), scenario)
        change = base and subtract(reading.point(kpi, Spot(period)), base[1])
        if change is not None:
            return change
    return None


def _splits(reading: Reading, kpi: str, period: Period, scenario: Scenario, change: float) -> Iterator[Split]:
    """The split by the answer's dimension, where the members' values tell it."""
    dimension = reading.answer.question.dimensions[0]
    spots = {
        NOBODY if member == EMPTY else member: Spot(period, (dimension,), (member,))
        for member in reading.members((dimension,), period)
    }
    found = {member: base_of(reading, kpi, spot, scenario) for member, spot in spots.items()}
    points = {member: reading.point(kpi, spot) for member, spot in spots.items()}
    bases = {member: base[1] for member, base in found.items() if base is not None}
    if any(point.why in (FEW, KEPT) for point in (*points.values(), *bases.values())):
        return
    goal = base_of(reading, kpi, Spot(period), scenario)
    values, formers = _fractions(points), _fractions(bases)
    amounts = of_amounts(dimension, change, _amounts(points), _amounts(bases))
    if amounts.exact:
        yield amounts
    elif formers:
        yield of_rates(dimension, change, values, formers)
    elif values and goal is not None:
        yield against_goal(dimension, change, values, goal[1].value or 0.0)


def _amounts(points: Mapping[str, Point]) -> dict[str, float]:
    return {member: point.value for member, point in points.items() if point.value is not None}


def _fractions(points: Mapping[str, Point]) -> dict[str, Fraction]:
    """Numerators and denominators of a rate; of anything else value times number and number, as of a mean.

    Whether it is one, and not a median, shows in whether the members add up.
    """
    found: dict[str, Fraction] = {}
    for member, point in points.items():
        if point.hits is not None and point.base is not None:
            found[member] = point.hits, point.base
        elif point.value is not None and point.n:
            found[member] = point.value * point.n, point.n
    return found
