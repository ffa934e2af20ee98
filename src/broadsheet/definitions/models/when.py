"""`when:` of a report: under which conditions a due edition goes out; else it is skipped, with the reason."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from broadsheet.definitions.models.base import Definition, Name

Word = Literal["empty", "not_empty", "changed", "significant"]
TESTS: Mapping[str, Callable[[float, float], bool]] = {
    "below": operator.lt,
    "above": operator.gt,
    "at_most": operator.le,
    "at_least": operator.ge,
}


class Threshold(Definition):
    """A KPI of the report's period lies beyond a value: `{kpi: revenue, below: 1000}`. An undefined one never is."""

    kpi: Name = Field(description="The KPI, whether the report shows it or not.")
    below: float | None = Field(default=None, description="Less than this.")
    above: float | None = Field(default=None, description="More than this.")
    at_most: float | None = Field(default=None, description="Not more than this.")
    at_least: float | None = Field(default=None, description="Not less than this.")

    @model_validator(mode="after")
    def _one(self) -> Threshold:
        if not self.bounds:
            raise ValueError("a threshold needs one of below, above, at_most or at_least")
        return self

    @property
    def bounds(self) -> dict[str, float]:
        """The bounds that are written, by their keys."""
        written = ((name, getattr(self, name)) for name in TESTS)
        return {name: value for name, value in written if value is not None}

    def holds(self, value: float) -> bool:
        """Whether a value lies within all bounds."""
        return all(TESTS[name](value, bound) for name, bound in self.bounds.items())


class Significant(Definition):
    """A KPI of the report's period is other than chance makes it, judged by the twelve periods before."""

    significant: Name = Field(description="The KPI.")


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return "word"
    written = value if isinstance(value, dict) else vars(value)
    return "significant" if "significant" in written else "threshold"


When = Annotated[
    Annotated[Word, Tag("word")]
    | Annotated[Threshold, Tag("threshold")]
    | Annotated[Significant, Tag("significant")],
    Discriminator(_kind),
]
"""empty, not_empty: no row, some row stands behind the figures · changed: a card tells another figure than the last
edition that was sent · significant: of the headline's KPI · or a threshold."""
