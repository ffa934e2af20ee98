"""Bullets as data: figures as parts of their plans or goals."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.document.diagrams import NUMBER, TEXT
from broadsheet.document.tree import Change, Diagram, Head


@dataclass(frozen=True)
class Bullet:
    """A figure against its base; `part` is its part of the base, None without a positive base.

    `ranges` are the parts at which off track ends and on track begins, in this order; where less is better, both
    lie above 1. None of a KPI that is neither good up nor good down.
    """

    label: str
    value: float | None
    text: str
    change: Change | None
    part: float | None
    ranges: tuple[float, float] | None


@dataclass(frozen=True)
class Bullets(Diagram):
    """Bullets below each other on one scale, parts of plan or goal; `actual` and `base` name their columns."""

    bullets: tuple[Bullet, ...]
    actual: str
    base: str

    @property
    def signs(self) -> frozenset[str]:
        """Actual and plan, and what is good or bad."""
        return frozenset(("tone", "plan"))

    @property
    def columns(self) -> tuple[Head, ...]:
        """Name, value and base: of different units, so plain numbers."""
        return (Head("", format=TEXT), Head(self.actual, format=NUMBER), Head(self.base, format=NUMBER))

    @property
    def lines(self) -> tuple[tuple[float | str | None, ...], ...]:
        """A row per figure."""
        return tuple(
            (bullet.label, bullet.value, bullet.change.base.value if bullet.change else None)
            for bullet in self.bullets
        )
