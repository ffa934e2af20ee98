"""The doctor: is this machine, this workspace and this mail set-up fit to send reports?"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from broadsheet.cli.context import Door, door
from broadsheet.cli.tables import count
from broadsheet.errors import BroadsheetError

if TYPE_CHECKING:
    from broadsheet.press.press import Press

Finding = tuple[Literal["ok", "warning", "error"], str, str]
MARKS = {"ok": "✓", "warning": "!", "error": "✗"}
FREE_BYTES = 500_000_000
SHOWN = 3
TOLERATED = timedelta(seconds=5)
"""So far may clocks differ."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    context: typer.Context,
    mail: Annotated[
        str | None, typer.Option(help="Send a short test mail to this address, as configured.")
    ] = None,
) -> None:
    """Look at typesetting, disk, ledger, clock and data, with --mail also at the mail server; say what to mend."""
    worst = 0
    for state, what, remedy in examine(door(context), mail):
        typer.echo(f"{MARKS[state]} {what}")
        if remedy:
            typer.echo(f"    {remedy}")
        worst = max(worst, 1 if state == "error" else 0)
    raise typer.Exit(worst)


def examine(opened: Door, mail: str | None) -> Iterator[Finding]:
    """Every finding, in order; one that fails does not keep the others from being made."""
    yield _guarded(_typesetting)
    with opened.press() as press:
        looks: tuple[Callable[[Press], Finding], ...] = (
            _definitions,
            _languages,
            _disk,
            _ledger,
            _sends,
            _claims,
            _alerts,
            _clock,
            _away,
            _warehouse,
            _rights,
        )
        for look in looks:
            yield _guarded(lambda look=look: look(press))  # type: ignore[misc]
        if mail is not None:
            yield _guarded(lambda: _mail(press, mail))


def _guarded(look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except BroadsheetError as error:
        return "error", str(error), error.remedy
    except Exception as error:  # A missing system library surfaces as any kind of error.
        return "error", f"{type(error).__name__}: {error}", "See docs/how-to/install.md."


def _typesetting() -> Finding:
    from broadsheet.rendering.check import typesetting

    missing = typesetting()
    if missing:
        return (
            "error",
            f"typesetting lacks {', '.join(missing)}",
            "Debian, Ubuntu: apt-get install " + " ".join(missing),
        )
    return "ok", "typesetting: Pango, font subsetting and the bundled fonts work", ""


def _definitions(press: Press) -> Finding:
    workspace = press.workspace
    if workspace.broken:
        return (
            "error",
            f"broken reports: {', '.join(sorted(workspace.broken))}",
            "broadsheet check lists the problems.",
        )
    found = f"{count(len(workspace.reports), 'report')}, {count(len(workspace.catalog.kpis), 'KPI')}"
    return "ok", f"definitions: {found}", ""


def _languages(press: Press) -> Finding:
    """Whether the languages of the audiences can be set."""
    from broadsheet.document.language import wording
    from broadsheet.rendering.typefaces import REMEDY, lacking

    usual, audiences = press.settings.locale, press.workspace.audiences.values()
    locales = (usual, *(audience.locale or usual for audience in audiences))
    languages = list(dict.fromkeys(wording(locale).language for locale in locales))
    scripts = [script for script in map(lacking, languages) if script]
    if scripts:
        return "error", f"languages: no typeface for {', '.join(scripts)} is installed", REMEDY
    return "ok", f"languages: {', '.join(languages)} can be set", ""


def _disk(press: Press) -> Finding:
    press.var.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(press.var).free
    text = f"disk: {free / 1e9:.1f} GB free below {press.var.name}/"
    if free < FREE_BYTES:
        return "error", text, "Free some space: editions stay due while the disk is full."
    return "ok", text, ""


def _ledger(press: Press) -> Finding:
    press.ledger.verify()
    waiting = press.ledger.history.unfinished()
    text = f"{count(waiting['editions'], 'edition')} and {count(waiting['deliveries'], 'message')} waiting"
    kind = "PostgreSQL" if press.settings.ledger else "sound"
    return "ok", f"ledger: {kind}, version {press.ledger.version()}; {text}", ""


def _sends(press: Press) -> Finding:
    reason = press.ledger.continuity.held()
    if reason:
        return (
            "warning",
            f"sends: all are held, {reason}",
            "broadsheet ledger confirm shows what would be sent.",
        )
    return "ok", "sends: none are held", ""


def _claims(press: Press) -> Finding:
    """What presses have in hand, and whether they still live."""
    lapsed, alive = press.ledger.leases.lapsed(), press.ledger.nodes.alive()
    text = f"presses: {len(alive)} at work" if alive else "presses: none at work"
    if lapsed:
        what = f"{text}; {count(lapsed, 'edition')} begun by one that is gone"
        return "warning", what, "The next tick takes them over: is `broadsheet serve` or a timer running?"
    return "ok", text, ""


def _alerts(press: Press) -> Finding:
    current = press.ledger.alerts.current()
    if current:
        told = "; ".join(f"{alert.subject}: {alert.kind}" for alert in current[:SHOWN])
        more = f" and {len(current) - SHOWN} more" if len(current) > SHOWN else ""
        return "warning", f"alerts: {told}{more}", "broadsheet history tells the reasons."
    return "ok", "alerts: none", ""


def _clock(press: Press) -> Finding:
    """Whether this machine's time can be right: never before what has happened, and that of the database."""
    now, last, skew = press.clock.now(), press.ledger.history.last_event(), press.ledger.nodes.skew()
    text = f"clock: {now.astimezone(press.calendar.zone):%Y-%m-%d %H:%M %Z}"
    remedy = "Let the machine set its clock by NTP: what is due is decided by it."
    if last is not None and last > now + TOLERATED:
        return "error", f"{text}, but the ledger has an entry of {last:%Y-%m-%d %H:%M} UTC", remedy
    if abs(skew) > TOLERATED:
        return "warning", f"{text}, {abs(skew).total_seconds():.0f} s off the clock of the database", remedy
    return "ok", f"{text}, in step with the ledger", ""


def _away(press: Press) -> Finding:
    """What the presses have found shut, and so do not use."""
    zone = press.calendar.zone
    shut = [
        f"{kind} {each.name} since {each.opened_at.astimezone(zone):%Y-%m-%d %H:%M}: {each.reason}"
        for kind, breakers in (("data source", press.ledger.sources), ("channel", press.ledger.channels))
        for each in breakers.shut()
        if each.opened_at
    ]
    if shut:
        remedy = "It is tried again and again: what waits for it is made and sent as soon as it answers."
        return "warning", f"out of reach: {'; '.join(shut)}", remedy
    return "ok", "out of reach: no data source, no channel", ""


def _warehouse(press: Press) -> Finding:
    from broadsheet.press.gather import circumstances
    from broadsheet.warehouse.inspect import check_data

    place = partial(press.workspace.place, "config/sources.yaml")
    with press.warehouse() as warehouse:
        found = check_data(circumstances(press, warehouse, press.clock.now()), warehouse, place)
    problems = [problem for problem in found if problem.severity == "error"]
    if problems:
        return "error", f"warehouse: {count(len(problems), 'problem')}", "broadsheet check --data lists them."
    return "ok", f"warehouse: {len(press.workspace.catalog.facts)} facts answer as declared", ""


def _rights(press: Press) -> Finding:
    """Whether the warehouse's accounts could change anything; the press never tries."""
    from broadsheet.warehouse.engines import connect
    from broadsheet.warehouse.locations import locate
    from broadsheet.warehouse.rights import writable_tables

    able = []
    for name, declared in press.workspace.catalog.connections.items():
        location = locate(name, declared, press.workspace.root, press.environ)
        if location.engine == "postgresql":
            with connect(location, press.clock) as connection:
                able += [name] if writable_tables(connection) else []
    if able:
        what = f"warehouse: the account of {', '.join(able)} may change tables"
        return "warning", what, "Give it an account that may only read: docs/how-to/own-data.md."
    return "ok", "warehouse: read only", ""


def _mail(press: Press, address: str) -> Finding:
    from broadsheet.press.trial import send_trial

    mail = press.settings.mail
    outcome = send_trial(press, address)
    where = f"{mail.host}:{mail.port}" if mail.channel == "smtp" else "the outbox folder"
    if outcome.state == "sent":
        return "ok", f"mail: {where} accepted a test message to {address}: {outcome.reply}", ""
    return "error", f"mail: {where}: {outcome.state}: {outcome.reply}", "See docs/how-to/mail.md."
