"""Strict YAML: plain values with the file, line and column of each, and problems instead of exceptions.

The scalars are those of the YAML 1.2 core schema, kept simple: `true` and `false` are the only booleans,
decimal numbers the only numbers; `on`, `no`, `12:30`, `01234`, `1_000` and dates stay text. Anchors, tags,
duplicate keys, several documents and anything deep or large are refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from broadsheet.definitions.codes import error
from broadsheet.definitions.syntax import explain
from broadsheet.errors import Place, Problem

MAX_BYTES = 1 << 20
MAX_DEPTH = 40
MAX_PROBLEMS = 20

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(
    r"[-+]?(?=.*[.eE])(\.[0-9]{1,30}|(0|[1-9][0-9]{0,30})(\.[0-9]{0,30})?)([eE][-+]?[0-9]{1,3})?"
)
_WORDS: Mapping[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class _Node:
    """Where a value and its key stand, and the same of everything in it."""

    place: Place
    key: Place
    children: Mapping[str | int, _Node] = field(default_factory=dict)


@dataclass(frozen=True)
class Yaml:
    """A loaded file. With problems, `data` is incomplete and only the places can be relied on.

    `text` is what was read; empty where it cannot be understood at all.
    """

    file: str
    data: Any
    problems: tuple[Problem, ...]
    _root: _Node
    text: str = ""

    def place(self, *path: str | int) -> Place:
        """Where the value at a path stands; steps that do not exist in the file are passed over."""
        return self._find(path).place

    def key_place(self, *path: str | int) -> Place:
        """Where the key of the value at a path stands (of a list item: the item)."""
        return self._find(path).key

    def _find(self, path: tuple[str | int, ...]) -> _Node:
        node = self._root
        for step in path:
            node = node.children.get(step, node)
        return node


def load_bytes(content: bytes, file: str) -> Yaml:
    """Read the bytes of a file; `file` is its name as shown to people."""
    if len(content) > MAX_BYTES:
        what = f"the file is larger than {MAX_BYTES:,} bytes"
        return _refused(
            file, error("yaml-size", Place(file), what, "Split it, or check that it is a definition.")
        )
    try:
        return load_yaml(content.decode("utf-8"), file)
    except UnicodeDecodeError as failure:
        line = content.count(b"\n", 0, failure.start) + 1
        what = "the text is not UTF-8"
        return _refused(
            file, error("yaml-encoding", Place(file, line), what, "Save the file with the encoding UTF-8.")
        )


def load_yaml(text: str, file: str) -> Yaml:
    """Read one document; never raises for what stands in the text."""
    if len(text) > MAX_BYTES:
        return load_bytes(text.encode("utf-8", "replace"), file)
    text = text.removeprefix("\ufeff")
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        line = text.count("\n", 0, forbidden.start()) + 1
        column = forbidden.start() - text.rfind("\n", 0, forbidden.start())
        return _refused(file, _control_character(Place(file, line, column), forbidden.group()))
    return _Builder(text, file, _PARSER).build()


def _refused(file: str, problem: Problem) -> Yaml:
    start = Place(file, 1, 1)
    return Yaml(file, None, (problem,), _Node(start, start))


def _control_character(place: Place, character: str) -> Problem:
    what = f"the control character U+{ord(character):04X} stands in the text"
    return error("yaml-control-character", place, what, "Remove it.")


class _Stop(Exception):  # noqa: N818  (no error: the problems are already reported)
    """Nothing after this can be understood."""


class _Builder:
    """One pass over the parser's events. Values nest as deep as MAX_DEPTH, so recursion is bounded."""

    def __init__(self, text: str, file: str, parser: Any) -> None:
        self._text = text
        self._file = file
        self._make = parser
        self._problems: list[Problem] = []

    def build(self) -> Yaml:
        start = Place(self._file, 1, 1)
        data, root = None, _Node(start, start)
        try:
            self._parser = self._make(self._text)
            data, root = self._document(root)
        except yaml.MarkedYAMLError as failure:  # Those without a mark are of characters, refused before.
            self._problems.append(explain(failure, self._text, self._file))
        except _Stop:
            pass
        return Yaml(self._file, data, tuple(sorted(self._problems)), root, self._text)

    def _document(self, empty: _Node) -> tuple[Any, _Node]:
        self._parser.get_event()
        if isinstance(self._parser.get_event(), yaml.StreamEndEvent):
            return None, empty
        data, root = self._value(self._parser.get_event(), None, 0)
        self._parser.get_event()
        following = self._parser.get_event()
        if not isinstance(following, yaml.StreamEndEvent):
            what = "a second document starts here"
            self._report(
                "yaml-documents",
                self._place(following),
                what,
                "One file, one document: move it, or drop “---”.",
            )
        return data, root

    def _value(self, event: Any, key: Place | None, depth: int) -> tuple[Any, _Node]:
        place = self._place(event)
        if isinstance(event, yaml.AliasEvent):
            self._report(
                "yaml-alias",
                place,
                f"“*{event.anchor}” is an alias",
                "Write the value out; text with * goes in quotes.",
            )
            return None, _Node(place, key or place)
        if event.anchor is not None:
            self._report(
                "yaml-alias",
                place,
                f"“&{event.anchor}” is an anchor",
                "Remove it; text that starts with & goes in quotes.",
            )
        if event.tag is not None:
            self._report(
                "yaml-tag",
                place,
                f"“{event.tag}” is a tag",
                "Remove it; text that starts with ! goes in quotes.",
            )
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place), _Node(place, key or place)
        if depth == MAX_DEPTH:
            what = f"values are nested more than {MAX_DEPTH} deep"
            self._report(
                "yaml-depth", place, what, "No definition is that deep: look for a bracket too many."
            )
            raise _Stop
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(place, key or place, depth)
        return self._mapping(place, key or place, depth)

    def _sequence(self, place: Place, key: Place, depth: int) -> tuple[list[Any], _Node]:
        items: list[Any] = []
        children: dict[str | int, _Node] = {}
        while not isinstance(event := self._parser.get_event(), yaml.SequenceEndEvent):
            item, children[len(items)] = self._value(event, None, depth + 1)
            items.append(item)
        return items, _Node(place, key, children)

    def _mapping(self, place: Place, key: Place, depth: int) -> tuple[dict[str, Any], _Node]:
        items: dict[str, Any] = {}
        children: dict[str | int, _Node] = {}
        while not isinstance(event := self._parser.get_event(), yaml.MappingEndEvent):
            name, _ = self._value(event, None, depth + 1)
            at = self._place(event)
            value, node = self._value(self._parser.get_event(), at, depth + 1)
            if not isinstance(name, str):
                self._report(
                    "yaml-key", at, f"{_named(name)} is not a key", "A key is text: put it in quotes."
                )
            elif name in items:
                what = f"the key “{name}” stands here again, first in line {children[name].key.line}"
                self._report("yaml-duplicate-key", at, what, "Keep one of the two.")
            else:
                items[name], children[name] = value, node
        return items, _Node(place, key, children)

    def _scalar(self, event: Any, place: Place) -> str | int | float | bool | None:
        text: str = event.value
        if event.implicit[0]:  # plain and without a tag
            return _resolve(text)
        forbidden = _FORBIDDEN.search(text)
        if forbidden:
            self._problems.append(_control_character(place, forbidden.group()))
        return text

    def _place(self, event: Any) -> Place:
        return Place(self._file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _report(self, code: str, place: Place, what: str, remedy: str) -> None:
        self._problems.append(error(code, place, what, remedy))
        if len(self._problems) >= MAX_PROBLEMS:
            raise _Stop


def _resolve(text: str) -> str | int | float | bool | None:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return text


def _named(key: Any) -> str:
    if isinstance(key, dict | list):
        return "a mapping" if isinstance(key, dict) else "a list"
    return f"“{'null' if key is None else str(key).lower()}”"
