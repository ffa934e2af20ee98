"""Commands of the ledger: backup, restore, confirm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.context import door
from broadsheet.cli.tables import count, print_table
from broadsheet.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from broadsheet.ledger.unsent import Pending
    from broadsheet.press.press import Press

HELD = 3


def register(app: typer.Typer) -> None:
    """Add the commands."""
    ledger = typer.Typer(
        help="Back up the ledger, put a backup back, and decide what is sent after that.",
        no_args_is_help=True,
    )
    for command in (backup, restore, confirm):
        ledger.command()(command)
    app.add_typer(ledger, name="ledger")


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to; a file of that name is replaced.")],
) -> None:
    """Copy the ledger, as it is at this moment, while `serve` goes on."""
    with door(context).press() as press:
        press.ledger.back_up(file)
    typer.echo(f"Wrote {file}, {file.stat().st_size / 1e6:,.1f} MB.")


def restore(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="What `ledger backup` has written.")]
) -> None:
    """Put a backup in the place of the ledger. Stop `serve` first. Nothing is sent until `ledger confirm`."""
    from broadsheet.press.restore import put_back

    with door(context).press() as press:
        former = put_back(press, file)
    if former is not None:
        typer.echo(f"The former ledger is kept as {former.name}.")
    typer.echo(f"{file.name} is the ledger now. Nothing is sent until you decide: broadsheet ledger confirm")


def confirm(
    context: typer.Context,
    send: Annotated[bool, typer.Option("--send", help="What waits was not sent before: send it.")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="What waits was sent before: give it up.")] = False,
) -> None:
    """After a backup was put back: show what would be sent, then send it or give it up."""
    if send and drop:
        raise UsageError("what waits is sent or given up, not both", "Name one of --send and --drop.")
    from broadsheet.press.restore import pending

    with door(context).press() as press:
        reason = press.ledger.continuity.held()
        if not reason:
            typer.echo("No sends are held: this ledger is as far as it was.")
            return
        waiting = pending(press)
        typer.echo(f"All sends are held: {reason}.")
        if waiting:
            print_table(("due", "report", "period", "audience", "waits"), _rows(press, waiting))
        if not (send or drop):
            typer.echo(_choice(waiting))
            raise typer.Exit(HELD)
        if drop:
            press.ledger.unsent.drop()
            press.ledger.continuity.remember()
        else:
            press.ledger.continuity.confirm()
    typer.echo(
        f"{'Given up' if drop else 'To be sent with the next tick'}: {count(len(waiting), 'edition')}."
    )


def _choice(waiting: Sequence[Pending]) -> str:
    """What the options do."""
    if not waiting:
        return "Nothing waits. `--send` and `--drop` both end this; what falls due later is sent."
    return (
        "Nothing of this has been sent since. `--send` sends it, `--drop` gives it up; what falls due later is sent "
        "in either case."
    )


def _rows(press: Press, waiting: Sequence[Pending]) -> list[tuple[str, ...]]:
    zone = press.calendar.zone
    return [
        (
            item.edition.due_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            item.edition.key.report,
            item.edition.key.period,
            item.edition.key.audience,
            count(item.letters, "letter") if item.letters else "to be made",
        )
        for item in waiting
    ]
