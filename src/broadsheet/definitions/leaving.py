"""Take an address out of the texts that name it: only its own words go, everything else stays as it was written."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from typing import Any

from broadsheet.definitions.files import AUDIENCES
from broadsheet.definitions.loader import Yaml, load_bytes
from broadsheet.definitions.models.audiences import parse_address
from broadsheet.definitions.people import ADDRESS
from broadsheet.errors import Place

_SCALAR = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'|[^,\]}\n#]+')


def without_address(text: str, address: str) -> tuple[str, tuple[str, ...]]:
    """The text of the audiences' file without an address, and the audiences that it could not be taken from.

    It is left where it is the last of a list, for an audience without readers is no audience.
    """
    left: set[str] = set()
    while found := next(_named(load_bytes(text.encode(), AUDIENCES), address, left), None):
        audience, place, alone = found
        shorter = text if alone else _cut(text, place)
        if shorter == text or not _shorter(text, shorter):
            left.add(audience)
        else:
            text = shorter
    return text, tuple(sorted(left))


def lines_without(text: str, address: str) -> str:
    """The text of a CSV file without the lines of an address."""
    lines = text.splitlines(keepends=True)
    heads = next(csv.reader(lines[:1]), [])
    heads = [name.removeprefix("\ufeff") for name in heads]
    if ADDRESS not in heads:
        return text
    column = heads.index(ADDRESS)
    return "".join([*lines[:1], *(line for line in lines[1:] if not _is_line(line, column, address))])


def _is_line(line: str, column: int, address: str) -> bool:
    fields = next(csv.reader([line]), [])
    return len(fields) > column and _same(fields[column].strip(), address)


def _same(recipient: str, address: str) -> bool:
    try:
        return parse_address(recipient).addr_spec.lower() == address.lower()
    except ValueError:
        return False


def _named(source: Yaml, address: str, left: set[str]) -> Iterator[tuple[str, Place, bool]]:
    """Where the address stands: its audience, the place, and whether it is the only one of its list."""
    audiences = source.data.get("audiences") if isinstance(source.data, dict) else None
    for name, audience in (audiences or {}).items():
        given = audience.get("recipients") if isinstance(audience, dict) and name not in left else None
        lists: Mapping[tuple[str, ...], Any] = {}
        if isinstance(given, dict):
            lists = {(str(member),): some for member, some in given.items()}
        elif given is not None:
            lists = {(): given}
        for path, some in lists.items():
            items = some if isinstance(some, list) else [some]
            for index, item in enumerate(items):
                if _same(str(item), address):
                    own = (index,) if isinstance(some, list) else ()
                    yield name, source.place("audiences", name, "recipients", *path, *own), len(items) == 1


def _cut(text: str, place: Place) -> str:
    """The text without the scalar at a place, and without the comma or dash that belonged to it."""
    lines = text.splitlines(keepends=True)
    line, start = lines[place.line - 1], place.column - 1
    found = _SCALAR.match(line, start)
    if found is None:
        return text
    before, after = line[:start], line[start + len(found[0].rstrip()) :]
    if re.fullmatch(r"\s*-\s+", before) and re.fullmatch(r"\s*(#.*)?\s*", after):
        del lines[place.line - 1]
    elif following := re.match(r"\s*,\s*", after):
        lines[place.line - 1] = before + after[following.end() :]
    else:
        lines[place.line - 1] = re.sub(r",\s*$", "", before) + after
    return "".join(lines)


def _shorter(text: str, shorter: str) -> bool:
    """Whether exactly one recipient is gone, and everything else says what it said."""
    was, now = (_flat(load_bytes(each.encode(), AUDIENCES).data) for each in (text, shorter))
    return len(now) == len(was) - 1 and not [each for each in now if each not in was]


def _flat(data: Any, path: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(data, dict):
        return [each for key, value in data.items() for each in _flat(value, (*path, str(key)))]
    if isinstance(data, list):
        return [each for value in data for each in _flat(value, path)]
    return [(*path, data)]
