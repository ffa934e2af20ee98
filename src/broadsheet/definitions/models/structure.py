"""Charts by structure, each with keys of its own: what makes up a change, and how members stand to each other."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from broadsheet.definitions.models.base import Definition, Many, Name, OneOrMany, Printed
from broadsheet.definitions.models.blocks import Block, Spec


class WaterfallSpec(Spec):
    """Which KPI changed, and by what its change is explained."""

    kpi_keys = ("kpi",)
    axis_keys = ("by",)
    compared = True

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
    rest: Printed = Field(
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


class ParetoSpec(Spec):
    """Which KPI is made by few members, and how many."""

    kpi_keys = ("kpi",)
    axis_keys = ("by",)

    kpi: Name = Field(description="A KPI that adds up: a sum or a count.")
    by: Name = Field(description="The dimension whose members make it.")
    top: int = Field(default=12, ge=2, le=40, description="So many members; the others are one.")
    limit: float = Field(default=0.8, gt=0, lt=1, description="The share whose members are counted.")


class ParetoBlock(Block):
    """Members by size with their cumulative share: how many of them make four fifths of the whole?"""

    pareto: ParetoSpec = Field(description="What is made, and by whom.")


class DivergingSpec(Spec):
    """Which KPI differs from its comparison, and at which members."""

    kpi_keys = ("kpi",)
    axis_keys = ("by",)
    compared = True

    kpi: Name = Field(description="The KPI, also a rate.")
    by: Name = Field(description="The dimension whose members differ.")
    top: int = Field(default=12, ge=2, le=40, description="Only so many, those that differ most.")


class DivergingBlock(Block):
    """How far each member is from the first comparison (`compare`), from the best to the worst."""

    diverging: DivergingSpec = Field(description="What differs, and by what it is split.")


class Limits(Definition):
    """Where the quadrants of a scatter chart meet; the median where nothing is said."""

    x: float | int | None = Field(
        default=None, description="In the unit of the data; percentages as fractions."
    )
    y: float | int | None = Field(
        default=None, description="In the unit of the data; percentages as fractions."
    )


class ScatterSpec(Spec):
    """Two KPIs of the members of a dimension."""

    kpi_keys = ("x", "y")
    axis_keys = ("of",)

    of: Name = Field(description="The dimension whose members are the dots.")
    x: Name = Field(description="The KPI from left to right.")
    y: Name = Field(description="The KPI from bottom to top.")
    limits: Limits = Field(default=Limits(), description="Where the quadrants meet; default the medians.")
    top: int = Field(default=40, ge=2, le=200, description="Only so many members, the largest by `y`.")


class ScatterBlock(Block):
    """Members as dots in four quadrants; those that stand apart are named."""

    scatter: ScatterSpec = Field(description="Whose KPIs are compared, and which.")


class DotsSpec(Spec):
    """KPIs of one unit on one scale, member by member."""

    kpi_keys = ("kpis",)
    axis_keys = ("rows",)

    rows: Name = Field(description="The dimension whose members are the rows.")
    kpis: Many[Name] = Field(
        min_length=2,
        max_length=3,
        description="From near to far, such as the median and what nine of ten keep.",
    )
    top: int = Field(default=15, ge=2, le=40, description="Only the largest members by the last KPI.")


class DotsBlock(Block):
    """Dots on one scale for each member: how far percentiles, or two KPIs, lie apart."""

    dots: DotsSpec = Field(description="What is compared, and by what it is split.")


class HeatSpec(Spec):
    """A KPI by two dimensions."""

    kpi_keys = ("kpi",)
    axis_keys = ("rows", "columns")

    kpi: Name = Field(description="The KPI that is shaded.")
    rows: Name = Field(description="The dimension of the rows.")
    columns: Name = Field(description="The dimension of the columns, at most 24 members.")
    top: int = Field(default=24, ge=2, le=40, description="Only the largest rows.")


class HeatBlock(Block):
    """A heat map: darker is more, with the values in the cells."""

    heat: HeatSpec = Field(description="What is shaded, by what.")


class HistogramSpec(Spec):
    """A count by the classes of a number."""

    kpi_keys = ("count",)
    axis_keys = ("by",)

    count: Name = Field(description="A KPI that adds up: what is distributed.")
    by: Name = Field(description="A dimension with `bands`, an `order` or a `part`: the classes.")


class HistogramBlock(Block):
    """How something is distributed over classes, with the cumulative share."""

    histogram: HistogramSpec = Field(description="What is distributed, and over which classes.")


class CohortSpec(Spec):
    """A KPI by when something began and how old it is."""

    kpi_keys = ("kpi",)
    axis_keys = ("start", "age")

    kpi: Name = Field(description="A KPI that is known by age, such as active customers.")
    start: Name = Field(description="The dimension of the beginning, a row each.")
    age: Name = Field(description="The dimension of the age, a column each, at most 24 members.")
    share: bool = Field(default=False, description="As a share of each row's first age, in percent.")


class CohortBlock(Block):
    """What has become of those who began together, age by age."""

    cohort: CohortSpec = Field(description="What is followed, from which beginning.")


class AnswersSpec(Spec):
    """Answers in an order, and which of them are neither good nor bad."""

    kpi_keys = ("count",)
    axis_keys = ("by", "of")

    count: Name = Field(description="A KPI that adds up: how many answered.")
    by: Name = Field(description="The dimension of the rows.")
    of: Name = Field(description="The dimension of the answers, in a declared order.")
    best: Literal["first", "last"] = Field(default="last", description="Which end of that order is the best.")
    neutral: OneOrMany[str] = Field(default=(), description="The answers that are neither good nor bad.")
    top: int = Field(default=12, ge=1, le=40, description="Only the rows with the most answers.")


class AnswersBlock(Block):
    """How answers spread to both sides of the neutral ones, row by row."""

    answers: AnswersSpec = Field(description="What was answered, by whom or about what.")
