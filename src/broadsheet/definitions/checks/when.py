"""Checks of the conditions under which a report goes out."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.definitions.codes import error
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.models.reports import CardsBlock
from broadsheet.definitions.models.when import Significant, Threshold
from broadsheet.errors import did_you_mean


def check_when(draft: Draft) -> Iterator[Finding]:
    """The KPIs of conditions exist, and the report has the cards that some of them speak of."""
    for name, report in draft.reports.items():
        subject = Subject("report", name)
        cards = any(isinstance(block, CardsBlock) for block in report.blocks)
        for index, condition in enumerate(report.when):
            place = draft.place(subject, "when", index)
            if isinstance(condition, Threshold | Significant):
                kpi = condition.kpi if isinstance(condition, Threshold) else condition.significant
                if not draft.defines("kpi", kpi):
                    remedy = did_you_mean(kpi, draft.names("kpi"))
                    yield subject, error("unknown-kpi", place, f"unknown KPI “{kpi}”", remedy)
            elif condition in ("changed", "significant") and not cards:
                what = f"“{condition}” speaks of the report’s cards, and it has none"
                remedy = "Add a block of cards, or name a KPI: {kpi: revenue, above: 1000}."
                yield subject, error("when-misfit", place, what, remedy)
