"""Conversions: rows of one fact, and the rows of another that follow them."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from broadsheet.definitions.models.base import Definition, Name, OneOrMany, Path
from broadsheet.definitions.models.filters import Filter, Where
from broadsheet.definitions.models.windows import Elapsed, ElapsedField


@dataclass(frozen=True)
class Followers:
    """The number of rows of `into` that follow a row of `fact`, each counted for one row only.

    It is the latest one that meets `where`, at the same time or before, less than `within` before (None: ever),
    with the same values in `same`; of equally late ones the one with the smallest key. Rows of `into` are
    placed by `moment` (None: its clock) and meet `follow`.
    """

    fact: str
    into: str
    same: tuple[str, ...]
    within: Elapsed | None
    moment: str | None
    where: Filter
    follow: Filter


class Conversion(Definition):
    """How many rows of `into` follow the rows of a fact, per row of it.

    Each row of `into` counts for one row of the fact: the latest with the same values in `same`.
    """

    of: Name = Field(description="The fact whose rows may lead to something: the base.")
    into: Name = Field(description="The fact whose rows follow.")
    same: OneOrMany[Path] = Field(
        min_length=1, description="The columns, of both facts, in which a row and its followers agree."
    )
    within: ElapsedField | None = Field(
        default=None, description="What comes so much later, or later still, no longer counts; default ever."
    )
    clock: Path | None = Field(
        default=None, description="The time of a row of `into`; default that fact's clock."
    )
    where: Where = Field(
        default=(), description="Conditions on rows of `into`; those on the base stand outside."
    )

    def followers(self, where: Filter) -> Followers:
        """What is counted for the rows of the base that meet `where`."""
        return Followers(self.of, self.into, self.same, self.within, self.clock, where, self.where)
