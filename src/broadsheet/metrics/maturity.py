"""Rows whose time is not up yet: which rows a figure keeps, and which it leaves out and counts apart."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from broadsheet.definitions.models.filters import Condition, Filter, limits
from broadsheet.definitions.models.kpis import Kpi


class Maturity(NamedTuple):
    """Further conditions on the rows that are taken, and on those that are pending."""

    taken: Filter
    pending: Filter


def maturity(kpi: Kpi, clock: str) -> Maturity | None:
    """What a KPI says of rows whose time is not up: nothing, or one of two forms.

    `of: matured` keeps the rows that are decided, because what they wait for happened or its limit has passed;
    `mature` those whose own time lies so long ago.
    """
    if kpi.of == "matured":
        found = limits(kpi.where)
        decided = tuple(replace(each, operator="decided") for each in found)
        return Maturity(decided, tuple(replace(each, operator="undecided") for each in found))
    if kpi.mature is None:
        return None
    old, young = (Condition(clock, operator, (kpi.mature,)) for operator in ("mature", "young"))
    return Maturity((old,), (young,))
