"""Questions and answers: what a block asks of the data, and the frames it gets back.

A question is answered for every one of its periods (called buckets here, because they may overlap or be
adjacent) and at several levels: a level is a subset of the question's dimensions, `()` being the total.
Every level is computed from its own components, so a total is never a mean or a sum of displayed rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import pandas as pd

from broadsheet.definitions.models.filters import Filter
from broadsheet.definitions.models.sources import ColumnType
from broadsheet.errors import Absent
from broadsheet.periods import Grain, Period

Level = tuple[str, ...]
OTHER = "\u0000other"
"""The member that stands for everything beyond the top N; printed as “Other (k)”."""
EMPTY = "\u0000empty"
"""The member of rows without a value; printed as “(not set)”."""


@dataclass(frozen=True)
class Top:
    """Keep the N largest members of a dimension by a KPI in the bucket `rank_in`; ties by member name."""

    dimension: str
    kpi: str
    size: int
    rank_in: int = 0
    rest: bool = True


@dataclass(frozen=True)
class Question:
    """KPIs by dimensions for periods.

    `where` holds conditions on dimensions. `levels` lists the wanted subsets of `dimensions`. A bucket of kind
    `all` has no bounds: it takes every row, also those without the fact's clock. With `rows`, so many of the
    rows that the first KPI counts in the first period are wanted too. `everyone` asks for totals over the rows of
    all in units of this kind, also of rows that the readers may not see; without a slice there is nothing to ask.
    """

    kpis: tuple[str, ...]
    buckets: tuple[Period, ...]
    dimensions: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ((),)
    where: Filter = ()
    top: Top | None = None
    rows: int | None = None
    everyone: Grain | None = None


Ask = Callable[[Question], pd.DataFrame]
"""The frame of a question at its only level."""

RowKind = ColumnType | Literal["kpi", "member"]


@dataclass(frozen=True)
class Rows:
    """Rows one by one: a value per path, empty ones None. Times are aware, in the calendar's zone.

    Rows may be members: a path is then a dimension (`member`) or a KPI of each. Rows of a fact may have KPIs of a
    member of theirs behind their paths.
    """

    types: Mapping[str, RowKind]
    values: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Statement:
    """One statement sent to the warehouse: for `explain` and the trail of an edition.

    `spans` are the local days [start, end) that it holds apart; of a balance, the day on whose beginning it
    is taken, twice. `questions` are the indices of the questions that it serves.
    """

    fact: str
    sql: str
    rows: int
    seconds: float
    spans: tuple[tuple[date, date], ...]
    dimensions: tuple[str, ...]
    questions: tuple[int, ...]


@dataclass(frozen=True)
class Answer:
    """The values of a question.

    `frames[level]` has the columns `bucket` (index into the question's buckets), one per dimension of the
    level (text members, `EMPTY`, `OTHER`), and for each KPI: `kpi` (float, NaN = undefined), `kpi:n` (rows
    the value rests on), `kpi:why` (None or a reason code: `no_rows`, `zero_base`, `missing_part`,
    `not_recorded`, `no_method`, `no_value`), and for formulas of two parts (ratio, share) `kpi:numerator` and
    `kpi:denominator`.

    Only members that occur are listed, each of them in every bucket: a member with rows for some KPI in one
    bucket shows its 0 (or its undefined mean) in the others. Members of flags are `yes` and `no`. Rows are
    sorted by bucket, then by the dimensions' declared order; the dimension of `top` by rank, `OTHER` last.

    `n` of a ratio is that of its denominator, of a distinct count the count, of a sum or mean the rows with a
    value, of a constant 0. `rows` are those that the question wants one by one, in the order of the KPI's list.
    Of everyone, `withheld` are the KPIs that rest on too few groups; frames and question lack them.
    `missing` names the table or column of every KPI that has no data because that is not there; frames lack it.
    `pending[kpi]` counts rows still open where the KPI says `count_apart`, `faults` rows left out because of
    impossible values (negative durations); both over all buckets, each row once. `pending_in` and `faults_in` count
    them in each bucket. `overlapping` are the dimensions of which a row may have several members: their rows do not
    add up.
    """

    question: Question
    frames: Mapping[Level, pd.DataFrame]
    pending: Mapping[str, int] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)
    pending_in: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    faults_in: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    other_members: int = 0
    rows: Rows | None = None
    missing: Mapping[str, Absent] = field(default_factory=dict)
    overlapping: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()

    def value(self, kpi: str, bucket: int = 0) -> float:
        """The total of a KPI in a bucket; NaN when undefined or not asked for."""
        frame = self.frames.get(())
        if frame is None or kpi not in frame:
            return float("nan")
        rows = frame.loc[frame["bucket"] == bucket, kpi]
        return float(rows.iloc[0]) if len(rows) else float("nan")

    def reason(self, kpi: str, bucket: int = 0) -> str | None:
        """Why the total is undefined, or None."""
        frame = self.frames.get(())
        if frame is None or kpi not in frame:
            return "no_rows"
        rows = frame.loc[frame["bucket"] == bucket, f"{kpi}:why"]
        return str(rows.iloc[0]) if len(rows) and rows.iloc[0] is not None else None


@dataclass(frozen=True)
class Answers:
    """Answers in the order of their questions, and the statements that gave them.

    A question that failed has the answer None and its reason, for people, in `failures` by its index.
    """

    answers: tuple[Answer | None, ...]
    trail: tuple[Statement, ...]
    failures: Mapping[int, str] = field(default_factory=dict)
