"""Commands of the schedule: plan, serve, tick, history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.context import door
from broadsheet.cli.tables import print_table

if TYPE_CHECKING:
    from broadsheet.ledger.records import EditionRecord

HELD = 3


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(plan)
    app.command()(serve)
    app.command()(tick)
    app.command()(history)


def plan(
    context: typer.Context,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=366, help="Editions per report.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for scripts.")] = False,
) -> None:
    """Show who will get what and when, before it happens."""
    from broadsheet.press.agenda import agenda

    with door(context).press() as press:
        zone = press.calendar.zone
        coming = agenda(press, count)
        rows = []
        for item in coming:
            edition = item.order.edition
            due = item.due.astimezone(zone).strftime("%a %Y-%m-%d %H:%M %Z")
            rows.append((due, edition.report, edition.period, edition.audience, ", ".join(item.recipients)))
        if as_json:
            names = ("due", "report", "period", "audience", "recipients")
            typer.echo(
                json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False, indent=1)
            )
            return
        if not rows:
            typer.echo("Nothing is scheduled. A report goes out by itself once it has `schedule:`.")
            return
        print_table(("due", "report", "period", "audience", "recipients"), rows)
        if press.settings.mail.channel == "outbox":
            typer.echo("Mail goes to the folder var/outbox/: config/settings.yaml says mail.channel: outbox.")


def serve(
    context: typer.Context,
    beat: Annotated[int, typer.Option(min=1, max=3600, help="Seconds between two looks at the ledger.")] = 15,
) -> None:
    """Run the schedule: make and send every edition when it is due, until stopped."""
    from broadsheet.schedule import serve as serve_schedule

    opened = door(context)
    serve_schedule(opened.root, opened.load, beat)


def tick(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Always so: do what is due and leave.")] = True,
) -> None:
    """Do what is due now and leave: for cron, systemd timers and Kubernetes instead of serve."""
    from broadsheet.press.tick import tick as tick_press
    from broadsheet.schedule import report_tick

    del once
    with door(context).press() as press:
        done = tick_press(press)
        report_tick(done)
        waiting = press.ledger.unfinished()
    made = sum(item.state == "ready" for item in done.published)
    sent = sum(attempt.outcome.state == "sent" for attempt in done.attempts)
    typer.echo(f"{made} editions made, {sent} messages sent, {waiting['deliveries']} messages waiting.")
    bad = any(item.state in ("failed", "postponed") for item in done.published)
    raise typer.Exit(HELD if bad or any(attempt.outcome.state != "sent" for attempt in done.attempts) else 0)


def history(
    context: typer.Context,
    report: Annotated[str | None, typer.Argument(help="Only this report.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many editions, newest first.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for scripts.")] = False,
) -> None:
    """Show what was made and sent, and what was not and why."""
    with door(context).press() as press:
        entries = press.ledger.history(report, limit)
        rows = [_entry(record, states, press.calendar.zone) for record, states in entries]
    names = ("due", "report", "period", "audience", "state", "pages", "deliveries", "reason")
    if as_json:
        typer.echo(
            json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False, indent=1)
        )
    elif rows:
        print_table(names, rows)
    else:
        typer.echo("No edition has been planned or sent yet. `broadsheet plan` shows what comes.")


def _entry(record: EditionRecord, states: dict[str, int], zone: object) -> tuple[str, ...]:
    due = record.due_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")  # type: ignore[arg-type]
    deliveries = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    key = record.key
    pages = str(record.pages or "")
    return (due, key.report, key.period, key.audience, record.state, pages, deliveries, record.reason)
