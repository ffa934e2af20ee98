"""Charts of a shape of their own, as data; what has categories and series is a `Chart`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from broadsheet.document.tree import Diagram, Format, Head, Tone, Variance

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


@dataclass(frozen=True)
class Cumulative(Diagram):
    """Parts of a whole with their cumulative share: members by size, or classes in their order (`classes`).

    The first `reached` parts make up `limit`; None where those shown do not.
    """

    names: tuple[str, ...]
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    shares: tuple[float, ...]
    share_texts: tuple[str, ...]
    unit: str
    heads: tuple[str, str]
    limit: float
    limit_text: str
    reached: int | None = None
    classes: bool = False
    format: Format = NUMBER

    @property
    def columns(self) -> tuple[Head, ...]:
        """A name, a value and the cumulative share."""
        value, share = self.heads
        return (
            Head("", format=TEXT),
            Head(value, format=self.format),
            Head(share, format=Format("percent", 1)),
        )

    @property
    def lines(self) -> tuple[tuple[float | str | None, ...], ...]:
        """A row per part."""
        return tuple(zip(self.names, self.values, self.shares, strict=True))


@dataclass(frozen=True)
class Diverging(Diagram):
    """Members with their difference from a base, to both sides of zero, and what they are themselves."""

    names: tuple[str, ...]
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    variance: Variance
    relative: tuple[str, ...]
    heads: tuple[str, str]
    format: Format = NUMBER

    @property
    def columns(self) -> tuple[Head, ...]:
        """A name, a value and its difference."""
        points = Format("points", self.format.decimals) if self.format.kind == "percent" else self.format
        return (
            Head("", format=TEXT),
            Head(self.heads[0], format=self.format),
            Head(self.variance.label, format=points),
        )

    @property
    def lines(self) -> tuple[tuple[float | str | None, ...], ...]:
        """A row per member."""
        return tuple(zip(self.names, self.values, self.variance.values, strict=True))


@dataclass(frozen=True)
class Axis:
    """A scale of a scatter chart: its name, where the quadrants meet, and the least and greatest value as texts."""

    label: str
    limit: float
    limit_text: str
    ends: tuple[str, str]
    format: Format = NUMBER


@dataclass(frozen=True)
class Dot:
    """A member of a scatter chart; `apart` tells how far it stands from the middle, in quartile distances.

    One of `low` base may stand there by chance.
    """

    name: str
    x: float
    y: float
    x_text: str
    y_text: str
    apart: float
    low: bool = False


@dataclass(frozen=True)
class Scatter(Diagram):
    """Members by two KPIs; the dots farthest from the middle are named."""

    dots: tuple[Dot, ...]
    x: Axis
    y: Axis

    @property
    def columns(self) -> tuple[Head, ...]:
        """A name and two values."""
        return (Head("", format=TEXT), *(Head(axis.label, format=axis.format) for axis in (self.x, self.y)))

    @property
    def lines(self) -> tuple[tuple[float | str | None, ...], ...]:
        """A row per member."""
        return tuple((dot.name, dot.x, dot.y) for dot in self.dots)


@dataclass(frozen=True)
class Dots(Diagram):
    """Values of several KPIs per row, on one scale from zero; `labels` name the KPIs, from near to far."""

    names: tuple[str, ...]
    labels: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    texts: tuple[tuple[str, ...], ...]
    unit: str
    format: Format = NUMBER

    @property
    def columns(self) -> tuple[Head, ...]:
        """A name and a value per KPI."""
        return (Head("", format=TEXT), *(Head(label, format=self.format) for label in self.labels))

    @property
    def lines(self) -> tuple[tuple[float | str | None, ...], ...]:
        """A row per member."""
        return tuple((name, *values) for name, values in zip(self.names, self.values, strict=True))


@dataclass(frozen=True)
class Heat(Diagram):
    """Values by two dimensions, shaded from 0 to 5; a cell without a shade is empty or not printed."""

    rows: tuple[str, ...]
    heads: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    texts: tuple[tuple[str, ...], ...]
    shades: tuple[tuple[int | None, ...], ...]
    unit: str
    format: Format = NUMBER

    @property
    def columns(self) -> tuple[Head, ...]:
        """A name and a value per column."""
        return (Head("", format=TEXT), *(Head(head, format=self.format) for head in self.heads))

    @property
    def lines(self) -> tuple[tuple[float | str | None, ...], ...]:
        """A row per row."""
        return tuple((name, *values) for name, values in zip(self.rows, self.values, strict=True))


@dataclass(frozen=True)
class Answers(Diagram):
    """Shares of answers to both sides of the neutral ones, row by row.

    `answers` run from the worst to the best; the first `below` are bad, the last `above` good. `good` tells the
    share of the good ones, `counts` how many answered; `heads` name both.
    """

    names: tuple[str, ...]
    answers: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]
    texts: tuple[tuple[str, ...], ...]
    below: int
    above: int
    good: tuple[str, ...]
    counts: tuple[str, ...]
    heads: tuple[str, str]

    @property
    def columns(self) -> tuple[Head, ...]:
        """A name and a share per answer."""
        return (
            Head("", format=TEXT),
            *(Head(answer, format=Format("percent", 1)) for answer in self.answers),
        )

    @property
    def lines(self) -> tuple[tuple[float | str | None, ...], ...]:
        """A row per row."""
        return tuple((name, *shares) for name, shares in zip(self.names, self.shares, strict=True))
