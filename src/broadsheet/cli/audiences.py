"""Commands of readers: who."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.context import door
from broadsheet.cli.tables import print_json, print_table

if TYPE_CHECKING:
    from datetime import datetime

    from broadsheet.ledger.records import EditionRecord
    from broadsheet.press.press import Press

HELD = 3
LETTERS = 10


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(who)


def who(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="A mail address.")],
    take_out: Annotated[
        bool, typer.Option("--remove", help="Take it out everywhere; it gets nothing any more.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for scripts.")] = False,
) -> None:
    """Show all that an address gets: reports, audiences, slices, when next, and what it got."""
    from broadsheet.press.demand import reader
    from broadsheet.press.who import remove

    with door(context).press() as press:
        one = reader(address).addr_spec
        if not take_out:
            _show(press, one, as_json)
            return
        left = remove(press, one)
    for text in left.done:
        typer.echo(f"{one}: {text}")
    for text in left.open:
        typer.echo(f"{one}: still to be done: {text}", err=True)
    raise typer.Exit(HELD if left.open else 0)


def _show(press: Press, address: str, as_json: bool) -> None:
    from broadsheet.press.domains import new_domains
    from broadsheet.press.who import readings, received

    waits_for = ", ".join(new_domains(press, (address,)))
    now, past = readings(press, address), received(press, address)
    rows = [
        (each.report or "–", each.audience, each.slice, each.locale, _time(press, each.due)) for each in now
    ]
    letters = [
        (_time(press, item.sent_at or item.queued_at), *_named(record), item.state) for record, item in past
    ]
    if as_json:
        heads, told = (
            ("report", "audience", "slice", "locale", "next"),
            ("at", "report", "period", "slice", "state"),
        )
        print_json(
            {
                "gets": [dict(zip(heads, row, strict=True)) for row in rows],
                "letters": [dict(zip(told, row, strict=True)) for row in letters],
                "new_domain": waits_for,
            }
        )
        return
    if rows:
        print_table(("report", "audience", "slice", "locale", "next"), rows)
    else:
        typer.echo(f"{address} gets nothing: no audience names it.")
    if waits_for and rows:
        typer.echo(f"Its letters are held until two people have confirmed {waits_for}: broadsheet approve")
    if letters:
        print_table(("letter", "report", "period", "slice", "state"), letters[:LETTERS])
        if len(letters) > LETTERS:
            typer.echo(f"and {len(letters) - LETTERS} letters before; --json shows all of them.")


def _named(record: EditionRecord) -> tuple[str, str, str]:
    return record.key.report, record.key.period, record.key.slice


def _time(press: Press, moment: datetime | None) -> str:
    return "on demand" if moment is None else f"{moment.astimezone(press.calendar.zone):%a %Y-%m-%d %H:%M}"
