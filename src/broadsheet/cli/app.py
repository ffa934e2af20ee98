"""The `broadsheet` command: global options, and errors as people read them."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from broadsheet import __version__
from broadsheet.cli import (
    admin,
    archive,
    audiences,
    connect,
    demo,
    doctor,
    holds,
    ledger,
    mail,
    preview,
    run,
    serve,
)
from broadsheet.cli import explain as explanations
from broadsheet.cli.context import Door
from broadsheet.cli.logs import hide_secrets, write_log
from broadsheet.cli.mistakes import explain
from broadsheet.definitions.secrets import Redactor

app = typer.Typer(
    help="Scheduled business reports that executives trust. Definitions are YAML files in reports/ and config/.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    workspace: Annotated[
        Path,
        typer.Option("--workspace", "-C", help="The folder with reports/ and config/.", show_default="here"),
    ] = Path(),
    _debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and leave.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Scheduled business reports that executives trust."""
    # Whoever calls the app from Python has no log of ours to keep clean.
    context.obj = Door(workspace, context.obj or Redactor())


for register in (
    admin.register,
    connect.register,
    run.register,
    preview.register,
    explanations.register,
    archive.register,
    serve.register,
    holds.register,
    mail.register,
    audiences.register,
    doctor.register,
    ledger.register,
    demo.register,
):
    register(app)


def main() -> None:
    """Run the command; mistakes end with a message and an exit code."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    logging.getLogger("broadsheet").setLevel(logging.INFO)
    write_log("text")
    redact = Redactor()
    hide_secrets(redact)
    # A tick that takes longer than a beat is no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    try:
        app(prog_name="broadsheet", obj=redact)
    except Exception as error:
        sys.exit(explain(error, redact))
