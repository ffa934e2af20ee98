"""What all definition models share: strictness, immutability and a few small types."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

_T = TypeVar("_T")

IDENTIFIER = re.compile(r"^[a-z0-9][a-z0-9-]{0,62}$")
NAME = re.compile(r"^[a-z][a-z0-9_]{0,62}$")
PATH = re.compile(r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$")


class Definition(BaseModel):
    """A part of a YAML file: unknown keys are refused, values never change, types are not guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


def _tuple(value: Any) -> Any:
    """YAML has lists; models keep tuples, so that a definition cannot change."""
    return tuple(value) if isinstance(value, list) else value


def _one_or_many(value: Any) -> Any:
    """`compare: plan` means `compare: [plan]`."""
    return _tuple(value) if isinstance(value, list | tuple) else (value,)


def _name(value: str) -> str:
    if not NAME.match(value):
        raise ValueError("a name is snake_case: a letter, then letters, digits or _ (at most 63)")
    return value


def _path(value: str) -> str:
    if not PATH.match(value):
        raise ValueError("a path is column, link.column or link.link.column")
    return value


Many = Annotated[tuple[_T, ...], BeforeValidator(_tuple)]
OneOrMany = Annotated[tuple[_T, ...], BeforeValidator(_one_or_many)]
Name = Annotated[str, AfterValidator(_name)]
Path = Annotated[str, AfterValidator(_path)]
