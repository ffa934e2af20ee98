"""Checks of charts by time and of bullets: what they look ahead to, add up and are held against is there."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.definitions.checks.columns import column_type
from broadsheet.definitions.checks.structure import adds, stands
from broadsheet.definitions.codes import error
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.models.bullets import BulletBlock
from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.measures import Aggregate
from broadsheet.errors import Place, Problem


def check_courses(draft: Draft) -> Iterator[Finding]:
    """`ahead` has a forecast and an end, `cumulative` a KPI whose units add up, a bullet something to reach."""
    for name, report in draft.reports.items():
        subject = Subject("report", name)
        for index, block in enumerate(report.blocks):
            if isinstance(block, BulletBlock):
                yield from ((subject, found) for found in _bases(draft, block, subject, index))
            kpi = draft.catalog.kpis.get(block.kpis[0]) if isinstance(block, ChartBlock) else None
            if not isinstance(block, ChartBlock) or kpi is None:
                continue
            if block.ahead is not None:
                place = draft.place(subject, "blocks", index, "ahead")
                form = (block.period or report.period).form
                yield from ((subject, found) for found in _ahead(block, kpi, form, place))
            events = draft.catalog.kpis.get(block.events or "")
            if events is not None and not _dated(draft, events):
                place = draft.place(subject, "blocks", index, "events")
                what = f"the list of {block.events} tells no date at which its rows could be marked"
                remedy = "Name a column of dates or times under `columns` or in `reason` of the list."
                yield subject, error("event-date", place, what, remedy)
            if block.cumulative and (stands(kpi) or not adds(kpi)):
                place = draft.place(subject, "blocks", index, "cumulative")
                what = f"the units of {block.kpis[0]} do not add up to a running total"
                remedy = (
                    "Only sums and counts of what happened do; leave out cumulative, or take another KPI."
                )
                yield subject, error("cumulative-kpi", place, what, remedy)


def _bases(draft: Draft, block: BulletBlock, subject: Subject, index: int) -> Iterator[Problem]:
    for position, name in enumerate(block.bullet.kpis):
        kpi = draft.catalog.kpis.get(name)
        if kpi is not None and kpi.plan is None and kpi.target is None:
            place = draft.place(subject, "blocks", index, "bullet", "kpis", position)
            what = f"a bullet is held against a plan or goal, and {name} has neither"
            yield error("bullet-base", place, what, "Give the KPI a `plan` or `target`, or take another one.")


def _ahead(block: ChartBlock, kpi: Kpi, form: str, place: Place) -> Iterator[Problem]:
    if kpi.forecast is None:
        what = f"the chart looks ahead, but {block.kpis[0]} has no forecast"
        remedy = "Name the KPI that holds it under `forecast` of the KPI, or leave out ahead."
        yield error("no-forecast", place, what, remedy)
    if block.ahead == "end" and form != "to_date":
        what = "ahead: end means the end of the unit that a to-date period is a part of"
        remedy = "Give the block a period such as {to_date: quarter}, or tell how many units: ahead: 3."
        yield error("ahead-end", place, what, remedy)


def _dated(draft: Draft, kpi: Kpi) -> bool:
    """Whether a row of the list has a date; true where it cannot be told, because the list is missing or broken."""
    measure = kpi.measure
    if kpi.list is None or not isinstance(measure, Aggregate) or measure.fact not in draft.catalog.facts:
        return True
    found = (column_type(draft.catalog, measure.fact, path, Place("")) for path in kpi.list.paths)
    return any(isinstance(kind, Problem) or kind in ("date", "time") for kind in found)
