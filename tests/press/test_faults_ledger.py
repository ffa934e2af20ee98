"""What becomes of editions when the ledger is busy or full, when presses overtake each other, when one kills them."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import duckdb
import pytest

from broadsheet.definitions.workspace import load_workspace
from broadsheet.ledger import engine
from broadsheet.ledger.records import EditionRecord
from broadsheet.ledger.store import LEASE
from broadsheet.press import quarantine, run
from broadsheet.press.demand import Wish, order_for
from broadsheet.press.order import Order
from broadsheet.press.planning import plan_due
from broadsheet.press.press import Press
from broadsheet.press.run import Stage
from broadsheet.press.tick import Tick, tick
from broadsheet.schedule import Beat
from press.workspace import MONDAY, SUNDAY, House, poison, report

pytestmark = pytest.mark.faults


def tick_at(house: House, at: datetime) -> Tick:
    house.clock.at = at
    with house.press() as press:
        return tick(press)


def edition(house: House) -> EditionRecord:
    with house.press() as press:
        ((record, _),) = press.ledger.history.latest()
    return record


def beat_of(house: House) -> Beat:
    return Beat(house.root, lambda: Press(load_workspace(house.root), house.clock, {}, house.var))


def test_fault_s14_two_schedulers_same_tick(house: House, caplog: pytest.LogCaptureFixture) -> None:
    tick_at(house, SUNDAY)
    house.clock.at, both = MONDAY, Barrier(2)

    def schedule() -> None:
        with house.press() as press:
            horizons = press.ledger.horizons
            known = horizons.known()
            both.wait()
            horizons.known = lambda: known  # type: ignore[method-assign]
            plan_due(press)

    with caplog.at_level(logging.INFO, "broadsheet"):
        threads = [Thread(target=schedule) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert edition(house).key.period == "2026-W24"
    planned = [record.getMessage() for record in caplog.records if "already planned" in record.getMessage()]
    assert planned == ["orders · 2026-W24 · sales · r1: already planned"]


def test_fault_l02_sqlite_busy(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    tick_at(house, SUNDAY)
    house.clock.at = MONDAY
    beat = beat_of(house)
    with closing(sqlite3.connect(house.var / "ledger.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            beat()
            assert beat.trouble.startswith("the ledger did not take the entry: database is locked")
        other.execute("ROLLBACK")
    beat()
    beat.close()
    assert beat.trouble == ""
    assert edition(house).state == "ready"


def full(
    connection: Any, record: object, prepare: Callable[[Any, object], None] = engine._prepare_file
) -> None:
    """A connection to a ledger whose disk has no room for another page."""
    prepare(connection, record)
    connection.execute("PRAGMA max_page_count = 1")


def test_fault_l03_disk_full_ledger(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    readers = ", ".join(f"reader{number}@example.test" for number in range(120))
    house.write("config/audiences.yaml", f"audiences:\n  sales: {{label: Sales, recipients: [{readers}]}}\n")
    tick_at(house, SUNDAY)
    house.clock.at = MONDAY
    with monkeypatch.context() as patched:
        patched.setattr(engine, "_prepare_file", full)
        beat = beat_of(house)
        beat()
        beat.close()
    record = edition(house)
    assert (record.state, record.attempts) == ("due", 1)
    assert "database or disk is full" in record.reason
    with house.press() as press:
        assert press.ledger.deliveries.of(record) == (), "none of its letters is queued"
        press.ledger.verify()
        assert [alert.kind for alert in press.ledger.alerts.current()] == ["storage"]
    assert house.outbox == []
    healed = tick_at(house, MONDAY + timedelta(seconds=61))
    assert [item.state for item in healed.published] == ["ready"]
    assert len(house.outbox) == 120
    with house.press() as press:
        assert press.ledger.alerts.current() == ()


def test_fault_r04_poison_three_times(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    tick_at(house, SUNDAY)
    with monkeypatch.context() as patched:
        poison(patched, orders="killed")
        at, states = MONDAY, []
        for minutes in (0, 2, 10, 60, 600):
            at += timedelta(minutes=minutes)
            states += [item.state for item in tick_at(house, at).published]
    assert states == ["postponed", "postponed", "failed"], "after the third death it rests"
    record = edition(house)
    assert (record.state, record.strikes, record.attempts) == ("quarantined", 3, 3)
    assert record.reason.startswith("the process that rendered it died (SIGKILL); 3 workers died over it")
    with house.press() as press:
        assert [alert.kind for alert in press.ledger.alerts.current()] == ["quarantined"]
    house.write("reports/orders.yaml", report("Orders, drawn with less"))
    assert [item.state for item in tick_at(house, at).published] == ["ready"]
    assert len(house.outbox) == 2


def test_new_data_end_a_quarantine(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    tick_at(house, SUNDAY)
    with monkeypatch.context() as patched:
        poison(patched, orders="killed")
        for minutes in (0, 2, 12):
            tick_at(house, MONDAY + timedelta(minutes=minutes))
    later = MONDAY + timedelta(hours=2)
    assert tick_at(house, later).published == (), "here its data are looked at"
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute("INSERT INTO orders VALUES (9999, TIMESTAMP '2026-12-24 12:00', 10, 'Web')")
    assert tick_at(house, later + timedelta(minutes=30)).published == (), "once an hour is enough"
    assert [item.state for item in tick_at(house, later + timedelta(hours=1)).published] == ["ready"]


def test_an_edition_in_quarantine_that_nobody_can_look_into_stops_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    house.write("reports/other.yaml", report("Other"))
    tick_at(house, SUNDAY)
    poison(monkeypatch, orders="killed")
    for minutes in (0, 2, 12):
        tick_at(house, MONDAY + timedelta(minutes=minutes))

    def broken(*_: object) -> None:
        raise OverflowError

    monkeypatch.setattr(quarantine, "last_moment", broken)
    assert [item.state for item in tick_at(house, MONDAY + timedelta(days=7)).published] == [
        "postponed",
        "ready",
    ]
    assert "orders · 2026-W24 · sales · r1: stays in quarantine" in caplog.text


def test_fault_r11_two_workers_same_edition(house: House) -> None:
    tick_at(house, SUNDAY)
    house.clock.at = MONDAY
    with house.press() as slow:
        plan_due(slow)
        (due,) = slow.ledger.editions.due()
        made: list[Tick] = []

        def overtaken(_order: Order, stage: Stage) -> None:
            if stage == "rendered" and not made:
                house.clock.at += LEASE + timedelta(seconds=1)
                with house.press() as quick:
                    made.append(tick(quick))

        wanted = order_for(slow, Wish("orders", "2026-W24"))
        (late,) = run.publish(slow, [(due, wanted)], "schedule", overtaken)
        assert late.state == "taken"
        (ready,) = made[0].published
        assert ready.state == "ready"
        assert late.printed is not None
        assert ready.printed is not None
        assert late.printed.artifacts is not None
        assert ready.printed.artifacts is not None
        assert late.printed.artifacts.pdf == ready.printed.artifacts.pdf, "both have drawn the same bytes"
    record = edition(house)
    assert (record.state, record.attempts, record.token) == ("ready", 2, 2)
    assert len(house.outbox) == 2
