"""Comparisons: how a figure stands to its plan, the former period and last year."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.document.context import Context
from broadsheet.document.numbers import UNDEFINED, adds_up, is_level
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.document.tree import Card, Change, Figure, Status, Tone
from broadsheet.periods import GRAINS, Period

Direction = Literal["up", "down", "flat"]
Base = tuple[str, Point]
"""What a figure is held against: its code (PL, Goal, PY, W23) and its value."""

MATERIAL = 0.01
"""A smaller relative change is no news."""
ON_TRACK, AT_RISK = 0.98, 0.90


def base_of(reading: Reading, kpi: str, spot: Spot, scenario: Scenario) -> Base | None:
    """The base of a comparison and its code (PL, Goal, PY, W23); None where there is nothing to compare with."""
    context = reading.context
    if scenario == "plan":
        return _plan_of(reading, kpi, spot)
    former = context.former(spot.period, scenario)
    if former is None or not reading.asked(kpi, former.period):
        return None
    return code_of(context, scenario, former.period), reading.point(kpi, replace(spot, period=former.period))


def code_of(context: Context, scenario: Scenario, former: Period) -> str:
    """Few letters: PY, W23, May 2026; “before” for what has no short name."""
    if scenario == "last_year":
        return context.words.labels["code_last_year"]
    named = former.kind in GRAINS and former.kind != "day" and not former.clipped
    return context.dates.name(former) if named else context.say("before")


def _plan_of(reading: Reading, kpi: str, spot: Spot) -> Base | None:
    context = reading.context
    plan, definition = context.plan_of(kpi), context.kpis[kpi]
    point = held(reading, plan, spot) if plan else None
    if point is not None:
        return context.words.labels["code_plan"], point
    # A goal for the whole says nothing of a part, unless it is a rate.
    if definition.target is None or (spot.members and adds_up(definition)):
        return None
    return context.say("goal"), Point(definition.target)


def held(reading: Reading, kpi: str, spot: Spot) -> Point | None:
    """What a plan or a forecast holds for a spot; None where it holds nothing."""
    if not reading.asked(kpi, spot.period):
        return None
    point = reading.point(kpi, spot)
    # A sum over no rows is 0, but nobody planned 0.
    return None if point.value is None or (point.value == 0 and point.n == 0) else point


def changes(reading: Reading, kpi: str, spot: Spot, scenarios: tuple[Scenario, ...]) -> tuple[Change, ...]:
    """The comparisons of a KPI at a spot."""
    point = reading.point(kpi, spot)
    bases = ((scenario, base_of(reading, kpi, spot, scenario)) for scenario in scenarios)
    return tuple(change(reading, kpi, point, base, scenario) for scenario, base in bases if base is not None)


def change(reading: Reading, kpi: str, point: Point, base: Base, scenario: Scenario) -> Change:
    """A point against a base. No percent where the base is 0 or the sign changes (rule C9)."""
    context, definition = reading.context, reading.context.kpis[kpi]
    code, other = base
    difference = subtract(point, other)
    relative = fraction(point, other) if definition.unit != "percent" else None
    text = context.numbers.difference(difference, definition, beside=point.value)
    went = direction(difference, text)
    shown = "" if definition.unit == "percent" else context.numbers.relative(relative)
    return Change(
        scenario=scenario,
        label=code,
        base=reading.figure(kpi, other, context.numbers.bare(other.value, definition)),
        difference=Figure(difference, text),
        relative=Figure(relative, shown),
        direction=went,
        tone=tone(definition, went, difference),
        versus=context.say(
            "versus", change=text if relative is None else shown, base=base_name(context, scenario, code)
        ),
    )


def subtract(point: Point, base: Point) -> float | None:
    """The difference; None when a side is undefined."""
    return None if point.value is None or base.value is None else point.value - base.value


def fraction(point: Point, base: Point) -> float | None:
    """The difference as a fraction of the base; None when undefined, the base is 0 or the sign changes."""
    if point.value is None or base.value is None or base.value == 0 or point.value * base.value < 0:
        return None
    return (point.value - base.value) / abs(base.value)


def direction(difference: float | None, text: str) -> Direction:
    """Up or down as far as the printed difference shows it."""
    if difference is None or text == UNDEFINED or is_level(text):
        return "flat"
    return "up" if difference > 0 else "down"


def tone(kpi: Kpi, went: Direction, difference: float | None) -> Tone:
    """Good or bad for the business, which is not the same as up or down."""
    if difference is None:
        return "muted"
    if went == "flat" or kpi.good == "neutral":
        return "neutral"
    return "good" if went == kpi.good else "bad"


def status(kpi: Kpi, value: float | None, plan: float | None) -> Status | None:
    """Where a figure stands to its plan: on track from 98 %, at risk from 90 %; mirrored where less is better.

    None without a positive plan, an undefined value, or a KPI that is neither good up nor good down.
    """
    if value is None or plan is None or plan <= 0 or kpi.good == "neutral":
        return None
    reached = value / plan if kpi.good == "up" else 2 - value / plan
    # Rounded, so that 98 of 100 is on track whatever binary fractions make of it.
    reached = round(reached, 9)
    return "on_track" if reached >= ON_TRACK else "at_risk" if reached >= AT_RISK else "off_track"


def on_track(cards: tuple[Card, ...], context: Context) -> str:
    """How many of the figures that have a status are on track, in words."""
    states = [card.status for card in cards if card.status]
    number = context.numbers.decimal
    return context.say("digest_title", count=number(states.count("on_track")), all=number(len(states)))


def ranges_of(kpi: Kpi) -> tuple[float, float] | None:
    """The parts of a plan at which off track ends and on track begins; None where neither direction is good."""
    bounds = {"up": (AT_RISK, ON_TRACK), "down": (2 - AT_RISK, 2 - ON_TRACK)}
    return bounds.get(kpi.good)


def material(found: Change, point: Point) -> bool:
    """Whether a change is news; an undefined relative change is, unless nothing changed."""
    relative = fraction(point, Point(found.base.value))
    if relative is None:
        return found.direction != "flat"
    return abs(relative) >= MATERIAL


def detailed(context: Context, kpi: Kpi, found: Change) -> tuple[str, str]:
    """A change in words with amount and percent, and the amount alone: €47.7 k (14.2 %) above plan."""
    base = context.with_base(base_name(context, found.scenario, found.label), low=found.base.low_base)
    if found.direction == "flat" or found.difference.value is None:
        return context.say("level", base=base), ""
    amount = context.numbers.distance(found.difference.value, kpi)
    if found.relative.value is not None:
        percent = context.numbers.percent(abs(found.relative.value))
        amount = context.say("amount_percent", amount=amount, percent=percent)
    return context.say("above" if found.direction == "up" else "below", amount=amount, base=base), amount


def phrase(context: Context, kpi: Kpi, found: Change) -> str:
    """A change in words: 11.0 % below plan, 0.9 pp above last year, level with W23."""
    base = context.with_base(base_name(context, found.scenario, found.label), low=found.base.low_base)
    if found.direction == "flat" or found.difference.value is None:
        return context.say("level", base=base)
    if found.relative.value is not None:
        amount = context.numbers.percent(abs(found.relative.value))
    else:
        amount = context.numbers.distance(found.difference.value, kpi)
    return context.say("above" if found.direction == "up" else "below", amount=amount, base=base)


def base_name(context: Context, scenario: Scenario, code: str) -> str:
    """A base in the middle of a sentence: plan, the goal, last year, W23, the period before."""
    if scenario == "last_year":
        return context.say("base.last_year")
    if scenario == "plan":
        return context.say("base.target" if code == context.say("goal") else "base.plan")
    return context.say("base.before") if code == context.say("before") else code
