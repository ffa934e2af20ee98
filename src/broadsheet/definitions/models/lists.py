"""What a list of rows says of each: its columns, why it is there, who acts, and what to do next."""

from __future__ import annotations

import re
from string import Formatter
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from broadsheet.definitions.models.base import PATH, PRINTED, Definition, Name, OneOrMany, Path, Printed

Ordering = tuple[str, bool]
"""A path, and whether the greatest comes first."""

_ORDER = re.compile(rf"({PATH.pattern[1:-1]})(?: (asc|desc))?")


def fields_of(text: str) -> tuple[str, ...]:
    """The paths in the braces of a text, in order; ValueError for braces that hold anything else."""
    found = []
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise ValueError(f"“{text}” has a brace that is not closed: write {{column}}") from None
    for _, path, form, conversion in parts:
        if path is None:
            continue
        if form or conversion or not PATH.match(path):
            raise ValueError(f"“{{{path}}}” is not a field: write {{column}} or {{link.column}}")
        found.append(path)
    return tuple(found)


def _text(text: str) -> str:
    fields_of(text)
    if not text.strip():
        raise ValueError("say it in words; {column} stands for the value of a row")
    return text


def _order(value: Any) -> Any:
    if isinstance(value, tuple):
        return value
    match = _ORDER.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"“{value}” is not an order: write column, or column desc for the greatest first")
    return match[1], match[match.lastindex or 0] == "desc"


Sentence = Annotated[
    str, PRINTED, AfterValidator(_text), WithJsonSchema({"type": "string", "format": "sentence"})
]
Order = Annotated[
    Ordering,
    BeforeValidator(_order),
    WithJsonSchema({"type": "string", "format": "order"}),
]


class ListSpec(Definition):
    """The rows that a KPI counts, one by one. No list without action: each says why it is there and what to do."""

    columns: dict[Printed, Path] = Field(
        min_length=1, description="What is printed of each row: head and column, such as `Due: due_at`."
    )
    name: Path | None = Field(
        default=None,
        description="The column that names a row: so a record is titled, and with `each` the headline of a report "
        "that is made for one member.",
    )
    each: Name | None = Field(
        default=None,
        description="With `kpis`: the dimension of which each row has a member, such as customer.",
    )
    kpis: dict[Printed, Name] = Field(
        default_factory=dict,
        description="Further columns: what KPIs are of that member in the list's period, head and KPI, such as "
        "`Revenue, 12 months: revenue_year`.",
    )
    reason: Sentence = Field(description="Why a row is on the list; {column} stands for its value.")
    next_step: Sentence = Field(description="What is to be done; {column} stands for a row's value.")
    owner: Path | None = Field(
        default=None, description="The column that names who acts; without it, the KPI's owner."
    )
    order: OneOrMany[Order] = Field(
        default=(), description="By which columns, `desc` for the greatest first; rows alike by their key."
    )
    persons: bool = Field(
        default=False, description="Its rows name persons: only audiences that may see them get it."
    )

    @model_validator(mode="after")
    def _heads(self) -> ListSpec:
        heads = (*self.columns, *self.kpis)
        if not all(head.strip() for head in heads):
            raise ValueError("every column needs a head")
        if len(set(heads)) < len(heads):
            raise ValueError("a head stands both under `columns` and under `kpis`")
        if self.name is not None and self.name not in self.columns.values():
            raise ValueError(f"“{self.name}” names the rows, but is no column: print it under `columns`")
        if bool(self.kpis) != (self.each is not None):
            raise ValueError("`kpis` and `each` belong together: KPIs of the member that each row has")
        twice = set(self.kpis.values()) & {*self.columns.values(), self.owner}
        if twice:
            raise ValueError(f"“{min(twice)}” is printed as a column and as a KPI: take another KPI")
        return self

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path of a row that is printed, each once."""
        told = set(self.kpis.values())
        texts = (
            path for text in (self.reason, self.next_step) for path in fields_of(text) if path not in told
        )
        owner = (self.owner,) if self.owner is not None else ()
        return tuple(dict.fromkeys((*self.columns.values(), *texts, *owner)))
