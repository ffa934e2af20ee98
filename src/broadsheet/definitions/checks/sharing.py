"""Checks of what readers of a slice are shown of everyone: totals that tell nobody's own figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from broadsheet.definitions.codes import error
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.models.filters import Filter
from broadsheet.definitions.models.reports import CardsBlock
from broadsheet.definitions.sharing import Hindrance, hindrance, narrowed, with_rows
from broadsheet.errors import Place
from broadsheet.periods import PeriodSpec


class _Wanted(NamedTuple):
    """A card that shows a KPI of everyone."""

    subject: Subject
    kpi: str
    where: Filter
    period: PeriodSpec
    place: Place


def check_sharing(draft: Draft) -> Iterator[Finding]:
    """What is `shareable` is so in all its parts, and cards show nothing else of everyone, in whole units only."""
    for name, kpi in draft.catalog.kpis.items():
        if kpi.shareable and (found := hindrance(name, draft.catalog)):
            subject = Subject("kpi", name)
            yield subject, error("not-shareable", draft.place(subject, "shareable"), *found)
    units: dict[str, tuple[str, str]] = {}
    for wanted in _wanted(draft):
        # What hinders a KPI that says it is shareable is told of that KPI.
        own = None if draft.catalog.kpis[wanted.kpi].shareable else hindrance(wanted.kpi, draft.catalog)
        part = narrowed(wanted.where, whole=wanted.period.form == "closed")
        for found in filter(None, (own, part or _other_unit(draft, wanted, units))):
            yield wanted.subject, error("not-shareable", wanted.place, *found)


def _wanted(draft: Draft) -> Iterator[_Wanted]:
    for name, report in draft.reports.items():
        subject = Subject("report", name)
        for index, block in enumerate(report.blocks):
            for at, item in enumerate(block.kpis) if isinstance(block, CardsBlock) else ():
                if item.everyone and item.kpi in draft.catalog.kpis:
                    period = item.period or block.period or report.period
                    place = draft.place(subject, "blocks", index, "kpis", at, "everyone")
                    yield _Wanted(subject, item.kpi, (*report.where, *block.where), period, place)


def _other_unit(draft: Draft, wanted: _Wanted, units: dict[str, tuple[str, str]]) -> Hindrance | None:
    """A KPI, or what it is made of, told of everyone in two units: what is withheld of one follows from the other."""
    for part in with_rows(wanted.kpi, draft.catalog):
        unit, report = units.setdefault(part, (wanted.period.grain, wanted.subject.name))
        if unit != wanted.period.grain:
            what = f"{part} of everyone is told by {unit} in {report}, and here by {wanted.period.grain}"
            remedy = (
                "Tell it by one of the two: what is withheld of the one could be calculated with the other."
            )
            return Hindrance(what, remedy)
    return None
