"""Checks of charts by time: what they look ahead to exists, and what they add up can be added."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.definitions.codes import error
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.measures import Aggregate
from broadsheet.errors import Place, Problem


def check_courses(draft: Draft) -> Iterator[Finding]:
    """`ahead` has a forecast and an end, `cumulative` a KPI whose units add up."""
    for name, report in draft.reports.items():
        subject = Subject("report", name)
        for index, block in enumerate(report.blocks):
            kpi = draft.catalog.kpis.get(block.kpis[0]) if isinstance(block, ChartBlock) else None
            if not isinstance(block, ChartBlock) or kpi is None:
                continue
            if block.ahead is not None:
                place = draft.place(subject, "blocks", index, "ahead")
                form = (block.period or report.period).form
                yield from ((subject, found) for found in _ahead(block, kpi, form, place))
            if block.cumulative and not _adds_up(kpi):
                place = draft.place(subject, "blocks", index, "cumulative")
                what = f"the units of {block.kpis[0]} do not add up to a running total"
                remedy = (
                    "Only sums and counts of what happened do; leave out cumulative, or take another KPI."
                )
                yield subject, error("cumulative-kpi", place, what, remedy)


def _ahead(block: ChartBlock, kpi: Kpi, form: str, place: Place) -> Iterator[Problem]:
    if kpi.forecast is None:
        what = f"the chart looks ahead, but {block.kpis[0]} has no forecast"
        remedy = "Name the KPI that holds it under `forecast` of the KPI, or leave out ahead."
        yield error("no-forecast", place, what, remedy)
    if block.ahead == "end" and form != "to_date":
        what = "ahead: end means the end of the unit that a to-date period is a part of"
        remedy = "Give the block a period such as {to_date: quarter}, or tell how many units: ahead: 3."
        yield error("ahead-end", place, what, remedy)


def _adds_up(kpi: Kpi) -> bool:
    """Sums and counts of what happened in a unit; not of what stands at its end."""
    measure = kpi.measure
    happened = kpi.begins is None and kpi.take is None and kpi.balance is None
    return happened and isinstance(measure, Aggregate) and measure.operation in ("sum", "count")
