"""Views: a table of the catalog that is one SELECT, kept in a file below `config/`.

In a folder of files, the SELECT is DuckDB's and names files as tables: `FROM "tickets.csv"`, or
`FROM "plan.xlsx#Sheet name"`. Columns of CSV and Excel files are text there.
"""

from __future__ import annotations

import re
from pathlib import Path

from broadsheet.errors import WarehouseError

# What a semicolon may stand in without ending the statement.
QUIET = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/", re.DOTALL)


def read_view(root: Path, written: str, place: str) -> str:
    """The SELECT of a view; WarehouseError unless the file lies below config/ and holds exactly one.

    It runs on a read-only connection, so the check is for clear messages, not the wall itself.
    """
    path = (root / written).resolve()
    if not path.is_relative_to((root / "config").resolve()):
        raise WarehouseError(f"{place}.sql: “{written}” does not lie below config/", "Move the file there.")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise WarehouseError(
            f"{place}.sql: there is no file {written}", "Create it, with one SELECT."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise WarehouseError(
            f"{place}.sql: {written} cannot be read: {error}", "Save it as UTF-8 text."
        ) from error
    plain = QUIET.sub(" ", text).strip().rstrip(";").rstrip()
    if ";" in plain or not re.match(r"(select|with)\b", plain, re.IGNORECASE):
        raise WarehouseError(
            f"{place}.sql: {written} is not one SELECT",
            "Keep a single statement that begins with SELECT or WITH.",
        )
    return _without_end(text) + "\n"


def named_tables(text: str) -> list[str]:
    """Names in double quotes, in which file names must stand; each once, in their order."""
    quoted = (match[0] for match in QUIET.finditer(text) if match[0].startswith('"'))
    return list(dict.fromkeys(name[1:-1].replace('""', '"') for name in quoted))


def _without_end(text: str) -> str:
    """The text without its closing semicolon, which a subquery cannot hold."""
    masked = QUIET.sub(lambda match: " " * len(match[0]), text)
    end = masked.rfind(";")
    return text if end < 0 else text[:end] + " " + text[end + 1 :]
