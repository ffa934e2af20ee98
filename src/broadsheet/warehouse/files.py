"""Files as tables: CSV, Excel, Parquet and JSON, opened by DuckDB whatever their dialect.

CSV: the delimiter is the one that splits the first line most; UTF-8 (with or without a byte-order mark),
UTF-16 with its mark, else Windows-1252. Every value is text until it is cleaned as declared.
Excel: the first sheet, or `file: plan.xlsx#Sheet name`; its first row holds the names.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook, WorksheetNotFound
from sqlalchemy import Connection

from broadsheet.errors import Absent, MissingError, WarehouseError, did_you_mean
from broadsheet.warehouse.schema import Kind, columns_of, sql_source

DELIMITERS = ",;\t|"
TEXT, EXCEL = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
READERS = {".parquet": "read_parquet", ".json": "read_json", ".jsonl": "read_json", ".ndjson": "read_json"}
CHUNK = 1 << 20


@dataclass(frozen=True)
class RawTable:
    """A FROM item of DuckDB and its columns as they are; `text` where lines of text are read.

    `lines` are the views, by name, through which it reads lines of text.
    """

    sql: str
    columns: dict[str, Kind]
    text: bool = False
    lines: Mapping[str, str] = field(default_factory=dict)


def find_file(folder: Path, written: str, place: str) -> tuple[Path, str]:
    """The file and sheet that `file:` names; WarehouseError with the nearest name when there is none."""
    name, _, sheet = written.partition("#")
    path = (folder / name).resolve()
    if not path.is_relative_to(folder):
        raise WarehouseError(
            f"{place}: “{name}” lies outside the connection's folder", "Name a file inside it."
        )
    if not path.is_file():
        known = [str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()]
        what = f"{place}: there is no file “{name}” in the folder"
        raise MissingError(what, did_you_mean(name, known), absent=Absent("table", name))
    if not is_file_name(name):
        kinds = ", ".join(suffix[1:] for suffix in (*TEXT, *EXCEL, *READERS))
        raise WarehouseError(
            f"{place}: “{name}” is no kind of file that can be read", f"Known kinds: {kinds}."
        )
    return path, sheet


def is_file_name(written: str) -> bool:
    """Whether a name, with or without a sheet, ends like a file that can be read."""
    return Path(written.partition("#")[0]).suffix.lower() in (*TEXT, *EXCEL, *READERS)


def digest(path: Path) -> str:
    """The SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def raw_table(scratch: Connection, path: Path, sheet: str, folder: Path) -> RawTable:
    """Open a file in a DuckDB that may read it; `folder` takes what must be converted first."""
    suffix = path.suffix.lower()
    if suffix in READERS:
        sql = f"{READERS[suffix]}({quoted(path)})"
        return RawTable(sql, columns_of(scratch, sql_source(f"SELECT * FROM {sql}")))  # noqa: S608  (quoted)
    if suffix in EXCEL:
        return csv_table(write_csv(_sheet(path, sheet), folder / "sheet.csv"), delimiters=",")
    return csv_table(_as_utf8(path, folder / "utf8.csv"))


def csv_table(path: Path, delimiters: str = DELIMITERS) -> RawTable:
    """A CSV file in UTF-8, all columns text.

    Short lines are filled up, lines without any value are no rows; lines too long are set aside.
    """
    rows = [(_first_line(path, delimiter), delimiter) for delimiter in delimiters]
    header, delimiter = max(rows, key=lambda row: len(row[0]))
    if not any(name.strip() for name in header):
        raise WarehouseError(f"{path.name} is empty", "Its first line must hold the names of the columns.")
    names = _unique(header)
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    sql = (
        f"read_csv({quoted(path)}, auto_detect=false, header=true, delim={quoted(delimiter)}, quote='\"', "
        f"escape='\"', null_padding=true, store_rejects=true, columns={{{columns}}}) "
        f"WHERE {' OR '.join(f'{identifier(name)} IS NOT NULL' for name in names)}"
    )
    return RawTable(sql, dict.fromkeys(names, "text"), text=True)


def write_csv(rows: Iterable[Sequence[Any]], path: Path) -> Path:
    """Write rows of values as text, in a form every column type can be read from."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([_told(value) for value in row] for row in rows)
    return path


def one_thread(statement: str) -> str:
    """The statement with its CSV files read by one thread: slower, but right for lines of any length."""
    return statement.replace("auto_detect=false, header", "auto_detect=false, parallel=false, header")


def identifier(name: str) -> str:
    """A name of DuckDB."""
    return '"' + name.replace('"', '""') + '"'


def quoted(value: object) -> str:
    """A literal of DuckDB."""
    return "'" + str(value).replace("'", "''") + "'"


def _told(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | datetime):
        return value.isoformat(*(" ",) if isinstance(value, datetime) else ())
    return str(value)


def _sheet(path: Path, sheet: str) -> list[list[Any]]:
    workbook = CalamineWorkbook.from_path(str(path))
    name = sheet or workbook.sheet_names[0]
    try:
        return workbook.get_sheet_by_name(name).to_python()
    except WorksheetNotFound:
        remedy = did_you_mean(name, workbook.sheet_names)
        raise WarehouseError(f"{path.name} has no sheet “{name}”", remedy) from None


def _as_utf8(path: Path, converted: Path) -> Path:
    with path.open("rb") as file:
        start = file.read(4)
        wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        if not wide and _is_utf8(path):
            return path
    encoding = "utf-16" if wide else "cp1252"
    with (
        path.open(encoding=encoding, errors="replace", newline="") as source,
        converted.open("w", encoding="utf-8", newline="") as target,
    ):
        while text := source.read(CHUNK):
            target.write(text)
    return converted


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while part := file.read(CHUNK):
                # Plain ASCII is told at once, but not where it stands between the bytes of a letter.
                if decoder.getstate()[0] or not part.isascii():
                    decoder.decode(part)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _first_line(path: Path, delimiter: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file, delimiter=delimiter), [])


def _unique(header: list[str]) -> list[str]:
    """Column names for the engine, to which names that differ only by case are the same."""
    seen: set[str] = set()
    names = []
    for position, written in enumerate(header, start=1):
        name = written.strip() or f"column_{position}"
        if name.lower() in seen:
            name = f"{name}_{position}"
        seen.add(name.lower())
        names.append(name)
    return names
