"""One question on its way to an answer: what it needs, how its members are ranked, what its frames are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import isnan
from typing import Any

import pandas as pd

from broadsheet.errors import UsageError, did_you_mean
from broadsheet.metrics.cells import Cells, roll_up, total
from broadsheet.metrics.components import Base, Component, Leaf, Part, leaf, nests
from broadsheet.metrics.evaluate import LeafKey, Sheet, leaf_keys
from broadsheet.metrics.members import by_order
from broadsheet.metrics.plan import Fold, Need
from broadsheet.metrics.question import OTHER, Answer, Level, Question, Top
from broadsheet.metrics.readings import Span
from broadsheet.metrics.source import Context

Found = Callable[[Need], Sequence[Cells]]
Members = tuple[str, ...]


@dataclass(frozen=True)
class Ranking:
    """All members of the top dimension in order of rank, and the kept ones when some are not."""

    members: Members
    fold: Fold | None


class Inquiry:
    """A question, taken apart. Raises UsageError for one that cannot be asked."""

    def __init__(self, question: Question, context: Context) -> None:
        _validate(question, context)
        self.question, self._context = question, context
        kpis = (*question.kpis, question.top.kpi) if question.top else question.kpis
        catalog = context.catalog
        keys = dict.fromkeys(key for kpi in kpis for key in leaf_keys(kpi, catalog))
        self._leaves: dict[LeafKey, Leaf] = {
            (name, steps): leaf(catalog.kpis[name], context, steps) for name, steps in keys
        }
        for base, name in product(self._bases, _dimensions(question)):
            context.dimension_route(base.fact, name)
        _validate_members(question, self._bases, context)

    def needs(self) -> list[Need]:
        """What can be asked at once: all but what must know who is kept."""
        top, kpis = self.question.top, self.question.kpis
        levels = (*self.question.levels, (top.dimension,)) if top else self.question.levels
        needs = [need for level in levels for need in self._level(level, kpis, "additive")]
        needs += self._level((), kpis, "apart")
        for level in self.question.levels:
            if top is None or top.dimension not in level:
                needs += self._level(level, kpis, "exact")
        return needs + self._ranking_needs(top) if top else needs

    def later_needs(self, ranking: Ranking | None) -> list[Need]:
        """What does not add up and must know who is kept."""
        top = self.question.top
        if ranking is None or top is None:
            return []
        levels = [level for level in self.question.levels if top.dimension in level]
        parts: tuple[Part, ...] = ("additive", "exact")
        return [
            need
            for level in levels
            for part in parts
            for need in self._level(level, self.question.kpis, part, fold=ranking.fold)
            if need.whole
        ]

    def rank(self, found: Found) -> Ranking | None:
        """Rank the members of the top dimension; undefined values last, ties by name."""
        top = self.question.top
        if top is None:
            return None
        everyone = self._level((top.dimension,), self.question.kpis, "additive")
        members = [member for (member,) in self._gather(everyone, found).occurring(self.question.kpis)]
        sheet = self._gather(self._ranking_needs(top), found, only=top.rank_in)
        sheet.keys = [(top.rank_in, member) for member in members]
        values = dict(zip(members, sheet.value(top.kpi).numbers.tolist(), strict=True))
        ranked = tuple(sorted(members, key=lambda member: _rank(member, values[member])))
        if len(ranked) <= top.size:
            return Ranking(ranked, None)
        stored: dict[str, Any] = {}
        for need in everyone:
            for cells in found(need):
                stored.update(cells.stored[top.dimension])
        kept = ranked[: top.size]
        return Ranking(ranked, Fold(top.dimension, kept, tuple(stored[member] for member in kept), top.rest))

    def answer(self, found: Found, ranking: Ranking | None) -> Answer:
        """The frames of all levels, out of the cells that answer the needs."""
        fold = ranking.fold if ranking else None
        faults = self._apart(found, lambda part: part.faults)
        return Answer(
            self.question,
            {level: self._frame(level, found, ranking) for level in self.question.levels},
            pending=self._apart(found, lambda part: part.pending),
            faults={kpi: count for kpi, count in faults.items() if count},
            overlapping=self._overlapping(),
            other_members=len(ranking.members) - len(fold.members) if ranking and fold and fold.rest else 0,
        )

    def _overlapping(self) -> frozenset[str]:
        facts = {base.fact for base in self._bases}
        return frozenset(
            name
            for name in self.question.dimensions
            if any(self._context.overlaps(fact, (name,)) for fact in facts)
        )

    @property
    def _bases(self) -> list[Base]:
        return list(dict.fromkeys(part.base for part in self._leaves.values()))

    @cached_property
    def _spans(self) -> Mapping[Base, Mapping[int, Span]]:
        """By base and moment, the days that are read, where they hold whole rows."""
        return {
            base: {
                moment: span
                for i, bucket in enumerate(self.question.buckets)
                for moment, span in base.spans(i, bucket, self._context.calendar).items()
                if nests(base, span, self._context)
            }
            for base in self._bases
        }

    def _read(self, base: Base, only: int | None) -> dict[int, Span]:
        """What is read for all buckets, or for one."""
        spans = self._spans[base]
        if only is None:
            return dict(spans)
        wanted = base.moments(only, self.question.buckets[only], self._context.calendar)
        return {moment: spans[moment] for moment in wanted if moment in spans}

    def _level(
        self,
        level: Level,
        kpis: Iterable[str],
        part: Part,
        *,
        fold: Fold | None = None,
        only: int | None = None,
    ) -> list[Need]:
        parts: dict[Base, dict[Component, None]] = {}
        for kpi in kpis:
            for key in leaf_keys(kpi, self._context.catalog):
                taken = self._leaves[key]
                parts.setdefault(taken.base, {}).update(dict.fromkeys(taken.components(part)))
        needs = []
        for base, components in parts.items():
            spans = frozenset(self._read(base, only).values())
            if components and spans:
                whole = part == "exact" or self._context.overlaps(base.fact, level)
                kept = fold if whole else None
                needs.append(Need(base, self.question.where, level, tuple(components), spans, kept, whole))
        return needs

    def _ranking_needs(self, top: Top) -> list[Need]:
        parts: tuple[Part, ...] = ("additive", "exact")
        return [
            need
            for part in parts
            for need in self._level((top.dimension,), (top.kpi,), part, only=top.rank_in)
        ]

    def _gather(
        self, needs: Iterable[Need], found: Found, *, fold: Fold | None = None, only: int | None = None
    ) -> Sheet:
        sheet = Sheet(
            self._context.catalog, self._context.calendar, self._leaves, self.question.buckets, self._spans
        )
        for need in needs:
            buckets = self._read(need.base, only)
            for cells in found(need):
                for component, column in roll_up(cells, need, buckets, fold).items():
                    sheet.columns.setdefault((need.base, component), {}).update(column)
        return sheet

    def _frame(self, dimensions: Level, found: Found, ranking: Ranking | None) -> pd.DataFrame:
        kpis, top = self.question.kpis, self.question.top
        fold = ranking.fold if ranking and top and top.dimension in dimensions else None
        needs = [
            *self._level(dimensions, kpis, "additive", fold=fold),
            *self._level(dimensions, kpis, "exact", fold=fold),
        ]
        sheet = self._gather(needs, found, fold=fold)
        members = self._ordered(dimensions, sheet.occurring(kpis), ranking) if dimensions else [()]
        sheet.keys = [(i, *key) for i in range(len(self.question.buckets)) for key in members]
        return _frame(dimensions, kpis, sheet)

    def _ordered(
        self, dimensions: Level, members: Iterable[Members], ranking: Ranking | None
    ) -> list[Members]:
        keys: list[Callable[[str], Any]] = []
        for name in dimensions:
            if ranking and self.question.top and self.question.top.dimension == name:
                ranks = {member: rank for rank, member in enumerate((*ranking.members, OTHER))}
                keys.append(ranks.__getitem__)
            else:
                keys.append(by_order(self._context.catalog.dimensions[name]))
        return sorted(members, key=lambda row: [key(member) for key, member in zip(keys, row, strict=True)])

    def _apart(self, found: Found, component: Callable[[Leaf], Component | None]) -> dict[str, int]:
        counts: dict[str, int] = {}
        needs = {need.base: need for need in self._level((), self.question.kpis, "apart")}
        for kpi in dict.fromkeys(self.question.kpis):
            for key in leaf_keys(kpi, self._context.catalog):
                taken = self._leaves[key]
                counted = component(taken)
                if counted is not None and taken.base in needs:
                    need = needs[taken.base]
                    count = sum(total(cells, counted, need.spans) for cells in found(need))
                    counts[kpi] = counts.get(kpi, 0) + count
        return counts


def _frame(dimensions: Level, kpis: Iterable[str], sheet: Sheet) -> pd.DataFrame:
    columns: dict[str, Any] = {"bucket": pd.Series([key[0] for key in sheet.keys], dtype="int64")}
    for i, name in enumerate(dimensions, start=1):
        columns[name] = pd.Series([key[i] for key in sheet.keys], dtype=object)
    for kpi in dict.fromkeys(kpis):
        value = sheet.value(kpi)
        columns[kpi] = pd.Series(value.numbers, dtype="float64")
        columns[f"{kpi}:n"] = pd.Series(value.n, dtype="float64").astype("int64")
        columns[f"{kpi}:why"] = pd.Series(value.why, dtype=object)
        if value.parts is not None:
            numerator, denominator = value.parts
            columns[f"{kpi}:numerator"] = pd.Series(numerator, dtype="float64")
            columns[f"{kpi}:denominator"] = pd.Series(denominator, dtype="float64")
    return pd.DataFrame(columns)


def _dimensions(question: Question) -> tuple[str, ...]:
    return (*question.dimensions, *(condition.path for condition in question.where))


def _rank(member: str, value: float) -> tuple[bool, float, str]:
    return isnan(value), 0.0 if isnan(value) else -value, member


def _validate_members(question: Question, bases: Iterable[Base], context: Context) -> None:
    for condition, base in product(question.where, bases):
        if condition.operator == "not_in" and context.overlaps(base.fact, (condition.path,)):
            raise UsageError(
                f"a row of {base.fact} has several members of {condition.path}, some wanted and some not",
                "Name the wanted members; `not` is for dimensions with one member per row.",
            )


def _validate(question: Question, context: Context) -> None:
    catalog, top = context.catalog, question.top
    for kpi in (*question.kpis, top.kpi) if top else question.kpis:
        if kpi not in catalog.kpis:
            raise UsageError(f"unknown KPI “{kpi}”", did_you_mean(kpi, catalog.kpis))
    for name in _dimensions(question):
        if name not in catalog.dimensions:
            raise UsageError(f"unknown dimension “{name}”", did_you_mean(name, catalog.dimensions))
    if not question.buckets:
        raise UsageError("the question has no period", "Choose at least one period.")
    used = {name for level in question.levels for name in level} | ({top.dimension} if top else set())
    if not used <= set(question.dimensions):
        raise UsageError("a level uses a dimension that is not asked for", "Add it to the dimensions.")
    if top and not 0 <= top.rank_in < len(question.buckets):
        raise UsageError("the ranking names a period that is not asked for", "Rank in one of the periods.")
