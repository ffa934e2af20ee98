"""Which KPIs a block prints."""

from __future__ import annotations

from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.definitions.models.reports import AnyBlock, CardsBlock, FunnelBlock, ListBlock, spec_of
from broadsheet.definitions.models.stories import DigestBlock, StoryBlock


def shown_kpis(block: AnyBlock) -> tuple[str, ...]:
    """The KPIs that a block prints."""
    if isinstance(block, CardsBlock):
        return tuple(item.kpi for item in block.kpis)
    if isinstance(block, ChartBlock):
        return block.kpis
    if isinstance(block, FunnelBlock):
        return (block.funnel,)
    if isinstance(block, ListBlock):
        return (block.list,)
    if isinstance(block, StoryBlock):
        lists = (action.list for action in block.story.actions)
        return tuple(kpi for kpi in (block.story.kpi, *lists) if kpi is not None)
    if isinstance(block, DigestBlock):
        return tuple(area.kpi for area in block.digest)
    spec = spec_of(block)
    return spec.shown if spec is not None else ()
