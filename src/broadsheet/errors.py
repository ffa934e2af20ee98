"""Errors for people: every message says where, what is wrong and what to do.

BroadsheetError            anything a user can mend; shown without a traceback, exit code 1
├── DefinitionError        YAML mistakes, carried as a list of `Problem` values
├── UsageError             the command line asks for something impossible (exit code 2)
├── WarehouseError         the data source refuses the statement
│   ├── MissingError    one table, file or column is not there: what needs it has no data
│   └── UnavailableError   it is missing, locked or down: nothing can be asked of it now
│       └── SlowError      a statement took longer than the connection's timeout
├── RefusedError           readers would see, or might see, what is not theirs: nothing is made
├── TemplateError          a template cannot be rendered (file and line)
├── LimitError             an edition takes more than the settings' `limits` allow
├── CrashError             the process that rendered an edition died
├── DeliveryError          a transport cannot be set up (single failures are outcomes, not exceptions)
└── StorageError           a file of ours cannot be read or written (full disk, permissions)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, order=True)
class Place:
    """Where a value stands: a file as shown to the user, with a 1-based line and column (0 = whole file)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a definition, as a value, so that all of them can be listed at once.

    `code` is a stable slug (`unknown-kpi`), documented under that name; `remedy` tells what to do.
    """

    place: Place
    code: str
    what: str
    remedy: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}[{self.code}]: {self.what}\n    {self.remedy}"


class BroadsheetError(Exception):
    """A failure the user can mend: `str()` is the message, `remedy` the next step."""

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        # A worker's error travels to the parent process; subclasses have constructors of their own.
        return _restored, (type(self), self.args, self.__dict__)


def _restored(
    kind: type[BroadsheetError], args: tuple[object, ...], state: dict[str, object]
) -> BroadsheetError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class DefinitionError(BroadsheetError):
    """Definitions cannot be used; `problems` lists every reason found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        count = len(problems)
        super().__init__("\n".join(str(problem) for problem in problems) or f"{count} problems")
        self.problems = tuple(problems)


class UsageError(BroadsheetError):
    """The request itself is wrong: an unknown report, an impossible period."""

    exit_code = 2


class WarehouseError(BroadsheetError):
    """The data source did not answer; the edition stays due."""


class UnavailableError(WarehouseError):
    """The data source cannot be reached at all, so that asking something else of it is in vain.

    `connection` names it; it `refused` us where asking again and again might lock the account.
    """

    def __init__(
        self, message: str, remedy: str = "", *, connection: str = "", refused: bool = False
    ) -> None:
        super().__init__(message, remedy)
        self.connection, self.refused = connection, refused


class SlowError(UnavailableError):
    """A statement took longer than the connection's timeout and was stopped: asking more would take as long."""


@dataclass(frozen=True, order=True)
class Absent:
    """What is not there: a table (or file), or a column of one."""

    kind: Literal["table", "column"]
    name: str


class MissingError(WarehouseError):
    """A table, file or column that a fact or entity is read from is not there; `absent` names it."""

    def __init__(self, message: str, remedy: str = "", *, absent: Absent) -> None:
        super().__init__(message, remedy)
        self.absent = absent


class RefusedError(BroadsheetError):
    """What was asked for would show its readers rows that are not theirs, or nobody has said which are."""


class TemplateError(BroadsheetError):
    """A template failed; `place` names file and line."""

    def __init__(self, place: Place, message: str, remedy: str = "") -> None:
        super().__init__(f"{place}: {message}", remedy)
        self.place = place


class LimitError(BroadsheetError):
    """An edition takes more time, memory, pages or bytes than the settings' `limits` allow."""


class CrashError(BroadsheetError):
    """The process that rendered an edition died: killed by the system, or by a fault of a native library."""


class DeliveryError(BroadsheetError):
    """A channel cannot be used at all (wrong settings, certificate, credentials)."""


class StorageError(BroadsheetError):
    """A file or the ledger cannot be read or written."""


class LedgerAwayError(StorageError):
    """The ledger does not answer or take an entry now; it may the next time."""


def did_you_mean(word: str, choices: Iterable[str], *, limit: int = 10) -> str:
    """A remedy for an unknown word: the nearest choice, else the choices themselves."""
    known = sorted(set(choices))
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"Did you mean “{near[0]}”?"
    if not known:
        return "None is defined yet."
    shown = ", ".join(known[:limit])
    more = f" and {len(known) - limit} more" if len(known) > limit else ""
    return f"Known: {shown}{more}."
