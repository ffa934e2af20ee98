"""From rows to frames: the one place where exact numbers become floats."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import Integer, Numeric, Select
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.exc import CompileError, UnsupportedCompilationError

from broadsheet.warehouse.cleaning import Dialect

DIGITS = 12
"""Float sums on several threads differ in their last digits; this many are equal on every run."""


def frame_of(
    statement: Select[*tuple[Any, ...]], names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> pd.DataFrame:
    """One column per name: whole numbers as int64, other numbers as float64 (missing: NaN), the rest as objects.

    Decimals are sums of exact values, so they are rounded once, to the nearest float. Floats are rounded to
    12 significant digits. Missing text, dates and times are None.
    """
    types = [column.type for column in statement.selected_columns]
    columns = {}
    for position, (name, type_) in enumerate(zip(names, types, strict=True)):
        values = [row[position] for row in rows]
        columns[name] = _series(values, numeric=isinstance(type_, Numeric | Integer))
    return pd.DataFrame(columns, columns=list(names))


def literal_sql(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> str:
    """The statement as it could be typed, with its values; with placeholders where a value has no literal."""
    if dialect == "postgresql":
        engine: Any = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]
    else:
        from duckdb_sqlalchemy import Dialect as DuckDialect

        engine = DuckDialect()
    try:
        return str(statement.compile(dialect=engine, compile_kwargs={"literal_binds": True}))
    except (CompileError, UnsupportedCompilationError):
        return str(statement.compile(dialect=engine))


def _series(values: list[Any], *, numeric: bool) -> pd.Series[Any]:
    present = [value for value in values if value is not None]
    if any(isinstance(value, bool) for value in present) or not (numeric or _numbers(present)):
        return pd.Series(values, dtype=object)
    whole = bool(present) and all(isinstance(value, int) and abs(value) < 2**63 for value in present)
    if whole and len(present) == len(values):
        return pd.Series(values, dtype="int64")
    return pd.Series([_float(value) for value in values], dtype="float64")


def _numbers(present: list[Any]) -> bool:
    return bool(present) and all(isinstance(value, int | float | Decimal) for value in present)


def _float(value: Any) -> float:
    if value is None:
        return float("nan")
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else float(value)
