"""What the columns of a table hold, and the type each of them is proven to have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from broadsheet.definitions.models.base import NAME, PATH
from broadsheet.definitions.models.sources import ColumnType, SourceColumn
from broadsheet.warehouse.cleaning import Cleaner
from broadsheet.warehouse.connect.doubts import Doubt, shares
from broadsheet.warehouse.connect.readings import (
    CODES,
    CURRENCY,
    FLAGS,
    ambiguous_comma,
    ambiguous_day,
    candidates,
    markers,
)
from broadsheet.warehouse.connect.stage import Staged
from broadsheet.warehouse.connect.words import is_id, is_money, tokens
from broadsheet.warehouse.files import identifier
from broadsheet.warehouse.schema import Kind, find

SAMPLE = 400
"""Distinct values that are looked at to form a hypothesis; the proof looks at every row."""

WORST = 0.1
"""The share of unreadable values at which a column stays text."""

UNSURE = frozenset(("unknown", "not set", "not available", "unbekannt", "inconnu", "tbd", "to be defined"))
CLEANER = Cleaner("duckdb", "UTC", "UTC")


@dataclass(frozen=True)
class Column:
    """A column under the name a definition can write.

    `values` are its most frequent trimmed values with their counts, all of them when there are no more than
    SAMPLE; `extent` is the first and last day of a date or time.
    """

    name: str
    real: str
    kind: Kind
    filled: int
    distinct: int
    values: tuple[tuple[str, int], ...] = ()
    declared: SourceColumn = field(default_factory=lambda: SourceColumn(type="text"))
    extent: tuple[str, str] | None = None

    @property
    def timed(self) -> bool:
        """Whether it holds dates or times."""
        return self.declared.type in ("date", "time")


@dataclass(frozen=True)
class Profile:
    """A table: its rows, its columns by written name, and what is doubtful in it."""

    staged: Staged
    rows: int
    columns: dict[str, Column]
    doubts: tuple[Doubt, ...]


def text_of(real: str) -> str:
    """The SQL of a value as stored, NULL where it is blank."""
    name = f"CAST({identifier(real)} AS VARCHAR)"
    return f"CASE WHEN trim({name}) = '' THEN NULL ELSE {name} END"


def profile(connection: Connection, staged: Staged) -> Profile:
    """Look at every row of a table."""
    doubts: list[Doubt] = []
    names = _written(staged, doubts)
    told = [f"count({text_of(real)}), count(DISTINCT {text_of(real)})" for real in names.values()]
    counted = ", ".join(["count(*)", *told])
    rows, *counts = connection.exec_driver_sql(f"SELECT {counted} FROM {staged.sql}").one()  # noqa: S608
    columns = {}
    for (name, real), filled, distinct in zip(names.items(), counts[::2], counts[1::2], strict=True):
        kind: Kind = "text" if staged.kinds[real] == "code" else staged.kinds[real]
        values = _values(connection, staged, real) if kind == "text" or distinct <= 2 else ()
        column = Column(name, real, kind, filled, distinct, values)
        columns[name] = _read(connection, staged, column, doubts)
    doubts += _empties(staged, columns.values())
    return Profile(staged, rows, columns, tuple(doubts))


def written(name: str, names: Sequence[str]) -> str | None:
    """How a definition can write a real column name; None when nothing it can write leads there."""
    if NAME.match(name):
        return name
    snake = "_".join(tokens(name)) if find("_".join(tokens(name)), names) == name else _plain(name)
    if NAME.match(snake) and find(snake, names) == name:
        return snake
    return name if PATH.match(name) else None


def _plain(name: str) -> str:
    return "_".join(part for part in "".join(c if c.isalnum() else " " for c in name.lower()).split())


def _written(staged: Staged, doubts: list[Doubt]) -> dict[str, str]:
    found = {}
    for real, kind in staged.kinds.items():
        name = written(real, list(staged.kinds))
        if name is None:
            what = f"the column “{real}” is left out: a definition cannot write its name"
            doubts.append(
                Doubt(staged.source, what, "Rename it in the source, or in a view, to letters and digits.")
            )
        elif kind == "other":
            what = f"the column “{real}” is left out: its type is neither text, number, flag nor time"
            doubts.append(Doubt(staged.source, what, "Convert it in a view if a KPI needs it."))
        else:
            found[name] = real
    return found


def _values(connection: Connection, staged: Staged, real: str) -> tuple[tuple[str, int], ...]:
    statement = (
        f"SELECT trim(v), count(*) n FROM (SELECT {text_of(real)} v FROM {staged.sql}) "  # noqa: S608  (quoted)
        f"WHERE v IS NOT NULL GROUP BY 1 ORDER BY n DESC, hash(trim(v)) LIMIT {SAMPLE}"
    )
    return tuple((value, count) for value, count in connection.exec_driver_sql(statement))


def _read(connection: Connection, staged: Staged, column: Column, doubts: list[Doubt]) -> Column:
    """The column with its type; doubts take what the type leaves open."""
    values = [value for value, _ in column.values]
    if column.kind != "text":
        declared = SourceColumn(type=_direct(column, values))
    else:
        readings = candidates(column.real, values)
        lost = [_unread(connection, staged, column, reading) for reading in readings]
        declared = SourceColumn(type="text", empty=markers(values))
        if readings and min(lost)[0] <= WORST * column.filled:
            best = lost.index(min(lost, key=lambda found: found[0]))
            declared = readings[best]
            doubts += _reading_doubts(staged, column, readings, lost, best)
        elif readings:
            count, example = min(lost)
            lost_share = shares(count, column.filled)
            what = f"kept as text: as {readings[0].type}, {lost_share} cannot be read, such as “{example}”"
            remedy = "Declare the type and mend the values if it is meant as one."
            doubts.append(Doubt(_at(staged, column), what, remedy))
    filled = column.filled - sum(count for value, count in column.values if value in declared.empty)
    found = replace(column, filled=filled, declared=declared)
    extent = _extent(connection, staged, found) if found.timed else None
    if extent and (extent[0] < "1900" or extent[1] > "2100"):
        what = f"days from {extent[0]} to {extent[1]}: some may stand for “no date”"
        remedy = "List such texts under `empty`, or exclude the rows under `always`."
        doubts.append(Doubt(_at(staged, column), what, remedy))
    return replace(found, extent=extent)


def _direct(column: Column, values: Sequence[str]) -> ColumnType:
    """The type of a column that its source has typed."""
    words = tokens(column.real)
    if column.kind == "integer" and FLAGS & set(words) and values and set(values) <= {"0", "1"}:
        return "flag"
    if column.kind == "integer" and (is_id(words) or CODES & set(words)):
        return "text"
    if column.kind in ("integer", "float", "decimal"):
        return "money" if is_money(words) else "number"
    types: dict[Kind, ColumnType] = {"flag": "flag", "date": "date", "time": "time", "zoned": "time"}
    return types[column.kind]


def _unread(connection: Connection, staged: Staged, column: Column, reading: SourceColumn) -> tuple[int, str]:
    """How many values a reading loses, proven on every row, and the first of them."""
    value: sa.ColumnElement[Any] = sa.cast(sa.column(column.real), sa.String)
    condition = CLEANER.unread(value, "text", reading)
    assert condition is not None  # noqa: S101  (no reading is text)
    statement = (
        sa.select(sa.func.count(), sa.func.min(value)).select_from(sa.text(staged.sql)).where(condition)
    )
    count, example = connection.execute(statement).one()
    return int(count), str(example)


def _extent(connection: Connection, staged: Staged, column: Column) -> tuple[str, str] | None:
    value: sa.ColumnElement[Any] = sa.column(column.real)
    day = CLEANER.clean(
        value, staged.held(column.real), SourceColumn(**{**dict(column.declared), "type": "date"})
    )
    statement = sa.select(sa.func.min(day), sa.func.max(day)).select_from(sa.text(staged.sql))
    first, last = connection.execute(statement).one()
    return (str(first), str(last)) if first is not None else None


def _at(staged: Staged, column: Column) -> str:
    return f"{staged.source}: {column.name}"


def _reading_doubts(
    staged: Staged,
    column: Column,
    readings: Sequence[SourceColumn],
    lost: Sequence[tuple[int, str]],
    best: int,
) -> Iterator[Doubt]:
    place, chosen, (count, example) = _at(staged, column), readings[best], lost[best]
    values = [value for value, _ in column.values if value not in chosen.empty]
    if count:
        what = f"read as {_told(chosen)}, {shares(count, column.filled)} cannot be read, such as “{example}”"
        yield Doubt(
            place,
            what,
            "They count as empty. Name their meaning under `empty` or `replace`, or mend the source.",
        )
    others = [reading for reading, found in zip(readings, lost, strict=True) if found == lost[best]][1:]
    unclear = ambiguous_day(values) if chosen.type in ("date", "time") else ambiguous_comma(values)
    if others and unclear:
        what = (
            f"all {column.filled:,} values can be read as {_told(chosen)} and as {_told(others[0])}, "
            f"such as “{values[0]}”"
        )
        remedy = f"Proposed is {_told(chosen)}. Ask who writes the file; the other way is format: "
        yield Doubt(place, what, remedy + f"“{others[0].format or 'none, so 1,234 is 1234'}”.")
    signs = {sign for value in values for sign in CURRENCY.findall(value)}
    if chosen.type == "money" and len(signs) > 1:
        what = f"amounts in several currencies stand in one column: {', '.join(sorted(signs))}"
        yield Doubt(place, what, "They would be added up as one. Split amount and currency in the source.")


def _told(reading: SourceColumn) -> str:
    return f"{reading.type} “{reading.format}”" if reading.format else reading.type


def _empties(staged: Staged, columns: Sequence[Column] | Any) -> Iterator[Doubt]:
    """One doubt for all columns with texts taken as “no value”, one for those that say unknown."""
    taken, unsure = [], []
    for column in columns:
        counts = dict(column.values)
        taken += [f"{column.name} “{text}” ({counts[text]:,})" for text in column.declared.empty]
        unsure += [
            f"{column.name} “{text}” ({n:,})"
            for text, n in column.values
            if text.lower() in UNSURE and column.declared.type == "text"
        ]
    if taken:
        what = f"taken as “no value”: {_listed(taken)}"
        yield Doubt(staged.source, what, "Delete the text from `empty` where it is a value of its own.")
    if unsure:
        what = f"kept as values of their own: {_listed(unsure)}"
        yield Doubt(staged.source, what, "Add the text to `empty` where it should count as “no value”.")


def _listed(items: Sequence[str], most: int = 8) -> str:
    return ", ".join(items[:most]) + (f" and {len(items) - most} more" if len(items) > most else "")
