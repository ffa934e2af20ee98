"""The texts of definitions that editions print: found by the mark on their type, and replaced by translations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, TypeVar, get_args

import yaml
from pydantic import BaseModel

from broadsheet.definitions.models.base import PRINTED

_M = TypeVar("_M", bound=BaseModel)
Change = Callable[[str], str]


def printed(model: BaseModel) -> Iterator[str]:
    """Every text of a definition that editions print, in order."""
    found: dict[str, None] = {}

    def note(text: str) -> str:
        found[text] = None
        return text

    _changed(model, note)
    yield from (text for text in found if text)


def translated(model: _M, texts: Mapping[str, str]) -> _M:
    """The definition with its texts translated; texts without a translation stay."""
    return _changed(model, lambda text: texts.get(text, text)) if texts else model


def to_complete(texts: Iterable[str]) -> str:
    """A language file in YAML with those texts, to be translated."""
    blank = {"texts": dict.fromkeys(texts, "")}
    return yaml.safe_dump(blank, allow_unicode=True, sort_keys=False, width=10**6)


def _changed(model: _M, change: Change) -> _M:
    new = {}
    for name, kind in _fields(type(model)):
        value = getattr(model, name)
        other = _value(value, kind, change)
        if other != value:
            new[name] = other
    return model.model_copy(update=new) if new else model


def _value(value: Any, kind: Any, change: Change) -> Any:
    """A value of a type, its marked texts changed, paragraph by paragraph."""
    if isinstance(value, BaseModel):
        return _changed(value, change)
    if isinstance(value, str):
        return _paragraphs(value, change) if PRINTED in _marks(kind) else value
    if isinstance(value, tuple):
        return tuple(_value(item, kind, change) for item in value)
    if isinstance(value, dict):
        keys, values = next(
            get_args(part) for part in _parts(kind) if getattr(part, "__origin__", None) is dict
        )
        return {_value(key, keys, change): _value(item, values, change) for key, item in value.items()}
    return value


def _paragraphs(text: str, change: Change) -> str:
    return "\n\n".join(change(" ".join(part.split())) for part in re.split(r"\n\s*\n", text.strip()))


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, Any], ...]:
    """The fields of a model that hold printed texts, with their types."""
    kinds = {
        name: Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        for name, field in model.model_fields.items()
    }
    return tuple((name, kind) for name, kind in kinds.items() if _holds(kind))


def _holds(kind: Any) -> bool:
    return any(
        part is PRINTED or (isinstance(part, type) and issubclass(part, BaseModel) and _fields(part))
        for part in _parts(kind)
    )


def _marks(kind: Any) -> list[Any]:
    return [part for part in _parts(kind) if part is PRINTED]


def _parts(kind: Any) -> Iterator[Any]:
    """A type, what it is made of, and the marks on it."""
    yield kind
    for part in get_args(kind):
        yield from _parts(part)
