"""One question on its way to an answer: what it needs, how its members are ranked, what its frames are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import isnan
from typing import Any

import pandas as pd

from broadsheet.errors import UsageError, did_you_mean
from broadsheet.metrics.cells import Cells, roll_up, total
from broadsheet.metrics.components import Base, Component, Leaf, Part, leaf, nests
from broadsheet.metrics.evaluate import Provide, Sheet
from broadsheet.metrics.keys import BUCKET, Keys, index_of
from broadsheet.metrics.members import by_order
from broadsheet.metrics.plan import Fold, Need
from broadsheet.metrics.question import OTHER, Answer, Level, Question, Top
from broadsheet.metrics.readings import Span, days_ahead
from broadsheet.metrics.source import Context
from broadsheet.metrics.spots import LeafKey, Spot, demands, leaf_keys

Found = Callable[[Need], Sequence[Cells]]
Members = tuple[str, ...]
Demand = Mapping[Spot, Iterable[LeafKey]]
"""The leaves that are needed at each spot."""


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
            (name, steps): self._aligned(leaf(catalog.kpis[name], context, steps)) for name, steps in keys
        }
        for spot, leaves in self._demand(kpis, self._spots()).items():
            for key, name in product(leaves, (*spot.level, *_conditions(question))):
                context.dimension_route(self._leaves[key].base.fact, name)
        _validate_members(question, self._bases, context)

    def _aligned(self, taken: Leaf) -> Leaf:
        """A weekday, or another part of the clock, is that of the day that reads a row, however early the row."""
        base, dimensions = taken.base, self._context.catalog.dimensions
        asked = (dimensions[name] for name in (*self.question.dimensions, *_conditions(self.question)))
        if any(each.part is not None and each.path(base.fact) == base.clock for each in asked):
            return replace(taken, base=replace(base, ahead=days_ahead(base.steps)))
        return taken

    def needs(self) -> list[Need]:
        """What can be asked at once: all but what must know who is kept."""
        top, kpis = self.question.top, self.question.kpis
        settled = [spot for spot in self._spots() if top is None or top.dimension not in spot.level]
        needs = self._needs(self._demand(kpis, self._spots()), "additive") + self._counts_apart()
        needs += self._needs(self._demand(kpis, settled), "exact")
        return needs + self._ranking_needs(top) if top else needs

    def later_needs(self, ranking: Ranking | None) -> list[Need]:
        """What the answer is read from, now that it is known who is kept; most of it has been asked for."""
        top = self.question.top
        if ranking is None or top is None:
            return []
        demand = self._demand(self.question.kpis, self._spots(ranking.fold))
        parts: tuple[Part, ...] = ("additive", "exact")
        return [need for part in parts for need in self._needs(demand, part)]

    def rank(self, found: Found) -> Ranking | None:
        """Rank the members of the top dimension; undefined values last, ties by name."""
        top = self.question.top
        if top is None:
            return None
        spot = Spot((top.dimension,))
        everything = self._demand(self.question.kpis, self._spots())
        members = self._sheets(everything, found, parts=("additive",))(spot).occurring(self.question.kpis)
        sheet = self._sheets(self._demand((top.kpi,), [spot]), found, only=top.rank_in)(spot)
        sheet.keys = Keys(index_of(members, (top.rank_in,), spot.level))
        values = dict(zip(members, sheet.value(top.kpi).numbers.tolist(), strict=True))
        ranked = tuple(name for (name,) in sorted(members, key=lambda member: _rank(member, values[member])))
        if len(ranked) <= top.size:
            return Ranking(ranked, None)
        stored: dict[str, Any] = {}
        for need in self._needs(everything, "additive"):
            for cells in found(need):
                stored.update(cells.stored.get(top.dimension, {}))
        kept = ranked[: top.size]
        return Ranking(ranked, Fold(top.dimension, kept, tuple(stored[member] for member in kept), top.rest))

    def answer(self, found: Found, ranking: Ranking | None) -> Answer:
        """The frames of all levels, out of the cells that answer the needs."""
        fold = ranking.fold if ranking else None
        pending = self._apart(found, lambda part: part.pending, max)
        faults = self._apart(found, lambda part: part.faults, sum)
        faults = {kpi: counts for kpi, counts in faults.items() if counts[0]}
        sheets = self._sheets(self._demand(self.question.kpis, self._spots(fold)), found)
        return Answer(
            self.question,
            {level: self._frame(sheets(_spot(level, fold)), ranking) for level in self.question.levels},
            pending={kpi: counts[0] for kpi, counts in pending.items()},
            faults={kpi: counts[0] for kpi, counts in faults.items()},
            pending_in={kpi: counts[1:] for kpi, counts in pending.items()},
            faults_in={kpi: counts[1:] for kpi, counts in faults.items()},
            overlapping=self._overlapping(),
            other_members=len(ranking.members) - len(fold.members) if ranking and fold and fold.rest else 0,
        )

    def _overlapping(self) -> frozenset[str]:
        asked = self._demand(self.question.kpis, self._spots()).items()
        return frozenset(
            name
            for spot, keys in asked
            for key, name in product(keys, spot.level)
            if self._context.overlaps(self._leaves[key].base.fact, (name,))
        ) & set(self.question.dimensions)

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

    def _spots(self, fold: Fold | None = None) -> list[Spot]:
        """The levels of the question, and that by which a top is ranked."""
        top = self.question.top
        levels = (*self.question.levels, (top.dimension,)) if top else self.question.levels
        return [_spot(level, fold) for level in dict.fromkeys(levels)]

    def _demand(self, kpis: Iterable[str], spots: Iterable[Spot]) -> Demand:
        demand: dict[Spot, dict[LeafKey, None]] = {}
        for kpi, asked in product(dict.fromkeys(kpis), spots):
            for spot, key in demands(kpi, asked, self._context.catalog):
                demand.setdefault(spot, {})[key] = None
        return demand

    def _needs(self, demand: Demand, part: Part, *, only: int | None = None) -> list[Need]:
        """What is rolled up is asked for unfolded: members are folded then."""
        needs = []
        for spot, keys in demand.items():
            parts: dict[Base, dict[Component, None]] = {}
            for key in keys:
                taken = self._leaves[key]
                parts.setdefault(taken.base, {}).update(dict.fromkeys(taken.components(part)))
            for base, components in parts.items():
                spans = frozenset(self._read(base, only).values())
                whole = part == "exact" or self._context.overlaps(base.fact, spot.level)
                kept = spot.fold if whole else None
                if components and spans:
                    where, level, at_end = self.question.where, spot.level, self._at_end(base, spot.level)
                    needs.append(Need(base, where, level, tuple(components), spans, kept, whole, at_end))
        return needs

    def _at_end(self, base: Base, level: Level) -> bool:
        """Whether a value of the level depends on where its period ends. Raises UsageError for shared units."""
        names = (*level, *(condition.path for condition in self.question.where))
        dated = self._context.at_end(names)
        if dated and base.spread is not None:
            raise UsageError(
                f"{base.fact} is shared out over days, so its units do not end where periods do",
                "Split it by a dimension as at the event, or as it is today.",
            )
        return dated or base.at_end

    def _counts_apart(self) -> list[Need]:
        keys = dict.fromkeys(
            key for kpi in self.question.kpis for key in leaf_keys(kpi, self._context.catalog)
        )
        return self._needs({Spot(()): keys}, "apart")

    def _ranking_needs(self, top: Top) -> list[Need]:
        demand = self._demand((top.kpi,), [Spot((top.dimension,))])
        parts: tuple[Part, ...] = ("additive", "exact")
        return [need for part in parts for need in self._needs(demand, part, only=top.rank_in)]

    def _sheets(
        self,
        demand: Demand,
        found: Found,
        *,
        parts: tuple[Part, ...] = ("additive", "exact"),
        only: int | None = None,
    ) -> Provide:
        """The sheets of all spots of a demand, each filled when it is first asked for."""
        sheets: dict[Spot, Sheet] = {}

        def at(spot: Spot) -> Sheet:
            if spot not in sheets:
                sheets[spot] = Sheet(
                    self._context.catalog,
                    self._context.calendar,
                    self._leaves,
                    self.question.buckets,
                    self._spans,
                    spot,
                    at,
                )
                wanted = {spot: demand.get(spot, ())}
                for need in (need for part in parts for need in self._needs(wanted, part, only=only)):
                    buckets = self._read(need.base, only)
                    rolled = sheets[spot].rolled.setdefault(need.base, [])
                    rolled += [roll_up(cells, need, buckets, spot.fold) for cells in found(need)]
            return sheets[spot]

        return at

    def _frame(self, sheet: Sheet, ranking: Ranking | None) -> pd.DataFrame:
        kpis, level = self.question.kpis, sheet.spot.level
        members = self._ordered(level, sheet.occurring(kpis), ranking) if level else [()]
        sheet.keys = Keys(index_of(members, range(len(self.question.buckets)), level))
        return _frame(kpis, sheet)

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

    def _apart(
        self,
        found: Found,
        component: Callable[[Leaf], Component | None],
        together: Callable[[Iterable[int]], int],
    ) -> dict[str, tuple[int, ...]]:
        """Rows that stand apart, by KPI: over all buckets, each row once, then in each bucket. `together` joins the
        counts that the parts of a formula have of one base: rows that wait for one part mostly wait for the others.
        """
        parts: dict[str, dict[Base, list[tuple[int, ...]]]] = {}
        needs = {need.base: need for need in self._counts_apart()}
        for kpi in dict.fromkeys(self.question.kpis):
            for key in leaf_keys(kpi, self._context.catalog):
                taken = self._leaves[key]
                counted = component(taken)
                if counted is not None and taken.base in needs:
                    counts = self._counts(found, counted, needs[taken.base])
                    parts.setdefault(kpi, {}).setdefault(taken.base, []).append(counts)
        return {
            kpi: tuple(
                sum(together(each) for each in each_base)
                for each_base in zip(*(zip(*counts, strict=True) for counts in bases.values()), strict=True)
            )
            for kpi, bases in parts.items()
        }

    def _counts(self, found: Found, counted: Component, need: Need) -> tuple[int, ...]:
        """A count over all buckets, then in each of them."""
        cells, buckets = found(need), range(len(self.question.buckets))
        spans = [need.spans, *(frozenset(self._read(need.base, i).values()) for i in buckets)]
        whole = sum(total(each, counted, need) for each in cells)
        if not whole:
            return (0,) * len(spans)
        return tuple(sum(total(each, counted, replace(need, spans=span)) for each in cells) for span in spans)


def _spot(level: Level, fold: Fold | None) -> Spot:
    return Spot(level, fold if fold is not None and fold.dimension in level else None)


def _frame(kpis: Iterable[str], sheet: Sheet) -> pd.DataFrame:
    index = sheet.keys.index
    columns: dict[str, Any] = {BUCKET: pd.Series(sheet.keys.buckets, dtype="int64")}
    for name in sheet.spot.level:
        columns[name] = pd.Series(index.get_level_values(name).to_numpy(), dtype=object)
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


def _conditions(question: Question) -> tuple[str, ...]:
    return tuple(condition.path for condition in question.where)


def _rank(member: Members, value: float) -> tuple[bool, float, Members]:
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
    for condition in question.where:
        if not all(isinstance(value, str | int | float) for value in condition.values):
            raise UsageError(
                f"the condition on {condition.path} compares columns, a question has only dimensions",
                "Write it under `where` of a KPI.",
            )
    for name in (*question.dimensions, *_conditions(question)):
        if name not in catalog.dimensions:
            raise UsageError(f"unknown dimension “{name}”", did_you_mean(name, catalog.dimensions))
    if not question.buckets:
        raise UsageError("the question has no period", "Choose at least one period.")
    used = {name for level in question.levels for name in level} | ({top.dimension} if top else set())
    if not used <= set(question.dimensions):
        raise UsageError("a level uses a dimension that is not asked for", "Add it to the dimensions.")
    if top and not 0 <= top.rank_in < len(question.buckets):
        raise UsageError("the ranking names a period that is not asked for", "Rank in one of the periods.")
