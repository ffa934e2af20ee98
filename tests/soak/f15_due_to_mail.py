"""F15: a thousand small editions an hour, made and mailed by `broadsheet serve` in real time: due to first mail."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from press.workspace import House, build, report
from support.smtp import PASSWORD, USER, MailServer, mail_server

PER_MINUTE = 17
"""Editions due at each minute: 1,020 in an hour."""
LEAD = timedelta(seconds=90)
"""From the start of the program to the first edition."""
GOAL = 30.0
"""Seconds from due to first mail that 99 of 100 editions keep."""


def main(scale: float = 1.0) -> str:
    """Serve for 60 × scale minutes, at least two."""
    minutes = max(2, round(60 * scale))
    with TemporaryDirectory() as folder, mail_server(Path(folder)) as server:
        house = _house(Path(folder) / "shop", server, minutes)
        _serve(house, minutes)
        waits = _waits(house.var / "ledger.sqlite")
    expected = minutes * PER_MINUTE
    assert len(waits) == expected, f"{len(waits)} of {expected} editions were mailed"
    assert len(server.mails) == expected, f"{len(server.mails)} messages for {expected} editions"
    waits.sort()
    median, late = waits[len(waits) // 2], waits[min(len(waits) - 1, int(len(waits) * 0.99))]
    assert late <= GOAL, f"p99 {late:.1f} s"
    return f"{expected} editions in {minutes} minutes, due to first mail: median {median:.1f} s, p99 {late:.1f} s"


def _house(root: Path, server: MailServer, minutes: int) -> House:
    house = build(root)
    (root / "reports/orders.yaml").unlink()
    mail = (
        f"mail: {{channel: smtp, host: localhost, port: {server.port}, ca_file: '{server.ca_file}', "
        f"user: {USER}, password: '${{env:SMTP_PASSWORD}}'}}\n"
    )
    settings = (root / "config/settings.yaml").read_text("utf-8")
    house.write("config/settings.yaml", settings + mail)
    names = [f"readers{number}" for number in range(PER_MINUTE)]
    audiences = "".join(f"  {n}: {{label: {n}, recipients: [{n}@example.test]}}\n" for n in names)
    house.write("config/audiences.yaml", f"audiences:\n{audiences}")
    first = (datetime.now(UTC) + LEAD + timedelta(minutes=1)).astimezone(ZoneInfo("Europe/Berlin"))
    for number in range(minutes):
        at = f'"{first + timedelta(minutes=number):%H:%M}"'
        text = report(
            audience=f"[{', '.join(names)}]",
            period="day",
            schedule=f"{{every: day, at: {at}}}",
            blocks="[{kpis: [orders]}]",
        )
        house.write(f"reports/minute-{number}.yaml", text)
    return house


def _serve(house: House, minutes: int) -> None:
    environ = {**os.environ, "SMTP_PASSWORD": PASSWORD}
    with subprocess.Popen(house.command("serve"), env=environ, stderr=subprocess.DEVNULL) as process:
        time.sleep(LEAD.total_seconds() + 60 * (minutes + 2))
        process.send_signal(signal.SIGTERM)
        process.wait(120)


def _waits(ledger: Path) -> list[float]:
    connection = sqlite3.connect(ledger)
    try:
        rows = connection.execute(
            "SELECT edition.due_at, min(delivery.sent_at) FROM edition JOIN delivery ON edition_id = edition.id"
            " WHERE delivery.state = 'sent' GROUP BY edition.id"
        ).fetchall()
    finally:
        connection.close()
    return [
        (datetime.fromisoformat(sent) - datetime.fromisoformat(due)).total_seconds() for due, sent in rows
    ]


if __name__ == "__main__":
    print(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
