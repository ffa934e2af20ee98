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


@dataclass(frozen=True)
class Stage:
    """A step of a funnel: how many reached it, and `passed`, the share of those who reached the step before.

    `change` tells how far that share is from last year's; `first` is the share of the first step.
    """

    label: str
    value: float | None
    text: str
    passed: str = ""
    change: str = ""
    tone: Tone = "neutral"
    first: str = ""
    young: int = 0
    young_text: str = ""


@dataclass(frozen=True)
class Funnel(Diagram):
    """The steps of one cohort; `names` stand for step, number, share of the first, of the one before, too young."""

    stages: tuple[Stage, ...]
    names: tuple[str, str, str, str, str]

    @property
    def columns(self) -> tuple[Head, ...]:
        """Counts and shares."""
        share = Format("percent", 1)
        forms = (TEXT, NUMBER, share, share, NUMBER)
        return tuple(Head(name, format=form) for name, form in zip(self.names, forms, strict=True))

    @property
    def lines(self) -> tuple[tuple[float | str | None, ...], ...]:
        """A row per step."""
        first, before = self.stages[0].value, None
        rows = []
        for stage in self.stages:
            shares = (_part(stage.value, first), _part(stage.value, before))
            rows.append((stage.label, stage.value, *shares, float(stage.young)))
            before = stage.value
        return tuple(rows)


def _part(value: float | None, base: float | None) -> float | None:
    return value / base if value is not None and base else None
