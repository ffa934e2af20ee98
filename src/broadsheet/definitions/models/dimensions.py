"""Conformed dimensions: one name, with the path by which each fact reaches it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from broadsheet.definitions.models.base import Definition, Many, Name, Path


class Band(Definition):
    """A class of a number: values from `from` (included) up to `below` (excluded)."""

    label: str
    from_: float | int | None = Field(default=None, alias="from")
    below: float | int | None = None


class Dimension(Definition):
    """How to split a KPI. `via` is one path for every fact, or a path per fact."""

    label: str
    via: Path | dict[Name, Path]
    order: Many[str] = Field(default=(), description="Members in their natural order; others follow by name.")
    labels: dict[str, str] = Field(default_factory=dict, description="Printed names of members.")
    bands: Many[Band] = ()
    as_: Literal["event", "today"] = Field(
        default="event", alias="as", description="Dated attributes as they were at the event, or as they are today."
    )
    empty: str = Field(default="", description="Shown for rows without a value; default “(not set)”.")

    @model_validator(mode="after")
    def _bands(self) -> Dimension:
        if self.bands and (self.order or self.labels):
            raise ValueError("bands carry their own order and labels")
        return self

    def path(self, fact: str) -> str | None:
        """The path from a fact, or None where no path is declared for it."""
        return self.via if isinstance(self.via, str) else self.via.get(fact)


class DimensionsFile(Definition):
    """`config/dimensions.yaml`."""

    dimensions: dict[Name, Dimension]
