"""Checks of what readers of a slice are shown of everyone: totals that tell nobody's own figures."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.definitions.codes import error
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.models.reports import CardsBlock
from broadsheet.definitions.sharing import hindrance, narrowed


def check_sharing(draft: Draft) -> Iterator[Finding]:
    """What is `shareable` is so in all its parts, and cards show nothing else of everyone."""
    for name, kpi in draft.catalog.kpis.items():
        if kpi.shareable and (found := hindrance(name, draft.catalog)):
            subject = Subject("kpi", name)
            yield subject, error("not-shareable", draft.place(subject, "shareable"), *found)
    for name, report in draft.reports.items():
        for index, block in enumerate(report.blocks):
            if isinstance(block, CardsBlock):
                yield from _of_cards(draft, Subject("report", name), index, block)


def _of_cards(draft: Draft, subject: Subject, index: int, block: CardsBlock) -> Iterator[Finding]:
    report = draft.reports[subject.name]
    for at, item in enumerate(block.kpis):
        kpi = draft.catalog.kpis.get(item.kpi)
        if not item.everyone or kpi is None:
            continue
        # What hinders a KPI that says it is shareable is told of that KPI.
        own = None if kpi.shareable else hindrance(item.kpi, draft.catalog)
        period = item.period or block.period or report.period
        place = draft.place(subject, "blocks", index, "kpis", at, "everyone")
        for found in filter(None, (own, narrowed((*report.where, *block.where), period))):
            yield subject, error("not-shareable", place, *found)
