"""Commands of the schedule: plan, serve, tick, history."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.context import door
from broadsheet.cli.logs import Form, write_log
from broadsheet.cli.tables import count as counted
from broadsheet.cli.tables import print_json, print_table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from broadsheet.ledger.records import Alert, EditionRecord
    from broadsheet.press.agenda import Planned

HELD = 3


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(plan)
    app.command()(serve)
    app.command()(tick)
    app.command()(alerts)
    app.command()(history)


def plan(
    context: typer.Context,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=366, help="Editions per report.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for scripts.")] = False,
) -> None:
    """Show who will get what and when, before it happens."""
    from broadsheet.press.agenda import agenda

    with door(context).press() as press:
        coming = agenda(press, count)
        if as_json:
            print_json([_planned(item, press.calendar.zone) for item in coming])
        elif not coming:
            typer.echo("Nothing is scheduled. A report goes out by itself once it has `schedule:`.")
        else:
            heads = ("due", "report", "period", "audience", "recipients", "notes")
            rows = [_plan_row(item, press.calendar.zone) for item in coming]
            shown = len(heads) - (not any(item.notes for item in coming))
            print_table(heads[:shown], [row[:shown] for row in rows])
            if press.settings.mail.channel == "outbox":
                typer.echo(
                    "Mail goes to the folder var/outbox/: config/settings.yaml says mail.channel: outbox."
                )


def serve(
    context: typer.Context,
    beat: Annotated[int, typer.Option(min=1, max=3600, help="Seconds between two looks at the ledger.")] = 15,
    listen: Annotated[
        str | None,
        typer.Option(help="Answer /livez, /readyz and /metrics at this address, such as 127.0.0.1:9464."),
    ] = None,
    form: Annotated[Form, typer.Option("--log", help="Lines for people, or JSON for machines.")] = "text",
) -> None:
    """Run the schedule: make and send every edition when it is due, until stopped."""
    from broadsheet.schedule import serve as serve_schedule

    write_log(form)
    opened = door(context)
    serve_schedule(opened.root, opened.standing, beat, listen)


def tick(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Always so: do what is due and leave.")] = True,
    catch_up: Annotated[
        bool, typer.Option("--catch-up", help="Plan also what a very long downtime left: the clock is right.")
    ] = False,
) -> None:
    """Do what is due now and leave: for cron, systemd timers and Kubernetes instead of serve."""
    from broadsheet.press.alarms import ping
    from broadsheet.press.deliver import deliver_due
    from broadsheet.press.planning import CAP
    from broadsheet.press.retention import prune_daily
    from broadsheet.press.tick import make_due
    from broadsheet.press.watch import watch
    from broadsheet.schedule import empty_postbox, report_attempt, report_made, report_pruned, report_watch

    del once
    with door(context).press(standing=True) as press:
        states, sent = Counter[str](), Counter[str]()
        for item in make_due(press, cap=None if catch_up else CAP):
            report_made(item)
            states[item.state] += 1
        for attempt in deliver_due(press):
            report_attempt(attempt)
            sent[attempt.outcome.state] += 1
        empty_postbox(press)
        report_watch(watch(press))
        report_pruned(prune_daily(press))
        ping(press)
        waiting, shut = press.ledger.history.unfinished(), press.ledger.channels.shut()
        away = press.ledger.sources.shut()
    typer.echo(
        f"{counted(states['ready'], 'edition')} made, {counted(sent['sent'], 'message')} sent, "
        f"{counted(waiting['deliveries'], 'message')} waiting."
    )
    for state in shut:
        typer.echo(f"{state.name} takes nothing now, the letters stay queued: {state.reason}", err=True)
    for source in away:
        typer.echo(f"What needs {source.name} waits until it answers: {source.reason}", err=True)
    bad = {"failed", "refused", "held", "postponed"} & states.keys() or sent.keys() - {"sent"}
    raise typer.Exit(HELD if bad or waiting["deliveries"] or shut or away else 0)


def alerts(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for scripts.")] = False,
) -> None:
    """Show what is amiss now, since when, and whether the owner has been told."""
    with door(context).press() as press:
        zone = press.calendar.zone
        current = press.ledger.alerts.current() if press.has_ledger else ()
    if as_json:
        print_json([_alert(alert, zone) for alert in current])
    elif current:
        rows = [tuple(str(value) for value in _alert(alert, zone).values()) for alert in current]
        print_table(("since", "kind", "subject", "count", "told", "detail"), rows)
    else:
        typer.echo("Nothing is amiss.")


def history(
    context: typer.Context,
    report: Annotated[str | None, typer.Argument(help="Only this report.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many editions, newest first.")] = 20,
    trouble: Annotated[
        bool, typer.Option("--failed", help="Only those not made though wanted, or that did not reach all.")
    ] = False,
    since: Annotated[str | None, typer.Option(help="Only those due since this day: 2026-06-14.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for scripts.")] = False,
) -> None:
    """Show what was made and sent, and what was not and why.

    Editions are named as `show`, `explain` and `resend` take them.
    """
    from broadsheet.press.order import moment

    with door(context).press() as press:
        zone = press.calendar.zone
        begin = moment(since, press.calendar) if since else None
        entries = (
            press.ledger.history.latest(report, limit, since=begin, trouble=trouble)
            if press.has_ledger
            else ()
        )
        if report is not None and not entries and report not in press.workspace.broken:
            press.report(report)
    if as_json:
        print_json([_entry(record, states, zone) for record, states in entries])
    elif entries:
        heads = ("due", "edition", "state", "pages", "deliveries", "reason")
        print_table(heads, [_entry_row(record, states, zone) for record, states in entries])
    elif trouble or since:
        typer.echo("There is none.")
    else:
        typer.echo("No edition has been planned or sent yet. `broadsheet plan` shows what comes.")


def _alert(alert: Alert, zone: ZoneInfo) -> dict[str, object]:
    return {
        "since": f"{alert.first_at.astimezone(zone):%Y-%m-%d %H:%M}",
        "kind": alert.kind,
        "subject": alert.subject,
        "count": alert.count,
        "told": f"{alert.told_at.astimezone(zone):%Y-%m-%d %H:%M}" if alert.told_at else "",
        "detail": alert.detail,
    }


def _planned(item: Planned, zone: ZoneInfo) -> dict[str, object]:
    edition = item.order.edition
    return {
        "due": item.due.astimezone(zone).isoformat(),
        "report": edition.report,
        "period": edition.period,
        "audience": edition.audience,
        "slice": edition.slice,
        "recipients": item.recipients,
        "begins": item.begins.astimezone(zone).isoformat(),
        "notes": item.notes,
    }


def _plan_row(item: Planned, zone: ZoneInfo) -> tuple[str, ...]:
    due, edition = item.due.astimezone(zone).strftime("%a %Y-%m-%d %H:%M %Z"), item.order.edition
    recipients, notes = ", ".join(item.recipients), "; ".join(item.notes)
    who = edition.audience if edition.slice == "all" else f"{edition.audience} · {edition.slice}"
    return (due, edition.report, edition.period, who, recipients, notes)


def _entry(record: EditionRecord, states: dict[str, int], zone: ZoneInfo) -> dict[str, object]:
    return {
        "due": record.due_at.astimezone(zone).isoformat(),
        "report": record.key.report,
        "period": record.key.period,
        "audience": record.key.audience,
        "slice": record.key.slice,
        "locale": record.key.locale,
        "revision": record.key.revision,
        "state": record.state,
        "pages": record.pages,
        "deliveries": states,
        "reason": record.reason,
    }


def _entry_row(record: EditionRecord, states: dict[str, int], zone: ZoneInfo) -> tuple[str, ...]:
    from broadsheet.press.editions import reference_of

    due = record.due_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    deliveries = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    return (due, reference_of(record), record.state, str(record.pages or ""), deliveries, record.reason)
