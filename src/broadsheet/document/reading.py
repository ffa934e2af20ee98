"""Reading an answer: values by KPI, period and member, and how they stand as figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from broadsheet.analysis.proportion import wilson
from broadsheet.definitions.members import Members
from broadsheet.definitions.models.measures import Formula, Share
from broadsheet.document.context import Context
from broadsheet.document.numbers import adds_up, is_count
from broadsheet.document.tree import Figure
from broadsheet.metrics.question import Answer, Level
from broadsheet.periods import Period

INTERVAL_BELOW = 30
"""A proportion from fewer cases has its interval beside it."""


@dataclass(frozen=True)
class Point:
    """A value of an answer; `value` None is undefined, for the reason `why`."""

    value: float | None
    n: int | None = None
    why: str = "no_rows"
    hits: float | None = None
    base: float | None = None


@dataclass(frozen=True)
class Spot:
    """Where a value stands: in a period, for one member per dimension of the level; no level: the total."""

    period: Period
    level: Level = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """An answer with the context it is told in."""

    answer: Answer
    context: Context

    def asked(self, kpi: str, period: Period) -> bool:
        """Whether the question holds the KPI and the period."""
        return kpi in self.answer.question.kpis and period in self._buckets

    def point(self, kpi: str, spot: Spot) -> Point:
        """The value of a KPI at a spot; undefined where the answer has none."""
        row = self._rows.get(spot.level, {}).get((self._buckets.get(spot.period), *spot.members))
        if row is None or kpi not in row:
            return Point(None)
        n = _number(row.get(f"{kpi}:n"))
        why = row.get(f"{kpi}:why")
        return Point(
            value=_number(row[kpi]),
            n=None if n is None else int(n),
            why=why if isinstance(why, str) else "no_rows",
            hits=_number(row.get(f"{kpi}:numerator")),
            base=_number(row.get(f"{kpi}:denominator")),
        )

    def members(self, level: Level, period: Period, dimension: int = 0) -> list[str]:
        """The members of a level's dimension in a period, in the answer's order."""
        bucket = self._buckets.get(period)
        rows = self._rows.get(level, {})
        return list(dict.fromkeys(key[dimension + 1] for key in rows if key[0] == bucket))

    def member(self, dimension: str, raw: str) -> str:
        """A member as printed; “Other” says for how many it stands."""
        return self.context.member(dimension, raw, self.answer.other_members)

    def others(self) -> str:
        """The remark on what “Other” stands for."""
        count = self.answer.other_members
        return self.context.words.count("other_remark", count, self.context.numbers.decimal(count))

    def figure(self, kpi: str, point: Point, text: str | None = None) -> Figure:
        """A point as a figure; `text` replaces the stand-alone form."""
        shown = self.context.numbers.value(point.value, self.context.kpis[kpi]) if text is None else text
        return Figure(
            value=point.value,
            text=shown,
            n=point.n,
            low_base=self.low(kpi, point),
            reason="" if point.value is not None else self.reason(point),
        )

    def reason(self, point: Point) -> str:
        """Why a point is undefined, in words."""
        known = point.why if point.why in self.context.words.messages else "no_rows"
        return self.context.say(known)

    def low(self, kpi: str, point: Point) -> bool:
        """Whether a rate, mean or median rests on few rows; a sum or count is a fact, however small."""
        definition = self.context.kpis[kpi]
        if point.value is None or point.n is None or is_count(definition) or adds_up(definition):
            return False
        return 0 < point.n < self.context.settings.low_base

    def proportion(self, kpi: str, point: Point) -> tuple[int, int] | None:
        """Hits and total, where the KPI is a share of counted things."""
        if point.hits is None or point.base is None or not self._is_proportion(kpi):
            return None
        hits, total = round(point.hits), round(point.base)
        return (hits, total) if 0 <= hits <= total and total > 0 else None

    def interval(self, kpi: str, point: Point) -> tuple[float, float] | None:
        """The 95 % Wilson interval of a proportion from few cases."""
        pair = self.proportion(kpi, point)
        return wilson(*pair) if pair and pair[1] < INTERVAL_BELOW else None

    def interval_text(self, kpi: str, point: Point) -> str:
        """The interval of a proportion from few cases: 8–64 %; empty where none is due."""
        bounds, numbers = self.interval(kpi, point), self.context.numbers
        if bounds is None:
            return ""
        low, high = numbers.decimal(bounds[0] * 100), numbers.percent(bounds[1], 0)
        return self.context.say("range", low=low, high=high)

    def empty(self) -> bool:
        """Whether no row at all stands behind the answer; a list without rows says so itself."""
        if self.answer.rows is not None:
            return False
        counts = (_number(row.get(f"{kpi}:n")) for row in self._all() for kpi in self.answer.question.kpis)
        values = (_number(row.get(kpi)) for row in self._all() for kpi in self.answer.question.kpis)
        return not any(counts) and not any(values)

    def _all(self) -> list[Mapping[str, Any]]:
        return [row for rows in self._rows.values() for row in rows.values()]

    def _is_proportion(self, kpi: str) -> bool:
        definition = self.context.kpis[kpi]
        if definition.unit != "percent":
            return False
        measure = definition.measure
        if isinstance(measure, Formula) and isinstance(measure.term, Members):
            return measure.term.operation == "share"
        if isinstance(measure, Formula):
            return all(use in self.context.kpis and is_count(self.context.kpis[use]) for use in measure.uses)
        return isinstance(measure, Share)

    @cached_property
    def _buckets(self) -> dict[Period, int]:
        return {period: index for index, period in enumerate(self.answer.question.buckets)}

    @cached_property
    def _rows(self) -> dict[Level, dict[tuple[Any, ...], Mapping[str, Any]]]:
        return {
            level: {
                (row["bucket"], *(row[dimension] for dimension in level)): row
                for row in cast(list[dict[str, Any]], frame.to_dict("records"))
            }
            for level, frame in self.answer.frames.items()
        }


def _number(value: object) -> float | None:
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
