"""Where the parts of a KPI are evaluated: at the level of the question, and at other levels first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.formula import Moved
from broadsheet.definitions.members import Across, Members
from broadsheet.definitions.models.measures import Formula
from broadsheet.metrics.plan import Fold
from broadsheet.metrics.question import Level
from broadsheet.metrics.readings import Steps

LeafKey = tuple[str, Steps]
"""A KPI with a measure over rows, and the steps that lead to it."""


class Spot(NamedTuple):
    """A level, and the fold by which the others of a top count as one in it."""

    level: Level
    fold: Fold | None = None

    def below(self, term: Members) -> Spot:
        """Where members are told apart. What is folded is then folded after the members are evaluated."""
        fold = self.fold if self.fold is not None and self.fold.dimension not in term.each else None
        return Spot(term.level(self.level), fold)

    def across(self, term: Across) -> Spot:
        """Where the dropped dimensions are no longer told apart."""
        level = term.level(self.level)
        return Spot(level, self.fold if self.fold is not None and self.fold.dimension in level else None)


def leaf_keys(kpi: str, catalog: Catalog, steps: Steps = ()) -> tuple[LeafKey, ...]:
    """The leaves of a KPI, each once."""
    return tuple(dict.fromkeys(key for _, key in demands(kpi, Spot(()), catalog, steps)))


def demands(kpi: str, spot: Spot, catalog: Catalog, steps: Steps = ()) -> Iterator[tuple[Spot, LeafKey]]:
    """The leaves of a KPI, with the spots at which they are needed when the KPI is asked for at `spot`."""
    measure = catalog.kpis[kpi].measure
    if not isinstance(measure, Formula):
        yield spot, (kpi, steps)
        return
    term = measure.term
    if isinstance(term, Moved):
        steps = (*steps, term.step)
    elif isinstance(term, Across):
        spot = spot.across(term)
    elif isinstance(term, Members):
        spot = spot.below(term)
        for ranked in term.ranked:
            yield from demands(ranked, Spot(term.each), catalog, steps)
    for used in measure.uses:
        yield from demands(used, spot, catalog, steps)
