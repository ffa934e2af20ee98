"""`reports/*.yaml`: what a report shows, for whom and when."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from broadsheet.definitions.models.approvals import Approval
from broadsheet.definitions.models.base import Definition, Many, Name, OneOrMany, Printed
from broadsheet.definitions.models.blocks import Block, Comparison, Period, Span, Spec
from broadsheet.definitions.models.bullets import BulletBlock
from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.definitions.models.filters import OnDimensions
from broadsheet.definitions.models.gate import Gate
from broadsheet.definitions.models.schedules import ScheduleDef
from broadsheet.definitions.models.stories import DigestBlock, StoryBlock, StorySpec
from broadsheet.definitions.models.structure import (
    AnswersBlock,
    CohortBlock,
    DivergingBlock,
    DotsBlock,
    HeatBlock,
    HistogramBlock,
    MovementBlock,
    ParetoBlock,
    ScatterBlock,
    WaterfallBlock,
)
from broadsheet.definitions.models.when import When

FileKind = Literal["workbook", "csv", "json", "png"]
"""What an edition may be beside PDF, page and mail: an Excel workbook, a CSV file or a picture per block, its
findings as JSON."""


class CardItem(Definition):
    """One KPI card, with its own label and period where needed."""

    kpi: Name = Field(description="The KPI; alone, it is the short form of a card.")
    label: Printed | None = Field(default=None, description="Another name than the KPI's.")
    period: Period | None = Field(
        default=None, description="Another period than the block's, ending with it."
    )
    bullet: bool = Field(
        default=False,
        description="A bar against plan or goal in place of the sparkline, for periods to date.",
    )
    everyone: bool = Field(
        default=False,
        description="To readers of a slice, tell the value of everyone too; the KPI is `shareable`.",
    )


def _card(value: Any) -> Any:
    return {"kpi": value} if isinstance(value, str) else value


class CardsBlock(Block):
    """KPI cards: value, changes and a sparkline over `span`."""

    kpis: Many[Annotated[CardItem, BeforeValidator(_card, json_schema_input_type=Name | CardItem)]] = Field(
        min_length=1, max_length=7, description="The cards, from left to right."
    )
    span: Span | None = Field(default=None, description="How far back the sparklines go.")


class TableSpec(Spec):
    """Rows of a dimension (or a time grain), KPIs as columns, top N with the rest as one row."""

    kpi_keys = ("kpis",)
    axis_keys = ("rows",)
    compared = True

    rows: Name = Field(description="A dimension, or day, week, month, quarter, year.")
    kpis: Many[Name] = Field(min_length=1, max_length=10, description="The columns, from left to right.")
    top: int | None = Field(default=None, ge=1, le=200, description="Only the largest members.")
    rest: Literal["other", "hide"] = Field(
        default="other", description="What becomes of the members beyond `top`."
    )
    sort: Name | None = Field(
        default=None, description="The KPI to sort by, largest first; default the first."
    )
    total: bool = Field(default=True, description="A last row over all rows, computed anew.")
    status: bool = Field(
        default=False,
        description="A last column with the status of the first KPI against its plan, in a word.",
    )
    span: Span | None = Field(default=None, description="How far back a table by time goes.")


class TableBlock(Block):
    """A table."""

    tabular: ClassVar[bool] = True

    table: TableSpec = Field(description="What the table shows.")


class CrosstabSpec(Spec):
    """A contingency table: a count by two dimensions, with shares and the chi-square test."""

    kpi_keys = ("count",)
    axis_keys = ("rows", "columns")

    rows: Name = Field(description="The dimension of the rows.")
    columns: Name = Field(description="The dimension of the columns.")
    count: Name = Field(description="A KPI that counts.")
    shares: OneOrMany[Literal["row", "column", "total"]] = Field(
        default=(), description="Percentages beside the counts: of the row, the column or the whole."
    )
    test: Literal["chi_square"] | None = Field(
        default=None, description="Are rows and columns associated? Chi-square with Cramér's V."
    )
    top: int | None = Field(default=None, ge=1, le=50, description="Only the largest rows; the rest as one.")


class CrosstabBlock(Block):
    """A contingency table."""

    tabular: ClassVar[bool] = True

    crosstab: CrosstabSpec = Field(description="What is counted by what.")


class ListBlock(Block):
    """The rows that a KPI with a `list` counts: what, why, who, and the next step."""

    tabular: ClassVar[bool] = True

    list: Name = Field(description="A KPI that has a list.")
    top: int = Field(
        default=20, ge=1, le=200, description="So many rows are printed; the others are counted."
    )


class FunnelBlock(Block):
    """The steps of a funnel: how many reached each, of the first step and of the one before."""

    funnel: Name = Field(description="A KPI that is a funnel.")


class TextBlock(Block):
    """Words of the author: paragraphs separated by empty lines."""

    text: Printed = Field(description="Plain words; an empty line starts a paragraph.")


BLOCK_KEYS = (
    "chart", "table", "crosstab", "bullet", "waterfall", "movement", "pareto", "diverging", "scatter", "dots", "heat",
    "histogram", "cohort", "answers", "list", "funnel", "story", "digest", "text", "kpis",
)  # fmt: skip


def block_key(value: Any) -> str | None:
    """The key that names a block's kind; a chart has `kpis` too, so the order of looking matters."""
    if isinstance(value, dict):
        return next((key for key in BLOCK_KEYS if key in value), None)
    return next((key for key in BLOCK_KEYS if hasattr(value, key)), None)


def spec_of(block: Block) -> Spec | None:
    """What stands under the block's own key, where that is a mapping."""
    spec = getattr(block, block_key(block) or "", None)
    return spec if isinstance(spec, Spec) else None


AnyBlock = Annotated[
    Annotated[ChartBlock, Tag("chart")]
    | Annotated[TableBlock, Tag("table")]
    | Annotated[CrosstabBlock, Tag("crosstab")]
    | Annotated[BulletBlock, Tag("bullet")]
    | Annotated[WaterfallBlock, Tag("waterfall")]
    | Annotated[MovementBlock, Tag("movement")]
    | Annotated[ParetoBlock, Tag("pareto")]
    | Annotated[DivergingBlock, Tag("diverging")]
    | Annotated[ScatterBlock, Tag("scatter")]
    | Annotated[DotsBlock, Tag("dots")]
    | Annotated[HeatBlock, Tag("heat")]
    | Annotated[HistogramBlock, Tag("histogram")]
    | Annotated[CohortBlock, Tag("cohort")]
    | Annotated[AnswersBlock, Tag("answers")]
    | Annotated[ListBlock, Tag("list")]
    | Annotated[FunnelBlock, Tag("funnel")]
    | Annotated[StoryBlock, Tag("story")]
    | Annotated[DigestBlock, Tag("digest")]
    | Annotated[TextBlock, Tag("text")]
    | Annotated[CardsBlock, Tag("kpis")],
    Discriminator(
        block_key,
        custom_error_type="block_kind",
        custom_error_message=f"a block has one of the keys {', '.join(BLOCK_KEYS[:-1])} or {BLOCK_KEYS[-1]}",
    ),
]


class Report(Definition):
    """A report definition; its id is the file's name."""

    title: Printed = Field(description="The report's printed name; it may change, the id may not.")
    question: Printed = Field(description="What the report answers; printed under the headline.")
    level: Literal["strategic", "tactical", "operational"] = Field(
        default="operational", description="Which decisions it serves."
    )
    audiences: OneOrMany[Name] = Field(
        alias="audience",
        min_length=1,
        description="Who gets it: names of config/audiences.yaml. Each gets an edition in its language.",
    )
    owner: Printed | None = Field(default=None, description="Another owner than the workspace's.")
    period: Period = Field(description="The last closed one, one still running, a rolling one, or all data.")
    schedule: ScheduleDef | None = Field(default=None, description="When it goes out; none: only on demand.")
    compare: OneOrMany[Comparison] = Field(
        default=("previous",),
        description="What values stand beside: the period before, the last year's, the plan.",
    )
    headline: Name | None = Field(
        default=None, description="The KPI of the headline; default the first card."
    )
    where: OnDimensions = Field(default=(), description="Conditions on dimensions, for every block.")
    theme: str | None = Field(default=None, description="Another theme than the workspace's.")
    attach: OneOrMany[Literal["workbook", "csv"]] = Field(
        default=(),
        description="What goes with the PDF: all values as an Excel workbook, or as one CSV file per block.",
    )
    when: OneOrMany[When] = Field(
        default=(),
        description="Under which conditions an edition that is due goes out; all must hold, else it is skipped.",
    )
    gate: Gate = Field(
        default_factory=Gate,
        description="What is looked at before an edition goes out, and what follows from it.",
    )
    late_note: bool = Field(
        default=False, description="Tell the audience in a short mail when an edition comes late."
    )
    approval: Approval | None = Field(
        default=None, description="Who looks at every edition before it goes out; default nobody."
    )
    paused: bool = Field(default=False, description="Nothing is due while true; on demand it still runs.")
    blocks: Many[AnyBlock] = Field(
        min_length=1, max_length=60, description="What the report shows, in order."
    )

    @property
    def audience(self) -> str:
        """The first audience: who is meant where one is needed and none is named."""
        return self.audiences[0]

    @property
    def main_kpi(self) -> str | None:
        """The headline's KPI, else that of the first card."""
        cards = (item.kpi for block in self.blocks if isinstance(block, CardsBlock) for item in block.kpis)
        return self.headline or next(cards, None)

    def subject(self, story: StorySpec) -> str | None:
        """The KPI whose change a story explains: its own, else the headline's, else the first card's."""
        return story.kpi or self.main_kpi
