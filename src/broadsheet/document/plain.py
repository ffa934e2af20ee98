"""Texts that can be printed: whatever the data hold, no control characters and no text without end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from broadsheet.document.tree import Document

LONGEST = 2000
"""Characters of one text: a name of ten thousand is a mistake of its system."""
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]+")
_TURNING = re.compile("[\u202a-\u202e]+")
"""They turn the direction of what follows, beyond the text: a file “exe.fdp” reads “pdf.exe”."""
_NOTHING = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_ODD = re.compile(f"{_CONTROLS.pattern}|{_TURNING.pattern}|{_NOTHING.pattern}")


def plain(document: Document) -> Document:
    """The document with every text made printable; one that is returned as it is, if nothing was odd."""
    made: Document = _plain(document)
    return made


def plain_text(text: str) -> str:
    """Control characters become spaces, what is no character the sign for that, what is too long is cut with “…”."""
    if _ODD.search(text):
        text = _NOTHING.sub("\ufffd", _TURNING.sub("", _CONTROLS.sub(" ", text)))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, tuple):
        items = tuple(map(_plain, value))
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    if is_dataclass(value) and not isinstance(value, type):
        own = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
        changed = {name: new for name, old in own.items() if (new := _plain(old)) is not old}
        return replace(value, **changed) if changed else value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value
