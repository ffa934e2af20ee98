"""Plain values as JSON and back, exactly: what an edition is redrawn from must be read for years, and run nothing.

A codec knows the frozen classes that can occur below its root, from their annotations; it builds these and no others,
so a file in the archive can no more than describe data. Dataclasses and models are objects with their class's name
under `is`; tuples are lists; what JSON lacks is an object with one key that names its kind.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, get_args, get_type_hints
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from broadsheet.errors import StorageError

CLASS = "is"
APART = "apart"

Put = Callable[[Any], Any]
Get = Callable[[Any], Any]


class Codec:
    """Reads and writes values of the class `root`; those of the classes `apart` are kept elsewhere."""

    def __init__(self, root: type, apart: tuple[type, ...] = ()) -> None:
        self._apart = apart
        self._classes = {_name(each): each for each in _below(root, apart)}

    def dumps(self, value: Any, put: Put) -> bytes:
        """A value as canonical JSON; `put` keeps a part of it elsewhere and returns where."""
        return json.dumps(self._encode(value, put), ensure_ascii=False, allow_nan=False).encode()

    def loads(self, content: bytes, get: Get) -> Any:
        """The value; `get` finds a part that was kept elsewhere. StorageError when this version cannot read it."""
        try:
            return self._decode(json.loads(content), get)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise StorageError(
                f"the archive's description of the edition cannot be read: {error}",
                "It was written by another version of Broadsheet: install the one that its bundle names.",
            ) from error

    def _encode(self, value: Any, put: Put) -> Any:
        if isinstance(value, self._apart):
            return {APART: put(value)}
        if value is None or isinstance(value, bool | str | int):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else {"float": str(value)}
        if isinstance(value, tuple):
            return [self._encode(item, put) for item in value]
        if isinstance(value, frozenset):
            return {"set": [self._encode(item, put) for item in sorted(value)]}
        if isinstance(value, Mapping):
            return {"map": [[self._encode(key, put), self._encode(item, put)] for key, item in value.items()]}
        if _name(type(value)) in self._classes:
            return {CLASS: _name(type(value))} | {
                name: self._encode(getattr(value, name), put) for name in _fields(type(value))
            }
        return _scalar(value)

    def _decode(self, data: Any, get: Get) -> Any:
        if isinstance(data, list):
            return tuple(self._decode(item, get) for item in data)
        if not isinstance(data, dict):
            return data
        if CLASS in data:
            cls = self._class(data[CLASS])
            values = {name: self._decode(item, get) for name, item in data.items() if name != CLASS}
            return cls.model_construct(**values) if issubclass(cls, BaseModel) else cls(**values)
        ((kind, content),) = data.items()
        match kind:
            case "apart":
                return get(content)
            case "map":
                return {self._decode(key, get): self._decode(item, get) for key, item in content}
            case "set":
                return frozenset(self._decode(item, get) for item in content)
            case _:
                return _READ[kind](content)

    def _class(self, name: str) -> Any:
        """The class of a name; one that has moved to another module since is known by its last part."""
        if name in self._classes:
            return self._classes[name]
        moved = [each for each in self._classes.values() if each.__name__ == name.rpartition(".")[2]]
        if len(moved) != 1:
            raise ValueError(f"there is no {name}")
        return moved[0]


def _scalar(value: Any) -> dict[str, Any]:
    if isinstance(value, datetime):
        zone = value.tzinfo
        if isinstance(zone, ZoneInfo):
            return {"zoned": [value.replace(tzinfo=None).isoformat(), value.fold, zone.key]}
        return {"time": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, time):
        return {"clock": value.isoformat()}
    if isinstance(value, timedelta):
        return {"span": [value.days, value.seconds, value.microseconds]}
    raise TypeError(f"{type(value).__name__} is no part of an edition")


def _zoned(content: list[Any]) -> datetime:
    text, fold, zone = content
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


_READ: Mapping[str, Callable[[Any], Any]] = {
    "float": float,
    "zoned": _zoned,
    "time": datetime.fromisoformat,
    "date": date.fromisoformat,
    "clock": time.fromisoformat,
    "span": lambda content: timedelta(*content),
}


def _name(cls: type) -> str:
    """`metrics.question.Answer`."""
    return f"{cls.__module__}.{cls.__name__}".removeprefix("broadsheet.")


def _fields(cls: Any) -> Iterator[str]:
    if issubclass(cls, BaseModel):
        yield from cls.model_fields
    else:
        yield from (field.name for field in fields(cls))


def _below(root: type, apart: tuple[type, ...]) -> list[type]:
    """The classes that a value can hold: those its fields are annotated with and all that derive from them."""
    found: dict[type, None] = {}
    waiting: list[Any] = [root]
    while waiting:
        hint = waiting.pop()
        waiting.extend(get_args(hint))
        if not isinstance(hint, type) or hint in found or hint in apart:
            continue
        if is_dataclass(hint) or issubclass(hint, BaseModel):
            found[hint] = None
            hints = get_type_hints(hint)
            waiting.extend(hints[name] for name in _fields(hint))
            waiting.extend(hint.__subclasses__())
    return list(found)
