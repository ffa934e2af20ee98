"""Errors as people read them on a terminal."""

from __future__ import annotations

import typer

from broadsheet.errors import BroadsheetError, DefinitionError


def explain(error: BroadsheetError) -> int:
    """Print an error for people; its exit code."""
    if isinstance(error, DefinitionError):
        for problem in error.problems:
            typer.echo(str(problem), err=True)
    else:
        typer.echo(f"Error: {error}", err=True)
        if error.remedy:
            typer.echo(f"       {error.remedy}", err=True)
    return error.exit_code
