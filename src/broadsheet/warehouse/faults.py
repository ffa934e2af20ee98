"""What a driver's error means for the person who reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

from broadsheet.errors import Absent, MissingError, SlowError, UnavailableError, WarehouseError, did_you_mean
from broadsheet.warehouse.locations import Location

LOCKED = ("could not set lock", "conflicting lock", "being used by another process", "database is locked")

SLOW = r"^57014|interrupt|statement timeout"


class Meaning(NamedTuple):
    """What a message or a PostgreSQL state means, and what to do: of a statement, or of the server that is `away` or
    has `refused` us."""

    pattern: str
    words: str
    remedy: str
    away: bool = False
    refused: bool = False


MEANINGS = (
    Meaning(
        r"^42501|permission denied",
        "the database user may not read this",
        "Grant the connection's user SELECT on it.",
    ),
    Meaning(
        r"^28|password authentication|no password supplied|role .* does not exist",
        "the server refuses the login",
        "Check the user and the environment variable with the password.",
        refused=True,
    ),
    Meaning(
        r"^3D000|database .* does not exist",
        "the server has no such database",
        "Check the database name at the end of the URL.",
    ),
    Meaning(
        r"^08|^57P0|connection (refused|failed)|translate host|name or service|timed out|no such file|server closed",
        "the server cannot be reached",
        "Check that it runs, and the host and port in the URL.",
        away=True,
    ),
    Meaning(
        r"out of ?memory",
        "the statement needs more memory than it may use",
        "Ask for fewer dimensions at once, or a shorter period.",
    ),
    Meaning(
        r"not a valid duckdb|not a database|could not read|invalid input error: .*version",
        "the file is not a database that this version can read",
        "Write it anew, or point the connection to the right file.",
    ),
    Meaning(
        r"^42804|^42883|^22P02|^22007|^22008|conversion error|no function matches|cannot compare|could not convert",
        "a column has another type than its declaration says",
        "`broadsheet check --data` names the column.",
    ),
)


def is_locked(error: Exception) -> bool:
    """Whether another process holds the file."""
    return any(words in str(error).lower() for words in LOCKED)


def explain(
    error: Exception, location: Location, subject: str, tables: Callable[[], Iterable[str]] | None = None
) -> WarehouseError:
    """The plain words for an error of SQLAlchemy or a driver; `subject` names what was asked for.

    `tables` lists what exists, for the nearest name when a table is missing.
    """
    where = f"connection “{location.name}” ({location.shown})" + (f", {subject}" if subject else "")
    message = _message(error)
    if isinstance(error, ImportError | NoSuchModuleError):
        package = (
            "pip install 'broadsheet[postgres]'" if location.engine == "postgresql" else "Install its driver"
        )
        return WarehouseError(f"{where}: the driver for this database is not installed", f"{package}.")
    table = re.search(
        r"(?:table with name|relation|no such table:?) \W?([\w.]+)\W?(?: does not exist|!|$)", message, re.I
    )
    if table:
        remedy = did_you_mean(table[1], tables()) if tables is not None else "Check its name."
        return MissingError(
            f"{where}: there is no table “{table[1]}”", remedy, absent=Absent("table", table[1])
        )
    column = re.search(
        r"column \W?(?:\w+\.)?(?P<name>\w+)\W? (?:does not exist|not found)|no such column: (?:\w+\.)?(?P<lite>\w+)"
        r"|does not have a column named \W?(?P<duck>\w+)",
        message,
        re.I,
    )
    if column:
        name = next(found for found in column.groups() if found)
        what, remedy = f"{where}: there is no column “{name}”", "`broadsheet check --data` compares names."
        return MissingError(what, remedy, absent=Absent("column", name))
    described = f"{_state(error)} {message}".strip()
    if re.search(SLOW, described, re.IGNORECASE):
        return SlowError(
            f"{where}: the statement took longer than {location.timeout} seconds and was stopped",
            "Raise the connection's `timeout`, or ask for less at once.",
        )
    for meaning in MEANINGS:
        if re.search(meaning.pattern, described, re.IGNORECASE):
            return _told(meaning, where, location)
    return WarehouseError(f"{where}: {location.redact(message)}", "The message is the database's own.")


def _told(meaning: Meaning, where: str, location: Location) -> WarehouseError:
    what = f"{where}: {meaning.words}"
    # A file has no server that could be away.
    if meaning.refused or (meaning.away and location.path is None):
        return UnavailableError(what, meaning.remedy, connection=location.name, refused=meaning.refused)
    return WarehouseError(what, meaning.remedy)


def _message(error: Exception) -> str:
    """The first line of the driver's message, without SQLAlchemy's frame."""
    original = getattr(error, "orig", None) if isinstance(error, SQLAlchemyError) else None
    lines = str(original or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _state(error: Exception) -> str:
    return str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")
