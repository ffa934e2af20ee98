"""Totals over everybody's rows for readers of a slice: the only figures of rows that they may not see.

A reader knows the own value, and can take it from the total. So a total is told only where the rest is that of at
least five groups: members of each dimension of the slice, other than the readers' own, for which the KPI and all that
it is made of have a value other than 0.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from broadsheet.definitions.scope import Scope
from broadsheet.definitions.sharing import Hindrance, hindrance, least_groups, narrowed, with_rows
from broadsheet.errors import RefusedError
from broadsheet.metrics.joins import slicing
from broadsheet.metrics.question import EMPTY, Answer, Level, Question
from broadsheet.metrics.source import Context


def asked(question: Question, context: Context) -> tuple[Question, Question]:
    """What is asked of everybody's rows: the totals, and the values by which groups are counted.

    Raises RefusedError for anything but totals of shareable KPIs in one whole unit of the wanted kind.
    """
    catalog, scope = context.catalog, context.scope
    if len(question.buckets) > 1 or question.levels != ((),) or question.top or question.rows:
        raise _refused(
            Hindrance("everyone is asked for by members or periods", "Only totals are told of everyone.")
        )
    (period,) = question.buckets
    whole = period.kind == question.everyone and not period.clipped
    if (found := narrowed(question.where, whole=whole)) is not None:
        raise _refused(found)
    counted: dict[str, None] = {}
    for kpi in question.kpis:
        if (found := hindrance(kpi, catalog)) is not None:
            raise _refused(found)
        counted.update(dict.fromkeys(_counted(kpi, context)))
    for kpi in counted:
        for fact in {catalog.fact_of(leaf) for leaf in catalog.leaves(kpi)}:
            for dimension, _ in scope.permitted:
                slicing(context, fact, dimension)
    level = tuple(dimension for dimension, _ in scope.permitted)
    return replace(question, everyone=None), Question(tuple(counted), question.buckets, level, (level,))


def told(question: Question, totals: Answer, groups: Answer | None, context: Context) -> Answer:
    """The totals, without those behind which too few groups stand, and with nothing beside them."""
    least = least_groups(context.catalog.settings)
    withheld = {
        kpi
        for kpi in question.kpis
        if groups is not None
        and any(_others(part, groups, context.scope) < least for part in _counted(kpi, context))
    }
    kpis = tuple(kpi for kpi in question.kpis if kpi not in withheld)
    columns = ["bucket", *(f"{kpi}{ending}" for kpi in kpis for ending in ("", ":n", ":why"))]
    frames: dict[Level, pd.DataFrame] = {(): totals.frames[()][columns]} if kpis else {}
    return Answer(replace(question, kpis=kpis), frames, withheld=frozenset(withheld))


def _counted(kpi: str, context: Context) -> list[str]:
    """The parts of a KPI whose groups are counted: all but those made of rows that belong to everyone anyway."""
    catalog = context.catalog

    def shared(name: str) -> bool:
        return any(catalog.facts[catalog.fact_of(leaf)].shared for leaf in catalog.leaves(name))

    return [name for name in with_rows(kpi, catalog) if not shared(name)]


def _others(kpi: str, groups: Answer, scope: Scope) -> int:
    """How many groups beside the readers' own have a value: of the dimension with the fewest."""
    (frame,) = groups.frames.values()
    own = pd.Series(data=True, index=frame.index)
    for dimension, members in scope.permitted:
        own &= frame[dimension].isin(members)
    others = frame[~own & (frame[kpi].fillna(0) != 0)]
    return min(len(set(others[dimension]) - {EMPTY}) for dimension, _ in scope.permitted)


def _refused(found: Hindrance) -> RefusedError:
    return RefusedError(found.what, found.remedy)
