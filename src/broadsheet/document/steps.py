"""What waterfalls of all kinds have in common: totals, signed steps, and when the zero line is the base."""

from __future__ import annotations

from statistics import median

from broadsheet.definitions.models.kpis import Kpi
from broadsheet.document.changes import direction, tone
from broadsheet.document.context import Context
from broadsheet.document.diagrams import Step, Waterfall
from broadsheet.document.formats import format_of
from broadsheet.document.numbers import Scale

THIN = 0.03
"""Where half the steps are a smaller part of the larger total, bars from zero would show nothing of them."""


def total(label: str, value: float, scale: Scale, context: Context) -> Step:
    """A bar from zero."""
    return Step(label, value, context.numbers.scaled(value, scale), "total")


def signed(label: str, value: float, kpi: Kpi, scale: Scale, context: Context) -> Step:
    """A change, good or bad by what the KPI says of up and down."""
    text = context.numbers.scaled_difference(value, scale)
    return Step(label, value, text, "change", tone(kpi, direction(value, text), value))


def waterfall(steps: tuple[Step, ...], kpi: Kpi, scale: Scale, context: Context) -> Waterfall:
    """The drawing of these steps, of which the first and the last are totals of the KPI."""
    first, last = steps[0], steps[-1]
    changes = [abs(step.value) for step in steps[1:-1]]
    relative = bool(changes) and median(changes) < THIN * max(abs(first.value), abs(last.value))
    change = signed(last.label, last.value - first.value, kpi, scale, context)
    shares = any(step.share for step in steps)
    return Waterfall(
        steps,
        scale.unit,
        change,
        relative,
        context.say("waterfall_share") if shares else "",
        kpi.label,
        format_of(kpi, context.settings.currency),
    )


def spoken(drawn: Waterfall, title: str, context: Context) -> str:
    """The waterfall in words: every bar with its number."""
    facts = context.words.listed(f"{step.label} {step.text}" for step in drawn.steps)
    return context.say("alt_members", kind=context.say("chart_alt.waterfall"), title=title, facts=facts)
