"""The plan: which scans answer what many questions need, with few statements per fact.

Additive components are answered by cubes. A cube groups its rows by dimensions and by atoms, the stretches
of days between all bounds of all its buckets, so that overlapping periods come out of one statement and
smaller levels are rolled up. A level joins the cube of a larger one unless the number of groups would
explode. Snapshots add up over members but not over periods, so their periods stay whole. Everything else,
and every level with a dimension of which a row has several members, is asked for at exactly its level, once
per set of buckets that do not overlap.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from broadsheet.definitions.models.filters import Filter
from broadsheet.metrics.components import Base, Component
from broadsheet.metrics.question import Level
from broadsheet.metrics.readings import Span

GROUPS = 50_000
"""Groups that a cube may be expected to have before a smaller level gets a statement of its own."""
MEMBERS = 30
"""Members that a dimension is expected to have: planning does not look at data."""


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


@dataclass(frozen=True)
class Scan:
    """One statement: components by span and dimensions. The spans are sorted and do not overlap. How the
    days were chosen (the base's steps) is no matter here.

    Of a balance, a span is the day on whose beginning it is taken, twice.
    """

    base: Base
    where: Filter
    dimensions: tuple[str, ...]
    components: tuple[Component, ...]
    spans: tuple[Span, ...]
    fold: Fold | None = None


def plan(needs: Iterable[Need]) -> Mapping[Need, tuple[Scan, ...]]:
    """The scans that answer each need; what several needs share is one scan."""
    wanted = list(dict.fromkeys(needs))
    cubes = [need for need in wanted if not need.whole]
    return {**_cubes(cubes), **_exact(need for need in wanted if need.whole)}


@dataclass
class _Draft:
    """A scan that still grows."""

    base: Base
    where: Filter
    level: Level
    fold: Fold | None
    components: dict[Component, None] = field(default_factory=dict)
    spans: set[Span] = field(default_factory=set)

    def add(self, need: Need) -> None:
        self.components.update(dict.fromkeys(need.components))
        self.spans |= need.spans

    def takes(self, need: Need) -> bool:
        """Whether the need's level can be rolled up from this one without an explosion of groups."""
        if (self.base, self.where) != (need.base.rows, need.where) or not set(need.level) <= set(self.level):
            return False
        before, after = (len(_atoms(self.base, spans)) for spans in (self.spans, self.spans | need.spans))
        return after == before or after * MEMBERS ** len(self.level) <= GROUPS

    def scan(self, spans: Iterable[Span]) -> Scan:
        return Scan(self.base, self.where, self.level, tuple(self.components), tuple(spans), self.fold)


def _cubes(needs: list[Need]) -> dict[Need, tuple[Scan, ...]]:
    drafts: list[_Draft] = []
    placed: list[tuple[Need, _Draft]] = []
    for need in sorted(needs, key=lambda need: -len(need.level)):
        draft = next((draft for draft in reversed(drafts) if draft.takes(need)), None)
        if draft is None:
            draft = _Draft(need.base.rows, need.where, need.level, None)
            drafts.append(draft)
        draft.add(need)
        placed.append((need, draft))
    return _scans(
        placed,
        lambda draft: _disjoint(draft.spans) if draft.base.snapshot else [_atoms(draft.base, draft.spans)],
    )


def _exact(needs: Iterable[Need]) -> dict[Need, tuple[Scan, ...]]:
    drafts: dict[tuple[Base, Filter, Level, Fold | None], _Draft] = {}
    placed: list[tuple[Need, _Draft]] = []
    for need in needs:
        key = (need.base.rows, need.where, need.level, need.fold)
        draft = drafts.setdefault(key, _Draft(*key))
        draft.add(need)
        placed.append((need, draft))
    return _scans(placed, lambda draft: _disjoint(draft.spans))


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


def _atoms(base: Base, spans: Iterable[Span]) -> list[Span]:
    wanted = sorted(spans)
    if base.ends is not None:
        return wanted
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
