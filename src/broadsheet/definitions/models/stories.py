"""What a story and a digest say in YAML: where causes are looked for, and who does what by when."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from broadsheet.definitions.models.base import Definition, Many, Name, OneOrMany, Printed
from broadsheet.definitions.models.blocks import GRAINS, Block, Span, Width
from broadsheet.periods import Deadline, parse_deadline


def _deadline(value: Any) -> Any:
    if isinstance(value, Deadline):
        return value
    return parse_deadline(value.isoformat() if isinstance(value, date) else str(value))


def _no_time(value: str) -> str:
    if value in GRAINS:
        raise ValueError(f"“{value}” is a unit of time, and only members of dimensions explain a change")
    return value


Splitting = Annotated[Name, AfterValidator(_no_time)]
Due = Annotated[
    Deadline, BeforeValidator(_deadline), WithJsonSchema({"type": "string", "format": "deadline"})
]


class Action(Definition):
    """What is to be done next: in the author's words, or the next step of the rows that a KPI lists."""

    do: Printed | None = Field(default=None, description="What is to be done, in a sentence.")
    list: Name | None = Field(
        default=None,
        description="A KPI that has a list: how many rows it counts, and their next step. Left out without rows.",
    )
    owner: Printed | None = Field(
        default=None, description="Who does it; of a `list` without one, the KPI's owner."
    )
    by: Due = Field(
        description="Until when: fri, 3 workdays or 10 days after the period's last day, or a date."
    )

    @model_validator(mode="after")
    def _whole(self) -> Action:
        if (self.do is None) == (self.list is None):
            raise ValueError("an action has either `do`, with its owner, or a `list`")
        if self.do is not None and self.owner is None:
            raise ValueError("nobody does what has no owner: add `owner`")
        return self


class StorySpec(Definition):
    """What happened, why, and what next: from the cards, from the members of dimensions, from actions."""

    kpi: Name | None = Field(
        default=None, description="Whose change is explained; default the report's headline."
    )
    by: OneOrMany[Splitting] = Field(
        default=(),
        description="Dimensions whose members may explain it; the one that holds most of the change is told.",
    )
    actions: Many[Action] = Field(default=(), max_length=6, description="What next.")


class Area(Definition):
    """A row of a digest: a KPI that stands for an area of the business."""

    area: Printed = Field(description="The area's name.")
    kpi: Name = Field(description="The KPI that stands for it.")
    by: OneOrMany[Splitting] = Field(
        default=(), description="Dimensions whose members may explain its change, as in a story."
    )
    more: Printed | None = Field(
        default=None, description="Where to read more, such as the name of a report."
    )


class StoryBlock(Block):
    """What happened, why, and what next, each in a few sentences with their numbers."""

    story: StorySpec = Field(description="Where causes are looked for, and who does what by when.")
    width: Width = Field(default="third", description="Its part of the page.")


class DigestBlock(Block):
    """A table with a row per area: its KPI, status, changes, sparkline, why, and where to read more."""

    digest: Many[Area] = Field(min_length=1, max_length=12, description="The areas, from top to bottom.")
    span: Span | None = Field(default=None, description="How far back the sparklines go.")
