"""Commands of mail: resend, bounces, suppress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.archive import Named
from broadsheet.cli.context import door
from broadsheet.cli.tables import count, print_table
from broadsheet.errors import UsageError

if TYPE_CHECKING:
    from broadsheet.press.press import Press

HELD = 3


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(resend)
    app.command()(bounces)
    app.command()(suppress)


def resend(
    context: typer.Context,
    edition: Named,
    failed: Annotated[
        bool,
        typer.Option(
            "--failed",
            help="Only letters that failed, expired, were refused, held or cancelled, or are uncertain.",
        ),
    ] = False,
    to: Annotated[str | None, typer.Option(help="Only the letter to this address.")] = None,
) -> None:
    """Send an edition's stored letters again, byte for byte: to all, or as the options say."""
    from broadsheet.press.editions import named_edition
    from broadsheet.press.resend import resend as resend_letters
    from broadsheet.press.resend import to_resend

    with door(context).press() as press:
        record = named_edition(press, edition)
        letters = to_resend(press, record, failed=failed, to=to)
        if not letters:
            typer.echo(f"{record.key}: every letter has been sent.")
            return
        list(resend_letters(press, record, letters))
        meant = {letter.id for letter in letters}
        now = [letter for letter in press.ledger.deliveries.of(record) if letter.id in meant]
        for letter in now:
            reply = letter.reply and f" ({letter.reply})"
            typer.echo(f"{record.key}: {letter.recipient}: {letter.state}{reply}")
        for state in press.ledger.channels.shut():
            typer.echo(f"{state.name} takes nothing now, the letters stay queued: {state.reason}", err=True)
    raise typer.Exit(0 if all(letter.state == "sent" for letter in now) else HELD)


def bounces(context: typer.Context) -> None:
    """Read the mailbox of bounces now: who could not be reached, who wants no more letters."""
    from broadsheet.press.bounces import read_bounces

    with door(context).press() as press:
        found = read_bounces(press)
    for item in found:
        if item.what != "ignored":
            typer.echo(f"{item.address}: {item.what} ({item.reply})")
    ignored = sum(item.what == "ignored" for item in found)
    typer.echo(f"{count(len(found), 'message')} read, {ignored} of them nothing for Broadsheet.")


def suppress(
    context: typer.Context,
    address: Annotated[
        str | None, typer.Argument(help="A mail address, or the token of an unsubscribe link.")
    ] = None,
    report: Annotated[str | None, typer.Option(help="Only this report; default: all.")] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Send to the address again.")] = False,
) -> None:
    """Keep all letters, or a report's, from an address; without an address, list who gets none and why."""
    with door(context).press() as press:
        if address is None:
            _list(press)
            return
        one, of = _meant(press, address, report)
        if lift:
            done = press.ledger.suppressions.lift(one, of)
            typer.echo(f"{one} gets letters again." if done else f"{one} was not suppressed.")
        else:
            press.ledger.suppressions.add(one, of, "suppressed by hand")
            typer.echo(f"{one} gets no more letters{of and f' of {of}'}.")


def _meant(press: Press, text: str, report: str | None) -> tuple[str, str]:
    """The address and the report (empty: all) of an address or of an unsubscribe link's token."""
    from broadsheet.definitions.models.audiences import parse_address
    from broadsheet.delivery.bounces import token_of
    from broadsheet.press.demand import reader

    if report is not None:
        press.report(report)
    if token_of(text) != text:
        return reader(text).addr_spec, report or ""
    domain = parse_address(press.settings.mail.sender).domain
    found = press.ledger.suppressions.letter(f"<{text}@{domain}>")
    if found is None:
        raise UsageError("no letter has this token", "It is the end of the link in the mail's header.")
    letter, its_report = found
    return letter.recipient, report or its_report


def _list(press: Press) -> None:
    known = press.ledger.suppressions.all() if press.has_ledger else ()
    if not known:
        typer.echo("No address has bounced or been suppressed.")
        return
    zone = press.calendar.zone
    rows = [
        (
            item.address,
            item.report or "all",
            item.since.astimezone(zone).strftime("%Y-%m-%d %H:%M") if item.since else "no",
            str(item.bounces),
            item.reason,
        )
        for item in known
    ]
    print_table(("address", "report", "suppressed", "bounces", "reason"), rows)
