"""What a document is made of: frozen and without secrets, so that it can travel to a worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from broadsheet.definitions.models.dimensions import Dimension
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.models.settings import Settings
from broadsheet.definitions.scope import WHOLE, Scope
from broadsheet.document.cautions import Caution
from broadsheet.document.told import Told
from broadsheet.document.tree import Edition
from broadsheet.metrics.quality import Flaw
from broadsheet.metrics.question import Answer
from broadsheet.periods import Calendar, Period


@dataclass(frozen=True)
class BlockData:
    """A block's answer, or the reason it has none; `further` are those of its second question and the next."""

    answer: Answer | None
    failure: str = ""
    further: tuple[BlockData, ...] = ()

    @property
    def every(self) -> tuple[BlockData, ...]:
        """One per question."""
        return (self, *self.further)


@dataclass(frozen=True)
class Material:
    """Everything `compose` needs: same material, same document.

    `data` has one item per block of the report (text blocks: no answer, no failure). `freshness` names
    sources with the time of their last load; `formulas` and `sources` say, by KPI name, how it is computed
    and where its rows come from. `flaws` are those of the rows behind the figures. `texts` translates the texts of
    the definitions. `former` is what the last edition told, where one is known; `scope` what its
    readers may see; `cautions` are printed above all.
    """

    edition: Edition
    report: Report
    period: Period
    as_of: datetime
    calendar: Calendar
    settings: Settings
    kpis: Mapping[str, Kpi]
    dimensions: Mapping[str, Dimension]
    data: tuple[BlockData, ...]
    freshness: tuple[tuple[str, datetime], ...] = ()
    formulas: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    flaws: tuple[Flaw, ...] = ()
    former: Told | None = None
    scope: Scope = WHOLE
    cautions: tuple[Caution, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
