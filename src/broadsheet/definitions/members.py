"""Terms at other levels than the question's: over members one by one, or with dimensions dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from broadsheet.definitions.models.filters import RANKS, Filter, KpiRef

MemberOperation = Literal[
    "count",
    "share",
    "sum",
    "min",
    "max",
    "mean",
    "median",
    "percentile",
    "stddev",
    "variance",
    "top_share",
    "gini",
]


@dataclass(frozen=True)
class Across:
    """The value of another KPI over all members of the dimensions `over` together; None drops all dimensions."""

    kpi: str
    over: tuple[str, ...] | None

    @property
    def uses(self) -> tuple[str, ...]:
        """The KPI."""
        return (self.kpi,)

    def level(self, level: tuple[str, ...]) -> tuple[str, ...]:
        """Where the KPI is evaluated for a level of the question."""
        return () if self.over is None else tuple(name for name in level if name not in self.over)


@dataclass(frozen=True)
class Members:
    """One number out of the members of the dimensions `each`, told by KPIs of every one of them.

    A member is one that has a value in all of `each` and rows in the period. Members count that meet `where`, of
    a share among those that meet `of`; the other operations are over the values of `kpi`. Undefined values meet no
    condition but `missing`. `top` is the part or number of members whose part of the total is meant.
    """

    operation: MemberOperation
    each: tuple[str, ...]
    kpi: str | None = None
    where: Filter = ()
    of: Filter = ()
    at: float | None = None
    existing: bool = False
    top: float | None = None

    @property
    def uses(self) -> tuple[str, ...]:
        """All KPIs that are evaluated per member."""
        named = () if self.kpi is None else (self.kpi,)
        compared = (
            (condition.path, *(value.path for value in condition.values if isinstance(value, KpiRef)))
            for condition in (*self.of, *self.where)
        )
        return tuple(dict.fromkeys((*named, *(kpi for kpis in compared for kpi in kpis))))

    @property
    def ranked(self) -> tuple[str, ...]:
        """The KPIs by which all members of the question are ranked, whatever it is split by."""
        conditions = (*self.of, *self.where)
        return tuple(dict.fromkeys(item.path for item in conditions if item.operator in RANKS))

    def level(self, level: tuple[str, ...]) -> tuple[str, ...]:
        """Where the KPIs are evaluated for a level of the question."""
        return (*level, *(name for name in self.each if name not in level))
