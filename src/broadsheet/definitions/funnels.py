"""Funnels as ordinary KPIs: one count per step, so that every step can be shown, split and explained like any."""

from __future__ import annotations

from collections.abc import Mapping

from broadsheet.definitions.models.filters import ColumnRef, Condition, Filter
from broadsheet.definitions.models.funnels import Funnel, Step
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.sources import Fact
from broadsheet.definitions.models.windows import Window


def steps_of(kpi: Kpi, facts: Mapping[str, Fact]) -> dict[str, Kpi]:
    """The KPIs of a funnel's steps, by name; nothing of other KPIs."""
    funnel = kpi.funnel
    if funnel is None:
        return {}
    cohort = funnel.cohort or (facts[funnel.of].clock if funnel.of in facts else "")
    found: dict[str, Kpi] = {}
    where, before = funnel.where, cohort
    for name, step in funnel.steps.items():
        if step.at is not None:
            where = (*where, *_reached(step.at, step, before, Window(cohort, funnel.window)))
            before = step.at
        found[name] = Kpi(
            label=step.label,
            meaning=_meaning(kpi, funnel, step),
            count=funnel.of,
            clock=funnel.cohort,
            where=where,
            mature=funnel.window,
            good=kpi.good,
            owner=kpi.owner,
            ref=kpi.ref,
            edge_cases=kpi.edge_cases,
            shareable=kpi.shareable,
        )
    return found


def _reached(at: str, step: Step, before: str, window: Window) -> Filter:
    """Within the window, and not before the step before (of the second step, that is the cohort's own time)."""
    in_order = () if before == window.of else (Condition(at, "at_least", (ColumnRef(before),)),)
    return (Condition(at, "within", (window,)), *in_order, *step.where)


def _meaning(kpi: Kpi, funnel: Funnel, step: Step) -> str:
    if step.at is None:
        return f"Rows of the period that {kpi.label} starts from, at least {funnel.window} old."
    return f"Of these, the rows that came as far as {step.label} within {funnel.window}."
