"""Charts as blocks of a report."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from broadsheet.definitions.models.base import Many, Name, OneOrMany
from broadsheet.definitions.models.blocks import GRAINS, Block, Span


class ChartBlock(Block):
    """A chart of KPIs by time or by a dimension, whole or split by another."""

    chart: Literal["line", "bar", "stacked", "ranked"] = Field(
        description="line by time; bar by time or dimension; stacked with parts; ranked by size."
    )
    kpis: Many[Name] = Field(min_length=1, max_length=6, description="What is drawn.")
    by: Name = Field(description="A dimension, or day, week, month, quarter, year.")
    split: Name | None = Field(
        default=None,
        description="A dimension: the parts of a stacked chart; of lines and bars by time, a panel per member.",
    )
    span: Span | None = Field(default=None, description="How far back a chart by time goes.")
    variance: OneOrMany[Literal["absolute", "relative"]] = Field(
        default=("absolute",),
        description="Of bars and ranked charts: tiers with the difference from the first of `compare`; [] for none.",
    )
    ahead: Annotated[int, Field(ge=1, le=24)] | Literal["end"] | None = Field(
        default=None,
        description="Lines and bars by time: so many units more, with the KPI's `forecast`; "
        "end: up to the end of the unit that a to-date period is part of.",
    )
    cumulative: bool = Field(default=False, description="Lines and bars by time: running totals.")
    events: Name | None = Field(
        default=None, description="Lines and bars by time: a KPI whose list are the events to mark."
    )
    top: int | None = Field(
        default=None, ge=1, le=50, description="Only the largest members; the rest as one."
    )

    @model_validator(mode="after")
    def _kind(self) -> ChartBlock:
        timed = self.by in GRAINS
        if self.chart == "ranked" and timed:
            raise ValueError("a ranked chart is by a dimension; use line or bar for time")
        if self.chart == "line" and not timed:
            raise ValueError(
                "a line is by time (day, week, month, quarter, year); use bar or ranked for a dimension"
            )
        if self.chart == "stacked" and self.split is None:
            raise ValueError("`split` names the parts of a stacked chart")
        if self.split is not None and not (timed or self.chart == "stacked"):
            raise ValueError("`split` belongs to stacked charts, and to lines and bars by time")
        if self.split is not None and len(self.kpis) != 1:
            raise ValueError("a chart that is split shows one KPI")
        if self.span is not None and not timed:
            raise ValueError("`span` belongs to charts by time")
        single = timed and self.chart in ("line", "bar") and len(self.kpis) == 1 and self.split is None
        asked = {
            "ahead": self.ahead is not None,
            "cumulative": self.cumulative,
            "events": self.events is not None,
        }
        for key in (key for key, value in asked.items() if value and not single):
            raise ValueError(f"`{key}` belongs to a line or bar chart of one KPI by time")
        return self
