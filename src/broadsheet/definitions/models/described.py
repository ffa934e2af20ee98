"""What a KPI says beside its measure: how to read it, what it is held against, and what is expected of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from broadsheet.definitions.models.base import Definition, Name, Printed
from broadsheet.definitions.models.options import Unit


class Forecast(Definition):
    """What is expected of a KPI, as KPIs that hold it; `low` and `high` are the range it will probably stay in."""

    kpi: Name = Field(description="The KPI that holds the forecast; alone, it is the short form.")
    low: Name | None = Field(default=None, description="The KPI that holds the lower end of the range.")
    high: Name | None = Field(default=None, description="The KPI that holds the upper end.")

    @model_validator(mode="after")
    def _range(self) -> Forecast:
        if (self.low is None) != (self.high is None):
            raise ValueError("a range has two ends: give `low` and `high`, or neither")
        return self

    @property
    def kpis(self) -> tuple[str, ...]:
        """The KPIs that it is made of."""
        return tuple(name for name in (self.kpi, self.low, self.high) if name is not None)


def _forecast(value: Any) -> Any:
    return {"kpi": value} if isinstance(value, str) else value


class Described(Definition):
    """The part of a KPI that people read, and the KPIs that stand beside it."""

    label: Printed = Field(description="The printed name.")
    meaning: Printed = Field(description="One sentence for the reader of the report.")
    unit: Unit = Field(default="number", description="How the value is printed; percent holds a fraction.")
    good: Literal["up", "down", "neutral"] = Field(
        default="neutral", description="Which direction is good news."
    )
    decimals: int | None = Field(
        default=None, ge=0, le=6, description="Printed decimals; default by unit and size."
    )
    owner: Printed = Field(default="", description="Who answers for the definition.")
    ref: str = Field(default="", description="Entry of the KPI catalog, such as SAL-16.")
    edge_cases: Printed = Field(
        default="",
        description="One sentence: the rule where there is nothing to divide by, no value, or no end yet.",
    )
    plan: Name | None = Field(default=None, description="The KPI that holds this KPI's plan.")
    forecast: (
        Annotated[Forecast, BeforeValidator(_forecast, json_schema_input_type=Name | Forecast)] | None
    ) = Field(
        default=None,
        description="The KPI that holds what is expected of this KPI; or with the range around it.",
    )
    target: float | None = Field(
        default=None, description="A fixed goal, in the KPI's unit (percent: a fraction)."
    )
