"""From pydantic's location of an error to the path in the YAML file, and to the model that owns its last key."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag

Step = str | int


def step_into(
    model: type[BaseModel], location: tuple[Step, ...], *, unknown_key: bool = False
) -> tuple[tuple[Step, ...], type[BaseModel] | None]:
    """The steps of a location that are keys or indices (tags and branch names of choices are not).

    Also the model in whose mapping the last key stands, None where that is no model. The last step of
    a location may be a key that no model knows: `unknown_key`.
    """
    here: list[Any] = [model]
    path: list[Step] = []
    owner: type[BaseModel] | None = model
    for index, step in enumerate(location):
        tagged = [kind for kind, tag in _kinds(here) if tag is not None and tag == step]
        if tagged:
            here, owner = tagged, _model(tagged, None)
            continue
        untagged = [kind for kind, _ in _kinds(here)]
        inner = [below for kind in untagged for below in _below(kind, step)]
        if inner or (unknown_key and index == len(location) - 1):
            owner = _model(untagged, step)
            path.append(step)
            here = inner
    return tuple(path), owner


def _kinds(annotations: list[Any]) -> Iterator[tuple[Any, str | None]]:
    """Every branch of a choice, with its tag."""
    for annotation in annotations:
        origin = get_origin(annotation)
        if origin is Annotated:
            inner, *extras = get_args(annotation)
            tag = next((extra.tag for extra in extras if isinstance(extra, Tag)), None)
            for kind, own in _kinds([inner]):
                yield kind, own or tag
        elif origin in (Union, UnionType):
            yield from _kinds(list(get_args(annotation)))
        else:
            yield annotation, None


def _below(kind: Any, step: Step) -> list[Any]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [
            field.annotation for name, field in kind.model_fields.items() if step == (field.alias or name)
        ]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is dict and isinstance(step, str) and "[" not in step:
        return [arguments[1]]
    if origin is tuple and isinstance(step, int):
        return [arguments[0]]
    return []


def _model(kinds: list[Any], key: Step | None) -> type[BaseModel] | None:
    models = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
    known = [
        model
        for model in models
        if any(key == (field.alias or name) for name, field in model.model_fields.items())
    ]
    return next(iter(known or models), None)
