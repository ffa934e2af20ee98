"""Measure a ledger with a million editions: a tick that finds nothing to do, and what `broadsheet history` asks.

    make bench                            a million editions with their letters and events, some minutes
    BENCH_EDITIONS=100000 make bench      fewer

Goals: a tick within 1 s, the work of `history` within 300 ms, that of `/metrics` within 50 ms.
Times are wall seconds, the best of five.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from broadsheet.clock import FixedClock
from broadsheet.ledger.ledger import Ledger

EDITIONS = int(os.environ.get("BENCH_EDITIONS", "1000000"))
REPORTS = 500
FIRST = datetime(2021, 1, 1, 5, 0, tzinfo=UTC)
TICK, HISTORY, METRICS = 1.0, 0.3, 0.05
"""Seconds."""

ROWS = """
INSERT INTO edition (id, report, period, audience, slice, locale, revision, state, due_at, as_of, token, attempts,
                     next_at, reason, definition, manifest, pages, created_at, finished_at)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {editions})
SELECT i + 1, 'report-' || (i % {reports}), date('2021-01-01', (i / {reports}) || ' days'), 'sales', 'all', 'en', 1,
       CASE i % 50 WHEN 0 THEN 'skipped' WHEN 1 THEN 'failed' ELSE 'ready' END,
       at, at, 1, 1, at, '', hex(i * 7919), hex(i * 104729), 4, at, at
FROM (SELECT i, strftime('%Y-%m-%d %H:%M:%f', '2021-01-01 05:00', (i / {reports}) || ' days') || '000' AS at FROM n);
INSERT INTO delivery (id, edition_id, channel, recipient, state, message_id, message, attempts, next_at, reply,
                      queued_at, sent_at)
SELECT id, id, 'smtp', 'reader' || (id % 300) || '@example.test', 'sent', '<' || id || '@example.test>', manifest, 1,
       due_at, '250 2.0.0 Ok: queued', due_at, due_at FROM edition WHERE state = 'ready';
INSERT INTO run (edition_id, token, "trigger", started_at, finished_at, outcome, seconds)
SELECT id, 1, 'schedule', due_at, due_at, state, 0.7 FROM edition;
"""
EVENTS = """
INSERT INTO event (at, edition_id, delivery_id, what, state, token, attempt, node)
SELECT due_at, id, {delivery}, '{what}', '{what}', 1, 1, 'press:4711:a1b2c3' FROM edition {where}
"""


def main() -> None:
    """Build the ledger, then measure."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as folder:
        file = Path(folder, "ledger.sqlite")
        clock = FixedClock(FIRST + timedelta(days=EDITIONS // REPORTS))
        Ledger.open(file, clock).close()
        build(file)
        size = file.stat().st_size / 1e6
        print(f"{EDITIONS:,} editions, {size:,.0f} MB")
        measure(file, clock)


def build(file: Path) -> None:
    """Fill the tables with what years of scheduled reports leave behind."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA synchronous = OFF")
    connection.executescript(ROWS.format(editions=EDITIONS, reports=REPORTS))
    for what in ("planned", "claimed", "ready"):
        connection.execute(EVENTS.format(delivery="NULL", what=what, where=""))
    for what in ("sending", "sent"):
        connection.execute(EVENTS.format(delivery="id", what=what, where="WHERE state = 'ready'"))
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def measure(file: Path, clock: FixedClock) -> None:
    """Print each time, and whether it keeps its goal."""
    opened = time.perf_counter()
    ledger = Ledger.open(file, clock)
    print(f"open: {time.perf_counter() - opened:.3f} s")
    (record, _), *_ = ledger.history.latest()

    def tick() -> None:
        ledger.recover()
        ledger.editions.due()
        ledger.deliveries.expire()
        ledger.deliveries.waiting()

    asked: tuple[tuple[str, Callable[[], object], float], ...] = (
        ("tick", tick, TICK),
        ("history", ledger.history.latest, HISTORY),
        ("history of one report", lambda: ledger.history.latest("report-7", 50), HISTORY),
        ("story of an edition", lambda: ledger.history.events(record), HISTORY),
        ("what waits", ledger.history.unfinished, HISTORY),
        ("check of the file", ledger.verify, 60.0),
        ("figures for /metrics", ledger.figures.standing, METRICS),
        (
            "figures of a day",
            lambda: ledger.figures.summary(clock.now() - timedelta(days=1), timedelta(0)),
            TICK,
        ),
    )
    for name, ask, goal in asked:
        best = min(timed(ask) for _ in range(5))
        print(f"{name}: {best * 1000:.1f} ms{'' if best <= goal else f', above the goal of {goal:g} s'}")
    ledger.close()


def timed(ask: Callable[[], object]) -> float:
    """Seconds of one call."""
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
