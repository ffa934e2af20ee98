"""Charts by structure, each with keys of its own: what makes up a change, and how members stand to each other."""

from __future__ import annotations

from pydantic import Field, model_validator

from broadsheet.definitions.models.base import Many, Name
from broadsheet.definitions.models.blocks import Block, Spec


class WaterfallSpec(Spec):
    """Which KPI changed, and by what its change is explained."""

    kpi_keys = ("kpi",)
    axis_keys = ("by",)

    kpi: Name = Field(description="A KPI that adds up: a sum or a count.")
    by: Name = Field(description="The dimension whose members are the steps.")
    top: int = Field(default=7, ge=1, le=7, description="So many steps at most; the other members are one.")


class WaterfallBlock(Block):
    """The way from the first comparison (`compare`) to the actual value, in steps that add up to the change."""

    waterfall: WaterfallSpec = Field(description="What changed, and by what it is explained.")


class MovementSpec(Spec):
    """Which stock moved, and what went in and out."""

    kpi_keys = ("of", "plus", "minus")

    of: Name = Field(description="What stands at the beginning and at the end of the period: a balance.")
    plus: Many[Name] = Field(default=(), max_length=5, description="KPIs of the period that add to it.")
    minus: Many[Name] = Field(default=(), max_length=5, description="KPIs of the period that take from it.")
    rest: str = Field(
        default="", description="The name of what these KPIs do not explain; default “Other changes”."
    )

    @model_validator(mode="after")
    def _moves(self) -> MovementSpec:
        if not (self.plus or self.minus):
            raise ValueError("a movement names KPIs under `plus`, `minus` or both")
        return self


class MovementBlock(Block):
    """The way of a stock from the period's beginning to its end."""

    movement: MovementSpec = Field(description="What moved, and what went in and out.")
