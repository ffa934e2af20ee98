"""Evaluate KPIs out of components: at every level anew, formulas from the values of their parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.custom import Custom
from broadsheet.definitions.formula import Call, Method, Moved, Number, Operation, Reference, Term
from broadsheet.definitions.members import Across, Members
from broadsheet.definitions.models.measures import Formula
from broadsheet.definitions.steps import Running
from broadsheet.metrics.components import Base, Component, Leaf
from broadsheet.metrics.each import Crowd, Ranks, aggregate
from broadsheet.metrics.keys import Floats, Keys, Rolled, index_of, known, named, project, union
from broadsheet.metrics.plugins import custom
from broadsheet.metrics.question import OTHER
from broadsheet.metrics.readings import Span, Steps, day_by_day
from broadsheet.metrics.spots import LeafKey, Spot, leaf_keys
from broadsheet.metrics.values import (
    NO_METHOD,
    Reasons,
    Value,
    called,
    divided,
    filled,
    missing_parts,
    rests_on,
    shared_out,
    summary,
)
from broadsheet.periods import Calendar, Period

Provide = Callable[[Spot], "Sheet"]
"""The sheet of another spot of the same question."""


@dataclass
class Sheet:
    """The components of one level, and the keys (bucket, members …) to evaluate them at.

    `recorded` are the moments, by base, whose days hold whole rows of it. `rolled` is by moment and members. Some
    KPIs are evaluated at other levels first; `at` gives their sheets. `shared` are the members found so far.
    """

    catalog: Catalog
    calendar: Calendar
    leaves: Mapping[LeafKey, Leaf]
    buckets: Sequence[Period]
    recorded: Mapping[Base, Mapping[int, Span]]
    spot: Spot
    at: Provide
    rolled: dict[Base, list[Rolled]] = field(default_factory=dict)
    keys: Keys = field(default_factory=lambda: Keys(index_of([], (), ())))
    shared: dict[tuple[tuple[str, ...], tuple[str, ...], Steps], Keys] = field(default_factory=dict)

    def value(self, kpi: str, steps: Steps = ()) -> Value:
        """Evaluate a KPI at all keys."""
        definition = self.catalog.kpis[kpi]
        if not isinstance(definition.measure, Formula):
            return self._leaf(self.leaves[kpi, steps])
        value = self._term(definition.measure.term, steps)
        if definition.fill is None:
            return value
        return filled(value, None if definition.fill == "none" else float(definition.fill))

    def present(self, kpis: Iterable[str], steps: Steps = ()) -> pd.MultiIndex:
        """The keys that have rows for one of the KPIs, or members whose rows they are."""
        return union([part for kpi in kpis for part in self._present(kpi, steps)], self.spot.level)

    def occurring(self, kpis: Iterable[str]) -> list[tuple[str, ...]]:
        """The members of this level that are present in any bucket."""
        index = self.present(kpis)
        columns = [index.get_level_values(name).tolist() for name in self.spot.level]
        return sorted(set(zip(*columns, strict=True)))

    def _present(self, kpi: str, steps: Steps) -> Iterator[pd.MultiIndex]:
        measure = self.catalog.kpis[kpi].measure
        if not isinstance(measure, Formula):
            leaf = self.leaves[kpi, steps]
            for rolled in self.rolled.get(leaf.base, ()):
                if leaf.rows in rolled.values:
                    yield from self._in_buckets(leaf.base, rolled.index[rolled.values[leaf.rows] > 0])
        elif isinstance(measure.term, Moved):
            yield from self._present(measure.term.kpi, (*steps, measure.term.step))
        elif isinstance(measure.term, Members):
            fold, members = self.spot.fold, self._below(measure.term).members(measure.term, steps)
            owners = self._owners(members.index, measure.term)
            if fold is not None and not fold.rest:
                owners = owners[owners.get_level_values(fold.dimension).to_numpy() != OTHER]
            yield owners
        elif not isinstance(measure.term, Across) or self.spot.across(measure.term) == self.spot:
            # What looks at all members together has none of its own.
            for used in measure.uses:
                yield from self._present(used, steps)

    def _in_buckets(self, base: Base, index: pd.MultiIndex) -> Iterator[pd.MultiIndex]:
        """Keys by moment as keys by bucket."""
        read = self._read(base)
        if read is None:
            yield index
            return
        keys = Keys(index)
        for bucket, moments in enumerate(read):
            places = np.flatnonzero(np.isin(keys.buckets, list(moments)))
            yield keys.at(np.full(len(places), bucket), places).index

    def _leaf(self, leaf: Leaf) -> Value:
        """The leaf at all keys; of periods shown by their days, the first or the mean of the days' values."""
        read = self._read(leaf.base)
        if read is None:
            return self._at(leaf, self.keys)
        groups = [read[bucket] for bucket in self.keys.buckets.tolist()]
        places = np.repeat(np.arange(len(groups)), [len(moments) for moments in groups])
        moments = np.array([moment for group in groups for moment in group], dtype=np.int64)
        parts, ends = (
            self._at(leaf, self.keys.at(moments, places)),
            np.cumsum([len(group) for group in groups]),
        )
        if leaf.base.spread is not None and not day_by_day(leaf.base.steps):
            shares = np.array([share for group in groups for share in group.values()])
            return shared_out(parts, shares, ends)
        first = next((step.take for step in leaf.base.steps if isinstance(step, Running)), "last") == "first"
        return summary(parts, np.split(np.arange(len(moments)), ends[:-1]), first=first)

    def _read(self, base: Base) -> list[Mapping[int, float]] | None:
        """The moments of every bucket with their weights; None where each bucket is read as it is."""
        read = [base.moments(i, bucket, self.calendar) for i, bucket in enumerate(self.buckets)]
        return None if all(list(moments) == [i] for i, moments in enumerate(read)) else read

    def _at(self, leaf: Leaf, keys: Keys) -> Value:
        def column(component: Component, missing: float) -> Floats:
            found = np.full(len(keys), missing)
            for rolled in self.rolled.get(leaf.base, ()):
                if component in rolled.values and len(rolled.index):
                    places = keys.places(rolled)
                    found = np.where(places < 0, found, rolled.values[component][places])
            return found

        n = column(leaf.rows, 0.0)
        numbers = column(leaf.value, 0.0 if leaf.kind != "exact" else np.nan)
        why: Reasons = np.full(len(n), None, dtype=object)
        parts = None
        if leaf.kind == "quotient":
            parts = (numbers / leaf.scale, n)
            numbers = divided(numbers, n)
        elif leaf.value.operation == "distinct":
            n = numbers
        empty = (n == 0) | np.isnan(numbers)
        numbers = np.where(empty, np.nan if leaf.fill is None else leaf.fill * leaf.scale, numbers)
        why[np.isnan(numbers)] = "no_rows"
        absent = ~np.isin(keys.buckets, list(self.recorded.get(leaf.base, {})))
        if self.catalog.facts[leaf.base.fact].grain is not None:
            # A plan that was never made is not a plan of 0.
            absent |= n == 0
        why[absent] = "not_recorded"
        counts = leaf.kind == "total" and leaf.value.operation in ("count", "distinct")
        return Value(np.where(absent, np.nan, numbers / leaf.scale), n, why, counts=counts, parts=parts)

    def _term(self, term: Term, steps: Steps) -> Value:
        if isinstance(term, Reference):
            return self.value(term.kpi, steps)
        if isinstance(term, Moved):
            return self.value(term.kpi, (*steps, term.step))
        if isinstance(term, Number):
            size = len(self.keys)
            return Value(
                np.full(size, term.value), np.zeros(size), np.full(size, None, dtype=object), constant=True
            )
        if isinstance(term, Method):
            size = len(self.keys)
            return Value(np.full(size, np.nan), np.zeros(size), np.full(size, NO_METHOD, dtype=object))
        if isinstance(term, Custom):
            return custom(term, {kpi: self.value(kpi, steps) for kpi in term.uses})
        if isinstance(term, Members):
            return self._over_members(term, steps)
        if isinstance(term, Across):
            return self._across(term, steps)
        if isinstance(term, Call):
            return called(term, [self._term(part, steps) for part in term.arguments])
        return self._operation(term, steps)

    def members(self, term: Members, steps: Steps) -> Keys:
        """The members of a measure in every bucket, at this level: they have rows for one of its KPIs.

        Measures of the same KPIs share them.
        """
        shared = term.uses, term.each, steps
        if shared not in self.shared:
            self.shared[shared] = Keys(known(self.present(term.uses, steps), term.each))
        return self.shared[shared]

    def _below(self, term: Members) -> Sheet:
        return self.at(self.spot.below(term))

    def _owners(self, members: pd.MultiIndex, term: Members) -> pd.MultiIndex:
        """The key of this level that every member belongs to; the others of a top count as one."""
        owners, fold = project(members, self.spot.level), self.spot.fold
        if fold is None or fold.dimension not in term.each:
            return owners
        names = owners.get_level_values(fold.dimension).to_numpy()
        kept = np.isin(names, list(fold.members))
        parts = [
            np.where(kept, names, OTHER) if name == fold.dimension else owners.get_level_values(name)
            for name in named(self.spot.level)
        ]
        return pd.MultiIndex.from_arrays(parts, names=owners.names)

    def _over_members(self, term: Members, steps: Steps) -> Value:
        """Evaluate the KPIs of every member, then count or aggregate the members of every key."""
        below = self._below(term)
        members = below.members(term, steps)
        owners = self.keys.index.get_indexer(self._owners(members.index, term))
        if (owners < 0).any():
            members, owners = Keys(members.index[owners >= 0]), owners[owners >= 0]
        one_by_one = replace(below, keys=members)
        crowd = Crowd(
            owners,
            {kpi: one_by_one.value(kpi, steps) for kpi in term.uses},
            {kpi: self._ranks(kpi, term, steps).of(members.index) for kpi in term.ranked},
        )
        value = aggregate(term, crowd, len(self.keys))
        leaves = {self.leaves[key].base for kpi in term.uses for key in leaf_keys(kpi, self.catalog, steps)}
        recorded = [np.isin(self.keys.buckets, self._recorded(base)) for base in leaves]
        return value.where(np.logical_and.reduce(recorded), "not_recorded") if recorded else value

    def _recorded(self, base: Base) -> list[int]:
        """The buckets of which some days hold whole rows."""
        moments, read = self.recorded.get(base, {}), self._read(base)
        return (
            list(moments)
            if read is None
            else [i for i, own in enumerate(read) if own.keys() & moments.keys()]
        )

    def _ranks(self, kpi: str, term: Members, steps: Steps) -> Ranks:
        """All members of the question in order of a KPI, whatever it is split by."""
        sheet = self.at(Spot(term.each))
        everyone = known(sheet.present((kpi,), steps), term.each)
        return Ranks(everyone, replace(sheet, keys=Keys(everyone)).value(kpi, steps).numbers)

    def _across(self, term: Across, steps: Steps) -> Value:
        """Evaluate a KPI at the smaller level, for every key of this one."""
        sheet = self.at(self.spot.across(term))
        together = project(self.keys.index, sheet.spot.level)
        keys = together.unique()
        return replace(sheet, keys=Keys(keys)).value(term.kpi, steps).take(keys.get_indexer(together))

    def _operation(self, term: Operation, steps: Steps) -> Value:
        left, right = self._term(term.left, steps), self._term(term.right, steps)
        why = missing_parts(left, right)
        match term.operator:
            case "+":
                numbers = left.numbers + right.numbers
            case "-":
                numbers = left.numbers - right.numbers
            case "*":
                numbers = left.numbers * right.numbers
            case "/":
                numbers = divided(left.numbers, right.numbers)
                zero = (right.numbers == 0) & ~np.isnan(left.numbers)
                nothing = (left.n == 0) & (right.n == 0) & (not left.constant)
                why[zero] = "zero_base"
                why[zero & nothing] = "no_rows"
        parts = (left.numbers, right.numbers) if term.operator == "/" else None
        counts = term.operator == "+" and left.counts and right.counts
        n = left.n + right.n if counts else rests_on(term, left, right)
        return Value(numbers, n, why, left.constant and right.constant, counts, parts)
