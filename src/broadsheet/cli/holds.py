"""The command that decides about held editions: approve."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.context import door
from broadsheet.cli.tables import print_table
from broadsheet.errors import UsageError

if TYPE_CHECKING:
    from broadsheet.ledger.records import EditionRecord
    from broadsheet.press.press import Press


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(approve)


def approve(
    context: typer.Context,
    editions: Annotated[
        list[str] | None,
        typer.Argument(
            help="As `history` names them: sales-weekly/2026-W46, or numbers; without any, list them."
        ),
    ] = None,
    drop: Annotated[
        str | None, typer.Option(help="Let them never go out, for this reason, instead of sending them.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who decides; default: who is logged in.")] = None,
) -> None:
    """Let held editions go out as they were printed, or drop them."""
    from broadsheet.press.editions import named_edition, reference_of
    from broadsheet.press.holds import release

    with door(context).press() as press:
        if not editions:
            _list(press)
            return
        who, records = by or getpass.getuser(), [named_edition(press, text) for text in editions]
        for record in records:
            name = reference_of(record)
            if drop is None:
                decided = release(press, record, who) if record.state == "held" else False
            else:
                decided = press.ledger.editions.drop(record, drop, who)
            if not decided:
                raise UsageError(f"{name} is not held, it is {record.state}", "See: broadsheet approve")
            typer.echo(f"{name}: {'dropped' if drop is not None else 'released, its letters are queued'}")


def _list(press: Press) -> None:
    held = press.ledger.editions.held() if press.has_ledger else ()
    if held:
        print_table(("edition", "due", "waits until", "reason"), [_row(press, record) for record in held])
    else:
        typer.echo("Nothing is held.")


def _row(press: Press, record: EditionRecord) -> tuple[str, ...]:
    from broadsheet.press.editions import reference_of

    zone = press.calendar.zone
    until = (
        f"{record.held_until.astimezone(zone):%Y-%m-%d %H:%M}, then {record.held_then}"
        if record.held_until
        else ""
    )
    return (reference_of(record), f"{record.due_at.astimezone(zone):%Y-%m-%d %H:%M}", until, record.reason)
