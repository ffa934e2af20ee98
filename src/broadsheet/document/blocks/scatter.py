"""Scatter charts: the members of a dimension by two KPIs, in four quadrants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median, quantiles

from broadsheet.definitions.models.structure import ScatterBlock
from broadsheet.document.context import Context
from broadsheet.document.diagrams import Axis, Dot, Scatter
from broadsheet.document.formats import format_of
from broadsheet.document.reading import Reading, Spot
from broadsheet.document.series import low_members
from broadsheet.document.tree import Notice, Section
from broadsheet.metrics.question import Answer, Question, Top
from broadsheet.periods import Period

TOLD = 6
"""So many members stand in the alternative text."""


def ask(block: ScatterBlock, context: Context) -> Question:
    """Both KPIs of the largest members; what is beyond them is no dot."""
    spec, where = block.scatter, (*context.report.where, *block.where)
    top = Top(spec.of, spec.y, spec.top, rest=False)
    kpis = tuple(dict.fromkeys((spec.x, spec.y)))
    return Question(kpis, (context.resolve(block.period),), (spec.of,), ((spec.of,), ()), where, top)


def tell(block: ScatterBlock, answer: Answer, context: Context) -> Section:
    """The dots under the sentence about the one that stands apart."""
    spec, period, reading = block.scatter, context.resolve(block.period), Reading(answer, context)
    members = reading.members((spec.of,), period)
    dots = _dots(block, members, period, reading)
    x, y = context.kpis[spec.x], context.kpis[spec.y]
    if not dots:
        text = context.say("no_data", period=context.dates.full(period))
        return Section("", y.label, "", Notice("empty", text), state="empty")
    by = context.words.inside(context.dimensions[spec.of].label)
    sound = [dot for dot in dots if not dot.low]
    first = (sound or dots)[0]
    facts_of = {way: _fact(first, way, block, context) for way in ("x", "y")}
    title = context.say("scatter_title", member=first.name, **facts_of)
    facts = context.words.listed(f"{dot.name} {dot.x_text}, {dot.y_text}" for dot in dots[:TOLD])
    given = (spec.limits.x, spec.limits.y)
    meet = "scatter_medians" if given == (None, None) else "scatter_limits"
    left = len(members) - len(dots)
    omitted = context.words.count("scatter_omitted", left, context.numbers.decimal(left)) if left else ""
    return Section(
        id="",
        title=title,
        caption=context.words.listed(
            (
                context.say("scatter_caption", x=context.words.inside(x.label), y=y.label, by=by),
                context.dates.full(period),
                context.say(meet),
            )
        ),
        body=Scatter(tuple(dots), _axis(block, "x", dots, context), _axis(block, "y", dots, context)),
        alt=context.say("alt_members", kind=context.say("chart_alt.scatter"), title=title, facts=facts),
        remarks=(
            *filter(None, (omitted,)),
            *low_members((spec.x, spec.y), spec.of, members, period, reading),
            *reading.persons_remarks,
        ),
    )


def _dots(block: ScatterBlock, members: Sequence[str], period: Period, reading: Reading) -> list[Dot]:
    """The members that have both values, the one farthest from the middle first."""
    spec, numbers = block.scatter, reading.context.numbers
    found: list[Dot] = []
    for member in members:
        spot = Spot(period, (spec.of,), (member,))
        x, y = reading.point(spec.x, spot).value, reading.point(spec.y, spot).value
        if x is not None and y is not None:
            texts = (
                numbers.value(x, reading.context.kpis[spec.x]),
                numbers.value(y, reading.context.kpis[spec.y]),
            )
            low = any(reading.low(kpi, reading.point(kpi, spot)) for kpi in (spec.x, spec.y))
            found.append(Dot(reading.member(spec.of, member), x, y, *texts, 0.0, low))
    far = zip(_apart([dot.x for dot in found]), _apart([dot.y for dot in found]), strict=True)
    told = [replace(dot, apart=(x * x + y * y) ** 0.5) for dot, (x, y) in zip(found, far, strict=True)]
    return sorted(told, key=lambda dot: -dot.apart)


def _apart(values: Sequence[float]) -> list[float]:
    """Distances from the median, as multiples of that between the quartiles."""
    if len(values) < 2:
        return [0.0] * len(values)
    low, middle, high = quantiles(values, n=4, method="inclusive")
    spread = (high - low) or (max(values) - min(values)) or 1.0
    return [(value - middle) / spread for value in values]


def _axis(block: ScatterBlock, way: str, dots: Sequence[Dot], context: Context) -> Axis:
    spec = block.scatter
    kpi, given = context.kpis[getattr(spec, way)], getattr(spec.limits, way)
    limit = float(given) if given is not None else median(getattr(dot, way) for dot in dots)
    values, numbers = [getattr(dot, way) for dot in dots], context.numbers
    ends = (numbers.value(min(values), kpi), numbers.value(max(values), kpi))
    form = format_of(kpi, context.settings.currency)
    return Axis(kpi.label, limit, numbers.value(limit, kpi), ends, form)


def _fact(dot: Dot, way: str, block: ScatterBlock, context: Context) -> str:
    kpi = context.kpis[getattr(block.scatter, way)]
    return context.words.inside(context.fact(kpi.label, getattr(dot, f"{way}_text"), kpi))
