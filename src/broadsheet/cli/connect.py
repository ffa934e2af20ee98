"""The command that proposes sources for data nobody has declared yet: connect."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.context import door
from broadsheet.cli.tables import count
from broadsheet.clock import SystemClock
from broadsheet.errors import StorageError, UsageError

if TYPE_CHECKING:
    from broadsheet.warehouse.connect.doubts import Doubt

SOURCES = Path("config/sources.yaml")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(connect)


def connect(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(help="A folder of files, or a SQLAlchemy URL; ${env:NAME} is filled in.")
    ],
    out: Annotated[Path, typer.Option("--out", help="The file that --write writes.")] = SOURCES,
    write: Annotated[bool, typer.Option("--write", help="Write the file instead of printing it.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="With --write: replace a file that exists.")
    ] = False,
) -> None:
    """Look at a database or a folder of files and propose config/sources.yaml, with a list of doubts.

    Only reads. Keys are proven unique and links many-to-one; what the data leaves open is listed as a doubt.
    """
    from broadsheet.warehouse.connect.address import connection_of, without_password
    from broadsheet.warehouse.connect.propose import propose
    from broadsheet.warehouse.connect.write_yaml import to_yaml
    from broadsheet.warehouse.locations import locate

    root = door(context).root.resolve()
    if write and (root / out).exists() and not overwrite:
        raise UsageError(
            f"{out} exists already", "Name another file with --out, or add --overwrite to replace it."
        )
    connection = connection_of(source, root)
    written, doubts = without_password(connection)
    location = locate("warehouse", connection, root, os.environ)
    with tempfile.TemporaryDirectory(prefix="broadsheet-connect-") as folder:
        proposal = propose(location, Path(folder), SystemClock())
    text = to_yaml(proposal, written)
    if write:
        _write(root / out, text)
    else:
        typer.echo(text, nl=False)
    _list([*doubts, *proposal.doubts])
    facts = sum(table.section == "facts" for table in proposal.tables)
    found = f"{count(len(proposal.tables), 'table')} proposed, {facts} of them facts"
    typer.echo(f"{found}; {count(len(doubts) + len(proposal.doubts), 'doubt')} to settle.", err=True)
    if write:
        typer.echo("Next: settle them in the file, then run: broadsheet check --data", err=True)


def _write(target: Path, text: str) -> None:
    replaced = target.exists()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"{target} cannot be written: {error.strerror}", "Free space or rights."
        ) from error
    typer.echo(f"{'Replaced' if replaced else 'Wrote'} {target}", err=True)


def _list(doubts: list[Doubt]) -> None:
    for number, doubt in enumerate(doubts, start=1):
        typer.echo(f"{number:>3}  {doubt.place}: {doubt.what}", err=True)
        typer.echo(f"     {doubt.remedy}", err=True)
