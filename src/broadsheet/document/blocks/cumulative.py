"""Parts of a whole with their cumulative share: Pareto charts of members by size, histograms of classes in order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate

from broadsheet.definitions.models.structure import HistogramBlock, ParetoBlock
from broadsheet.document.context import Context
from broadsheet.document.diagrams import Cumulative
from broadsheet.document.formats import format_of
from broadsheet.document.numbers import Scale
from broadsheet.document.order import by_size, in_order
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.document.tree import Notice, Section
from broadsheet.metrics.question import Answer, Question
from broadsheet.periods import Period

HALF = 0.5
TOLD = 8
"""So many parts stand in the alternative text."""


@dataclass(frozen=True)
class Parts:
    """Members with their values; the whole is the total over all of them, `limit` the share to be made up.

    `classes` stand in an order of their own, members by size.
    """

    kpi: str
    by: str
    period: Period
    limit: float
    classes: bool
    members: tuple[str, ...]
    values: tuple[float | None, ...]
    whole: float
    top: int | None = None
    """So many are drawn, the others as one."""

    @property
    def shares(self) -> tuple[float, ...]:
        """What each member and those before it make up."""
        return tuple(total / self.whole for total in accumulate(value or 0.0 for value in self.values))

    @property
    def reached(self) -> int | None:
        """How many members make up the limit; None where all of them do not, for some are not printed."""
        return next((count for count, share in enumerate(self.shares, 1) if share >= self.limit - 1e-9), None)


def ask_pareto(block: ParetoBlock, context: Context) -> Question:
    """Every member and the total: how many of them reach the limit is known only of all."""
    spec, where = block.pareto, (*context.report.where, *block.where)
    return Question((spec.kpi,), (context.resolve(block.period),), (spec.by,), ((spec.by,), ()), where)


def ask_histogram(block: HistogramBlock, context: Context) -> Question:
    """All classes and the total."""
    spec, where = block.histogram, (*context.report.where, *block.where)
    return Question((spec.count,), (context.resolve(block.period),), (spec.by,), ((spec.by,), ()), where)


def tell_pareto(block: ParetoBlock, answer: Answer, context: Context) -> Section:
    """The largest members under the sentence how many of all make up the limit."""
    spec, period, reading = block.pareto, context.resolve(block.period), Reading(answer, context)
    found = reading.members((spec.by,), period)
    sizes = {m: reading.point(spec.kpi, Spot(period, (spec.by,), (m,))).value for m in found}
    parts = _parts(
        Parts(spec.kpi, spec.by, period, spec.limit, False, tuple(by_size(found, sizes)), (), 0.0), reading
    )
    if parts.whole <= 0:
        return _no_whole(parts, context)
    told = parts.reached or len(parts.members)
    title = context.say(
        "pareto_title",
        label=context.kpis[spec.kpi].label,
        by=context.words.inside(context.dimensions[spec.by].label),
        count=context.numbers.decimal(told),
        all=context.numbers.decimal(len(parts.members)),
        share=context.numbers.percent(parts.shares[told - 1], 0),
    )
    beyond = len(parts.members) - spec.top
    others = (
        context.words.count("other_remark", beyond, context.numbers.decimal(beyond)) if beyond > 0 else ""
    )
    return _section(replace(parts, top=spec.top), title, reading, (others,) if others else ())


def tell_histogram(block: HistogramBlock, answer: Answer, context: Context) -> Section:
    """The bars in the order of the classes, under the sentence about the largest and about the half."""
    spec, period, reading = block.histogram, context.resolve(block.period), Reading(answer, context)
    members = in_order(spec.by, reading.members((spec.by,), period), context)
    parts = _parts(Parts(spec.count, spec.by, period, HALF, True, tuple(members), (), 0.0), reading)
    if parts.whole <= 0:
        return _no_whole(parts, context)
    largest = max(range(len(members)), key=lambda at: parts.values[at] or 0.0)
    title = context.say(
        "histogram_title",
        label=context.kpis[spec.count].label,
        top=reading.member(spec.by, members[largest]),
        share=context.numbers.percent((parts.values[largest] or 0.0) / parts.whole, 0),
        half=reading.member(spec.by, members[(parts.reached or len(members)) - 1]),
    )
    return _section(parts, title, reading, ())


def _parts(asked: Parts, reading: Reading) -> Parts:
    """The parts with their values and the whole."""
    values = tuple(point.value for point in _points(asked, reading))
    return replace(asked, values=values, whole=reading.point(asked.kpi, Spot(asked.period)).value or 0.0)


def _points(parts: Parts, reading: Reading) -> list[Point]:
    spots = (Spot(parts.period, (parts.by,), (member,)) for member in parts.members)
    return [reading.point(parts.kpi, spot) for spot in spots]


def _no_whole(parts: Parts, context: Context) -> Section:
    text = context.say("no_data", period=context.dates.full(parts.period))
    return Section("", context.kpis[parts.kpi].label, "", Notice("empty", text), state="empty")


def _drawn(parts: Parts, scale: Scale, reading: Reading) -> Cumulative:
    context, definition, top = reading.context, reading.context.kpis[parts.kpi], parts.top
    points = _points(parts, reading)
    names = [reading.member(parts.by, member) for member in parts.members[:top]]
    values, shares = list(parts.values[:top]), list(parts.shares[:top])
    texts = [reading.scaled(parts.kpi, point, scale) for point in points[:top]]
    if len(parts.members) > len(names):
        rest = sum(value or 0.0 for value in parts.values[top:])
        names.append(context.say("other", count=context.numbers.decimal(len(parts.members) - len(names))))
        values.append(rest)
        texts.append(context.numbers.scaled(rest, scale))
        shares.append(parts.shares[-1])
    return Cumulative(
        names=tuple(names),
        values=tuple(values),
        texts=tuple(texts),
        shares=tuple(shares),
        share_texts=tuple(context.numbers.percent(share, 0) for share in shares),
        unit=scale.unit,
        heads=(definition.label, context.say("cumulative_share")),
        limit=parts.limit,
        limit_text=context.numbers.percent(parts.limit, 0),
        reached=parts.reached if (parts.reached or 0) <= len(parts.members[:top]) else None,
        classes=parts.classes,
        format=format_of(definition, context.settings.currency),
    )


def _section(parts: Parts, title: str, reading: Reading, remarks: tuple[str, ...]) -> Section:
    context, definition = reading.context, reading.context.kpis[parts.kpi]
    scale = context.numbers.scale([*parts.values, parts.whole], definition)
    drawn = _drawn(parts, scale, reading)
    caption = (
        context.say(
            "caption_by",
            label=definition.label,
            by=context.words.inside(context.dimensions[parts.by].label),
        ),
        scale.unit,
        context.dates.full(parts.period),
        context.say("cumulative_caption"),
    )
    told = zip(drawn.names, drawn.texts, drawn.share_texts, strict=True)
    facts = context.words.listed(f"{name} {text} ({share})" for name, text, share in list(told)[:TOLD])
    kind = context.say("chart_alt.histogram" if parts.classes else "chart_alt.pareto")
    return Section(
        id="",
        title=title,
        caption=context.words.listed(filter(None, caption)),
        body=drawn,
        alt=context.say("alt_members", kind=kind, title=title, facts=facts),
        remarks=(*remarks, *reading.not_additive((parts.kpi,), (parts.by,)), *reading.persons_remarks),
    )
