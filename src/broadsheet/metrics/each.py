"""Numbers out of members: which of them are meant, and what is counted or aggregated over them."""

from __future__ import annotations

import operator as op
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

import numpy as np
import numpy.typing as npt
import pandas as pd

from broadsheet.definitions.members import Members
from broadsheet.definitions.models.filters import RANKS, ColumnRef, Condition, Filter, Firsts
from broadsheet.metrics.keys import BUCKET, Floats, Places, level_of, project
from broadsheet.metrics.rounding import rounded
from broadsheet.metrics.values import Reasons, Value

Mask = npt.NDArray[np.bool_]
_COMPARE = {"at_least": op.ge, "at_most": op.le, "above": op.gt, "below": op.lt}


@dataclass(frozen=True, eq=False)
class Ranks:
    """Members by bucket in falling order of a number, ties by name; those without a number have no rank."""

    members: pd.MultiIndex
    numbers: Floats

    def of(self, wanted: pd.MultiIndex) -> tuple[Floats, Floats]:
        """The rank of members (1 is first, NaN none), and how many have one in the bucket."""
        known = ~np.isnan(self.numbers)
        index, numbers = self.members[known], self.numbers[known]
        buckets = index.get_level_values(BUCKET).to_numpy()
        names = [pd.factorize(index.get_level_values(name), sort=True)[0] for name in level_of(index)[::-1]]
        order = np.lexsort((*names, -numbers, buckets))
        numbered, firsts, sizes = np.unique(buckets[order], return_index=True, return_counts=True)
        ranks = np.empty(len(index))
        ranks[order] = np.arange(len(index)) - np.repeat(firsts, sizes) + 1
        places = index.get_indexer(project(wanted, level_of(index)))
        found = np.full(len(wanted), np.nan), np.zeros(len(wanted))
        held = places >= 0
        found[0][held] = ranks[places[held]]
        found[1][held] = sizes[np.searchsorted(numbered, buckets[places[held]])]
        return found


@dataclass(frozen=True, eq=False)
class Crowd:
    """Members one by one: the key that each belongs to, the values of its KPIs, and its ranks."""

    owners: Places
    values: Mapping[str, Value]
    ranks: Mapping[str, tuple[Floats, Floats]]

    def meets(self, conditions: Filter) -> Mask:
        """Which members meet all conditions."""
        met = np.ones(len(self.owners), dtype=bool)
        for condition in conditions:
            met &= self._meets(condition)
        return met

    def _meets(self, condition: Condition) -> Mask:
        numbers = self.values[condition.path].numbers
        if condition.operator in RANKS:
            ranks, sizes = self.ranks[condition.path]
            first: Mask = ranks <= first_of(condition.values[0], sizes)
            return first if condition.operator == "top" else ~first & ~np.isnan(ranks)
        if condition.operator in ("present", "missing"):
            undefined: Mask = np.isnan(numbers)
            return undefined if condition.operator == "missing" else ~undefined
        if condition.operator in ("in", "not_in"):
            equal: Mask = np.isin(numbers, np.array(condition.values, dtype=float))
            return equal if condition.operator == "in" else ~equal & ~np.isnan(numbers)
        other = condition.values[0]
        limit = self.values[other.path].numbers if isinstance(other, ColumnRef) else float(str(other))
        met: Mask = np.asarray(_COMPARE[condition.operator](numbers, limit), dtype=bool)
        return met


def first_of(part: object, sizes: Floats) -> Floats:
    """How many are the first of so many: a number as it is, a part rounded up, so that there is one."""
    if isinstance(part, Firsts):
        counts = np.zeros(len(sizes))
        for least, share in part.steps:
            counts = np.where(sizes >= least, first_of(share, sizes), counts)
        return counts
    exact = Decimal(str(part))
    if exact >= 1:
        return np.full(len(sizes), float(exact))
    counts, places = np.unique(sizes, return_inverse=True)
    return np.array([float(ceil(exact * int(count))) for count in counts])[places]


def aggregate(term: Members, crowd: Crowd, size: int) -> Value:
    """The measure for so many keys. Members that meet the conditions count, of `kpi` those with a value."""
    if term.operation == "share":
        base = crowd.meets(term.of)
        hits = base & crowd.meets(term.where)
        held, of = (np.bincount(crowd.owners[mask], minlength=size).astype(float) for mask in (hits, base))
        with np.errstate(divide="ignore", invalid="ignore"):
            return Value(np.where(of > 0, held / of, np.nan), of, _reasons(of > 0), parts=(held, of))
    meant = crowd.meets(term.where)
    if term.kpi is None:
        counted = np.bincount(crowd.owners[meant], minlength=size).astype(float)
        return Value(counted, counted, _reasons(counted >= 0), counts=True)
    numbers = crowd.values[term.kpi].numbers
    meant &= ~np.isnan(numbers)
    return _over(term, Groups.of(numbers[meant], crowd.owners[meant], size))


@dataclass(frozen=True, eq=False)
class Groups:
    """Numbers in rising order within each group: those of group i are numbers[starts[i]:ends[i]].

    The order makes sums independent of that in which rows came.
    """

    numbers: Floats
    starts: Places
    ends: Places

    @classmethod
    def of(cls, numbers: Floats, owners: Places, size: int) -> Groups:
        """Sort numbers into groups."""
        order = np.lexsort((numbers, owners))
        bounds = np.searchsorted(owners[order], np.arange(size + 1))
        return cls(numbers[order], bounds[:-1], bounds[1:])

    @property
    def n(self) -> Floats:
        """The size of every group."""
        return (self.ends - self.starts).astype(float)

    def sums(self, numbers: Floats, starts: Places | None = None) -> Floats:
        """The sum per group of numbers that stand where those of the groups do, or of a group's last ones."""
        starts = self.starts if starts is None else starts
        total, size = (self._reduced(values, starts) for values in (numbers, np.abs(numbers)))
        return np.array([rounded(*pair) if pair[1] else 0.0 for pair in zip(total, size, strict=True)])

    def at(self, offsets: Floats) -> Floats:
        """The number of each group that stands so far behind its first; NaN of empty groups."""
        found = np.full(len(self.starts), np.nan)
        held = self.ends > self.starts
        found[held] = self.numbers[self.starts[held] + offsets[held].astype(np.intp)]
        return found

    def _reduced(self, numbers: Floats, starts: Places) -> Floats:
        pairs = np.ravel(np.column_stack([starts, self.ends]))
        sums = np.add.reduceat(np.append(numbers, 0.0), pairs)[::2] if len(pairs) else np.zeros(0)
        return np.where(starts < self.ends, sums, 0.0)


def _over(term: Members, groups: Groups) -> Value:
    n, some, parts = groups.n, groups.n > 0, None
    match term.operation:
        case "sum":
            return Value(groups.sums(groups.numbers), n, _reasons(n >= 0))
        case "mean":
            parts = (groups.sums(groups.numbers), n)
        case "top_share" | "gini":
            parts = _inequality(term, groups)
        case "min":
            numbers = groups.at(np.zeros(len(n)))
        case "max":
            numbers = groups.at(n - 1)
        case "stddev" | "variance":
            numbers = _variance(groups)
            numbers = np.sqrt(numbers) if term.operation == "stddev" else numbers
        case _:
            numbers = _percentile(groups, term.at or 0.5, exact=term.existing)
    if parts is None:
        return Value(numbers, n, _reasons(~np.isnan(numbers)))
    with np.errstate(divide="ignore", invalid="ignore"):
        numbers = np.where(parts[1] != 0, parts[0] / parts[1], np.nan)
    why = _reasons(~np.isnan(numbers), "zero_base")
    why[~some] = "no_rows"
    return Value(numbers, n, why, parts=None if term.operation == "gini" else parts)


def _percentile(groups: Groups, at: float, *, exact: bool) -> Floats:
    """Interpolated between the two values around the rank, or the first value at or above it."""
    n = groups.n
    if exact:
        return groups.at(np.maximum(np.ceil(np.round(n * at, 9)) - 1, 0))
    rank = np.maximum(n - 1, 0) * at
    low, high = groups.at(np.floor(rank)), groups.at(np.ceil(rank))
    return low + (high - low) * (rank - np.floor(rank))


def _variance(groups: Groups) -> Floats:
    n = groups.n
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.repeat(groups.sums(groups.numbers) / n, n.astype(np.intp))
        return np.where(n > 1, groups.sums((groups.numbers - means) ** 2) / (n - 1), np.nan)


def _inequality(term: Members, groups: Groups) -> tuple[Floats, Floats]:
    """What the first hold and what all hold; or the parts of the Gini coefficient. Nobody holds less than 0."""
    n, held = groups.n, np.maximum(groups.numbers, 0.0)
    total = groups.sums(held)
    if term.operation == "top_share":
        first = np.minimum(first_of(term.top, n), n).astype(np.intp)
        return groups.sums(held, groups.ends - first), total
    ranks = np.arange(len(held)) - np.repeat(groups.starts, n.astype(np.intp)) + 1
    weights = (2 * ranks - np.repeat(n, n.astype(np.intp)) - 1).astype(float)
    return groups.sums(weights * held), n * total


def _reasons(known: Mask, reason: str = "no_rows") -> Reasons:
    why: Reasons = np.full(len(known), None, dtype=object)
    why[~known] = reason
    return why
