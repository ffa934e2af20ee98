"""`reports/*.yaml`: what a report shows, for whom and when."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, model_validator

from broadsheet.definitions.models.base import Definition, Many, Name, OneOrMany
from broadsheet.definitions.models.filters import Where
from broadsheet.periods import PeriodSpec, parse_spec

Grain = Literal["day", "week", "month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = ("day", "week", "month", "quarter", "year")
Comparison = Literal["previous", "last_year", "plan"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _span(value: Any) -> Any:
    """Read `13 months` as (13, "month")."""
    if isinstance(value, tuple):
        return value
    number, _, grain = str(value).partition(" ")
    singular = grain.removesuffix("s")
    if not number.isdigit() or not 1 <= int(number) <= 400 or singular not in GRAINS:
        raise ValueError(f"“{value}” is not a span: write 13 weeks, 24 months, 8 quarters")
    return int(number), singular


def _spec(value: Any) -> Any:
    return value if isinstance(value, PeriodSpec) else parse_spec(value)


def _time(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return time.fromisoformat(value) if len(value) == 5 else value
        except ValueError:
            pass
    raise ValueError(f"“{value}” is not a time of day: write \"07:00\"")


def _date(value: Any) -> Any:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"“{value}” is not a date: write 2026-01-31") from None


Span = Annotated[tuple[int, Grain], BeforeValidator(_span), WithJsonSchema({"type": "string", "pattern": r"^\d+ \w+$"})]
Period = Annotated[
    PeriodSpec, BeforeValidator(_spec), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object"}]})
]
TimeOfDay = Annotated[time, BeforeValidator(_time), WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d$"})]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]


class ScheduleDef(Definition):
    """When an edition is due: the first such moment after its period has ended."""

    every: Grain
    days: Many[Weekday] = Field(default=(), description="Of every: day or week.")
    day: Literal["first_workday", "last_workday", "last"] | Annotated[int, Field(ge=1, le=28)] | None = Field(
        default=None, description="Of every: month, quarter or year."
    )
    at: TimeOfDay
    timezone: str | None = None
    start: Day | None = None
    end: Day | None = None

    @model_validator(mode="after")
    def _fits(self) -> ScheduleDef:
        if self.days and self.every not in ("day", "week"):
            raise ValueError("`days` belongs to every: day or week; a month takes `day`")
        if self.day is not None and self.every in ("day", "week"):
            raise ValueError("`day` belongs to every: month, quarter or year; a week takes `days`")
        return self


class Block(Definition):
    """What every block may say."""

    title: str | None = Field(default=None, description="Replaces the sentence made from the numbers.")
    note: str | None = None
    where: Where = Field(default=(), description="Conditions on dimensions.")
    period: Period | None = Field(default=None, description="Another period than the report's, ending with it.")
    compare: OneOrMany[Comparison] | None = None
    page: Literal["new"] | None = Field(default=None, description="Start a new page.")
    width: Literal["full", "half"] = "full"


class CardItem(Definition):
    """One KPI card, with its own label and period where needed."""

    kpi: Name
    label: str | None = None
    period: Period | None = None


def _card(value: Any) -> Any:
    return {"kpi": value} if isinstance(value, str) else value


class CardsBlock(Block):
    """KPI cards: value, changes and a sparkline over `span`."""

    kpis: Many[Annotated[CardItem, BeforeValidator(_card)]] = Field(min_length=1, max_length=7)
    span: Span | None = None


class ChartBlock(Block):
    """A chart of KPIs by time or by a dimension; stacked charts also take `split`."""

    chart: Literal["line", "bar", "stacked", "ranked"]
    kpis: Many[Name] = Field(min_length=1, max_length=6)
    by: Name
    split: Name | None = None
    span: Span | None = Field(default=None, description="How far back a chart by time goes.")
    top: int | None = Field(default=None, ge=1, le=50)

    @model_validator(mode="after")
    def _kind(self) -> ChartBlock:
        timed = self.by in GRAINS
        if self.chart == "ranked" and timed:
            raise ValueError("a ranked chart is by a dimension; use line or bar for time")
        if self.chart == "line" and not timed:
            raise ValueError("a line is by time: by: week, month …; use bar or ranked for a dimension")
        if (self.chart == "stacked") != (self.split is not None):
            raise ValueError("`split` names the parts of a stacked chart, and only of a stacked chart")
        if self.split is not None and len(self.kpis) != 1:
            raise ValueError("a stacked chart shows one KPI")
        if self.span is not None and not timed:
            raise ValueError("`span` belongs to charts by time")
        return self


class TableSpec(Definition):
    """Rows of a dimension (or a time grain), KPIs as columns, top N with the rest as one row."""

    rows: Name
    kpis: Many[Name] = Field(min_length=1, max_length=10)
    top: int | None = Field(default=None, ge=1, le=200)
    rest: Literal["other", "hide"] = "other"
    sort: Name | None = Field(default=None, description="The KPI to sort by, largest first; default the first.")
    total: bool = True
    span: Span | None = None


class TableBlock(Block):
    """A table."""

    table: TableSpec


class CrosstabSpec(Definition):
    """A contingency table: a count by two dimensions, with shares and the chi-square test."""

    rows: Name
    columns: Name
    count: Name = Field(description="A KPI that counts.")
    shares: OneOrMany[Literal["row", "column", "total"]] = ()
    test: Literal["chi_square"] | None = None
    top: int | None = Field(default=None, ge=1, le=50)


class CrosstabBlock(Block):
    """A contingency table."""

    crosstab: CrosstabSpec


class TextBlock(Block):
    """Words of the author: paragraphs separated by empty lines."""

    text: str


BLOCK_KEYS = ("chart", "table", "crosstab", "text", "kpis")


def block_key(value: Any) -> str | None:
    """The key that names a block's kind; a chart has `kpis` too, so the order of looking matters."""
    if isinstance(value, dict):
        return next((key for key in BLOCK_KEYS if key in value), None)
    return next((key for key in BLOCK_KEYS if hasattr(value, key)), None)


AnyBlock = Annotated[
    Annotated[ChartBlock, Tag("chart")]
    | Annotated[TableBlock, Tag("table")]
    | Annotated[CrosstabBlock, Tag("crosstab")]
    | Annotated[TextBlock, Tag("text")]
    | Annotated[CardsBlock, Tag("kpis")],
    Discriminator(
        block_key,
        custom_error_type="block_kind",
        custom_error_message="a block has one of the keys kpis, chart, table, crosstab or text",
    ),
]


class Report(Definition):
    """A report definition; its id is the file's name."""

    title: str
    question: str = Field(description="What the report answers; printed under the headline.")
    level: Literal["strategic", "tactical", "operational"] = "operational"
    audience: Name
    owner: str | None = None
    period: Period
    schedule: ScheduleDef | None = None
    compare: OneOrMany[Comparison] = ("previous",)
    headline: Name | None = Field(default=None, description="The KPI of the headline; default the first card.")
    where: Where = ()
    theme: str | None = None
    paused: bool = False
    blocks: Many[AnyBlock] = Field(min_length=1, max_length=60)
