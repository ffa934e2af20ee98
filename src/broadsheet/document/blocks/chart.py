"""Charts: by time or by a dimension."""

from __future__ import annotations

from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.document.blocks import members, timeline
from broadsheet.document.context import Context
from broadsheet.document.tree import Notice, Section
from broadsheet.metrics.question import Answer, Question
from broadsheet.periods import GRAINS


def ask(block: ChartBlock, context: Context) -> Question:
    """What the kind of axis asks for."""
    return timeline.ask(block, context) if block.by in GRAINS else members.ask(block, context)


def tell(block: ChartBlock, answer: Answer, context: Context) -> Section:
    """The chart, unless its KPIs cannot share a scale."""
    first = context.kpis[block.kpis[0]]
    for kpi in block.kpis[1:]:
        other = context.kpis[kpi]
        if other.unit != first.unit:
            text = context.say("chart_units", label=first.label, other=other.label)
            return Section("", first.label, "", Notice("failed", text), state="failed")
    return (
        timeline.tell(block, answer, context) if block.by in GRAINS else members.tell(block, answer, context)
    )
