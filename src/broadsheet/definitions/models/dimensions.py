"""Conformed dimensions: one name, with the path by which each fact reaches it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from broadsheet.definitions.models.base import Definition, Many, Name, Path, Printed


class Band(Definition):
    """A class of a number: values from `from` (included) up to `below` (excluded)."""

    label: str = Field(description="The printed name of the class.")
    from_: float | int | None = Field(
        default=None, alias="from", description="The least value; none: no limit."
    )
    below: float | int | None = Field(default=None, description="The first value beyond; none: no limit.")

    @model_validator(mode="after")
    def _limits(self) -> Band:
        if self.from_ is None and self.below is None:
            raise ValueError("a band needs from, below or both")
        if self.from_ is not None and self.below is not None and self.from_ >= self.below:
            raise ValueError(f"a band from {self.from_} below {self.below} holds no value")
        return self


CalendarPart = Literal["year", "quarter", "month", "day", "weekday", "day_of_year", "hour"]


class Dimension(Definition):
    """How to split a KPI. `via` is one path for every fact, or a path per fact."""

    label: Printed = Field(description="The printed name.")
    via: Path | dict[Name, Path] = Field(
        description="The path from a fact to the column: one for every fact, or one per fact."
    )
    order: Many[str] = Field(default=(), description="Members in their natural order; others follow by name.")
    labels: dict[str, Printed] = Field(default_factory=dict, description="Printed names of members.")
    bands: Many[Band] = Field(
        default=(), description="Classes of a number, in rising order, without overlap."
    )
    part: CalendarPart | None = Field(
        default=None,
        description="Of a date or time: its number in the calendar, whatever the year. weekday is 1 for Monday.",
    )
    age: Literal["years", "days"] | None = Field(
        default=None,
        description="Of a date or time: how many whole years or days it lies before the moment that `as` names.",
    )
    as_: Literal["event", "today", "period_end"] = Field(
        default="event",
        alias="as",
        description="Dated attributes and ages as they were at the event or the period's end, or as they are today.",
    )
    persons: bool = Field(
        default=False,
        description="Its members are persons: only audiences that may see them get them by name.",
    )
    hidden: bool = Field(
        default=False,
        description="Its members are never printed, such as cookies: only KPIs may look at `each` of them.",
    )
    empty: Printed = Field(default="", description="Shown for rows without a value; default “(not set)”.")

    @model_validator(mode="after")
    def _bands(self) -> Dimension:
        if self.age is not None and self.part is not None:
            raise ValueError("an age is no part of a date: give either `age` or `part`")
        if self.bands and (self.order or self.labels):
            raise ValueError("bands carry their own order and labels")
        for lower, upper in zip(self.bands, self.bands[1:], strict=False):
            if lower.below is None or upper.from_ is None or lower.below > upper.from_:
                raise ValueError(f"the bands “{lower.label}” and “{upper.label}” overlap or do not rise")
        return self

    def path(self, fact: str) -> str | None:
        """The path from a fact, or None where no path is declared for it."""
        return self.via if isinstance(self.via, str) else self.via.get(fact)


class DimensionsFile(Definition):
    """`config/dimensions.yaml`: by what KPIs can be split."""

    dimensions: dict[Name, Dimension] = Field(description="Dimensions by name.")
