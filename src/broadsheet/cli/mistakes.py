"""Errors as people read them on a terminal."""

from __future__ import annotations

import sys
import traceback

import typer

from broadsheet.definitions.secrets import Redactor
from broadsheet.errors import BroadsheetError, DefinitionError

STORAGE = 1
INTERNAL = 70
"""EX_SOFTWARE of sysexits.h."""


def explain(error: Exception, redact: Redactor) -> int:
    """Print an error for people, its traceback only with --debug, secrets never; its exit code."""
    if "--debug" in sys.argv:
        typer.echo(redact("".join(traceback.format_exception(error))), err=True)
    if isinstance(error, DefinitionError):
        for problem in error.problems:
            typer.echo(redact(str(problem)), err=True)
        return error.exit_code
    if isinstance(error, BroadsheetError):
        _say(redact(f"Error: {error}"), redact(error.remedy))
        return error.exit_code
    if isinstance(error, OSError) and error.filename is not None:
        _say(
            f"Error: {error.filename}: {error.strerror}",
            "Check the path, its permissions and the free space.",
        )
        return STORAGE
    _say(
        redact(f"Internal error: {type(error).__name__}: {error}"),
        "This is a fault of Broadsheet. Run `broadsheet --debug …` and report the traceback.",
    )
    return INTERNAL


def _say(what: str, remedy: str) -> None:
    typer.echo(what, err=True)
    if remedy:
        typer.echo(f"       {remedy}", err=True)
