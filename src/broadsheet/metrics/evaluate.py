"""KPIs out of components: formulas at every level, and why a value is undefined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.formula import Number, Operation, Reference, Term
from broadsheet.definitions.models.kpis import Formula
from broadsheet.metrics.cells import Key
from broadsheet.metrics.components import Base, Component, Leaf

Floats = npt.NDArray[np.float64]
Reasons = npt.NDArray[np.object_]


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


@dataclass
class Sheet:
    """The components of one level, and the keys (bucket, members …) to evaluate them at.

    `leaves` are taken-apart KPIs by name. `unrecorded` are the buckets that do not hold whole rows of a base.
    """

    catalog: Catalog
    leaves: Mapping[str, Leaf]
    unrecorded: Mapping[Base, frozenset[int]]
    keys: Sequence[Key] = ()
    columns: dict[tuple[Base, Component], dict[Key, float]] = field(default_factory=dict)

    def occurring(self, kpis: Sequence[str]) -> list[tuple[str, ...]]:
        """The members that have rows for one of the KPIs in any bucket."""
        rows = {(leaf.base, leaf.rows) for kpi in kpis for leaf in self._leaves(kpi)}
        found: dict[tuple[str, ...], None] = {}
        for column in rows:
            found.update((key[1:], None) for key, count in self.columns.get(column, {}).items() if count > 0)
        return sorted(found)

    def value(self, kpi: str) -> Value:
        """Evaluate a KPI at all keys."""
        measure = self.catalog.kpis[kpi].measure
        if isinstance(measure, Formula):
            return self._term(measure.term)
        return self._leaf(self.leaves[kpi])

    def _leaves(self, kpi: str) -> list[Leaf]:
        return [self.leaves[name] for name in self.catalog.leaves(kpi)]

    def _column(self, base: Base, component: Component, missing: float) -> Floats:
        column = self.columns.get((base, component), {})
        return np.array([column.get(key, missing) for key in self.keys], dtype=float)

    def _leaf(self, leaf: Leaf) -> Value:
        n = self._column(leaf.base, leaf.rows, 0.0)
        numbers = self._column(leaf.base, leaf.value, 0.0 if leaf.kind != "exact" else np.nan)
        why: Reasons = np.full(len(n), None, dtype=object)
        parts = None
        if leaf.kind == "quotient":
            parts = (numbers / leaf.scale, n)
            numbers = _divide(numbers, n)
        elif leaf.value.operation == "distinct":
            n = numbers
        why[np.isnan(numbers)] = "no_rows"
        absent = np.isin([key[0] for key in self.keys], list(self.unrecorded.get(leaf.base, ())))
        if self.catalog.facts[leaf.base.fact].grain is not None:
            # A plan that was never made is not a plan of 0.
            absent |= n == 0
        why[absent] = "not_recorded"
        counts = leaf.kind == "total" and leaf.value.operation in ("count", "distinct")
        return Value(np.where(absent, np.nan, numbers / leaf.scale), n, why, counts=counts, parts=parts)

    def _term(self, term: Term) -> Value:
        if isinstance(term, Reference):
            return self.value(term.kpi)
        if isinstance(term, Number):
            size = len(self.keys)
            return Value(
                np.full(size, term.value), np.zeros(size), np.full(size, None, dtype=object), constant=True
            )
        return self._operation(term)

    def _operation(self, term: Operation) -> Value:
        left, right = self._term(term.left), self._term(term.right)
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


def _divide(numerator: Floats, denominator: Floats) -> Floats:
    result = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=result, where=denominator != 0)
    return result


def _missing(left: Value, right: Value) -> Reasons:
    """The reason of an operation whose parts are undefined."""
    reasons: list[Any] = []
    for first, second in zip(left.why, right.why, strict=True):
        given = {reason for reason in (first, second) if reason is not None}
        if "not_recorded" in given:
            reasons.append("not_recorded")
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
