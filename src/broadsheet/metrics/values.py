"""Values of a KPI over many keys, and how they are joined; undefined ones carry their reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from broadsheet.analysis.proportion import wilson_ends
from broadsheet.definitions.formula import Call, Operation
from broadsheet.metrics.keys import Floats, Places

Reasons = npt.NDArray[np.object_]
NO_METHOD = "no_method"
"""Undefined because the method that computes the value is not installed."""


NO_VALUE = "no_value"
"""Undefined because a method has no value for its input."""


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

    def take(self, places: Places) -> Value:
        """The values at some places."""
        parts = None if self.parts is None else (self.parts[0][places], self.parts[1][places])
        numbers, n, why = self.numbers[places], self.n[places], self.why[places]
        return replace(self, numbers=numbers, n=n, why=why, parts=parts)

    def where(self, known: npt.NDArray[np.bool_], reason: str) -> Value:
        """The values that are known; the others are undefined for this reason."""
        why = self.why.copy()
        why[~known] = reason
        return replace(self, numbers=np.where(known, self.numbers, np.nan), why=why)


def called(term: Call, parts: Sequence[Value]) -> Value:
    """A function of values: it is undefined where one of them is, and rests on the fewest rows of any."""
    first, *others = parts
    if term.function == "ceil":
        # What a division leaves behind the ninth decimal is no further piece.
        return replace(first, numbers=np.ceil(np.round(first.numbers, 9)), parts=None)
    if term.function in ("lower", "upper"):
        return _end(first, term.function)
    choose = np.minimum if term.function == "min" else np.maximum
    for other in others:
        rests = first.n if other.constant else other.n if first.constant else np.minimum(first.n, other.n)
        first = Value(
            choose(first.numbers, other.numbers),
            rests,
            missing_parts(first, other),
            first.constant and other.constant,
        )
    return first


def _end(share: Value, side: Literal["lower", "upper"]) -> Value:
    """An end of the Wilson interval of a proportion of `n`; undefined for what is none."""
    fits = (share.n > 0) & (share.numbers >= 0) & (share.numbers <= 1)
    low, high = wilson_ends(np.where(fits, share.numbers, 0.5), np.where(fits, share.n, 1.0))
    ends = replace(share, numbers=low if side == "lower" else high, parts=None)
    none = np.isnan(share.numbers)
    return replace(ends, numbers=np.where(none, np.nan, ends.numbers)).where(fits | none, NO_VALUE)


def filled(value: Value, fill: float | None) -> Value:
    """What stands where there are no rows: a number, or nothing."""
    empty = (value.why == "no_rows") | ((value.n == 0) & (value.why == None))  # noqa: E711  (by element)
    numbers = np.where(empty, np.nan if fill is None else fill, value.numbers)
    why = value.why.copy()
    why[empty] = "no_rows" if fill is None else None
    return replace(value, numbers=numbers, why=why)


def summary(days: Value, groups: Sequence[npt.NDArray[np.int64]], *, first: bool) -> Value:
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


def shared_out(parts: Value, shares: Floats, ends: npt.NDArray[np.int64]) -> Value:
    """The sum of each group of parts of units, of every part its share; parts without a value are left out."""
    starts, known = np.r_[0, ends[:-1]], ~np.isnan(parts.numbers)
    sums = np.add.reduceat(np.where(known, parts.numbers * shares, 0.0), starts)
    found = np.add.reduceat(known.astype(int), starts) > 0
    why: Reasons = parts.why[starts].copy()
    why[found] = None
    return Value(np.where(found, sums, np.nan), np.add.reduceat(parts.n, starts), why)


def divided(numerator: Floats, denominator: Floats) -> Floats:
    """The quotient; NaN where the denominator is 0."""
    result = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=result, where=denominator != 0)
    return result


def missing_parts(left: Value, right: Value) -> Reasons:
    """The reason of an operation whose parts are undefined."""
    one, other = left.why, right.why
    first, second = (np.array([reason is not None for reason in why], dtype=bool) for why in (one, other))
    alone = np.full(len(one), left.constant or right.constant) | (one == other)
    reasons: Reasons = np.full(len(one), None, dtype=object)
    reasons[first | second] = "missing_part"
    reasons[first & alone] = one[first & alone]
    reasons[second & ~first & alone] = other[second & ~first & alone]
    for telling in ("not_recorded", NO_METHOD):
        reasons[(one == telling) | (other == telling)] = telling
    return reasons


def rests_on(term: Operation, left: Value, right: Value) -> Floats:
    """How many rows the result of an operation rests on."""
    if left.constant or right.constant:
        return right.n if left.constant else left.n
    match term.operator:
        case "/":
            return right.n
        case "*":
            return np.minimum(left.n, right.n)
        case _:
            return np.maximum(left.n, right.n)
