"""Funnels: one fact's rows on their way through steps, each a time that the row or what it links to reached."""

from __future__ import annotations

from pydantic import Field, model_validator

from broadsheet.definitions.models.base import Definition, Name, Path, Printed
from broadsheet.definitions.models.filters import Where
from broadsheet.definitions.models.windows import ElapsedField


class Step(Definition):
    """A step: when it was reached, and what else must hold then."""

    label: Printed = Field(description="The printed name.")
    at: Path | None = Field(
        default=None, description="The time at which it was reached; the first step is the cohort itself."
    )
    where: Where = Field(default=(), description="Conditions that also must hold.")


class Funnel(Definition):
    """A cohort and its steps in order.

    A row reached a step when it reached all before it, in this order and within the window. So no step can hold
    more rows than the one before.
    """

    of: Name = Field(description="The fact whose rows are followed.")
    cohort: Path | None = Field(
        default=None, description="The time that places a row in a period; default the fact's clock."
    )
    window: ElapsedField = Field(
        description="How long a row is followed (180 days). Younger rows are left out and counted apart."
    )
    where: Where = Field(default=(), description="Which rows are followed; default all.")
    steps: dict[Name, Step] = Field(
        min_length=2, description="The steps in order. Each name is a KPI: how many rows reached the step."
    )

    @model_validator(mode="after")
    def _ways(self) -> Funnel:
        first, *later = self.steps.values()
        if first.at is not None or first.where:
            raise ValueError(
                "the first step is the cohort: its time is `cohort`, its conditions stand in `where`"
            )
        missing = [step.label for step in later if step.at is None]
        if missing:
            raise ValueError(f"step {missing[0]} needs `at`: the time at which it was reached")
        return self
