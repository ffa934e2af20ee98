"""KPIs out of components: formulas at every level, and why a value is undefined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.formula import Call, Method, Moved, Number, Operation, Reference, Term
from broadsheet.definitions.models.measures import Formula
from broadsheet.definitions.steps import Running
from broadsheet.metrics.cells import Key
from broadsheet.metrics.components import Base, Component, Leaf
from broadsheet.metrics.readings import Span, Steps, day_by_day
from broadsheet.periods import Calendar, Period

LeafKey = tuple[str, Steps]
"""A KPI with a measure over rows, and the steps that lead to it."""
Floats = npt.NDArray[np.float64]
Reasons = npt.NDArray[np.object_]
NO_METHOD = "no_method"
"""Undefined because the method that computes the value is not installed."""


@dataclass(frozen=True)
class Value:
    """A KPI over the keys of a level. `why` is a reason code where the number is NaN, else None.

    `counts` tells that the number is itself a number of rows or things.
    """

    numbers: Floats
    n: Floats
    why: Reasons
    constant: bool = False
    counts: bool = False
    parts: tuple[Floats, Floats] | None = None


def leaf_keys(kpi: str, catalog: Catalog, steps: Steps = ()) -> tuple[LeafKey, ...]:
    """The leaves of a KPI, each once."""
    measure = catalog.kpis[kpi].measure
    if not isinstance(measure, Formula):
        return ((kpi, steps),)
    if isinstance(measure.term, Moved):
        return leaf_keys(measure.term.kpi, catalog, (*steps, measure.term.step))
    found = (key for used in measure.uses for key in leaf_keys(used, catalog, steps))
    return tuple(dict.fromkeys(found))


@dataclass
class Sheet:
    """The components of one level, and the keys (bucket, members …) to evaluate them at.

    `recorded` are the moments, by base, whose days hold whole rows of it. `columns` are by moment and members.
    """

    catalog: Catalog
    calendar: Calendar
    leaves: Mapping[LeafKey, Leaf]
    buckets: Sequence[Period]
    recorded: Mapping[Base, Mapping[int, Span]]
    keys: Sequence[Key] = ()
    columns: dict[tuple[Base, Component], dict[Key, float]] = field(default_factory=dict)

    def occurring(self, kpis: Sequence[str]) -> list[tuple[str, ...]]:
        """The members that have rows for one of the KPIs in any bucket."""
        rows = {(leaf.base, leaf.rows) for kpi in kpis for leaf in self._leaves(kpi)}
        found: dict[tuple[str, ...], None] = {}
        for column in rows:
            found.update((key[1:], None) for key, count in self.columns.get(column, {}).items() if count > 0)
        return sorted(found)

    def value(self, kpi: str, steps: Steps = ()) -> Value:
        """Evaluate a KPI at all keys."""
        definition = self.catalog.kpis[kpi]
        if not isinstance(definition.measure, Formula):
            return self._leaf(self.leaves[kpi, steps])
        value = self._term(definition.measure.term, steps)
        if definition.fill is None:
            return value
        return _filled(value, None if definition.fill == "none" else float(definition.fill))

    def _leaves(self, kpi: str) -> list[Leaf]:
        return [self.leaves[key] for key in leaf_keys(kpi, self.catalog)]

    def _leaf(self, leaf: Leaf) -> Value:
        """The leaf at all keys; of periods shown by their days, the first or the mean of the days' values."""
        first = next((step.take for step in leaf.base.steps if isinstance(step, Running)), "last") == "first"
        read = [leaf.base.moments(i, bucket, self.calendar) for i, bucket in enumerate(self.buckets)]
        if all(list(moments) == [i] for i, moments in enumerate(read)):
            return self._at(leaf, self.keys)
        groups = [read[key[0]] for key in self.keys]
        keys = [(at, *key[1:]) for moments, key in zip(groups, self.keys, strict=True) for at in moments]
        parts, ends = self._at(leaf, keys), np.cumsum([len(moments) for moments in groups])
        if leaf.base.spread is not None and not day_by_day(leaf.base.steps):
            shares = np.array([share for moments in groups for share in moments.values()])
            return _shared_out(parts, shares, ends)
        return _summary(parts, np.split(np.arange(len(keys)), ends[:-1]), first=first)

    def _at(self, leaf: Leaf, keys: Sequence[Key]) -> Value:
        def column(component: Component, missing: float) -> Floats:
            found = self.columns.get((leaf.base, component), {})
            return np.array([found.get(key, missing) for key in keys], dtype=float)

        n = column(leaf.rows, 0.0)
        numbers = column(leaf.value, 0.0 if leaf.kind != "exact" else np.nan)
        why: Reasons = np.full(len(n), None, dtype=object)
        parts = None
        if leaf.kind == "quotient":
            parts = (numbers / leaf.scale, n)
            numbers = _divide(numbers, n)
        elif leaf.value.operation == "distinct":
            n = numbers
        empty = (n == 0) | np.isnan(numbers)
        numbers = np.where(empty, np.nan if leaf.fill is None else leaf.fill * leaf.scale, numbers)
        why[np.isnan(numbers)] = "no_rows"
        recorded = self.recorded.get(leaf.base, {})
        absent = np.array([key[0] not in recorded for key in keys], dtype=bool)
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
        if isinstance(term, Call):
            return _called(term, [self._term(part, steps) for part in term.arguments])
        return self._operation(term, steps)

    def _operation(self, term: Operation, steps: Steps) -> Value:
        left, right = self._term(term.left, steps), self._term(term.right, steps)
        why = _missing(left, right)
        match term.operator:
            case "+":
                numbers = left.numbers + right.numbers
            case "-":
                numbers = left.numbers - right.numbers
            case "*":
                numbers = left.numbers * right.numbers
            case "/":
                numbers = _divide(left.numbers, right.numbers)
                zero = (right.numbers == 0) & ~np.isnan(left.numbers)
                nothing = (left.n == 0) & (right.n == 0) & (not left.constant)
                why[zero] = "zero_base"
                why[zero & nothing] = "no_rows"
        parts = (left.numbers, right.numbers) if term.operator == "/" else None
        counts = term.operator == "+" and left.counts and right.counts
        n = left.n + right.n if counts else _rests_on(term, left, right)
        return Value(numbers, n, why, left.constant and right.constant, counts, parts)


def _called(term: Call, parts: Sequence[Value]) -> Value:
    """A function of values: it is undefined where one of them is, and rests on the fewest rows of any."""
    first, *others = parts
    if term.function == "ceil":
        # What a division leaves behind the ninth decimal is no further piece.
        return replace(first, numbers=np.ceil(np.round(first.numbers, 9)), parts=None)
    choose = np.minimum if term.function == "min" else np.maximum
    for other in others:
        rests = first.n if other.constant else other.n if first.constant else np.minimum(first.n, other.n)
        first = Value(
            choose(first.numbers, other.numbers),
            rests,
            _missing(first, other),
            first.constant and other.constant,
        )
    return first


def _filled(value: Value, fill: float | None) -> Value:
    """What stands where there are no rows: a number, or nothing."""
    empty = (value.why == "no_rows") | ((value.n == 0) & (value.why == None))  # noqa: E711  (by element)
    numbers = np.where(empty, np.nan if fill is None else fill, value.numbers)
    why = value.why.copy()
    why[empty] = "no_rows" if fill is None else None
    return replace(value, numbers=numbers, why=why)


def _summary(days: Value, groups: Sequence[npt.NDArray[np.int64]], *, first: bool) -> Value:
    """The first or the mean of the values of each group of days."""
    numbers, n, why = [], [], []
    for group in groups:
        known = group[~np.isnan(days.numbers[group])]
        taken = known[:1] if first else known
        numbers.append(float(days.numbers[taken].mean()) if len(taken) else np.nan)
        n.append(float(days.n[taken].max()) if len(taken) else 0.0)
        why.append(None if len(taken) else days.why[group[-1]])
    reasons: Reasons = np.array(why, dtype=object)
    return Value(np.array(numbers, dtype=float), np.array(n, dtype=float), reasons)


def _shared_out(parts: Value, shares: Floats, ends: npt.NDArray[np.int64]) -> Value:
    """The sum of each group of parts of units, of every part its share; parts without a value are left out."""
    starts, known = np.r_[0, ends[:-1]], ~np.isnan(parts.numbers)
    sums = np.add.reduceat(np.where(known, parts.numbers * shares, 0.0), starts)
    found = np.add.reduceat(known.astype(int), starts) > 0
    why: Reasons = parts.why[starts].copy()
    why[found] = None
    return Value(np.where(found, sums, np.nan), np.add.reduceat(parts.n, starts), why)


def _divide(numerator: Floats, denominator: Floats) -> Floats:
    result = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=result, where=denominator != 0)
    return result


def _missing(left: Value, right: Value) -> Reasons:
    """The reason of an operation whose parts are undefined."""
    reasons: list[Any] = []
    for first, second in zip(left.why, right.why, strict=True):
        given = {reason for reason in (first, second) if reason is not None}
        telling = next((reason for reason in (NO_METHOD, "not_recorded") if reason in given), None)
        if telling is not None:
            reasons.append(telling)
        elif len(given) == 1 and (left.constant or right.constant or (first == second)):
            reasons.append(given.pop())
        else:
            reasons.append("missing_part" if given else None)
    found: Reasons = np.array(reasons, dtype=object)
    return found


def _rests_on(term: Operation, left: Value, right: Value) -> Floats:
    if left.constant or right.constant:
        return right.n if left.constant else left.n
    match term.operator:
        case "/":
            return right.n
        case "*":
            return np.minimum(left.n, right.n)
        case _:
            return np.maximum(left.n, right.n)
