"""The signs of charts: how a bar is drawn by what it stands for, the same in every chart and table.

More ink is nearer to fact: actual values are solid, former ones lighter, the plan is an outline, a forecast is
hatched. What is good or bad for the business has a color, and always a sign and an arrow beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from broadsheet.document.tree import Role, Tone
from broadsheet.rendering.charts.style import ChartStyle

ARROWS = {"up": "▲", "down": "▼", "flat": ""}


@dataclass(frozen=True)
class Ink:
    """How a bar is filled: with a color, within an outline, with hatching in a color of its own."""

    fill: str
    outline: str = ""
    hatch: str = ""


def scenario_ink(style: ChartStyle, role: Role, position: int = 0) -> Ink:
    """The ink of a series: by its role, of members by their position."""
    if role == "member":
        return Ink(style.categories[position % len(style.categories)])
    return {
        "actual": Ink(style.actual),
        "forecast": Ink(style.paper, style.actual, style.actual),
        "plan": Ink(style.paper, style.outline),
        "last_year": Ink(style.previous, style.outline),
        "previous": Ink(style.hairline, style.outline),
    }[role]


def tone_ink(style: ChartStyle, tone: Tone, *, expected: bool = False) -> Ink:
    """The ink of a bar that stands for something good, bad, or neither; hatched where it is only expected."""
    color = tone_color(style, tone)
    outline = style.outline if tone == "muted" else ""
    return Ink(style.paper, color, color) if expected else Ink(color, outline)


def tone_color(style: ChartStyle, tone: Tone) -> str:
    """The color of a bar that stands for something good, bad, or neither."""
    return {"good": style.favorable, "bad": style.unfavorable, "muted": style.previous}.get(
        tone, style.actual
    )


def tone_text(style: ChartStyle, tone: Tone) -> str:
    """The color of the number beside such a bar."""
    return {"good": style.favorable, "bad": style.unfavorable_text}.get(tone, style.secondary)


def direction(value: float) -> Literal["up", "down", "flat"]:
    """Where a difference goes."""
    return "up" if value > 0 else "down" if value < 0 else "flat"
