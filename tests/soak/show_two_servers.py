"""Two `broadsheet serve` share a ledger in PostgreSQL; the one that is sending is killed. What the receiver sees.

A demonstration, not a figure: `python -m soak.show_two_servers` takes about four minutes, most of them waiting until
the lease of the dead process is over.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import psycopg

from press.workspace import House, build, report
from support.ledgers import database
from support.postgres import postgres_server
from support.smtp import MailServer, mail_server

READERS = 40
BEFORE = 12
"""Letters that have arrived when the process is killed."""
LEAD = timedelta(seconds=75)
PATIENCE = 420.0


def main() -> str:
    """Serve twice, kill once, and tell what arrived."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        server = stack.enter_context(mail_server(folder))
        address = stack.enter_context(database(stack.enter_context(postgres_server()), "two_servers"))
        server.accepting = lambda: asyncio.sleep(1.0)
        house = _house(folder / "shop", server)
        environ = {**os.environ, "LEDGER_URL": address}
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    house.command("serve", "--beat", "2"), env=environ, stderr=subprocess.DEVNULL
                )
            )
            for _ in range(2)
        ]
        try:
            _until(lambda: len(server.mails) >= BEFORE, "the first letters")
            killed = _sending(address)
            os.kill(killed, signal.SIGKILL)
            at = len(server.mails)
            _until(lambda: _sent(address) == READERS, "the last letter")
        finally:
            for process in processes:
                process.terminate()
        return "\n".join(_table(server, at, [process.pid for process in processes].index(killed)))


def _house(root: Path, server: MailServer) -> House:
    house = build(root)
    settings = (root / "config/settings.yaml").read_text("utf-8")
    mail = f"mail: {{channel: smtp, host: localhost, port: {server.port}, ca_file: '{server.ca_file}'}}\n"
    house.write("config/settings.yaml", f"{settings}ledger: '${{env:LEDGER_URL}}'\n{mail}")
    readers = ", ".join(f"reader{number}@example.test" for number in range(READERS))
    house.write("config/audiences.yaml", f"audiences:\n  sales: {{label: Sales, recipients: [{readers}]}}\n")
    due = (datetime.now(UTC) + LEAD + timedelta(minutes=1)).astimezone(ZoneInfo("Europe/Berlin"))
    schedule = f'{{every: day, at: "{due:%H:%M}"}}'
    house.write("reports/orders.yaml", report(period="day", schedule=schedule, blocks="[{kpis: [orders]}]"))
    return house


def _until(reached: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.1)


def _sending(address: str) -> int:
    """The process that has a letter in its hands, as the ledger knows it."""
    with psycopg.connect(address) as connection:
        row = connection.execute(
            "SELECT node FROM delivery WHERE node <> '' ORDER BY next_at DESC LIMIT 1"
        ).fetchone()
    assert row is not None
    return int(str(row[0]).split(":")[1])


def _sent(address: str) -> int:
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT count(*) FROM delivery WHERE state = 'sent'").fetchone()
    return int(row[0]) if row else 0


def _table(server: MailServer, at: int, killed: int) -> Iterator[str]:
    copies = Counter(str(mail.message["Message-ID"]) for mail in server.mails)
    got = {mail.recipients[0] for mail in server.mails}
    contents = {(str(mail.message["Message-ID"]), mail.content) for mail in server.mails}
    assert len(got) == READERS, f"{READERS - len(got)} readers got nothing"
    assert len(contents) == len(copies), "a repeated letter was altered"
    yield f"server {'AB'[killed]} killed after letter       {at:>4}"
    yield f"readers                             {READERS:>4}"
    yield f"readers with their letter           {len(got):>4}"
    yield f"letters accepted                    {len(server.mails):>4}"
    yield f"different Message-IDs               {len(copies):>4}"
    yield f"repeated, same bytes and Message-ID {len(server.mails) - len(copies):>4}"


if __name__ == "__main__":
    print(main())
