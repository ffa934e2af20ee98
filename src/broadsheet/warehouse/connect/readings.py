"""How texts could be read: as flags, dates, numbers or money. Pure; the proof over all rows is in `profiles`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from broadsheet.definitions.models.sources import ColumnType, SourceColumn
from broadsheet.warehouse.connect.words import is_id, is_money, tokens

MARKERS = frozenset(
    ("?", "-", "--", "n/a", "na", "#n/a", "null", "(null)", "nan", "nil", ".", "<na>", "n.a.", "\\n")
)
"""Texts that mean “no value” wherever they stand alone, in lower case."""

MOST = 0.9
"""The share of values that must look alike for a reading to be tried."""

PAIRS = (
    ("true", "false"), ("t", "f"), ("yes", "no"), ("y", "n"), ("ja", "nein"), ("oui", "non"), ("si", "no"),
    ("sí", "no"), ("sim", "não"), ("ja", "nej"), ("tak", "nie"), ("active", "inactive"), ("wahr", "falsch"),
)  # fmt: skip
BUILT_IN = frozenset(("true", "t", "yes", "y", "1", "false", "f", "no", "n", "0"))
FLAGS = frozenset(("is", "has", "was", "flag"))
CODES = frozenset(("zip", "postal", "postcode", "plz", "phone", "fax", "ean", "isbn", "iban"))
DATES = frozenset(("date", "day", "at", "on", "time", "datum"))

CURRENCY = re.compile(r"^[A-Z]{3}\b|\b[A-Z]{3}$|[$€£¥₹]")
NUMBER = re.compile(r"^[+-]?\d[\d.,\s'’\u00a0\u202f]*([eE][+-]?\d+)?$|^[+-]?[.,]\d+$")
GROUPED = re.compile(r"^[+-]?\d{1,3}([.,]\d{3})+$")
CLOCK = r"(?:(?P<gap>[ T])(?P<hour>\d{1,2}):\d{2}(?P<seconds>:\d{2})?(?P<parts>\.\d{1,6})?(?P<half> ?[AaPp][Mm])?)?"
ISO = re.compile(r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}([T ].*)?$")
NUMERIC = re.compile(r"^\d{1,2}(?P<mark>[./-])\d{1,2}(?P=mark)(?P<year>\d{4}|\d{2})" + CLOCK + "$")
DAY_NAMED = re.compile(
    r"^\d{1,2}(?P<mark>[ -])(?P<month>[A-Za-z]{3,9})(?P=mark)(?P<year>\d{4}|\d{2})" + CLOCK + "$"
)
NAMED_DAY = re.compile(r"^(?P<month>[A-Za-z]{3,9}) \d{1,2}(?P<comma>,?) (?P<year>\d{4})" + CLOCK + "$")
COMPACT = re.compile(r"^(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])$")


def markers(values: Sequence[str]) -> tuple[str, ...]:
    """The values that mean “no value”, as written."""
    return tuple(sorted({value for value in values if value.lower() in MARKERS}))


def candidates(name: str, values: Sequence[str]) -> tuple[SourceColumn, ...]:
    """The readings worth trying for a text column, none of them text; `values` are distinct and trimmed.

    Day-first stands before month-first, the decimal point before the decimal comma.
    """
    empty = markers(values)
    said = [value for value in values if value not in empty]
    words = tokens(name)
    if not said:
        return ()
    flag = _flag(words, said)
    if flag is not None:
        return (SourceColumn(type="flag", empty=empty, flag=flag),)
    formats = _formats(words, said)
    if formats:
        type_: ColumnType = "time" if _timed(said) else "date"
        return tuple(SourceColumn(type=type_, format=format_, empty=empty) for format_ in formats)
    return tuple(_numbers(words, said, empty))


def ambiguous_day(values: Sequence[str]) -> bool:
    """Whether dates could begin with the day or the month; points between the parts mean day first."""
    return any((match := NUMERIC.match(value)) and match["mark"] != "." for value in values)


def ambiguous_comma(values: Sequence[str]) -> bool:
    """Whether some number, such as 1,234, has only separators that could be either decimal or of thousands."""
    return any(GROUPED.match(CURRENCY.sub("", value).strip()) for value in values)


def _flag(words: Sequence[str], said: Sequence[str]) -> dict[str, bool] | None:
    """Texts of a flag and their meaning, empty where the built-in words serve; None when it is no flag."""
    found = {value.lower() for value in said}
    if found <= {"0", "1"} and FLAGS & set(words):
        return {}
    if found <= {"true", "false"}:
        return {}
    for yes, no in PAIRS:
        if found == {yes, no}:
            return {} if found <= BUILT_IN else {yes: True, no: False}
    return None


def _formats(words: Sequence[str], said: Sequence[str]) -> tuple[str | None, ...]:
    need = MOST * len(said)
    if sum(bool(ISO.match(value)) for value in said) >= need:
        return (None,)
    if DATES & set(words) and sum(bool(COMPACT.match(value)) for value in said) >= need:
        return ("%Y%m%d",)
    shapes = Counter(shape for shape in map(_shape, said) if shape is not None)
    loose = sum(bool(ISO.match(value)) for value in said)
    if not shapes or sum(shapes.values()) + loose < need:
        return ()
    return shapes.most_common(1)[0][0]


def _shape(value: str) -> tuple[str, ...] | None:
    """The formats by which one text can be a date."""
    if match := NUMERIC.match(value):
        year, mark, rest = "%Y" if len(match["year"]) == 4 else "%y", match["mark"], _clock(match)
        return (f"%d{mark}%m{mark}{year}{rest}", f"%m{mark}%d{mark}{year}{rest}")
    if match := DAY_NAMED.match(value):
        year, mark = "%Y" if len(match["year"]) == 4 else "%y", match["mark"]
        return (f"%d{mark}{_month(match)}{mark}{year}{_clock(match)}",)
    if match := NAMED_DAY.match(value):
        return (f"{_month(match)} %d{match['comma']} %Y{_clock(match)}",)
    return None


def _month(match: re.Match[str]) -> str:
    return "%b" if len(match["month"]) == 3 else "%B"


def _clock(match: re.Match[str]) -> str:
    if not match["gap"]:
        return ""
    hour = "%I" if match["half"] else "%H"
    half = match["half"].replace(match["half"].strip(), "%p") if match["half"] else ""
    return (
        f"{match['gap']}{hour}:%M{':%S' if match['seconds'] else ''}{'.%f' if match['parts'] else ''}{half}"
    )


def _timed(said: Sequence[str]) -> bool:
    return any(":" in value for value in said)


def _numbers(words: Sequence[str], said: Sequence[str], empty: tuple[str, ...]) -> list[SourceColumn]:
    bare = [CURRENCY.sub("", value).strip() for value in said]
    if sum(bool(NUMBER.match(value)) for value in bare) < MOST * len(said):
        return []
    coded = any(re.match(r"^0\d", value) or len(re.sub(r"\D", "", value)) > 15 for value in bare)
    if coded or is_id(tuple(words)) or CODES & set(words):
        return []
    signed = any(CURRENCY.search(value) for value in said)
    type_: ColumnType = "money" if signed or is_money(tuple(words)) else "number"
    separated = any("," in value or "." in value for value in bare)
    formats = (None, "1.234,50") if separated else (None,)
    return [SourceColumn(type=type_, format=format_, empty=empty) for format_ in formats]
