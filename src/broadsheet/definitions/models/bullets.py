"""Bullets as a block of a report: where each of several KPIs stands to its plan or goal."""

from __future__ import annotations

from pydantic import Field

from broadsheet.definitions.models.base import Many, Name
from broadsheet.definitions.models.blocks import Block, Spec


class BulletSpec(Spec):
    """The KPIs; their units may differ, since each is drawn as a part of its plan or goal."""

    kpi_keys = ("kpis",)

    kpis: Many[Name] = Field(min_length=1, max_length=10, description="KPIs with a plan or a target.")


class BulletBlock(Block):
    """Bars against plan or goal, with the ranges of off track, at risk and on track behind them."""

    bullet: BulletSpec = Field(description="Which KPIs are held against their plans.")
