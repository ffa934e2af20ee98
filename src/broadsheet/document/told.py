"""What an edition told, kept for the next one to compare with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """The label of its period, the values of its cards' KPIs for it, and the text of each definition by its label."""

    period: str
    figures: tuple[tuple[str, float | None], ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()


NOTHING = Told("")
"""What a document without cards and definitions tells."""
