"""The Document: what an edition says, as frozen values. It knows no HTML, no fonts and no files.

Numbers travel twice: as value (for charts, workbooks and tests) and as text, formatted once for the
edition's locale, so that a page, a mail and a workbook can never disagree.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import Literal

from broadsheet.document.told import NOTHING, Told

Tone = Literal["good", "bad", "neutral", "muted"]
Status = Literal["on_track", "at_risk", "off_track"]
Scenario = Literal["previous", "last_year", "plan"]
State = Literal["ok", "empty", "stale", "failed"]
Width = Literal["full", "half", "two_thirds", "third"]
Role = Literal["actual", "previous", "last_year", "plan", "forecast", "member"]


@dataclass(frozen=True)
class Format:
    """What the values of a column are, unscaled: for workbooks and data files.

    Percentages are fractions, `points` their differences; `unit` is a currency, a unit of time or ×.
    """

    kind: Literal["text", "number", "percent", "points", "date", "time"]
    decimals: int = 0
    unit: str = ""


@dataclass(frozen=True)
class Figure:
    """A number and its printed form; `value` None means undefined, printed as “–” with `reason`."""

    value: float | None
    text: str
    n: int | None = None
    low_base: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Change:
    """A figure against a base: `label` is the scenario (PL, PY, or the former period's label).

    `versus` tells the change with its base in a few words: −11.0 % vs plan.
    """

    scenario: Scenario
    label: str
    base: Figure
    difference: Figure
    relative: Figure
    direction: Literal["up", "down", "flat"]
    tone: Tone
    versus: str


@dataclass(frozen=True)
class Spark:
    """A sparkline: values in time order (None = gap), the base line drawn dashed, and its spoken form."""

    values: tuple[float | None, ...]
    reference: float | None
    alt: str


@dataclass(frozen=True)
class Attainment:
    """A figure as a part of its plan or goal, and its spoken form.

    `ranges` are the parts at which off track ends and on track begins; None of a KPI without good direction.
    """

    part: float
    ranges: tuple[float, float] | None
    alt: str


@dataclass(frozen=True)
class Card:
    """A KPI on page one. `caption` says what the number is (period, base n)."""

    kpi: str
    label: str
    figure: Figure
    caption: str
    changes: tuple[Change, ...]
    spark: Spark | None
    status: Status | None
    status_text: str
    format: Format = Format("number")
    attainment: Attainment | None = None


@dataclass(frozen=True)
class Series:
    """Values of one scenario or member along the chart's categories."""

    label: str
    scenario: Role
    values: tuple[float | None, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Variance:
    """Differences from a base along a chart's categories, drawn as a tier of their own.

    `label` names base and unit. A bar is `times` as long as the same amount in the chart; of a relative
    variance, which has its own scale, `times` is None.
    """

    label: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    tones: tuple[Tone, ...]
    times: float | None


@dataclass(frozen=True)
class Event:
    """Something that happened in a category of a chart; `mark` stands in the drawing, and with its text below."""

    index: int
    mark: str


@dataclass(frozen=True)
class Chart:
    """A chart as data: `categories` along time or structure, `unit` printed at the scale.

    `groups` names runs of categories below the axis (months under weeks): (label, how many). The last `ahead`
    categories come after the period: what is drawn there is expected. `parting` names both sides, `band` is the
    range of what is expected, category by category. `reach` is the scale of charts that share one.
    """

    kind: Literal["line", "bar", "stacked", "ranked"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    groups: tuple[tuple[str, int], ...] = ()
    highlight: int | None = None
    zero_based: bool = True
    totals: tuple[str, ...] = ()
    tones: tuple[Tone, ...] = ()
    format: Format = Format("number")
    variances: tuple[Variance, ...] = ()
    ahead: int = 0
    parting: tuple[str, str] = ("", "")
    band: tuple[tuple[float, float] | None, ...] = ()
    events: tuple[Event, ...] = ()
    reach: tuple[float, float] | None = None


@dataclass(frozen=True)
class Cell:
    """A table cell. `heat` 0-5 shades by share; `mark` is ▲, ▼ or the shape of a status.

    `bar` draws a bar in the cell, as a part of the longest of its column, below 0 to the other side; `tick` marks
    the plan on the same scale.
    `share` is the value's part of its base, where the text tells it.
    """

    text: str
    value: float | str | date | None = None
    share: float | None = None
    tone: Tone | None = None
    heat: int | None = None
    bar: float | None = None
    tick: float | None = None
    mark: str = ""
    sub: str = ""
    strong: bool = False
    spark: Spark | None = None


@dataclass(frozen=True)
class Head:
    """A column head: text, unit or base below it, and how its cells align. `share` is the part of the width."""

    text: str
    sub: str = ""
    align: Literal["start", "end"] = "end"
    share: float = 1.0
    format: Format = Format("number")


@dataclass(frozen=True)
class Row:
    """A table row; the first cell is its head."""

    cells: tuple[Cell, ...]
    kind: Literal["row", "other", "total"] = "row"


@dataclass(frozen=True)
class Table:
    """A table of any kind. `omitted` says how many rows are not printed; the workbook has `further` ones of them.

    `cards` are the rows of a digest for the mail, which has no room for its columns.
    """

    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    kind: Literal["plain", "crosstab", "list", "digest"] = "plain"
    omitted: int = 0
    further: tuple[Row, ...] = ()
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True)
class Diagram(ABC):
    """A chart of a shape of its own; `columns` and `lines` are its values for workbooks."""

    @property
    def signs(self) -> frozenset[str]:
        """The signs that it uses and the last page explains; scenarios by their names."""
        return frozenset(("tone",))

    @property
    @abstractmethod
    def columns(self) -> tuple[Head, ...]:
        """The heads of its values, with their formats."""

    @property
    @abstractmethod
    def lines(self) -> tuple[tuple[float | str | None, ...], ...]:
        """Its values, unscaled, a row per mark."""


@dataclass(frozen=True)
class Text:
    """Paragraphs; `term` texts are set bold before them."""

    paragraphs: tuple[str, ...]
    term: str = ""


@dataclass(frozen=True)
class Span:
    """A run of words; a figure that matters is strong and bears its tone."""

    text: str
    tone: Tone | None = None
    strong: bool = False


@dataclass(frozen=True)
class Line:
    """A short paragraph, with who acts and until when below it."""

    spans: tuple[Span, ...]
    note: str = ""

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Part:
    """A part of a story under its head."""

    head: str
    lines: tuple[Line, ...]
    remark: str = ""


@dataclass(frozen=True)
class Moved:
    """What moved a KPI most against a base, in a few words: East +€132 k."""

    kpi: str
    scenario: Scenario
    text: str


@dataclass(frozen=True)
class Story:
    """What happened, why, what next; `cause` is what moved a KPI most, where that is known."""

    parts: tuple[Part, ...]
    cause: Moved | None = None


@dataclass(frozen=True)
class Notice:
    """A block that has nothing to show, or a warning: what and why."""

    state: State
    text: str


@dataclass(frozen=True)
class Cards:
    """A row of cards with the note that explains their parts."""

    cards: tuple[Card, ...]
    note: str


Drawn = Chart | Diagram
Body = Cards | Drawn | Table | Text | Story | Notice


@dataclass(frozen=True)
class Section:
    """A finding as title, its caption (unit, period, base), the evidence, remarks below it.

    `alt` is the spoken form of a chart: its message and at least two numbers. A `landscape` one has a page turned.
    """

    id: str
    title: str
    caption: str
    body: Body
    alt: str = ""
    remarks: tuple[str, ...] = ()
    width: Width = "full"
    new_page: bool = False
    landscape: bool = False
    state: State = "ok"


@dataclass(frozen=True)
class Definition:
    """One KPI as printed on the last page."""

    label: str
    meaning: str
    formula: str
    owner: str
    ref: str
    source: str
    good: str = ""
    edge_cases: str = ""


@dataclass(frozen=True)
class Edition:
    """The identity of an edition, as printed and as recorded."""

    report: str
    period: str
    audience: str
    slice: str
    locale: str
    revision: int

    @property
    def key(self) -> str:
        """As in the footer: `sales-weekly · 2026-W46 · sales · r1`, a slice of the rows behind its audience."""
        who = self.audience if self.slice in ("", "all") else f"{self.audience} · {self.slice}"
        return f"{self.report} · {self.period} · {who} · r{self.revision}"

    def file(self, ending: str) -> str:
        """The name of a file of the edition, in plain ASCII: `sales-weekly-2026-W46.pdf`."""
        return f"{self.report}-{self.period}{ending}"


@dataclass(frozen=True)
class Document:
    """An edition's content, ready to be typeset."""

    edition: Edition
    company: str
    title: str
    question: str
    headline: str
    preheader: str
    scope: str
    period_text: str
    as_of_text: str
    as_of_iso: str
    owner: str
    confidentiality: str
    language: str
    direction: Literal["ltr", "rtl"]
    sections: tuple[Section, ...]
    definitions: tuple[Definition, ...]
    notes: tuple[tuple[str, str], ...]
    subject: str
    banner: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    told: Told = NOTHING

    @property
    def state(self) -> State:
        """The worst state of the sections."""
        states = {section.state for section in self.sections}
        worst: tuple[State, ...] = ("failed", "stale", "empty")
        return next((state for state in worst if state in states), "ok")
