"""Small multiples as data: one small chart per member, all on one scale."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Literal

from broadsheet.document.diagrams import NUMBER, TEXT
from broadsheet.document.tree import Change, Diagram, Format, Head, Series


@dataclass(frozen=True)
class Panel:
    """A member: its current value, how that stands to its base, and its course, actual values first."""

    name: str
    text: str
    change: Change | None
    series: tuple[Series, ...]


@dataclass(frozen=True)
class Multiples(Diagram):
    """Panels on one scale, along the same categories; `highlight` is the category that their values are of."""

    kind: Literal["bar", "line"]
    panels: tuple[Panel, ...]
    categories: tuple[str, ...]
    unit: str
    highlight: int
    zero_based: bool = True
    format: Format = NUMBER

    @property
    def signs(self) -> frozenset[str]:
        """Scenarios, and what is good or bad."""
        found = {series.scenario for panel in self.panels for series in panel.series}
        return frozenset((*found, "tone"))

    @property
    def columns(self) -> tuple[Head, ...]:
        """A column per member and scenario."""
        heads = (
            Head(
                f"{panel.name}, {series.label}" if series.scenario != "actual" else panel.name,
                format=self.format,
            )
            for panel in self.panels
            for series in panel.series
        )
        return (Head("", format=TEXT), *heads)

    @property
    def lines(self) -> tuple[tuple[float | str | None, ...], ...]:
        """A row per category."""
        series = list(chain.from_iterable(panel.series for panel in self.panels))
        return tuple((name, *(one.values[at] for one in series)) for at, name in enumerate(self.categories))
