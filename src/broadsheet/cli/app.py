"""The `broadsheet` command: global options, and errors as people read them."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from broadsheet import __version__
from broadsheet.cli import admin, demo, doctor, run, serve
from broadsheet.cli.context import Door
from broadsheet.cli.mistakes import explain
from broadsheet.errors import BroadsheetError

app = typer.Typer(
    help="Scheduled business reports that executives trust. Definitions are YAML files in reports/ and config/.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def options(
    context: typer.Context,
    workspace: Annotated[
        Path,
        typer.Option("--workspace", "-C", help="The folder with reports/ and config/.", show_default="here"),
    ] = Path(),
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Scheduled business reports that executives trust."""
    if version:
        typer.echo(__version__)
        raise typer.Exit
    context.obj = Door(workspace, debug=debug)


for register in (admin.register, run.register, serve.register, doctor.register, demo.register):
    register(app)


def main() -> None:
    """Run the command; mistakes end with a message and an exit code, never with a traceback unless asked."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    logging.getLogger("broadsheet").setLevel(logging.INFO)
    try:
        app()
    except BroadsheetError as error:
        if "--debug" in sys.argv:
            raise
        sys.exit(explain(error))
    except Exception as error:
        if "--debug" in sys.argv:
            raise
        typer.echo(f"Internal error: {type(error).__name__}: {error}", err=True)
        typer.echo(
            "This is a fault of Broadsheet. Run again with --debug and report the traceback.", err=True
        )
        sys.exit(70)
