"""What a YAML parser's complaint means to the person who wrote the file."""

from __future__ import annotations

import re

import yaml

from broadsheet.definitions.codes import error
from broadsheet.errors import Place, Problem

_INDENTATION = "the indentation does not fit the lines before, or a quote ended early"
_BRACKET = "a bracket is not closed, or a comma is missing"

#: A pattern over the parser's words (of the C and the Python parser), what it means, what to do.
_MEANINGS = (
    (r"mapping values are not allowed", "a second “: ” in one line, or a wrong indentation",
     "Put text that holds “: ” in quotes, or indent the line like its neighbors."),
    (r"could not find expected ':'", "the line before is neither “key: value” nor a list item",
     "Write key: value with a space after the colon, or close the quote of an earlier line."),
    (r"while parsing a flow|expected ',' or", _BRACKET, "Close every [ with ] and every { with }."),
    (r"did not find expected (key|'-' indicator)|expected <block end>|sequence entries are not allowed", _INDENTATION,
     "Indent items of one list or mapping alike, with spaces; double a quote inside quotes."),
    (r"node content", "a value is missing here", "Write the value, or remove the sign that announces it."),
    (r"while scanning a quoted scalar.*end of|end of stream", "a quote is not closed", "Close it."),
    (r"while scanning a double-quoted scalar|escape", "a backslash in double quotes starts an unknown sign",
     "Use single quotes, or double the backslash."),
    (r"while scanning an (alias|anchor)", "text starts with * or &", "Put it in quotes."),
    (r"while scanning a block scalar", "the text block after | or > is not indented as one",
     "Indent its lines alike, with spaces."),
    (r"directive|<document start>|document", "a line starts with % or ends the document",
     "Put text that starts with % in quotes."),
    (r"tag", "text starts with !", "Put it in quotes."),
)  # fmt: skip


def explain(failure: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """A syntax error in plain words, at the place where the parser stopped."""
    words = f"{failure.context or ''} {failure.problem or ''}"
    opened = failure.context_mark if re.search("flow|quoted.*end of", words) else None
    mark = opened or failure.problem_mark or failure.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    place = Place(file, line + 1, column + 1)
    lines = text.splitlines()
    sign = lines[line][column : column + 1] if line < len(lines) else ""
    if "\t" in (lines[line][: column + 1] if line < len(lines) else "") and (
        "token" in words or "indent" in words
    ):
        return error("yaml-syntax", place, "a tab stands where YAML counts spaces", "Indent with spaces.")
    if "cannot start any token" in words:
        return error("yaml-syntax", place, f"a value cannot start with “{sign}”", "Put the value in quotes.")
    for pattern, what, remedy in _MEANINGS:
        if re.search(pattern, words, re.DOTALL):
            return error("yaml-syntax", place, what, remedy)
    return error(
        "yaml-syntax",
        place,
        (failure.problem or "the text is not YAML").strip(),
        "Check quotes and indentation.",
    )
