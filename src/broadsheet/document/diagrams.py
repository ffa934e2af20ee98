"""Charts of a shape of their own, as data; what has categories and series is a `Chart`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from broadsheet.document.tree import Diagram, Format, Head, Tone

TEXT = Format("text")
NUMBER = Format("number")


@dataclass(frozen=True)
class Step:
    """A bar of a waterfall: a total from zero, or a signed change; `share` is its part of the whole change."""

    label: str
    value: float
    text: str
    kind: Literal["total", "change"] = "change"
    tone: Tone = "neutral"
    share: str = ""


@dataclass(frozen=True)
class Waterfall(Diagram):
    """A way in steps from the first total to the last; the changes add up to their difference, `change`.

    `relative`: the steps are too small beside the totals, so the first total is the zero line and the last bar is
    the change. `share_head` stands above the shares, where there are some.
    """

    steps: tuple[Step, ...]
    unit: str
    change: Step
    relative: bool = False
    share_head: str = ""
    label: str = ""
    format: Format = NUMBER

    @property
    def columns(self) -> tuple[Head, ...]:
        """A name and a value."""
        return (Head("", format=TEXT), Head(self.label, format=self.format))

    @property
    def lines(self) -> tuple[tuple[float | str | None, ...], ...]:
        """A row per bar."""
        return tuple((step.label, step.value) for step in self.steps)
