"""The command that decides about what is held: approve."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.context import door
from broadsheet.cli.tables import count, print_table
from broadsheet.errors import UsageError

if TYPE_CHECKING:
    from broadsheet.ledger.records import EditionRecord
    from broadsheet.press.press import Press

HELD = 3


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(approve)


def approve(
    context: typer.Context,
    editions: Annotated[
        list[str] | None,
        typer.Argument(
            help="As `history` names them: sales-weekly/2026-W46, or numbers; without any, list what is held."
        ),
    ] = None,
    domain: Annotated[
        str | None, typer.Option(help="A domain that mail has never gone to; it takes two people.")
    ] = None,
    drop: Annotated[
        str | None,
        typer.Option(help="Let nothing of it ever go out, for this reason, instead of sending it."),
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who decides; default: who is logged in.")] = None,
) -> None:
    """Let held editions go out as they were printed, and mail go to new domains, or drop them."""
    if editions and domain is not None:
        raise UsageError("editions and --domain exclude each other", "Decide about them one after the other.")
    with door(context).press() as press:
        if domain is not None:
            raise typer.Exit(_domain(press, domain, by, drop))
        if not editions:
            _list(press)
            return
        _editions(press, editions, by, drop)


def _editions(press: Press, editions: list[str], by: str | None, drop: str | None) -> None:
    """Release or drop held editions."""
    from broadsheet.press.editions import named_edition, reference_of
    from broadsheet.press.holds import release

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


def _domain(press: Press, text: str, by: str | None, drop: str | None) -> int:
    """Speak for a domain or against it; the exit code."""
    from broadsheet.definitions.models.audiences import parse_domain
    from broadsheet.ledger.records import Voice
    from broadsheet.press.domains import approve, refuse

    try:
        name = parse_domain(text.strip().lower())
    except ValueError as error:
        raise UsageError(str(error), "Such as partner.test.") from None
    account = getpass.getuser()
    voice = Voice((by or "").strip() or account, account)
    if drop is not None:
        letters = refuse(press, name, f"{drop}; {name} refused by {voice}")
        typer.echo(f"{name}: refused, {count(letters, 'letter')} cancelled")
        return 0
    said = approve(press, name, voice)
    if said.state == "asked":
        typer.echo(f"{name}: asked for by {said.first}; another person must confirm it by the same command")
        return HELD
    queued = f"; {count(said.letters, 'letter')} queued" if said.letters else ""
    typer.echo(f"{name}: confirmed by {voice.name}, asked for by {said.first}{queued}")
    return 0


def _list(press: Press) -> None:
    from broadsheet.press.domains import waiting

    held = press.ledger.editions.held() if press.has_ledger else ()
    domains = waiting(press) if press.has_ledger else ()
    if held:
        print_table(("edition", "due", "waits until", "reason"), [_row(press, record) for record in held])
    if domains:
        rows = [(each.name, str(len(each.letters)), each.asked_by or "nobody yet") for each in domains]
        print_table(("new domain", "letters", "asked for by"), rows)
    if not held and not domains:
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
