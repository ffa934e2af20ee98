"""The doctor: is this machine, this workspace and this mail set-up fit to send reports?"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
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


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    context: typer.Context,
    mail: Annotated[
        str | None, typer.Option(help="Send a short test mail to this address, as configured.")
    ] = None,
) -> None:
    """Look at typesetting, fonts, disk, ledger, warehouse and mail, and say what to mend."""
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
            _warehouse,
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
    waiting = press.ledger.history.unfinished()
    text = f"ledger: {count(waiting['editions'], 'edition')} and {count(waiting['deliveries'], 'message')} waiting"
    return "ok", text, ""


def _warehouse(press: Press) -> Finding:
    from broadsheet.press.gather import circumstances, warehouse_of
    from broadsheet.warehouse.inspect import check_data

    place = partial(press.workspace.place, "config/sources.yaml")
    with warehouse_of(press) as warehouse:
        found = check_data(circumstances(press, warehouse, press.clock.now()), warehouse, place)
    problems = [problem for problem in found if problem.severity == "error"]
    if problems:
        return "error", f"warehouse: {count(len(problems), 'problem')}", "broadsheet check --data lists them."
    return "ok", f"warehouse: {len(press.workspace.catalog.facts)} facts answer as declared", ""


def _mail(press: Press, address: str) -> Finding:
    from broadsheet.press.trial import send_trial

    mail = press.settings.mail
    outcome = send_trial(press, address)
    where = f"{mail.host}:{mail.port}" if mail.channel == "smtp" else "the outbox folder"
    if outcome.state == "sent":
        return "ok", f"mail: {where} accepted a test message to {address}: {outcome.reply}", ""
    return "error", f"mail: {where}: {outcome.state}: {outcome.reply}", "See docs/how-to/mail.md."
