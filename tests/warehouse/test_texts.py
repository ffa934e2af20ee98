"""Every text is taken for what the rules say, on the short way and on the careful one: nothing more or other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from math import isinf
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, select
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table
from sqlalchemy import text as sql
from sqlalchemy.pool import NullPool

from broadsheet.definitions.models.sources import ColumnType, SourceColumn
from broadsheet.warehouse.cleaning import Cleaner
from broadsheet.warehouse.snapshots import scratch

SPACES = " \u00a0\u2009\u3000"
TEXTS = sql_table("texts", sql_column("text"))
SHORT = ["".join(letters) for size in range(1, 5) for letters in product("07+-.e _,", repeat=size)]
ODD = [
    "7e-07", "-9.9e-12", "5e-30", "1234.56785e-2", "12345678901.23455E+3", "12e456",
    "1_000", "+5", " 7", "7 ", "1e3", "1E-3", "1e+2", "1e400", "2.5e-5", "NaN", "-nan", "Infinity", "-inf", "0x10",
    "0b1", "", " ", "\t", "\t7", "7\t", "7\n", "7\u00a0", "\u00a0", "\u20097\u3000", "٣", "１", "007",
    "99999999999999.99999", "123456789012345.1", "9" * 40, "0." + "3" * 40, "1.00005", "1,000.50", "1 000",
    "1'000", "1,00", "12,345,678.9", "1.234,5", "$5", "€ 1,234.50",
    "5 EUR", "EUR 5", "EU 5", "1-", "(5)", "1/2", "5%", "7 e", "7e ", "7e7.",
    "true", "TRUE", "tRuE", "t", "yes", "NO", "on", "off", " true", "truex", "2026-01-05", "2026-02-30", "26-01-05",
    "2026/1/5", "2026 01 05", "02026-01-05", "12026-01-05", "2026-01-05 (BC)", "epoch", "infinity", "2026-13-01",
    "2026-01-05 24:00", "2026-01-05 24:00:00", "2026-01-05 10:00:00", "2026-01-05T10:00:00", "2026-01-05 10:00:60",
    "2026-01-05T23:30:00Z", "2026-01-05 10:00:00+02", "2026-01-05 noon", "20260105", "NULL", "None", "-", "- ",
]  # fmt: skip


@pytest.fixture(params=["duckdb", "postgresql"])
def texts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """A table of all these texts."""
    with ExitStack() as stack:
        if request.param == "duckdb":
            connection, _ = stack.enter_context(scratch(tmp_path))
        else:
            connection = stack.enter_context(
                create_engine(request.getfixturevalue("postgres_url"), poolclass=NullPool).connect()
            )
        connection.execute(sql("CREATE TEMP TABLE texts (text VARCHAR)"))
        connection.execute(
            sql("INSERT INTO texts SELECT unnest(CAST(:texts AS VARCHAR[]))"), {"texts": [*SHORT, *ODD]}
        )
        yield connection


def read(texts: Connection, declared: SourceColumn) -> dict[str, tuple[Any, bool]]:
    """By text: its value, and whether something is lost."""
    cleaner = cleaner_of(texts)
    lost = cleaner.unread(TEXTS.c.text, "text", declared)
    assert lost is not None
    value = cleaner.clean(TEXTS.c.text, "text", declared)
    return {text: (value, lost) for text, value, lost in texts.execute(select(TEXTS.c.text, value, lost))}


def cleaner_of(texts: Connection) -> Cleaner:
    return Cleaner("duckdb" if texts.dialect.name == "duckdb" else "postgresql", "UTC", "Europe/Berlin")


def number(text: str) -> float | None:
    """What a number says by the rules of the documentation."""
    digits = _digits(text.strip(SPACES))
    return None if digits is None or isinf(float(digits)) else float(digits)


def money(text: str) -> Decimal | None:
    """What an amount says: with four places, and no more than fourteen before the point."""
    bare = re.sub("^[A-Z]{3}|[A-Z]{3}$|[$€]", "", text.strip(SPACES))
    digits = _digits(bare.strip(SPACES))
    if digits is None or abs(Decimal(digits)) > Decimal(10**15):
        return None
    amount = Decimal(digits).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return amount if abs(amount) < Decimal(10**14) else None


def _digits(text: str) -> str | None:
    if re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        return text
    grouped = re.fullmatch(r"[+-]?[0-9]{1,3}([ ,'\u00a0][0-9]{3})+(\.[0-9]+)?", text)
    return re.sub("[ ,'\u00a0]", "", text) if grouped else None


@pytest.mark.parametrize(("type_", "rule"), [("number", number), ("money", money)])
def test_numbers_are_what_is_written(
    texts: Connection, type_: ColumnType, rule: Callable[[str], object]
) -> None:
    found = read(texts, SourceColumn(type=type_))
    assert {text: value for text, (value, _) in found.items()} == {text: rule(text) for text in found}
    says = {text: bool(text.strip(SPACES)) and rule(text) is None for text in found}
    assert {text: lost for text, (_, lost) in found.items()} == says


@pytest.mark.parametrize("texts", ["duckdb"], indirect=True)
@pytest.mark.parametrize("type_", ["number", "money", "flag", "date", "time"])
def test_the_short_way_and_the_careful_one_agree(
    texts: Connection, monkeypatch: pytest.MonkeyPatch, type_: ColumnType
) -> None:
    declared = SourceColumn(type=type_)
    found = read(texts, declared)
    readable = {text: value for text, (value, lost) in found.items() if not lost}
    texts.exec_driver_sql("CREATE OR REPLACE TABLE readable AS SELECT unnest(?) AS text", ([*readable],))
    rows = sql_table("readable", sql_column("text"))
    assert {*readable} > {""}
    at_once = select(
        rows.c.text, Cleaner("duckdb", "UTC", "Europe/Berlin").strict(rows.c.text, "text", declared)
    )
    assert dict(map(tuple, texts.execute(at_once))) == readable
    monkeypatch.setattr("broadsheet.warehouse.cleaning._plain", lambda *_: [])
    assert read(texts, declared) == found
