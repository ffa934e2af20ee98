"""The command that shows a report while it is edited."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.context import door
from broadsheet.cli.run import shown
from broadsheet.clock import SystemClock

if TYPE_CHECKING:
    from broadsheet.preview.studio import Studio, View


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(preview)


def preview(
    context: typer.Context,
    report: Annotated[str, typer.Argument(help="A report's name: its file in reports/ without .yaml.")],
    watch: Annotated[
        bool, typer.Option("--watch", help="Show it in a browser, anew whenever a file is saved.")
    ] = False,
    period: Annotated[str | None, typer.Option(help="Another period than the last one.")] = None,
    as_of: Annotated[str | None, typer.Option(help="See the data's calendar from this moment.")] = None,
    audience: Annotated[str | None, typer.Option(help="Another audience than the report's.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the page; 0 takes a free one.")] = 0,
) -> None:
    """See a report as its reader will, without sending or recording anything.

    Writes a page for the browser to var/preview/. With --watch it is served on this machine and follows the files:
    definitions, theme and templates; mistakes stand above the last sound page.
    """
    from broadsheet.press.demand import Wish
    from broadsheet.preview.studio import Studio

    opened = door(context)
    root, var = opened.folder(), opened.var()
    studio = Studio(root, SystemClock(), os.environ, var, Wish(report, period, audience=audience), as_of)
    file = var / "preview" / f"{report}.html"
    view = studio.look()
    _keep(view, file)
    if watch:
        _serve(studio, view, file, port)
    if view.screen is not None:
        typer.echo(shown(file))
    raise typer.Exit(1 if view.problems else 0)


def _keep(view: View, file: Path) -> None:
    """Write the page, and tell what is wrong."""
    from broadsheet.archive.store import write_durably

    if view.screen is not None:
        write_durably(file, view.screen.html.encode())
    for problem in view.problems:
        typer.echo(problem, err=True)


def _serve(studio: Studio, view: View, file: Path, port: int) -> None:
    """Show every state of the files until Ctrl-C."""
    from broadsheet.preview.server import Board, serving
    from broadsheet.preview.watch import changes

    board = Board(view)
    with suppress(KeyboardInterrupt), serving(port, board, studio) as address:
        typer.echo(f"{address} shows {studio.wish.report} anew whenever a file is saved. Ctrl-C ends it.")
        for _ in changes(studio.root, studio.clock, board.asked_again):
            view = studio.look()
            _keep(view, file)
            board.put(view)
            if not view.problems:
                typer.echo(f"{view.seconds:.1f} s", err=True)
