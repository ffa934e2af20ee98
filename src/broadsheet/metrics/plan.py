"""The plan: which scans answer what many questions need, with few statements per fact.

Additive components are answered by cubes. A cube groups its rows by dimensions and by atoms, the stretches
of days between all bounds of all its buckets, so that overlapping periods come out of one statement and
smaller levels are rolled up. A level joins the cube of a larger one, and two levels become one cube, unless
the number of groups would explode; those that follow the same links come together first. Snapshots, and what
depends on where a period ends, add up over members but not over periods, so their periods stay whole.
Everything else, and every level with a dimension of which a row has several members, is asked for at exactly
its level, once per set of buckets that do not overlap. Slices of one dimension come out of a statement that holds
all its members.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from typing import Any

from broadsheet.definitions.models.filters import Filter
from broadsheet.metrics.classes import classes, paths_of
from broadsheet.metrics.components import Base, Component
from broadsheet.metrics.question import Level
from broadsheet.metrics.readings import Span
from broadsheet.metrics.sizes import NEAR, UNKNOWN, Sizes

GROUPS = 50_000
"""Groups that a cube may be expected to have, where the number of rows is not known."""
LEAST, SHARE = 10_000, 10
"""Groups that any cube may have; else one for every ten rows. Beyond, levels get statements of their own."""
JOIN = 10
"""Columns that cost as much as following a link for every row."""
VALUES = 32
"""Combinations of values of the columns that conditions read, up to which the columns themselves are keys."""


@dataclass(frozen=True)
class Fold:
    """Members of a dimension that are kept, with their stored values; all others count as one."""

    dimension: str
    members: tuple[str, ...]
    stored: tuple[Any, ...]
    rest: bool


@dataclass(frozen=True)
class Need:
    """Components of one base at one level, for the spans of days of some buckets. `where` is on dimensions.

    `whole` ones are asked for at exactly this level: components that do not add up, and levels where a row
    counts for several members.
    """

    base: Base
    where: Filter
    level: Level
    components: tuple[Component, ...]
    spans: frozenset[Span]
    fold: Fold | None = None
    whole: bool = False
    at_end: bool = False

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts whose rows are read: its own, and those that its durations and conversions look at."""
        return (self.base.fact, *(fact for part in self.components for fact in part.further))


@dataclass(frozen=True)
class Scan:
    """One statement: components by span and dimensions. The spans are sorted and do not overlap, unless what is
    read depends on where they end (`at_end`). How the days were chosen (the base's steps) is no matter here.

    Of what stands, a span is the day on whose beginning it is taken, twice. Dimensions that are `late` are looked up
    for the groups, not for the rows; those that are `coded` are a number until then, and of
    their links, `complete` are those without which no row is. Where the conditions of components are keys too,
    `classed` are the columns that are keys for it (see `Classes`).
    """

    base: Base
    where: Filter
    dimensions: tuple[str, ...]
    components: tuple[Component, ...]
    spans: tuple[Span, ...]
    fold: Fold | None = None
    at_end: bool = False
    late: tuple[str, ...] = ()
    coded: tuple[str, ...] = ()
    complete: tuple[str, ...] = ()
    classed: tuple[str, ...] | None = None


def plan(needs: Iterable[Need], sizes: Sizes = UNKNOWN) -> Mapping[Need, tuple[Scan, ...]]:
    """The scans that answer each need; what several needs share is one scan."""
    wanted = list(dict.fromkeys(needs))
    wide = _slices(wanted, sizes)
    asked = list(dict.fromkeys(wide.values()))
    scans = {
        **_cubes([need for need in asked if not need.whole], sizes),
        **_exact(need for need in asked if need.whole),
    }
    return {need: scans[wider] for need, wider in wide.items()}


def _slices(needs: Sequence[Need], sizes: Sizes) -> dict[Need, Need]:
    """What is asked for in place of each need: where several want slices of one dimension, all its members.

    So the editions of a report for many readers come out of the same cubes, unless those would be too large.
    """
    wider = {need: _unsliced(need, sizes) for need in needs}
    several: dict[tuple[Base, Filter, str, bool], set[Filter]] = {}
    for need, some in wider.items():
        for wide in some:
            several.setdefault(_sliced_by(wide), set()).add(need.where)
    return {
        need: next((wide for wide in some if len(several[_sliced_by(wide)]) > 1), need)
        for need, some in wider.items()
    }


def _sliced_by(wide: Need) -> tuple[Base, Filter, str, bool]:
    """Of what several slices may be wanted, and by which dimension."""
    return wide.base.rows, wide.where, wide.level[-1], wide.whole


def _unsliced(need: Need, sizes: Sizes) -> list[Need]:
    """The needs of all members of a dimension of which it wants some, where that is to be had.

    What does not add up is to be had for one member only.
    """
    fact, found = need.base.fact, []
    for each in need.where if need.base.snapshot is None and not need.at_end else ():
        texts = all(isinstance(value, str) for value in each.values)
        if each.operator != "in" or not texts or not sizes.text(fact, each.path):
            continue
        if need.whole and (need.fold is not None or len(each.values) > 1):
            continue
        level = (*(name for name in need.level if name != each.path), each.path)
        members = sizes.grouping(fact, level).members
        if _fits(members * len(_atoms(need.spans)), fact, sizes):
            rest = tuple(other for other in need.where if other != each)
            found.append(replace(need, where=rest, level=level))
    return found


def _fits(groups: int, fact: str, sizes: Sizes) -> bool:
    """Whether a cube over a fact may be expected to have so many groups."""
    rows = sizes.rows(fact)
    return groups <= (GROUPS if rows is None else max(LEAST, rows // SHARE))


@dataclass
class _Draft:
    """A scan that still grows."""

    base: Base
    where: Filter
    level: Level
    fold: Fold | None
    at_end: bool
    components: dict[Component, None] = field(default_factory=dict)
    spans: set[Span] = field(default_factory=set)

    def add(self, need: Need) -> None:
        self.components.update(dict.fromkeys(need.components))
        self.spans |= need.spans

    def cut(self, spans: Iterable[Span]) -> list[Span]:
        """The stretches that are counted apart; what depends on where a span ends is not cut."""
        return sorted(spans) if self.at_end else _atoms(spans)

    def whole(self) -> list[list[Span]]:
        """Sets of whole spans; those of a set overlap only where their rows come once for each."""
        return [sorted(self.spans)] if self.at_end else _disjoint(self.spans)

    def scan(self, spans: Iterable[Span]) -> Scan:
        components = tuple(self.components)
        return Scan(self.base, self.where, self.level, components, tuple(spans), self.fold, self.at_end)


@dataclass
class _Cube(_Draft):
    """A draft whose smaller levels are rolled up."""

    sizes: Sizes = UNKNOWN
    needs: list[Need] = field(default_factory=list)

    def add(self, need: Need) -> None:
        super().add(need)
        self.needs.append(need)

    def grown(self, need: Need) -> int | None:
        """How many more groups there are when the need's level is rolled up from this one; None: too many."""
        same = (self.base, self.where, self.at_end) == (need.base.rows, need.where, need.at_end)
        if not same or not set(need.level) <= set(self.level):
            return None
        before, after = (len(self.cut(spans)) for spans in (self.spans, self.spans | need.spans))
        members = self._members(self.level)
        return (
            (after - before) * members
            if after == before or _fits(after * members, self.base.fact, self.sizes)
            else None
        )

    def union(self, other: _Cube) -> tuple[int, int] | None:
        """How good one cube would be in place of two: what need not be read twice, and how small it stays."""
        if (self.base, self.where, self.at_end) != (other.base, other.where, other.at_end):
            return None
        members = self._members(self._with(other))
        if members > NEAR or not _fits(
            members * len(self.cut(self.spans | other.spans)), self.base.fact, self.sizes
        ):
            return None
        return len(self._reads() & other._reads()) + JOIN * len(self._joins() & other._joins()), -members

    def join(self, other: _Cube) -> None:
        """Take all that another cube answers."""
        self.level = self._with(other)
        for need in other.needs:
            self.add(need)

    def scan(self, spans: Iterable[Span]) -> Scan:
        """Rows are classed by their conditions where that makes few groups more."""
        plain = super().scan(spans)
        if self.at_end or self.base.snapshot is not None:
            return plain
        grouping = self.sizes.grouping(self.base.fact, self.level)
        complete = self.sizes.complete(self.base.fact, grouping.coded)
        found = replace(plain, late=grouping.late, coded=grouping.coded, complete=complete)
        return replace(found, classed=self._classed(plain))

    def _classed(self, plain: Scan) -> tuple[str, ...] | None:
        """The columns by which rows are classed; None where that makes too many groups, or nothing better."""
        few: list[str] = []
        times = 1
        read = (path for part in plain.components for each in part.where for path in paths_of(each))
        known = {path: self.sizes.values(self.base.fact, path) for path in read}
        for path, count in sorted(known.items(), key=lambda item: (item[1] or VALUES, item[0])):
            if count is not None and times * count <= VALUES:
                few, times = [*few, path], times * count
        parts = classes(plain.components, few)
        groups = self._members(self.level) * len(plain.spans) * times
        good = parts.choices and _fits(groups, self.base.fact, self.sizes)
        return tuple(few) if good else None

    def _with(self, other: _Cube) -> Level:
        return tuple(dict.fromkeys((*self.level, *other.level)))

    def _members(self, level: Level) -> int:
        return self.sizes.grouping(self.base.fact, level).members

    def _joins(self) -> frozenset[str]:
        return self.sizes.joins(self.base.fact, self.level)

    def _reads(self) -> set[object]:
        conditions = (condition.path for part in self.components for condition in part.where)
        return {*self.level, *conditions, *(part.operand for part in self.components if part.operand)}


def _cubes(needs: list[Need], sizes: Sizes) -> dict[Need, tuple[Scan, ...]]:
    cubes: list[_Cube] = []
    for need in sorted(needs, key=lambda need: -len(need.level)):
        fitting = [(grown, cube) for cube in reversed(cubes) if (grown := cube.grown(need)) is not None]
        if fitting:
            _, cube = min(fitting, key=lambda pair: pair[0])
        else:
            cube = _Cube(need.base.rows, need.where, need.level, None, need.at_end, sizes=sizes)
            cubes.append(cube)
        cube.add(need)
    _unite(cubes)
    return _scans(
        [(need, cube) for cube in cubes for need in cube.needs],
        lambda cube: cube.whole() if cube.base.snapshot else [cube.cut(cube.spans)],
    )


def _unite(cubes: list[_Cube]) -> None:
    """Make one cube of two as long as that is cheaper, the best pair first."""
    pairs = {
        (one, other): cubes[one].union(cubes[other]) for one, other in combinations(range(len(cubes)), 2)
    }
    gone: set[int] = set()
    while good := {pair: worth for pair, worth in pairs.items() if worth is not None}:
        one, other = max(good, key=lambda pair: good[pair])
        cubes[one].join(cubes[other])
        gone.add(other)
        pairs = {pair: worth for pair, worth in good.items() if other not in pair}
        for pair in [pair for pair in pairs if one in pair]:
            pairs[pair] = cubes[pair[0]].union(cubes[pair[1]])
    cubes[:] = [cube for place, cube in enumerate(cubes) if place not in gone]


def _exact(needs: Iterable[Need]) -> dict[Need, tuple[Scan, ...]]:
    drafts: dict[tuple[Base, Filter, Level, Fold | None, bool], _Draft] = {}
    placed: list[tuple[Need, _Draft]] = []
    for need in needs:
        key = (need.base.rows, need.where, need.level, need.fold, need.at_end)
        draft = drafts.setdefault(key, _Draft(*key))
        draft.add(need)
        placed.append((need, draft))
    return _scans(placed, _Draft.whole)


def _scans(
    placed: list[tuple[Need, _Draft]], cut: Callable[[_Draft], list[list[Span]]]
) -> dict[Need, tuple[Scan, ...]]:
    """The scans of each need's draft, one per set of spans; of sets that must be exact, those that it names."""
    drafts = {id(draft): draft for _, draft in placed}
    scans = {key: [draft.scan(spans) for spans in cut(draft)] for key, draft in drafts.items()}
    return {
        need: tuple(
            scan for scan in scans[id(draft)] if len(scans[id(draft)]) == 1 or need.spans & set(scan.spans)
        )
        for need, draft in placed
    }


def _atoms(spans: Iterable[Span]) -> list[Span]:
    wanted = sorted(spans)
    edges = sorted({day for span in wanted for day in span})
    atoms, covered, waiting = [], edges[0], deque(wanted)
    for start, end in pairwise(edges):
        while waiting and waiting[0][0] <= start:
            covered = max(covered, waiting.popleft()[1])
        if end <= covered:
            atoms.append((start, end))
    return atoms


def _disjoint(spans: Iterable[Span]) -> list[list[Span]]:
    """As few sets of spans as possible, none of which overlaps another of its set."""
    sets: list[list[Span]] = []
    for span in sorted(spans):
        free = next((taken for taken in sets if taken[-1][1] <= span[0]), None)
        if free is None:
            sets.append([span])
        else:
            free.append(span)
    return sets
