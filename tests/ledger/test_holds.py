"""A held edition goes out when somebody says so, once, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from broadsheet.clock import FixedClock
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import EditionKey, EditionRecord, Hold, Made, NewDelivery

MONDAY = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
KEY = EditionKey("sales-weekly", "2026-W24", "sales", "all", "en")
ADA = NewDelivery("smtp", "ada@example.test", "<1@x>", "a" * 64)
MADE = Made("m" * 64, 4, "d" * 64, "s" * 64)


def held(ledger: Ledger, hold: Hold) -> EditionRecord:
    mine = ledger.editions.begin(ledger.editions.plan(KEY, MONDAY, as_of=MONDAY), trigger="schedule")
    assert mine is not None
    assert ledger.editions.hold(mine, MADE, hold)
    assert not ledger.editions.hold(mine, MADE, hold), "it is out of the press's hands"
    (record,) = ledger.editions.held()
    return record


def test_a_release_queues_the_letters_once(ledger: Ledger) -> None:
    record = held(ledger, Hold("few rows", "gate"))
    assert (record.state, record.reason, record.manifest, record.scope) == (
        "held",
        "few rows",
        "m" * 64,
        "s" * 64,
    )
    assert ledger.deliveries.waiting() == ()
    assert ledger.editions.release(record, (ADA,), "Ola")
    assert not ledger.editions.release(record, (ADA,), "Bo"), "only one decides"
    assert [item.recipient for item in ledger.deliveries.waiting()] == ["ada@example.test"]
    found = ledger.editions.find(KEY)
    assert found is not None
    assert (found.state, found.reason, found.cause) == ("ready", "", "")
    assert [each.what for each in ledger.history.events(record)][-2:] == ["held", "released"]
    assert ledger.alerts.current() == ()


def test_a_dropped_edition_goes_to_nobody(ledger: Ledger) -> None:
    record = held(ledger, Hold("few rows", "gate"))
    assert ledger.editions.drop(record, "the shop was closed", "Ola")
    assert not ledger.editions.release(record, (ADA,), "Bo")
    found = ledger.editions.find(KEY)
    assert found is not None
    assert (found.state, found.reason, found.cause) == ("cancelled", "the shop was closed", "gate")
    assert ledger.alerts.current() == ()


def test_what_nobody_decides_in_time_is_found(ledger: Ledger, clock: FixedClock) -> None:
    later = MONDAY + timedelta(hours=4)
    record = held(ledger, Hold("look at it", "approval", later, "send"))
    assert (record.held_until, record.held_then) == (later, "send")
    assert ledger.editions.held(overdue=True) == ()
    clock.sleep(4 * 3600)
    assert ledger.editions.held(overdue=True) == (record,)
