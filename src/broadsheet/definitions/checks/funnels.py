"""Checks of funnels in reports: the block names a KPI that is one."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.definitions.codes import error
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.models.reports import FunnelBlock
from broadsheet.errors import did_you_mean


def check_funnel_blocks(draft: Draft) -> Iterator[Finding]:
    """A block that shows the steps of a funnel names one."""
    kpis = draft.catalog.kpis
    for name, report in draft.reports.items():
        for index, block in enumerate(report.blocks):
            if not isinstance(block, FunnelBlock) or block.funnel not in kpis:
                continue
            if kpis[block.funnel].funnel is None:
                subject = Subject("report", name)
                place = draft.place(subject, "blocks", index, "funnel")
                known = [other for other, kpi in kpis.items() if kpi.funnel is not None]
                what = f"KPI {block.funnel} is no funnel"
                yield subject, error("no-funnel", place, what, did_you_mean(block.funnel, known))
