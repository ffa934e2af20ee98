"""What all definition models share: strictness, immutability and a few small types."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

_T = TypeVar("_T")

IDENTIFIER = re.compile(r"^[a-z0-9][a-z0-9-]{0,62}$")
NAME = re.compile(r"^[a-z][a-z0-9_]{0,62}$")
PATH = re.compile(r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$")


class Definition(BaseModel):
    """A part of a YAML file: unknown keys are refused, values never change, types are not guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class _Printed:
    """Marks a text that editions print, so that it can be translated."""


PRINTED = _Printed()
Printed = Annotated[str, PRINTED]


def _tuple(value: Any) -> Any:
    """YAML has lists; models keep tuples, so that a definition cannot change."""
    return tuple(value) if isinstance(value, list) else value


def _one_or_many(value: Any) -> Any:
    """`compare: plan` means `compare: [plan]`."""
    return _tuple(value) if isinstance(value, list | tuple) else (value,)


def _name(value: str) -> str:
    if not NAME.match(value):
        raise ValueError(f"“{value}” is not a name: write snake_case, such as won_count")
    return value


def _path(value: str) -> str:
    if not PATH.match(value):
        raise ValueError(f"“{value}” is not a path: write column, link.column or link.link.column")
    return value


class _OneOrManySchema:
    """For editors: the item alone, or a list of items."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        many = handler(core)
        return {"anyOf": [many["items"], many]}


Many = Annotated[tuple[_T, ...], BeforeValidator(_tuple)]
OneOrMany = Annotated[tuple[_T, ...], BeforeValidator(_one_or_many), _OneOrManySchema()]
Name = Annotated[
    str, AfterValidator(_name), WithJsonSchema({"type": "string", "format": "name", "pattern": NAME.pattern})
]
Path = Annotated[
    str, AfterValidator(_path), WithJsonSchema({"type": "string", "format": "path", "pattern": PATH.pattern})
]
