"""Buckets and members as keys of arrays, and the components that were rolled up by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from broadsheet.metrics.components import Component
from broadsheet.metrics.question import EMPTY, Level

BUCKET = "bucket"
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Rolled:
    """Components by key, no key twice."""

    index: pd.MultiIndex
    values: Mapping[Component, Floats]


@dataclass(frozen=True, eq=False)
class Keys:
    """Keys in order: a bucket's index (or another moment), then one member per dimension of the level."""

    index: pd.MultiIndex
    _found: dict[int, tuple[Rolled, Places]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.index)

    @property
    def buckets(self) -> npt.NDArray[np.int64]:
        """The bucket of every key."""
        return self.index.get_level_values(0).to_numpy().astype(np.int64)

    def places(self, rolled: Rolled) -> Places:
        """Where every key stands in what was rolled up; -1 where it does not."""
        if id(rolled) not in self._found:
            self._found[id(rolled)] = rolled, rolled.index.get_indexer(self.index)
        return self._found[id(rolled)][1]

    def at(self, moments: npt.NDArray[np.int64], places: Places) -> Keys:
        """The members of the keys at some places, at other moments."""
        others = [self.index.get_level_values(i)[places] for i in range(1, self.index.nlevels)]
        return Keys(pd.MultiIndex.from_arrays([moments, *others], names=self.index.names))


def named(level: Level) -> list[str]:
    """The names of the parts of a key."""
    return [BUCKET, *level]


def index_of(members: Sequence[tuple[str, ...]], buckets: Sequence[int], level: Level) -> pd.MultiIndex:
    """Every member in every bucket."""
    columns = list(zip(*members, strict=True)) if members else [()] * len(level)
    numbers = np.repeat(np.array(buckets, dtype=np.int64), len(members))
    texts = [np.tile(np.array(column, dtype=object), len(buckets)) for column in columns]
    return pd.MultiIndex.from_arrays([numbers, *texts], names=named(level))


def level_of(index: pd.MultiIndex) -> Level:
    """The dimensions of some keys."""
    return tuple(str(name) for name in index.names[1:])


def project(index: pd.MultiIndex, level: Level) -> pd.MultiIndex:
    """The same keys with the parts of a smaller level only."""
    names = named(level)
    if list(index.names) == names:
        return index
    # By its codes: to look at every text again takes long where members are many.
    kept = index.droplevel([name for name in index.names if name not in names])
    if not isinstance(kept, pd.MultiIndex):
        return pd.MultiIndex.from_arrays([kept], names=names)
    return kept.reorder_levels(names)


def union(parts: Iterable[pd.MultiIndex], level: Level) -> pd.MultiIndex:
    """All keys of some indexes, each once."""
    found = [project(part, level) for part in parts if len(part)]
    if not found:
        return index_of([], (), level)
    together = found[0].append(list(found[1:])) if found[1:] else found[0]
    return together.unique()


def known(index: pd.MultiIndex, each: Iterable[str]) -> pd.MultiIndex:
    """The keys that have a member in all of these dimensions."""
    kept = np.ones(len(index), dtype=bool)
    for place in map(index.names.index, each):
        # By its codes, as in `project`.
        kept &= ~np.isin(index.codes[place], np.flatnonzero(index.levels[place] == EMPTY))
    return index[kept]
