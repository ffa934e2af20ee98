"""From rows to frames: the one place where exact numbers become floats.

Cubes may have many rows, so DuckDB hands over whole columns; only a server's rows are read one by one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import CursorResult, Integer, Numeric, Select
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.exc import CompileError, UnsupportedCompilationError

from broadsheet.metrics.rounding import significant
from broadsheet.warehouse.cleaning import Dialect

DIGITS = 12
"""Float sums on several threads differ in their last digits; this many are equal on every run."""


COLUMNAR = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*|DOUBLE|FLOAT|BOOLEAN|VARCHAR)")
"""The types of DuckDB whose columns can be taken whole."""
EXACT = 2.0**53
"""Up to here a float holds every whole number."""


def frame_of(statement: Select[*tuple[Any, ...]], result: CursorResult[Any]) -> pd.DataFrame:
    """One column per name: whole numbers as int64, other numbers as float64 (missing: NaN), the rest as objects.

    Whole numbers of which some are missing are floats as well, but objects where a float would not hold them all:
    they may be keys. Decimals are sums of exact values, so they are rounded once, to the nearest float. Floats are
    rounded to 12 significant digits. Missing text, dates and times are None.
    """
    described = result.cursor.description if result.cursor is not None else None
    kinds = {entry[0]: str(entry[1]) for entry in described or ()}
    fetch = getattr(result.cursor, "fetchnumpy", None)
    if fetch is not None and all(COLUMNAR.fullmatch(kind) for kind in kinds.values()):
        columns: Mapping[str, npt.NDArray[Any]] = fetch()
        return pd.DataFrame({name: _whole_column(columns[name], kind) for name, kind in kinds.items()})
    return frame_of_rows(statement, list(result.keys()), result.fetchall())


def frame_of_rows(
    statement: Select[*tuple[Any, ...]], names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> pd.DataFrame:
    """The same, from rows of values."""
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


def _whole_column(values: npt.NDArray[Any], kind: str) -> pd.Series[Any]:
    missing = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    plain = np.ma.getdata(values)
    if kind in ("VARCHAR", "BOOLEAN"):
        return _objects(plain, missing)
    if missing is not None and missing.any():
        if plain.dtype.kind in "iu" and not (np.abs(plain[~missing].astype(np.float64)) < EXACT).all():
            return _objects(plain, missing)
        plain = plain.astype(np.float64)
        plain[missing] = np.nan
    elif "INT" in kind and (plain.dtype.kind in "iu" or bool((np.abs(plain) < EXACT).all())):
        return pd.Series(plain.astype(np.int64))
    return pd.Series(significant(plain, DIGITS) if kind in ("DOUBLE", "FLOAT") else plain.astype(np.float64))


def _objects(plain: npt.NDArray[Any], missing: npt.NDArray[np.bool_] | None) -> pd.Series[Any]:
    objects = plain.astype(object)
    if missing is not None:
        objects[missing] = None
    return pd.Series(objects, dtype=object)


def _series(values: list[Any], *, numeric: bool) -> pd.Series[Any]:
    present = [value for value in values if value is not None]
    if any(isinstance(value, bool) for value in present) or not (numeric or _numbers(present)):
        return pd.Series(values, dtype=object)
    whole = bool(present) and all(isinstance(value, int) and abs(value) < 2**63 for value in present)
    if whole and len(present) == len(values):
        return pd.Series(values, dtype="int64")
    if whole and any(abs(value) >= EXACT for value in present):
        return pd.Series(values, dtype=object)
    numbers = np.array([np.nan if value is None else float(value) for value in values])
    floats = np.array([isinstance(value, float) for value in values], dtype=bool)
    return pd.Series(np.where(floats, significant(numbers, DIGITS), numbers), dtype="float64")


def _numbers(present: list[Any]) -> bool:
    return bool(present) and all(isinstance(value, int | float | Decimal) for value in present)
