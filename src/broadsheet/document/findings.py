"""Sentences made from numbers. Each names its base, and nothing is said that the numbers do not show."""

from __future__ import annotations

from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.document.changes import base_name, base_of, change, subtract
from broadsheet.document.context import Context
from broadsheet.document.numbers import adds_up, is_level
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.metrics.question import OTHER
from broadsheet.periods import Period

_ENOUGH_FOR_EXTREMES = 4


def over_time(
    reading: Reading, kpi: str, timeline: tuple[Period, ...], scenarios: tuple[Scenario, ...]
) -> str:
    """What a KPI's course shows; told of the last whole unit, since a part of one is no record."""
    context = reading.context
    whole = tuple(bucket for bucket in timeline if not bucket.clipped) or timeline
    last = whole[-1]
    definition, period = context.kpis[kpi], context.dates.within(last)
    points = [reading.point(kpi, Spot(bucket)) for bucket in whole]
    values = [point.value for point in points]
    known = [value for value in values if value is not None]
    now = values[-1]
    if now is None:
        return context.say("chart_undefined", label=definition.label, period=period)
    text = context.with_base(context.numbers.value(now, definition), low=reading.low(kpi, points[-1]))
    facts = {
        "label": definition.label,
        "value": text,
        "fact": context.fact(definition.label, text, definition),
        "period": period,
        "span": context.span_text(whole),
    }
    if len(known) < _ENOUGH_FOR_EXTREMES:
        return context.say("headline", **facts)
    if known.count(now) == 1 and now in (max(known), min(known)):
        return context.say("chart_highest" if now == max(known) else "chart_lowest", **facts)
    if "plan" in scenarios:
        against = _against_plan(reading, kpi, whole)
        if against:
            return against
    low, high = (context.numbers.value(value, definition) for value in (min(known), max(known)))
    if low == high:
        return context.say("chart_level", **facts)
    return context.say("chart_between", low=low, high=high, **facts)


def _against_plan(reading: Reading, kpi: str, whole: tuple[Period, ...]) -> str:
    """In how many units the KPI stood on the side of its plan where it stands now."""
    context = reading.context
    gaps: list[float] = []
    codes: set[str] = set()
    for bucket in whole:
        base = base_of(reading, kpi, Spot(bucket), "plan")
        gap = subtract(reading.point(kpi, Spot(bucket)), base[1]) if base else None
        if gap is None:
            return ""
        gaps.append(gap)
        codes |= {base[0]} if base else set()
    definition, now = context.kpis[kpi], gaps[-1]
    if is_level(context.numbers.difference(now, definition)):
        return ""
    held = "goal" if codes == {context.say("goal")} else "plan"
    return context.say(
        f"chart_above_{held}" if now > 0 else f"chart_below_{held}",
        label=definition.label,
        hits=context.numbers.decimal(sum(gap * now > 0 for gap in gaps)),
        span=context.span_text(whole),
        amount=context.numbers.distance(now, definition),
        period=context.dates.within(whole[-1]),
    )


def several(reading: Reading, kpis: tuple[str, ...], timeline: tuple[Period, ...]) -> str:
    """Several KPIs at the end of their course."""
    context = reading.context
    last = next((bucket for bucket in reversed(timeline) if not bucket.clipped), timeline[-1])
    facts: list[str] = []
    for kpi in kpis:
        definition = context.kpis[kpi]
        point = reading.point(kpi, Spot(last))
        value = context.with_base(context.numbers.value(point.value, definition), low=reading.low(kpi, point))
        label = context.words.inside(definition.label) if facts else definition.label
        facts.append(context.fact(label, value, definition))
    return context.say("chart_several", facts=context.words.listed(facts), period=context.dates.within(last))


def leader(reading: Reading, kpi: str, dimension: str, period: Period) -> str:
    """Which member stands out: the largest part of a whole, or the highest rate; never one of low base."""
    context = reading.context
    level = (dimension,)
    points = {
        member: reading.point(kpi, Spot(period, level, (member,)))
        for member in reading.members(level, period)
        if member != OTHER
    }
    sound = {name: point for name, point in points.items() if point.value and not reading.low(kpi, point)}
    if not sound:
        return ""
    best = max(sound, key=lambda name: sound[name].value or 0)
    largest = sound[best].value or 0
    passed_over = any((point.value or 0) > largest for point in points.values())
    parts = all((point.value or 0) >= 0 for point in points.values())
    ranked = reading.ranked_by(kpi, period) and not passed_over
    return _among(
        context,
        _leads(reading, kpi, (reading.member(dimension, best), sound[best]), period, parts=parts),
        None if ranked else _shown(reading, dimension, period),
        passed_over=passed_over,
    )


def _leads(reading: Reading, kpi: str, best: tuple[str, Point], period: Period, *, parts: bool) -> str:
    """The first member with its value: a part of the total, where that can be, or beside that of the whole."""
    context, definition, (member, point) = reading.context, reading.context.kpis[kpi], best
    total, largest = reading.point(kpi, Spot(period)).value, point.value or 0
    facts = {
        "member": member,
        "value": context.numbers.value(point.value, definition),
        "label": context.words.inside(definition.label),
    }
    if not adds_up(definition):
        message = "chart_rate_plain" if total is None else "chart_rate"
        return context.say(message, total=context.numbers.value(total, definition), **facts)
    if total and 0 <= largest <= total and parts:
        share = context.numbers.percent(largest / total, 0)
        return context.say("chart_leads", share=share, **facts)
    return context.say("chart_leads_plain", **facts)


def largest_gap(reading: Reading, kpi: str, dimension: str, period: Period, scenario: Scenario) -> str:
    """The member farthest from its base, in the KPI's unit; empty where nothing differs."""
    context, definition = reading.context, reading.context.kpis[kpi]
    level = (dimension,)
    gaps: list[tuple[float, str, Point, tuple[str, Point]]] = []
    passed_over = 0.0
    for member in reading.members(level, period):
        spot = Spot(period, level, (member,))
        point, base = reading.point(kpi, spot), base_of(reading, kpi, spot, scenario)
        gap = subtract(point, base[1]) if base else None
        if not base or not gap or member == OTHER:
            continue
        if reading.low(kpi, point):
            passed_over = max(passed_over, abs(gap))
        else:
            gaps.append((gap, member, point, base))
    if len(gaps) < 2:
        return ""
    gap, member, point, base = max(gaps, key=lambda item: abs(item[0]))
    found = change(reading, kpi, point, base, scenario)
    if found.direction == "flat":
        return ""
    text = context.say(
        "gap_above" if gap > 0 else "gap_below",
        label=context.words.inside(definition.label),
        member=reading.member(dimension, member),
        amount=context.numbers.distance(gap, definition),
        base=base_name(context, scenario, found.label),
    )
    shown = _shown(reading, dimension, period)
    return _among(context, text, shown, passed_over=passed_over > abs(gap))


def _shown(reading: Reading, dimension: str, period: Period) -> int | None:
    """How many members are shown, where others stand in “Other” or are hidden: they may differ more. Else None."""
    top = reading.answer.question.top
    if top is None or top.dimension != dimension:
        return None
    members = reading.members((dimension,), period)
    shown = sum(member != OTHER for member in members)
    return shown if shown < len(members) or (not top.rest and shown >= top.size) else None


def _among(context: Context, text: str, shown: int | None, *, passed_over: bool) -> str:
    """A sentence about the first of several, with what it leaves out."""
    if passed_over:
        text = context.say("without_low_base", fact=text)
    return text if shown is None else context.say("of_shown", fact=text, size=context.numbers.decimal(shown))
