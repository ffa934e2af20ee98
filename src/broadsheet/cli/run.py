"""Commands that make editions: run, sample."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from broadsheet.cli.context import door
from broadsheet.cli.mistakes import explain
from broadsheet.cli.progress import progress_of
from broadsheet.cli.tables import print_table, size
from broadsheet.definitions.models.reports import FileKind
from broadsheet.definitions.secrets import Redactor
from broadsheet.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from broadsheet.ledger.records import EditionRecord
    from broadsheet.press.demand import Sent, Wish
    from broadsheet.press.order import Order
    from broadsheet.press.press import Press
    from broadsheet.press.run import Printed

HELD = 3

Period = Annotated[str | None, typer.Option(help="2026-06-14, 2026-W24, 2026-05, 2026-Q2, FY2026, …")]
AllTime = Annotated[bool, typer.Option("--all-time", help="Everything the data holds.")]
AsOf = Annotated[str | None, typer.Option(help="See the data's calendar from this moment.")]
Audience = Annotated[str | None, typer.Option(help="Another audience than the report's.")]
Locale = Annotated[str | None, typer.Option(help="Another locale: en, de, fr, zh, ar, …")]
Out = Annotated[Path | None, typer.Option(help="Where the files go; default: var/out/.")]
Also = Annotated[
    str | None, typer.Option(help="Further files: any of workbook, csv, json, png, with commas between.")
]
Slice = Annotated[str | None, typer.Option("--slice", help="Only one slice of the audience: region=North.")]
Part = Annotated[list[str] | None, typer.Option(help="Only a part: customer=G000249; may be repeated.")]
First = Annotated[
    str | None, typer.Option("--from", help="With --to: make what is missing since this period.")
]
To = Annotated[
    str | None,
    typer.Option(help="Send a copy marked as a test to this address; with --from, the last period."),
]
Send = Annotated[bool, typer.Option("--send", help="Send it to its audience, each once.")]
Number = Annotated[
    int | None,
    typer.Option("--revision", min=1, help="With --send: this one, not the last that anybody has."),
]

EXCLUSIVE = (
    ("period", "all_time", "Give one of them."),
    ("to", "send", "--to tries it on one address, --send is for real."),
    ("locale", "send", "Write `locale` into the audience."),
    ("where", "send", "A part of a report is not sent."),
    ("where", "to", "A part of a report is not sent."),
    *(
        ("from", other, "--from and --to name the periods; beside them goes --audience alone.")
        for other in ("period", "all_time", "as_of", "locale", "out", "also", "where", "send")
    ),
)
"""Pairs of options of which one may be given, and what to do."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(run)
    app.command()(sample)


def run(
    context: typer.Context,
    reports: Annotated[list[str], typer.Argument(help="Report names: files in reports/ without .yaml.")],
    period: Period = None,
    all_time: AllTime = False,
    as_of: AsOf = None,
    audience: Audience = None,
    slice_: Slice = None,
    locale: Locale = None,
    out: Out = None,
    also: Also = None,
    where: Part = None,
    first: First = None,
    to: To = None,
    send: Send = False,
    revision: Number = None,
) -> None:
    """Make an edition of any period, now. Nothing is sent unless you say --send or --to.

    One that was made before becomes a new revision where the data or the definitions say something else now.
    """
    from broadsheet.press.demand import Wish, allowed, each_audience, orders_for
    from broadsheet.press.order import moment
    from broadsheet.press.parts import narrowed

    _exclude({**context.params, "from": first})
    if first is not None:
        raise typer.Exit(_backfill(context, reports, Wish("", audience=audience), first, to or ""))
    with door(context).press() as whole, closing(narrowed(whole, reports, where or ())) as press:
        if to is not None:
            allowed(press, to)
        seen_from = moment(as_of, press.calendar) if as_of else None
        usual = Wish("", period, all_time, seen_from, audience, locale, slice_, tuple(where or ()))
        wishes = (wish for name in reports for wish in each_audience(press, name, usual))
        orders = [order for wish in wishes for order in orders_for(press, wish)]
        if send:
            raise typer.Exit(_send(press, orders, revision))
        _tell_orphans(press, orders)
        folder, kinds = out or press.var / "out", _kinds(also)
        if as_of or where:  # A look from elsewhere, or at less, is no new revision of what was sent.
            raise typer.Exit(write(press, orders, folder, to, kinds))
        raise typer.Exit(_make(press, orders, folder, to, kinds))


def _tell_orphans(press: Press, orders: list[Order]) -> None:
    """Say which rows are in no slice of what was made."""
    from broadsheet.press.reconcile import orphans

    for report, period in dict.fromkeys((each.edition.report, each.period) for each in orders):
        for found in orphans(press, report, period):
            typer.echo(f"{report} · {period.label}: {found.text}", err=True)


def _exclude(options: Mapping[str, object]) -> None:
    """UsageError for options that do not go together."""
    for one, other, remedy in EXCLUSIVE:
        if options[one] and options[other]:
            names = (f"--{name.replace('_', '-')}" for name in (one, other))
            raise UsageError(f"{' and '.join(names)} exclude each other", remedy)
    if options["revision"] and not options["send"]:
        raise UsageError("--revision says which one --send sends", "Add --send.")


def _make(press: Press, orders: list[Order], folder: Path, to: str | None, also: tuple[FileKind, ...]) -> int:
    """Make editions, as new revisions those that were made before; the exit code."""
    from broadsheet.press.revisions import made_before

    again = made_before(press, orders)
    known = [order for order, _ in again]
    new = [order for order in orders if order not in known]
    code = write(press, new, folder, to, also) if new else 0
    return max(code, _revise(press, again, folder, to, also)) if again else code


def _kinds(text: str | None) -> tuple[FileKind, ...]:
    """The kinds of files of `--also`; UsageError for one that there is not."""
    kinds: tuple[FileKind, ...] = get_args(FileKind)
    named = tuple(name.strip() for name in text.split(",")) if text else ()
    for name in named:
        if name not in kinds:
            raise UsageError(f"--also knows no “{name}”", did_you_mean(name, kinds))
    return tuple(kind for kind in kinds if kind in named)


def write(
    press: Press,
    orders: list[Order],
    folder: Path,
    to: str | None = None,
    also: tuple[FileKind, ...] = (),
) -> int:
    """Write editions below a folder, send copies to `to`, and tell what came of it; the exit code."""
    from broadsheet.press.run import print_orders

    rows, code = [], 0
    with progress_of(len(orders)) as progress:
        for printed in print_orders(press, orders, progress, also):
            if printed.artifacts is None:
                code = max(code, failed(press, printed))
                continue
            row, held = _written(press, printed, folder, to)
            rows.append(row)
            code = max(code, held)
    if rows:
        print_table(HEADS, rows)
    return code


def _written(press: Press, printed: Printed, folder: Path, to: str | None) -> tuple[tuple[str, ...], int]:
    """Write an edition's files and send a copy to `to`; its line of the table and its exit code."""
    from broadsheet.press.demand import send_test, write_files

    assert printed.artifacts is not None  # noqa: S101  (the caller has looked)
    files, code = write_files(press, printed, folder), _warn(printed)
    if to is not None:
        outcome = send_test(press, printed.artifacts, to)
        typer.echo(f"Test copy to {to}: {outcome.state} ({outcome.reply})", err=True)
        code = max(code, 0 if outcome.state == "sent" else HELD)
    return row_of(printed, shown(files[0])), code


HEADS = ("report", "period", "audience", "pages", "size", "seconds", "file")


def row_of(printed: Printed, file: str) -> tuple[str, ...]:
    """A line of the result table."""
    edition, artifacts = printed.order.edition, printed.artifacts
    assert artifacts is not None  # noqa: S101  (the caller has looked)
    figures = (str(artifacts.pages), size(len(artifacts.pdf)), f"{printed.seconds:.1f}")
    who = edition.audience if edition.slice == "all" else f"{edition.audience} · {edition.slice}"
    return (edition.report, edition.period, who, *figures, file)


def failed(press: Press, printed: Printed) -> int:
    """Tell why an edition was not made; its exit code."""
    typer.echo(f"{printed.order.key} was not made:", err=True)
    return explain(printed.error or RuntimeError("nothing was rendered"), Redactor(press.secrets))


def _warn(printed: Printed) -> int:
    from broadsheet.press.gate import reasons

    assert printed.artifacts is not None  # noqa: S101  (the caller has looked)
    for warning in printed.artifacts.warnings:
        typer.echo(f"{printed.order.key}: {warning}", err=True)
    if printed.gathered is not None and printed.gathered.unwanted:
        typer.echo(f"{printed.order.key}: would be skipped: {printed.gathered.unwanted}", err=True)
    if held := reasons(printed.findings, "hold"):
        typer.echo(f"{printed.order.key}: would be held: {held}", err=True)
    bad = [section for section in printed.artifacts.document.sections if section.state == "failed"]
    for section in bad:
        text = getattr(section.body, "text", "")
        typer.echo(f"{printed.order.key}: block “{section.title}” failed: {text}", err=True)
    return HELD if bad else 0


def _revise(
    press: Press,
    again: list[tuple[Order, EditionRecord]],
    folder: Path,
    to: str | None,
    also: tuple[FileKind, ...],
) -> int:
    """Make editions again, and tell what is another value now; the exit code."""
    from broadsheet.cli.differences import told_revision
    from broadsheet.press.revisions import revise

    rows, code = [], 0
    told: list[str] = []
    for revision in revise(press, again, also):
        if revision.printed.artifacts is None:
            code = max(code, failed(press, revision.printed))
            continue
        row, held = _written(press, revision.printed, folder, to)
        rows.append(row)
        code = max(code, held)
        told += told_revision(revision)
    if rows:
        print_table(HEADS, rows)
    for line in told:
        typer.echo(line)
    return code


def _backfill(context: typer.Context, reports: list[str], usual: Wish, first: str, last: str) -> int:
    """Make what is missing of a stretch of periods, for the archive alone; the exit code."""
    from broadsheet.press.backfill import backfill, stretch

    if not last:
        raise UsageError("--from needs --to, the last period", "Such as --from 2026-W40 --to 2026-W46.")
    rows, code = [], 0
    with door(context).press() as press:
        for name in reports:
            wish = replace(usual, report=name)
            for filled in backfill(press, wish, stretch(press, name, first, last)):
                made = filled.published
                state = filled.left or (f"{made.state} {made.reason}".strip() if made else "")
                rows.append((filled.report, filled.period, filled.audience, state))
                code = max(code, HELD if made and made.state != "ready" else 0)
    print_table(("report", "period", "audience", "state"), rows)
    typer.echo("Nobody gets them by themselves; --send with --period sends one.")
    return code


def _send(press: Press, orders: list[Order], revision: int | None = None) -> int:
    from broadsheet.press.demand import send_orders

    code = 0
    with progress_of(len(orders)) as progress:
        for sent in send_orders(press, orders, progress, revision):
            code = max(code, _report_sent(sent))
    for state in press.ledger.channels.shut():
        typer.echo(f"{state.name} takes nothing now, the letters stay queued: {state.reason}", err=True)
    return code


def _report_sent(sent: Sent) -> int:
    if sent.published is not None and sent.published.state != "ready":
        typer.echo(f"{sent.order.key}: {sent.published.state}: {sent.published.reason}", err=True)
        return HELD
    tried = {attempt.delivery.id for attempt in sent.attempts}
    for number, item in sent.others:
        if item.state == "sent":
            typer.echo(f"{item.recipient} has r{number} since {item.sent_at:%Y-%m-%d %H:%M} UTC")
    for item in sent.deliveries:
        reader = f"{sent.order.key}: {item.recipient}"
        if item.state == "sent" and item.id not in tried:
            typer.echo(f"{reader} has had it since {item.sent_at:%Y-%m-%d %H:%M} UTC")
        else:
            typer.echo(f"{reader}: {item.state}" + f" ({item.reply})" * bool(item.reply))
    return 0 if all(item.state == "sent" for item in sent.deliveries) else HELD


def sample(
    context: typer.Context,
    until: Annotated[str | None, typer.Option(help="Last day of the data; default: yesterday.")] = None,
    seed: Annotated[int, typer.Option(help="Another world with the same laws.")] = 7,
    scale: Annotated[float, typer.Option(min=0.01, max=200, help="Multiplies the number of rows.")] = 1.0,
    out: Annotated[Path | None, typer.Option(help="The DuckDB file; default: var/warehouse.duckdb.")] = None,
) -> None:
    """Write the sample company's warehouse: three full years, deterministic by seed, scale and last day."""
    from broadsheet.clock import SystemClock
    from broadsheet.sample.build import build

    last = read_day(until) if until else SystemClock().now().date() - timedelta(days=1)
    path = out or door(context).var() / "warehouse.duckdb"
    summary = build(path, until=last, seed=seed, scale=scale)
    for table, rows in summary.rows.items():
        typer.echo(f"{table:<24}{rows:>10,}")
    typer.echo(f"Wrote {shown(path)}, {size(path.stat().st_size)}, up to {last}.")


def read_day(text: str) -> date:
    """A date of the command line; UsageError otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"“{text}” is not a date", "Write it as 2026-06-14.") from None


def shown(path: Path) -> str:
    """A path as a person would type it from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
