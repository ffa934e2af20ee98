"""Columns and conditions: does the path exist, and is its type the one that is needed?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from broadsheet.definitions.catalog import Catalog, Unreachable
from broadsheet.definitions.codes import error
from broadsheet.definitions.models.filters import ColumnRef, Condition, Filter, PeriodEnd, Scalar
from broadsheet.definitions.models.sources import ColumnType
from broadsheet.definitions.models.windows import Window
from broadsheet.errors import Place, Problem

NUMBERS: tuple[ColumnType, ...] = ("number", "money")
TIMES: tuple[ColumnType, ...] = ("date", "time")


def column_type(catalog: Catalog, table: str, path: str, place: Place) -> ColumnType | Problem:
    """The type of the column a path leads to, or why it leads nowhere."""
    try:
        return catalog.route(table, path).type
    except Unreachable as gap:
        return error("unknown-path", place, str(gap), gap.remedy)


def need(
    catalog: Catalog, column: tuple[str, str], wanted: tuple[ColumnType, ...], use: str, place: Place
) -> Iterator[Problem]:
    """One problem where the column (table, path) does not exist or has none of the wanted types."""
    found = column_type(catalog, *column, place)
    if isinstance(found, Problem):
        yield found
    elif found not in wanted:
        what = f"{use} needs a column of type {' or '.join(wanted)}, {'.'.join(column)} is {found}"
        yield error(
            "column-type", place, what, "Use another column, or correct its type in config/sources.yaml."
        )


def conditions(
    catalog: Catalog, table: str, where: Filter, place: Callable[[str], Place]
) -> Iterator[Problem]:
    """Problems of conditions on the columns of a table; `place` knows where a condition stands."""
    for condition in where:
        found = column_type(catalog, table, condition.path, place(condition.path))
        if isinstance(found, Problem):
            yield found
        else:
            yield from _condition(catalog, table, condition, found, place(condition.path))


def _condition(
    catalog: Catalog, table: str, condition: Condition, kind: ColumnType, place: Place
) -> Iterator[Problem]:
    column = f"{table}.{condition.path}"
    if condition.operator == "within":
        yield from _window(catalog, (table, condition.path), condition, place)
        return
    if condition.operator in ("happened", "not_happened"):
        yield from need(catalog, (table, condition.path), TIMES, "what has happened", place)
        return
    if condition.operator not in ("in", "not_in", "present", "missing") and kind not in (*NUMBERS, *TIMES):
        what = f"{condition.operator} compares numbers and times, {column} is {kind}"
        yield error("condition-type", place, what, "List the wanted values, or the others with not.")
        return
    for value in condition.values:
        if isinstance(value, ColumnRef):
            other = column_type(catalog, table, value.path, place)
            if isinstance(other, Problem):
                yield other
            elif _family(other) != _family(kind):
                what = f"{column} is {kind}, {table}.{value.path} is {other}: they cannot be compared"
                yield error("condition-type", place, what, "Compare columns of one type.")
        elif isinstance(value, str | int | float | PeriodEnd) and not _fits(value, kind):
            what = f"{column} is {kind}, the condition compares it with {_shown(value)}"
            remedy = "Name a date or a time." if isinstance(value, PeriodEnd) else _REMEDIES[_family(kind)]
            yield error("condition-type", place, what, remedy)


def _window(
    catalog: Catalog, column: tuple[str, str], condition: Condition, place: Place
) -> Iterator[Problem]:
    """Between two times; the classes of its limits are texts."""
    (window,) = condition.values
    assert isinstance(window, Window)  # noqa: S101  (so it was read)
    yield from need(catalog, column, TIMES, "a window", place)
    yield from need(catalog, (column[0], window.of), TIMES, "a window", place)
    if window.by is not None:
        yield from need(catalog, (column[0], window.by), ("text",), "a limit by class", place)


_REMEDIES = {
    "number": "Write a number, without quotes.",
    "date": "Write a date as 2026-01-31, or a time as 2026-01-31 07:00.",
    "text": "Put the value in quotes.",
    "flag": "Write true or false, without quotes.",
}


def _family(kind: ColumnType) -> str:
    return "number" if kind in NUMBERS else "date" if kind in TIMES else kind


def _fits(value: Scalar | PeriodEnd, kind: ColumnType) -> bool:
    if isinstance(value, PeriodEnd):
        return kind in TIMES
    if isinstance(value, bool) or kind == "flag":
        return isinstance(value, bool) and kind == "flag"
    if kind in TIMES:
        return isinstance(value, str) and _is_time(value)
    return isinstance(value, str) == (kind == "text")


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _shown(value: Scalar | PeriodEnd) -> str:
    if isinstance(value, PeriodEnd):
        return "the end of the period"
    if isinstance(value, bool):
        return str(value).lower()
    return f"text “{value}”" if isinstance(value, str) else f"the number {value}"
