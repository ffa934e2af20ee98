"""What pydantic says, in plain words: each validation error becomes a Problem at the value it is about."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from broadsheet.definitions.codes import error
from broadsheet.definitions.loader import Yaml
from broadsheet.definitions.models.blocks import Block
from broadsheet.definitions.models.reports import BLOCK_KEYS
from broadsheet.definitions.walk import Step, step_into
from broadsheet.errors import Problem, did_you_mean

#: What a value should have been, by the type of pydantic's error.
_EXPECTED: Mapping[str, str] = MappingProxyType(
    {
        "string_type": "text",
        "int_type": "a whole number",
        "int_from_float": "a whole number",
        "float_type": "a number",
        "bool_type": "true or false",
        "dict_type": "a mapping",
        "model_type": "a mapping",
        "model_attributes_type": "a mapping",
        "tuple_type": "a list",
        "list_type": "a list",
    }
)
_LIMITS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "greater_than": ("more than {}", "gt"),
        "greater_than_equal": ("at least {}", "ge"),
        "less_than": ("less than {}", "lt"),
        "less_than_equal": ("at most {}", "le"),
        "too_short": ("at least {} items", "min_length"),
        "too_long": ("at most {} items", "max_length"),
    }
)
_ADVICE = re.compile(r"(?P<what>.*?)(?:: |; |\. )(?P<remedy>(?:write|use|Did you mean|Known:).*)", re.DOTALL)


Located = tuple[tuple[Step, ...], Problem]


def problems_of(failure: ValidationError, model: type[BaseModel], source: Yaml) -> list[Located]:
    """One problem per place, with its path in the file; the branches of a choice (text or mapping) speak as one."""
    groups: dict[tuple[Step, ...], list[tuple[ErrorDetails, type[BaseModel] | None]]] = {}
    for details in failure.errors(include_url=False):
        path, owner = step_into(model, details["loc"], unknown_key=details["type"] == "extra_forbidden")
        groups.setdefault(path, []).append((details, owner))
    return [
        (path, problem)
        for path, errors in groups.items()
        if not _superseded(path, errors, groups)
        for problem in _problems(path, errors, source)
    ]


def _superseded(path: tuple[Step, ...], errors: list[Any], groups: Mapping[tuple[Step, ...], Any]) -> bool:
    """A mapping refused as text was still tried as a mapping, and a list of refused items is not a short
    one: what was found inside says more.
    """
    return all(details["type"] in (*_EXPECTED, "too_short") for details, _ in errors) and any(
        len(other) > len(path) and other[: len(path)] == path for other in groups
    )


def _problems(path: tuple[Step, ...], errors: list[Any], source: Yaml) -> Iterator[Problem]:
    special = [(details, owner) for details, owner in errors if details["type"] in _SPECIAL]
    if special:
        for details, owner in special:
            yield _SPECIAL[details["type"]](path, details, owner, source)
        return
    wanted = list(dict.fromkeys(words for details, _ in errors for words in _wanted(details)))
    if "a number" in wanted:
        wanted = [words for words in wanted if words != "a whole number"]
    details, owner = errors[0]
    value = details["input"]
    choices = [choice for item, _ in errors if item["type"] == "literal_error" for choice in _choices(item)]
    types_only = all(item["type"] in _EXPECTED for item, _ in errors)
    what = f"{_subject(path)}expected {_either(wanted)}, found {_found(value)}"
    if isinstance(value, str) and choices:
        remedy = did_you_mean(value, choices)
    elif wanted == ["a list"] and isinstance(value, str | int | float):
        remedy = f"Write it in brackets: [{value}]."
    elif "text" in wanted and isinstance(value, bool | int | float):
        remedy = "Put it in quotes to make it text."
    else:
        remedy = _meaning(path, owner)
    yield error("wrong-type" if types_only else "wrong-value", source.place(*path), what, remedy)


def _wanted(details: ErrorDetails) -> list[str]:
    kind, context = details["type"], details.get("ctx", {})
    if kind in _EXPECTED:
        return [_EXPECTED[kind]]
    if kind in _LIMITS:
        words, key = _LIMITS[kind]
        return [words.format(context[key]).replace(" 1 items", " one item")]
    if kind == "literal_error":
        return _choices(details) if len(_choices(details)) < 8 else ["one of the known words"]
    return [details["msg"]]


def _either(words: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _choices(details: ErrorDetails) -> list[str]:
    return re.findall(r"[\w.-]+", re.sub(r"\bor\b", "", str(details.get("ctx", {}).get("expected", ""))))


def _own_words(path: tuple[Step, ...], details: Any, owner: type[BaseModel] | None, source: Yaml) -> Problem:
    words = str(details["ctx"]["error"])
    place = source.key_place(*path) if details["loc"][-1] == "[key]" else source.place(*path)
    advice = _ADVICE.fullmatch(words)
    what, remedy = (advice["what"], advice["remedy"]) if advice else (words, _meaning(path, owner))
    remedy = remedy[0].upper() + remedy[1:]
    return error("wrong-value", place, what, remedy if remedy[-1] in ".?" else remedy + ".")


def _unknown_key(
    path: tuple[Step, ...], details: Any, owner: type[BaseModel] | None, source: Yaml
) -> Problem:
    known = _keys(owner) if owner else []
    if owner and issubclass(owner, Block):
        known += BLOCK_KEYS
    key = str(details["loc"][-1])
    return error(
        "unknown-key", source.key_place(*path), f"unknown key “{key}”", did_you_mean(key, known, limit=40)
    )


def _missing_key(
    path: tuple[Step, ...], details: Any, owner: type[BaseModel] | None, source: Yaml
) -> Problem:
    key = str(details["loc"][-1])
    return error(
        "missing-key", source.place(*path[:-1]), f"the key “{key}” is missing", _meaning(path, owner)
    )


def _block_kind(path: tuple[Step, ...], details: Any, _: type[BaseModel] | None, source: Yaml) -> Problem:
    keys = [str(key) for key in details["input"]] if isinstance(details["input"], dict) else []
    near = [match for key in keys for match in difflib.get_close_matches(key, BLOCK_KEYS, n=1)]
    remedy = (
        f"Did you mean “{near[0]}”?" if near else "A block has one of these keys; text is written text: …"
    )
    return error("block-kind", source.place(*path), details["msg"], remedy)


_SPECIAL: Mapping[str, Any] = MappingProxyType(
    {
        "value_error": _own_words,
        "extra_forbidden": _unknown_key,
        "missing": _missing_key,
        "block_kind": _block_kind,
    }
)


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _meaning(path: tuple[Step, ...], owner: type[BaseModel] | None) -> str:
    """The key's own description says what belongs there."""
    for step in reversed(path):
        if isinstance(step, str) and owner:
            for name, field in owner.model_fields.items():
                if step == (field.alias or name) and field.description:
                    return f"`{step}`: {field.description}"
    return "The keys and their values are listed by `broadsheet schema` and in the reference."


def _subject(path: tuple[Step, ...]) -> str:
    names = [step for step in path if isinstance(step, str)]
    return f"“{names[-1]}”: " if names else ""


def _found(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"text “{value if len(value) <= 40 else value[:39] + '…'}”"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if len(value) else "an empty list"
    return "a mapping"
