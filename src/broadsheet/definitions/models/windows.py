"""Windows between two times of a row: `{within: 30 days, of: created_at}`, or with a limit for each class."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from broadsheet.definitions.models.base import PATH

_ELAPSED = re.compile(r"(\d{1,6}(?:\.\d{1,3})?) (second|minute|hour|day|week)s?", re.ASCII)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


@dataclass(frozen=True)
class Elapsed:
    """So much time, whatever the calendar: `8 hours`, `30 days` (each of 24 hours)."""

    seconds: float
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Window:
    """At most so much time after the column `of`: `limit`, or the limit of the row's class in the column `by`.

    Rows of other classes have `limit`; without it they have none, and are never within it.
    """

    of: str
    limit: Elapsed | None
    by: str | None = None
    classes: tuple[tuple[str, Elapsed], ...] = ()


def parse_elapsed(value: Any) -> Elapsed:
    """Read `30 days`; ValueError otherwise."""
    if isinstance(value, Elapsed):
        return value
    found = _ELAPSED.fullmatch(value) if isinstance(value, str) else None
    if found is None or not float(found[1]):
        raise ValueError(f"“{value}” is no length of time: write 8 hours, 30 days or 2 weeks")
    return Elapsed(float(found[1]) * _SECONDS[found[2]], value)


ElapsedField = Annotated[
    Elapsed, BeforeValidator(parse_elapsed), WithJsonSchema({"type": "string", "format": "length of time"})
]


def parse_window(path: str, value: Mapping[str, Any]) -> Window:
    """Read `{within: …, of: column}`; ValueError says what is wrong."""
    of, within = value.get("of"), value.get("within")
    if set(value) != {"within", "of"} or not isinstance(of, str) or not PATH.match(of):
        raise ValueError(f"{path}: a window is {{within: 30 days, of: another_column}}")
    if not isinstance(within, dict):
        return Window(of, parse_elapsed(within))
    by = within.get("by")
    if not isinstance(by, str) or not PATH.match(by):
        raise ValueError(
            f"{path}: limits by class need the column: {{by: priority, P1: 8 hours, else: 3 days}}"
        )
    classes = tuple(
        (str(name), parse_elapsed(limit)) for name, limit in within.items() if name not in ("by", "else")
    )
    if not classes:
        raise ValueError(f"{path}: limits by class name at least one class of {by}")
    return Window(of, parse_elapsed(within["else"]) if "else" in within else None, by, classes)
