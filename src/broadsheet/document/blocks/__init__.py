"""The kinds of blocks: what each asks of the data, and how it tells the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from broadsheet.definitions.catalog import Catalog, Unreachable
from broadsheet.definitions.models.reports import Report, block_key
from broadsheet.document.blocks import (
    answers,
    bullet,
    cards,
    chart,
    crosstab,
    cumulative,
    digest,
    diverging,
    dots,
    funnel,
    heat,
    listing,
    movement,
    scatter,
    story,
    table,
    text,
    waterfall,
)
from broadsheet.document.context import Context
from broadsheet.document.tree import Section
from broadsheet.metrics.question import Question
from broadsheet.periods import Calendar, Period

Asked = Question | tuple[Question, ...] | None
"""What a block asks: nothing, one question, or several."""
# Each pair takes the block of its own kind, which no common type of function can say. To a kind that asks
# several questions, the answer is its whole `BlockData`.
Ask = Callable[[Any, Context], Asked]
Tell = Callable[[Any, Any, Context], Section]

KINDS: Mapping[str, tuple[Ask, Tell]] = {
    "kpis": (cards.ask, cards.tell),
    "chart": (chart.ask, chart.tell),
    "table": (table.ask, table.tell),
    "crosstab": (crosstab.ask, crosstab.tell),
    "bullet": (bullet.ask, bullet.tell),
    "waterfall": (waterfall.ask, waterfall.tell),
    "movement": (movement.ask, movement.tell),
    "pareto": (cumulative.ask_pareto, cumulative.tell_pareto),
    "histogram": (cumulative.ask_histogram, cumulative.tell_histogram),
    "diverging": (diverging.ask, diverging.tell),
    "scatter": (scatter.ask, scatter.tell),
    "dots": (dots.ask, dots.tell),
    "heat": (heat.ask_heat, heat.tell_heat),
    "answers": (answers.ask, answers.tell),
    "cohort": (heat.ask_cohort, heat.tell_cohort),
    "funnel": (funnel.ask, funnel.tell),
    "list": (listing.ask, listing.tell),
    "story": (story.ask, story.tell),
    "digest": (digest.ask, digest.tell),
    "text": (text.ask, text.tell),
}


def kind_of(block: object) -> tuple[Ask, Tell]:
    """How a block asks and tells."""
    return KINDS[block_key(block) or "text"]


def questions(
    report: Report, period: Period, catalog: Catalog, calendar: Calendar
) -> tuple[tuple[Question, ...], ...]:
    """The questions of each block; none where a block needs no data.

    Plans and forecasts that exist only for the whole (their fact does not reach a dimension of the question) are not
    asked for: the block then shows no comparison with plan, instead of failing.
    """
    settings = catalog.settings
    context = Context(report, period, calendar, settings, catalog.kpis, catalog.dimensions, settings.locale)
    asked = (each(kind_of(block)[0](block, context)) for block in report.blocks)
    return tuple(tuple(_answerable(question, catalog) for question in found) for found in asked)


def each(asked: Asked) -> tuple[Question, ...]:
    """The questions one by one."""
    if asked is None:
        return ()
    return (asked,) if isinstance(asked, Question) else asked


def _answerable(question: Question, catalog: Catalog) -> Question:
    known = [catalog.kpis[kpi] for kpi in question.kpis if kpi in catalog.kpis]
    twins = {kpi.plan for kpi in known}.union(*(kpi.forecast.kpis for kpi in known if kpi.forecast))
    kpis = [kpi for kpi in question.kpis if kpi not in twins or _reaches(kpi, question, catalog)]
    # How many persons stand behind a ratio decides whether it is printed.
    parts = (part for kpi in kpis if kpi in catalog.kpis for part in catalog.asked(kpi, question.dimensions))
    kpis += [leaf for leaf, level in parts if catalog.kpis[leaf].persons and level == question.dimensions]
    return replace(question, kpis=tuple(dict.fromkeys(kpis)))


def _reaches(kpi: str, question: Question, catalog: Catalog) -> bool:
    try:
        for leaf, level in catalog.asked(kpi, question.dimensions):
            for dimension in (*level, *(condition.path for condition in question.where)):
                catalog.dimension_route(catalog.fact_of(leaf), dimension)
    except Unreachable:
        return False
    return True
