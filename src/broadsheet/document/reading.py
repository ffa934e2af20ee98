"""Reading an answer: values by KPI, period and member, and how they stand as figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from broadsheet.analysis.proportion import wilson
from broadsheet.definitions.formula import Operation, Reference, Term
from broadsheet.definitions.members import Members
from broadsheet.definitions.models.measures import Formula, Share
from broadsheet.document.context import Context
from broadsheet.document.numbers import Scale, adds_up, counted_anew, is_count
from broadsheet.document.persons import FEW, KEPT, Cell, of_persons, withheld
from broadsheet.document.tree import Figure
from broadsheet.metrics.question import OTHER, Answer, Level
from broadsheet.periods import GRAINS, Period

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
        if (lost := self.answer.missing.get(kpi)) is not None:
            return Point(None, why=self.context.absent(lost.kind, [lost.name]))
        key = (self._buckets.get(spot.period), *spot.members)
        row = self._rows.get(spot.level, {}).get(key)
        if row is None or kpi not in row:
            return Point(None)
        told = self._withheld.get((spot.level, key))
        if told is not None and of_persons(self.context.kpis[kpi], self.context.kpis):
            few = told and 0 < (_number(row.get(f"{kpi}:n")) or 0) < self.context.settings.smallest_cell
            return Point(None, why=FEW if few else KEPT)
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
        """The members of a level's dimension in a period, in the answer's order.

        Ranked ones of too few persons stand last, by name: between two others they would tell their size.
        """
        bucket = self._buckets.get(period)
        rows = self._rows.get(level, {})
        found = list(dict.fromkeys(key[dimension + 1] for key in rows if key[0] == bucket))
        name, top = level[dimension], self.answer.question.top
        if top is None or top.dimension != name:
            return found
        kept = {member for member in found if ((name,), (bucket, member)) in self._withheld}
        return sorted(
            found, key=lambda member: (member == OTHER, member in kept, member if member in kept else "")
        )

    def ranked_by(self, kpi: str, period: Period) -> bool:
        """Whether the members shown are those with the largest figures of this KPI in this period."""
        question, top = self.answer.question, self.answer.question.top
        return top is not None and top.kpi == kpi and question.buckets[top.rank_in] == period

    def member(self, dimension: str, raw: str) -> str:
        """A member as printed; “Other” says for how many it stands."""
        return self.context.member(dimension, raw, self.answer.other_members)

    def others(self) -> str:
        """The remark on what “Other” stands for."""
        count = self.answer.other_members
        return self.context.words.count("other_remark", count, self.context.numbers.decimal(count))

    def figure(self, kpi: str, point: Point, text: str | None = None) -> Figure:
        """A point as a figure; `text` replaces the stand-alone form."""
        usual = self.context.numbers.value(point.value, self.context.kpis[kpi]) if text is None else text
        shown = self.instead(kpi, point) or usual
        return Figure(
            value=point.value,
            text=shown,
            n=point.n,
            low_base=self.low(kpi, point),
            reason="" if point.value is not None else self.reason(point),
        )

    def scaled(self, kpi: str, point: Point, scale: Scale) -> str:
        """A point in the way of its column."""
        return self.instead(kpi, point) or self.context.numbers.scaled(point.value, scale)

    def instead(self, kpi: str, point: Point) -> str:
        """What is printed in place of a figure of too few persons; empty for all others."""
        smallest = self.context.numbers.decimal(self.context.settings.smallest_cell)
        if point.value is not None or point.why not in (FEW, KEPT):
            return ""
        if point.why == KEPT:
            return self.context.say("kept_cell")
        return self.context.say(
            "few_cell" if is_count(self.context.kpis[kpi]) else "few_cell.n", count=smallest
        )

    def reason(self, point: Point) -> str:
        """Why a point is undefined, in words."""
        if point.why not in self.context.words.messages:
            return point.why
        return self.context.say(point.why, count=self.context.settings.smallest_cell)

    @property
    def persons_remarks(self) -> tuple[str, ...]:
        """What the signs of figures mean that are not printed, where there are some."""
        if not self._withheld:
            return ()
        return (self.context.say("persons_remark", count=self.context.settings.smallest_cell),)

    def low(self, kpi: str, point: Point) -> bool:
        """Whether a rate, mean or median rests on few rows; a sum or count is a fact, however small, and so is a
        difference of sums.
        """
        if point.value is None or point.n is None or self._is_fact(Reference(kpi)):
            return False
        return 0 < point.n < self.context.settings.low_base

    def _is_fact(self, term: Term) -> bool:
        if isinstance(term, Operation):
            return term.operator in ("+", "-") and self._is_fact(term.left) and self._is_fact(term.right)
        if not isinstance(term, Reference):
            return False
        definition = self.context.kpis[term.kpi]
        measure = definition.measure
        if is_count(definition) or adds_up(definition):
            return True
        return isinstance(measure, Formula) and self._is_fact(measure.term)

    def divides_by_nothing(self, point: Point) -> bool:
        """Whether a point is undefined because there is nothing to divide by, or no row: then its n is told."""
        return point.value is None and point.n is not None and point.why in ("zero_base", "no_rows")

    def n_text(self, point: Point) -> str:
        """How many rows a point rests on: n = 7."""
        return self.context.say("n", count=self.context.numbers.decimal(point.n or 0))

    def proportion(self, kpi: str, point: Point) -> tuple[int, int] | None:
        """Hits and total, where the KPI is a share of counted things."""
        if point.hits is None or point.base is None or not self._is_proportion(kpi):
            return None
        hits, total = round(point.hits), round(point.base)
        return (hits, total) if 0 <= hits <= total and total > 0 else None

    def interval_text(self, kpi: str, point: Point) -> str:
        """The interval of a proportion from few cases: 8–64 %; empty where none is due."""
        pair = self.proportion(kpi, point)
        return self.interval_of(*pair) if pair else ""

    def interval_of(self, hits: int, total: int) -> str:
        """The 95 % Wilson interval of hits among a total, in words; empty where none is due."""
        if not 0 < total < INTERVAL_BELOW or not 0 <= hits <= total:
            return ""
        (low, high), numbers = wilson(hits, total), self.context.numbers
        return self.context.say("range", low=numbers.decimal(low * 100), high=numbers.percent(high, 0))

    def not_additive(self, kpis: Sequence[str], by: Iterable[str]) -> tuple[str, ...]:
        """The remark that rows do not add up (rule C4): of every KPI by members that overlap, else of some KPIs."""
        rows = set(by)
        if rows & self.answer.overlapping:
            return (self.context.say("overlapping"),)
        by_time = not rows.isdisjoint(GRAINS)
        anew = [kpi for kpi in kpis if counted_anew(self.context.kpis[kpi], by_time=by_time)]
        if not anew:
            return ()
        labels = self.context.words.listed(self.context.kpis[kpi].label for kpi in anew)
        return (self.context.say("not_additive", labels=labels),)

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
    def _withheld(self) -> dict[Cell, bool]:
        marked = [kpi for kpi in self.answer.question.kpis if self.context.kpis[kpi].persons]
        return withheld(self.answer.question, self._rows, marked, self.context.settings.smallest_cell)

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
