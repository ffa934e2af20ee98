"""Charts: by time or by a dimension."""

from __future__ import annotations

from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.document.blocks import members, multiples, timeline
from broadsheet.document.context import Context
from broadsheet.document.tree import Notice, Section
from broadsheet.metrics.question import Answer, Question
from broadsheet.periods import GRAINS


def ask(block: ChartBlock, context: Context) -> Question:
    """What the kind of axis asks for."""
    if block.by not in GRAINS:
        return members.ask(block, context)
    return multiples.ask(block, context) if _in_panels(block) else timeline.ask(block, context)


def tell(block: ChartBlock, answer: Answer, context: Context) -> Section:
    """The chart, unless its KPIs cannot share a scale."""
    first = context.kpis[block.kpis[0]]
    for kpi in block.kpis[1:]:
        other = context.kpis[kpi]
        if other.unit != first.unit:
            text = context.say("chart_units", label=first.label, other=other.label)
            return Section("", first.label, "", Notice("failed", text), state="failed")
    if block.by not in GRAINS:
        return members.tell(block, answer, context)
    teller = multiples.tell if _in_panels(block) else timeline.tell
    return teller(block, answer, context)


def _in_panels(block: ChartBlock) -> bool:
    """Lines and columns are split into panels, parts of a whole are stacked."""
    return block.split is not None and block.chart != "stacked"
