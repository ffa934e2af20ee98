"""Dirty values become clean ones: one column, as declared, in the words of its engine.

What comes out, whatever the engine stores:

    text    as stored, without the padding of `char(n)`; a blank becomes NULL
    number  DOUBLE, or the engine's own integer or decimal
    money   DECIMAL; from text and floats with four places
    flag    BOOLEAN
    date    DATE; an instant with a zone is the day it falls on in the calendar's time zone
    time    TIMESTAMP without a zone, in the zone of stored timestamps

Text is compared and read without its outer spaces. A text that cannot be read becomes NULL, never an error.
Numbers have a decimal point and may be grouped (`1,234.50`, `1 234.50`); `format: "1.234,50"` shows a decimal
comma. Money may carry a currency sign or code. Dates without `format` are ISO 8601.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Double,
    Integer,
    Numeric,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    true,
    try_cast,
    type_coerce,
)
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

from broadsheet.definitions.models.sources import ColumnType, SourceColumn
from broadsheet.errors import WarehouseError
from broadsheet.warehouse.schema import Kind

Column = ColumnElement[Any]
Dialect = Literal["duckdb", "postgresql"]

SQL_TYPES: dict[ColumnType, TypeEngine[Any]] = {
    "text": String(),
    "number": Double(),
    "money": Numeric(18, 4),
    "flag": Boolean(),
    "date": Date(),
    "time": DateTime(),
}
"""The type of a clean column, by its declaration."""

READABLE: dict[ColumnType, tuple[Kind, ...]] = {
    "text": ("text", "code", "integer", "float", "decimal", "flag", "date", "time", "zoned", "other"),
    "number": ("integer", "float", "decimal", "flag", "text", "code"),
    "money": ("integer", "float", "decimal", "text", "code"),
    "flag": ("flag", "integer", "text", "code"),
    "date": ("date", "time", "zoned", "text", "code"),
    "time": ("date", "time", "zoned", "text", "code"),
}
"""The kinds a declared type can be read from."""

TRUE, FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")
CURRENCY = "^[A-Z]{3}|[A-Z]{3}$|[$€£¥₹]"
SPACES = "[\\s\u00a0\u2009\u202f'’]"
OUTER = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
DAY = r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}"
ZONE = r":\d\d(\.\d+)?\s*(Z|[+-]\d\d(:?\d\d)?)$"

# strptime letters as a pattern and, in the order of ISO 8601, what they stand for.
LETTERS = {
    "Y": r"(\d{4})", "y": r"(\d{2})", "m": r"(\d{1,2})", "d": r"(\d{1,2})", "b": "([A-Za-z]{3})",
    "B": "([A-Za-z]+)", "H": r"(\d{1,2})", "I": r"(\d{1,2})", "M": r"(\d{1,2})", "S": r"(\d{1,2})",
    "f": r"(\d{1,6})", "p": "([AaPp][Mm])", "z": r"(Z|[+-]\d{2}:?\d{2})",
}  # fmt: skip


@dataclass(frozen=True)
class Cleaner:
    """Reads columns of one engine; `stored` and `calendar` are IANA time zones."""

    dialect: Dialect
    stored: str
    calendar: str

    def clean(self, column: Column, kind: Kind, declared: SourceColumn) -> Column:
        """The column as declared; ValueError when its kind can never be read as that type."""
        if kind not in READABLE[declared.type]:
            raise ValueError(f"is declared {declared.type}, but the source holds {kind}")
        column, kind = _spelled(column, kind)
        dirty = declared.empty or declared.replace or declared.flag
        if dirty or (kind == "text" and declared.type != "text"):
            found = self._from_text(_as_text(column, kind), declared)
        else:
            found = self._direct(column, kind, declared.type)
        # One CASE, not COALESCE: whose parts DuckDB would compute for every row.
        if self.dialect == "duckdb" and (plain := _plain(column, kind, declared, try_cast)):
            found = case(*plain, else_=found)
        return type_coerce(found, SQL_TYPES[declared.type])

    def strict(self, column: Column, kind: Kind, declared: SourceColumn) -> Column:
        """The column as declared; the statement fails where a value is lost. Of DuckDB."""
        lost = self.unread(column, kind, declared)
        if lost is None:
            return self.clean(column, kind, declared)
        failed = (lost, func.error("a value cannot be read as declared"))
        careful = self._from_text(_as_text(column, kind), declared)
        found = case(*_plain(column, kind, declared, cast), failed, else_=careful)
        return type_coerce(found, SQL_TYPES[declared.type])

    def whole(self, column: Column, lost: str) -> Column:
        """A text as the whole number it writes out; the statement fails, saying `lost`, where it is another text.

        Only what the number itself would be written as is taken, so that as text it is the same key: neither
        `007` nor `+7`, `7.0`, `1e5`, ` 7` or one beyond 64 bits. Of DuckDB.
        """
        return case((written_whole(column), try_cast(column, BigInteger)), else_=func.error(lost))

    def named(self, place: str, name: str, column: Column, kind: Kind, declared: SourceColumn) -> Column:
        """The clean column under its declared name; WarehouseError when it can never be read."""
        try:
            return self.clean(column, kind, declared).label(name)
        except ValueError as error:
            raise WarehouseError(f"{place}.columns.{name} {error}", "Correct its declaration.") from None

    def unread(self, column: Column, kind: Kind, declared: SourceColumn) -> Column | None:
        """Whether a value is lost: it says something, but not what was declared. None where that cannot be."""
        column, kind = _spelled(column, kind)
        if kind != "text" or declared.type == "text":
            return None
        text = self._said(column, declared)
        return and_(text.is_not(None), self._parsed(text, declared).is_(None))

    def _direct(self, column: Column, kind: Kind, type_: ColumnType) -> Column:
        if kind == "zoned" and type_ in ("date", "time"):
            local = func.timezone(self.calendar if type_ == "date" else self.stored, column)
            return cast(local, Date) if type_ == "date" else local
        if type_ == "text":
            text = _as_text(column, kind)
            return case((func.trim(text) == "", null()), else_=text) if kind in ("text", "other") else text
        if type_ == "flag" and kind == "integer":
            return column != 0
        if (type_, kind) == ("number", "flag"):
            return cast(column, Integer)
        same = {"money": ("decimal",), "number": ("integer", "float", "decimal"), "flag": ("flag",)}
        if kind in same.get(type_, (type_,)):
            return column
        return cast(column, SQL_TYPES[type_])

    def _from_text(self, text: Column, declared: SourceColumn) -> Column:
        said = self._said(text, declared)
        return said if declared.type == "text" else self._parsed(said, declared)

    def _said(self, text: Column, declared: SourceColumn) -> Column:
        """What a text says after `empty` and `replace`: NULL when nothing, else as stored if it stays text."""
        trimmed = type_coerce(self._trimmed(text), String)
        whens: list[tuple[Column, Any]] = [
            (trimmed.in_(["", *(word.strip() for word in declared.empty)]), null())
        ]
        whens.extend((trimmed == old.strip(), literal(new, String)) for old, new in declared.replace.items())
        return type_coerce(case(*whens, else_=text if declared.type == "text" else trimmed), String)

    def _trimmed(self, text: Column) -> Column:
        """Without outer spaces of any width: PostgreSQL must be told which there are."""
        return func.trim(text) if self.dialect == "duckdb" else func.btrim(text, OUTER)

    def _parsed(self, text: Column, declared: SourceColumn) -> Column:
        if declared.type == "flag":
            return _flag(text, declared.flag)
        if declared.type in ("number", "money"):
            return self._number(text, declared)
        found = self._time(text, declared.format, declared.type)
        return cast(found, Date) if declared.type == "date" else found

    def _number(self, text: Column, declared: SourceColumn) -> Column:
        comma = bool(declared.format) and str(declared.format).rfind(",") > str(declared.format).rfind(".")
        mark, other = (",", ".") if comma else (".", ",")
        if declared.type == "money":
            text = self._trimmed(func.regexp_replace(text, CURRENCY, "", "g"))
        group = SPACES[:-1] + other + "]"
        point = re.escape(mark)
        plain = rf"^[+-]?(\d+({point}\d*)?|{point}\d+)([eE][+-]?\d+)?$"
        grouped = rf"^[+-]?\d{{1,3}}({group}\d{{3}})+({point}\d+)?$"
        digits = func.replace(func.regexp_replace(text, group, "", "g"), mark, ".")
        readable = or_(text.regexp_match(plain), text.regexp_match(grouped))
        return case((readable, self._figure(type_coerce(digits, String), declared.type)), else_=null())

    def _figure(self, digits: Column, type_: ColumnType) -> Column:
        """The number or amount that is written so; NULL where it is beyond what can be kept."""
        if self.dialect == "postgresql":
            return self._cast(digits, SQL_TYPES[type_])
        if type_ == "money":
            # DuckDB rounds the text `7e-7` up to its last place, so that place is not one of those kept.
            return try_cast(try_cast(digits, Numeric(38, 20)), SQL_TYPES[type_])
        found: Column = try_cast(digits, Double())
        return case((func.isfinite(found), found), else_=null())

    def _time(self, text: Column, format_: str | None, type_: ColumnType) -> Column:
        zone = self.calendar if type_ == "date" else self.stored
        iso = case(
            (text.regexp_match(ZONE), func.timezone(zone, self._instant(text, zoned=True))),
            (text.regexp_match(DAY), self._instant(text, zoned=False)),
            else_=null(),
        )
        if format_ is None:
            return type_coerce(iso, DateTime)
        zoned = "%z" in format_
        if self.dialect == "duckdb":
            read: Column = func.try_strptime(text, format_)
        else:
            pattern, template = _iso_template(format_)
            told = type_coerce(func.regexp_replace(text, pattern, template), String)
            read = case((text.regexp_match(pattern), self._instant(told, zoned=zoned)), else_=null())
        return type_coerce(func.coalesce(func.timezone(zone, read) if zoned else read, iso), DateTime)

    def _instant(self, text: Column, *, zoned: bool) -> Column:
        return self._cast(type_coerce(text, String), DateTime(timezone=zoned))

    def _cast(self, text: Column, type_: TypeEngine[Any]) -> Column:
        """A cast that gives NULL where it cannot be made."""
        if self.dialect == "duckdb":
            return try_cast(text, type_)
        name = type_.compile(PGDialect())  # type: ignore[no-untyped-call]
        return case((func.pg_input_is_valid(text, name), cast(text, type_)), else_=null())


def written_whole(column: Column) -> Column:
    """Whether a text is exactly what a whole number of 64 bits is written as, or empty. Of DuckDB."""
    return column.is_not_distinct_from(cast(try_cast(column, BigInteger), String))


def _plain(
    column: Column, kind: Kind, declared: SourceColumn, read: Callable[[Column, TypeEngine[Any]], Column]
) -> list[tuple[Column, Any]]:
    """Texts as programs write them, and their values at once: nothing is lost by it, only time saved."""
    if kind != "text" or declared.empty or declared.replace or declared.flag or declared.format:
        return []
    digit = and_(column >= "0", column < ":")
    day = "____-__-__"
    match declared.type:
        case "text":
            return [(column >= "!", column)]
        case "flag":
            return [(column == "true", true()), (column == "false", false())]
        case "date":
            return [(and_(digit, column.like(day)), read(column, Date()))]
        case "time":
            clock = or_(column.like(f"{day} __:__:__"), column.like(f"{day}T__:__:__"))
            return [(and_(digit, clock), read(column, DateTime()))]
        case _:
            written = func.regexp_full_match(column, r"[+-]?\d+(\.\d*)?")
            return [(written, read(column, SQL_TYPES[declared.type]))]


def _spelled(column: Column, kind: Kind) -> tuple[Column, Kind]:
    """A code as plain text, which statements compare as everything after them does."""
    return (cast(column, String), "text") if kind == "code" else (column, kind)


def _as_text(column: Column, kind: Kind) -> Column:
    return type_coerce(column, String) if kind == "text" else cast(column, String)


def _flag(text: Column, words: dict[str, bool]) -> Column:
    told = func.lower(text)
    meanings = words or {**dict.fromkeys(TRUE, True), **dict.fromkeys(FALSE, False)}
    yes = [word.strip().lower() for word, meaning in meanings.items() if meaning]
    no = [word.strip().lower() for word, meaning in meanings.items() if not meaning]

    def one_of(known: list[str]) -> Column:
        # Not IN, which DuckDB makes a join of all rows where there are many words.
        return or_(false(), *(told == word for word in known))

    return case((one_of(yes), true()), (one_of(no), false()), else_=null())


def _iso_template(format_: str) -> tuple[str, str]:
    """A strptime format as a pattern, and the replacement that puts its parts in the order of ISO 8601."""
    pattern = ""
    order: dict[str, int] = {}
    for letter, plain in re.findall(r"%(.)|([^%])", format_):
        if not letter:
            pattern += re.escape(plain)
        elif letter in LETTERS:
            pattern += LETTERS[letter]
            order[letter] = len(order) + 1
        else:
            raise ValueError(f"has the format letter %{letter}; known are %{', %'.join(LETTERS)}")

    def part(choices: str, default: str) -> str:
        return next((f"\\{order[letter]}" for letter in choices if letter in order), default)

    year = ("20" if "Y" not in order and "y" in order else "") + part("Yy", "1900")
    day = f"{year}-{part('mbB', '01')}-{part('d', '01')}"
    clock = f"{part('HI', '00')}:{part('M', '00')}:{part('S', '00')}"
    fraction = f".{part('f', '')}" if "f" in order else ""
    half = f" {part('p', '')}" if "p" in order else ""
    return f"^{pattern}$", f"{day} {clock}{fraction}{half}{part('z', '')}"
