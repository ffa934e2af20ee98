"""What all blocks of a report have in common, and the periods and spans that they name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from broadsheet.definitions.models.base import Definition, OneOrMany, Printed
from broadsheet.definitions.models.filters import OnDimensions
from broadsheet.periods import PeriodSpec, parse_spec

Grain = Literal["day", "week", "month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = ("day", "week", "month", "quarter", "year")
Comparison = Literal["previous", "last_year", "plan"]
Width = Literal["full", "half", "two_thirds", "third"]


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


Span = Annotated[
    tuple[int, Grain],
    BeforeValidator(_span),
    WithJsonSchema({"type": "string", "format": "span", "pattern": r"^\d+ \w+$"}),
]
Period = Annotated[
    PeriodSpec,
    BeforeValidator(_spec),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": "period"}, {"type": "object", "format": "period"}]}
    ),
]


class Block(Definition):
    """What every block may say."""

    tabular: ClassVar[bool] = False
    """Whether it is set in columns, which a landscape page has more room for."""

    title: Printed | None = Field(default=None, description="Replaces the sentence made from the numbers.")
    note: Printed | None = Field(default=None, description="A remark under the block.")
    where: OnDimensions = Field(default=(), description="Conditions on dimensions.")
    period: Period | None = Field(
        default=None, description="Another period than the report's, ending with it."
    )
    compare: OneOrMany[Comparison] | None = Field(
        default=None, description="Other comparisons than the report's."
    )
    page: Literal["new", "landscape"] | None = Field(
        default=None,
        description="Start a new page, unless what ran over would stand nearly alone; `landscape` turns it, "
        "for wide tables and lists, which also turn it by themselves where their columns do not fit.",
    )
    width: Width = Field(
        default="full",
        description="Its part of the page; blocks in a row whose parts make up a whole stand side by side.",
    )

    @model_validator(mode="after")
    def _turned(self) -> Block:
        if self.page == "landscape" and not self.tabular:
            raise ValueError("`page: landscape` is for tables and lists; other blocks take `page: new`")
        if self.page == "landscape" and self.width != "full":
            raise ValueError(f"a block on a landscape page has all of its width, not `width: {self.width}`")
        return self


class Spec(Definition):
    """What a block shows, under its own key; `kpi_keys` and `axis_keys` tell where it names KPIs and dimensions."""

    kpi_keys: ClassVar[tuple[str, ...]] = ()
    axis_keys: ClassVar[tuple[str, ...]] = ()
    compared: ClassVar[bool] = False
    """Whether it shows comparisons."""

    @property
    def shown(self) -> tuple[str, ...]:
        """The KPIs it shows, each once."""
        return tuple(dict.fromkeys(name for name, _ in self.named(self.kpi_keys)))

    def named(self, keys: tuple[str, ...]) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """The names that stand under these keys, each with its way from the block's key."""
        for key in keys:
            value = getattr(self, key)
            if isinstance(value, str):
                yield value, (key,)
            elif value is not None:
                yield from ((name, (key, index)) for index, name in enumerate(value))
