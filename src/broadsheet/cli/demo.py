"""The demonstration behind `make demo`: the sample company's scheduled reports, made and delivered to the local
outbox, and one made on demand, of a single customer.

It runs at a fixed moment of the sample company's calendar, so that the pages are the same on every day.
"""

from __future__ import annotations

import gc
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from broadsheet.cli.context import door
from broadsheet.cli.progress import progress_of
from broadsheet.cli.run import HEADS, HELD, row_of, shown, write
from broadsheet.cli.tables import print_table
from broadsheet.clock import AnchoredClock, SystemClock

if TYPE_CHECKING:
    from broadsheet.press.press import Press

UNTIL = date(2026, 6, 14)
MOMENT = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
VAR = "var/demo"
SELDOM = 100_000
"""Objects after which garbage is looked for. At the usual 700 that took a tenth of the few seconds that it lives."""
VIEW, PART = "customer-view", ("customer=G000249",)
"""A key account that has orders, and a deal, tasks and cases open at that moment."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(hidden=True)(demo)


def demo(context: typer.Context) -> None:
    """Build the sample company, deliver its scheduled reports to var/demo/outbox/ and print one customer's page."""
    from broadsheet.press.pool import warm_up

    started = SystemClock().seconds()
    gc.set_threshold(SELDOM)
    warm_up()
    opened = door(context)
    root = opened.folder()
    shutil.rmtree(opened.var(VAR), ignore_errors=True)
    _build_sample(root / "var" / "warehouse.duckdb")
    with opened.press(AnchoredClock(MOMENT), VAR) as press:
        code = max(send_scheduled(press), _print_customer(press))
    typer.echo(
        f"{SystemClock().seconds() - started:.1f} seconds in all. Open the PDF files or the mails above."
    )
    raise typer.Exit(code)


def _build_sample(path: Path) -> None:
    from broadsheet.sample.build import build

    begun = SystemClock().seconds()
    summary = build(path, until=UNTIL)
    rows = sum(summary.rows.values())
    typer.echo(f"Sample company: {rows:,} rows up to {UNTIL}, {SystemClock().seconds() - begun:.1f} s")


def send_scheduled(press: Press) -> int:
    """Mail what has a schedule to its audiences, and print it to `out/`; the exit code."""
    from broadsheet.press.demand import Wish, each_audience, orders_for, send_orders, write_files

    rows, mails, code = [], [], 0
    reports = sorted(name for name, report in press.workspace.reports.items() if report.schedule is not None)
    wishes = (wish for name in reports for wish in each_audience(press, name, Wish(name)))
    orders = [order for wish in wishes for order in orders_for(press, wish)]
    with progress_of(len(orders)) as progress:
        for sent in send_orders(press, orders, progress):
            published = sent.published
            if published is None or published.printed is None or published.printed.artifacts is None:
                typer.echo(f"{sent.order.key}: {published.reason if published else 'not made'}", err=True)
                code = HELD
                continue
            files = write_files(press, published.printed, press.var / "out")
            rows.append(row_of(published.printed, shown(files[0])))
            mails += [attempt.outcome.reply for attempt in sent.attempts]
    print_table(HEADS, rows)
    typer.echo(f"{len(mails)} mails in {shown(press.outbox)}/")
    return code


def _print_customer(press: Press) -> int:
    """A report without a schedule, made of a part as a person asks for it."""
    from broadsheet.press.demand import Wish, orders_for
    from broadsheet.press.parts import narrowed

    typer.echo(f"On demand, as with: broadsheet run {VIEW} --where {PART[0]}")
    part = narrowed(press, [VIEW], PART)
    return write(part, list(orders_for(part, Wish(VIEW, part=PART))), press.var / "out")
