"""What readers of a slice may be told of everybody's rows: totals of KPIs that are `shareable` in all their parts."""

from __future__ import annotations

from typing import NamedTuple

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.formula import Moved
from broadsheet.definitions.models.filters import Filter
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.measures import Aggregate, Formula
from broadsheet.definitions.models.settings import Settings
from broadsheet.definitions.steps import Earlier

_OF_ONE = "tells of single rows or members"
_OF_MORE = (
    "tells of more than the period alone, so that two of its totals may differ by the rows of one group"
)


def least_groups(settings: Settings) -> int:
    """So many groups stand behind whatever readers can calculate: five, or as many as persons behind a figure."""
    return max(5, settings.smallest_cell)


class Hindrance(NamedTuple):
    """Why a total of everybody may not be told, and what to do about it."""

    what: str
    remedy: str


def made_of(kpi: str, catalog: Catalog) -> tuple[str, ...]:
    """A KPI and the KPIs that it is made of, each once, as far as there are such."""
    found: dict[str, None] = {}
    waiting = [kpi]
    while waiting:
        name = waiting.pop(0)
        if name not in found and name in catalog.kpis:
            found[name] = None
            measure = catalog.kpis[name].measure
            waiting += measure.uses if isinstance(measure, Formula) else ()
    return tuple(found)


def with_rows(kpi: str, catalog: Catalog) -> tuple[str, ...]:
    """Those of its parts, itself among them, that rest on rows: a constant is nobody's."""
    parts = {name: made_of(name, catalog) for name in made_of(kpi, catalog)}
    return tuple(
        name
        for name, below in parts.items()
        if any(not isinstance(catalog.kpis[part].measure, Formula) for part in below)
    )


def hindrance(kpi: str, catalog: Catalog) -> Hindrance | None:
    """What keeps the total of a KPI over everybody's rows from readers of a slice; None where they may know it."""
    for name in dict.fromkeys((kpi, *with_rows(kpi, catalog))):
        part = "" if name == kpi else f", which {kpi} is made of,"
        if not catalog.kpis[name].shareable:
            remedy = (
                f"Write shareable: true for {name} if readers of a slice may know its total, or ask for none."
            )
            return Hindrance(f"{name}{part} is not `shareable`", remedy)
        if telling := _telling(catalog.kpis[name]):
            remedy = "Share a KPI that counts, sums or averages what happened in the period."
            return Hindrance(f"{name}{part} cannot be `shareable`: it {telling}", remedy)
    return None


def narrowed(where: Filter, *, whole: bool) -> Hindrance | None:
    """What makes a total one of fewer rows than a KPI's in a `whole` unit of the calendar; None where nothing does.

    Two totals of overlapping periods, or with a condition and without, differ by rows that may be those of one group.
    """
    if where:
        what = f"everyone is not asked for with conditions ({', '.join(each.path for each in where)})"
        return Hindrance(what, "Write the condition into a KPI, or leave out `everyone`.")
    if not whole:
        remedy = "Ask for the week, month, quarter or year that is over, as the report does, or leave out `everyone`."
        return Hindrance("everyone is not asked for in periods that overlap others", remedy)
    return None


def _telling(kpi: Kpi) -> str:
    """Why the total of a KPI tells more than a total."""
    measure = kpi.measure
    if kpi.min is not None or kpi.max is not None or kpi.top_share is not None:
        return _OF_ONE
    if isinstance(measure, Formula):
        moved = isinstance(measure.term, Moved) and not isinstance(measure.term.step, Earlier)
        return _OF_MORE if moved else ""
    taken = isinstance(measure, Aggregate) and measure.take is not None
    return _OF_MORE if taken or kpi.standing is not None else ""
