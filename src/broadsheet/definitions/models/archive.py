"""`archive:` in `config/settings.yaml`: how long editions are kept in full."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema

from broadsheet.definitions.models.base import Definition
from broadsheet.definitions.steps import Length, parse_length

Forever = Literal["forever"]
LENGTH = "write 24 months, 10 years or forever"


def _keep(value: Any) -> Length | Forever:
    if value == "forever":
        return "forever"
    if isinstance(value, Length):
        return value
    try:
        return parse_length(str(value))
    except ValueError:
        raise ValueError(f"“{value}” is no length: {LENGTH}") from None


def _written(value: Length | Forever) -> str:
    return value if isinstance(value, str) else f"{value.count} {value.unit}s"


Keep = Annotated[
    Length | Forever,
    PlainValidator(_keep),
    PlainSerializer(_written),
    WithJsonSchema({"type": "string", "format": "length", "examples": ["24 months", "forever"]}),
]


class Retention(Definition):
    """How long editions are kept in full. The ledger's entries, with every reply of a mail server, stay for good."""

    keep: Keep = Field(
        default="forever",
        description="So long after it was made an edition can be shown and drawn again: `24 months`, `10 years`.",
        json_schema_extra={"default": "forever"},
    )
    messages: Keep = Field(
        default="forever",
        description="So long its messages are kept as they were sent, each with all it attached; never longer than "
        "the edition.",
        json_schema_extra={"default": "forever"},
    )
    at_least: int = Field(
        default=3, ge=1, description="So many of the newest editions for the same readers stay, however old."
    )
