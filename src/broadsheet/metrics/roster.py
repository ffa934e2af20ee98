"""The members that a KPI counts, one by one, with the KPIs of each: customers with their revenue and open cases."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.members import Members
from broadsheet.definitions.models.lists import ListSpec
from broadsheet.definitions.models.measures import Formula
from broadsheet.metrics.each import Crowd, Ranks
from broadsheet.metrics.keys import BUCKET
from broadsheet.metrics.question import EMPTY, Ask, Question, RowKind, Rows
from broadsheet.metrics.values import Value


def counted_members(kpi: str, catalog: Catalog) -> Members | None:
    """The members that a KPI counts; None for KPIs of rows."""
    measure = catalog.kpis[kpi].measure
    term = measure.term if isinstance(measure, Formula) else None
    return term if isinstance(term, Members) else None


def roster(question: Question, term: Members, spec: ListSpec, catalog: Catalog, ask: Ask) -> Rows:
    """The first `question.rows` members that the KPI counts in the first period, in the order of its list.

    Members alike stand by their names.
    """
    frame = _met(ask(_by_member(question, term.uses, term)), term)
    shown = [path for path in spec.paths if path in catalog.kpis and path not in frame]
    shown += [path for path, _ in spec.order if path in catalog.kpis and path not in (*frame, *shown)]
    if shown:
        keys = [BUCKET, *term.each]
        # Asked beside the KPIs that tell who is meant, so that a member without rows of its own has its 0.
        more = ask(_by_member(question, tuple(dict.fromkeys((*term.uses, *shown))), term))
        frame = frame[keys + [path for path in spec.paths if path in frame and path not in term.each]].merge(
            more[[*keys, *dict.fromkeys(shown)]], on=keys, how="left"
        )
    for path, down in reversed([*spec.order, *((name, False) for name in term.each)]):
        frame = frame.sort_values(path, ascending=not down, kind="stable", na_position="last")
    kinds: dict[str, RowKind] = {path: "kpi" if path in catalog.kpis else "member" for path in spec.paths}
    columns = [[_read(value) for value in frame[path].tolist()] for path in spec.paths]
    return Rows(kinds, tuple(zip(*columns, strict=True))[: question.rows])


def _by_member(question: Question, kpis: tuple[str, ...], term: Members) -> Question:
    return Question(kpis, question.buckets[:1], term.each, (term.each,), question.where)


def _met(frame: pd.DataFrame, term: Members) -> pd.DataFrame:
    """The members that meet the conditions of the measure."""
    known = ~frame[list(term.each)].isin([EMPTY]).any(axis=1)
    frame = frame[known].reset_index(drop=True)
    index = pd.MultiIndex.from_frame(frame[[BUCKET, *term.each]])
    numbers = {kpi: frame[kpi].to_numpy(dtype=float) for kpi in term.uses}
    values = {
        kpi: Value(found, frame[f"{kpi}:n"].to_numpy(dtype=float), frame[f"{kpi}:why"].to_numpy(dtype=object))
        for kpi, found in numbers.items()
    }
    ranks = {kpi: Ranks(index, numbers[kpi]).of(index) for kpi in term.ranked}
    crowd = Crowd(np.zeros(len(frame), dtype=np.intp), values, ranks)
    return frame[crowd.meets(term.where)]


def _read(value: Any) -> Any:
    return None if pd.isna(value) else value
