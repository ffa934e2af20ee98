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
    from broadsheet.press.restore import Outlook

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
    from broadsheet.press.restore import give_up, look_ahead

    # As `serve` and `tick` make it: of a broken file, what it said when it was last sound.
    with door(context).press(standing=True) as press:
        reason = press.ledger.continuity.held()
        if not reason:
            typer.echo("No sends are held: this ledger is as far as it was.")
            return
        outlook = look_ahead(press)
        typer.echo(f"All sends are held: {reason}.")
        _tell(press, outlook)
        if not (send or drop):
            typer.echo(_choice(outlook))
            raise typer.Exit(HELD)
        if drop:
            give_up(press, outlook)
        else:
            press.ledger.continuity.confirm()
    known = count(len(outlook.waiting), "edition")
    typer.echo(f"{'Given up' if drop else 'To be sent with the next tick'}: {known}.")


def _tell(press: Press, outlook: Outlook) -> None:
    """List what waits, and the reports of which nobody can tell."""
    if outlook.waiting:
        print_table(("due", "report", "period", "audience", "waits"), _rows(press, outlook.waiting))
    for name, reason in outlook.unknown.items():
        typer.echo(f"What waits of {name} is not known: {reason}")


def _choice(outlook: Outlook) -> str:
    """What the options do."""
    if outlook.unknown:
        return (
            "Nothing of this has been sent since. `--send` sends it, and the rest once it is known; "
            "`--drop` gives up nothing before all of it is known."
        )
    if not outlook.waiting:
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
