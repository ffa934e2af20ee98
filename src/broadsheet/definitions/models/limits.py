"""`limits:` in `config/settings.yaml`: what one edition may take while it is rendered."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, ByteSize, Field, TypeAdapter, ValidationError, WithJsonSchema

from broadsheet.definitions.models.base import Definition

LEAST_MEMORY = 512 * 1024 * 1024
"""The typesetter and its libraries alone take half of it."""
_SIZE = TypeAdapter(ByteSize)


def _size(value: object) -> object:
    try:
        return int(_SIZE.validate_python(value))
    except ValidationError:
        raise ValueError(f"“{value}” is not a size: write 1 GiB or 800 MB") from None


Size = Annotated[int, BeforeValidator(_size), WithJsonSchema({"type": "string", "format": "size"})]


class RenderLimits(Definition):
    """What one edition may take. Each is rendered in a process of its own, which ends when it takes more."""

    seconds: int = Field(default=120, ge=1, le=3600, description="Until the process is killed.")
    memory: Size = Field(
        default=1024**3,
        ge=LEAST_MEMORY,
        description="Of the process; 512 MiB at least.",
        json_schema_extra={"default": "1 GiB"},
    )
    pages: int = Field(default=200, ge=1, description="Of the PDF.")
    rows: int = Field(
        default=2000,
        ge=1,
        description="Of a list in the workbook. A page has fewer, and tells how many it leaves out.",
    )
    megabytes: int = Field(default=25, ge=1, description="Of the PDF, and of any further file.")
