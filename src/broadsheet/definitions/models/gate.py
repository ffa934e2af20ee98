"""`gate:` in settings and reports: what is looked at before an edition goes out, and what follows from it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from broadsheet.definitions.models.base import Definition
from broadsheet.definitions.models.windows import ElapsedField

Verdict = Literal["send", "banner", "hold"]
"""send: go out as it is · banner: with a caution on the first page and in the mail · hold: wait for somebody."""
Stop = Literal["send", "hold"]


def _short(value: Any) -> Any:
    """`volume: hold` means `volume: {then: hold}`."""
    return {"then": value} if isinstance(value, str) else value


class FreshnessRule(Definition):
    """Do the data reach the end of the period? By the connection's log of loads, else by the newest row."""

    then: Verdict = Field(default="banner", description="What follows when they do not.")
    slack: ElapsedField | None = Field(
        default=None,
        description="How long before the end the newest row may be, such as 2 days; default half the period, 4 days "
        "at most. A log of loads needs no slack.",
    )


class VolumeRule(Definition):
    """Has each fact as many rows in the period as it usually has? Asked from the fourth edition on."""

    then: Verdict = Field(default="banner", description="What follows when it has not.")
    at_least: float = Field(default=0.5, ge=0, le=1, description="The least part of the usual number.")
    at_most: float = Field(default=2.0, ge=1, description="The most, as a multiple of the usual number.")


class NullsRule(Definition):
    """Are more values than usual empty in columns that KPIs add up or average? Asked from the fourth edition on."""

    then: Verdict = Field(default="banner", description="What follows when they are.")
    more: float = Field(
        default=0.1, gt=0, le=1, description="By how much of all rows more, such as 0.1: a tenth."
    )


class PagesRule(Definition):
    """Has the PDF no more pages than anybody reads?"""

    then: Stop = Field(default="hold", description="What follows when it has more.")
    at_most: int = Field(default=100, ge=1, description="The most pages.")


class SizeRule(Definition):
    """Are the PDF and its attachments no larger than anybody opens?"""

    then: Stop = Field(default="hold", description="What follows when they are larger.")
    megabytes: float = Field(default=50, gt=0, description="The most megabytes, all files together.")


Freshness = Annotated[FreshnessRule, BeforeValidator(_short, json_schema_input_type=FreshnessRule | Verdict)]
Volume = Annotated[VolumeRule, BeforeValidator(_short, json_schema_input_type=VolumeRule | Verdict)]
Nulls = Annotated[NullsRule, BeforeValidator(_short, json_schema_input_type=NullsRule | Verdict)]
Pages = Annotated[PagesRule, BeforeValidator(_short, json_schema_input_type=PagesRule | Stop)]
Size = Annotated[SizeRule, BeforeValidator(_short, json_schema_input_type=SizeRule | Stop)]


class Gate(Definition):
    """What is looked at between printing and sending. A report says only what it wants otherwise than the settings.

    A verdict alone is the short form of a rule: `volume: hold`.
    """

    freshness: Freshness = Field(
        default_factory=FreshnessRule, description="Whether the data reach the end of the period."
    )
    volume: Volume = Field(default_factory=VolumeRule, description="Whether the number of rows is as usual.")
    nulls: Nulls = Field(
        default_factory=NullsRule, description="Whether no more values are empty than usual."
    )
    failed_blocks: Literal["banner", "hold"] = Field(
        default="hold",
        description="What follows when a block could not be computed. On hold the edition fails until it is mended.",
    )
    placeholders: Stop = Field(
        default="hold",
        description="What follows when a text holds what should have been filled: {{, ${, nan, None, [Test].",
    )
    pages: Pages = Field(default_factory=PagesRule, description="Whether it is not too long.")
    size: Size = Field(default_factory=SizeRule, description="Whether it is not too large.")

    def over(self, base: Gate) -> Gate:
        """These rules where they are written, else those of `base`."""
        return base.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})
