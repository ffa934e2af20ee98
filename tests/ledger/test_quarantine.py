"""Editions over which presses died wait until something about them has changed."""

from __future__ import annotations

from datetime import timedelta

from broadsheet.clock import FixedClock
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import EditionRecord
from support.editions import MONDAY, claimed, due, made, now, runs, story

REASON = "killed by signal 11"


def struck(ledger: Ledger, times: int, **parts: str) -> EditionRecord:
    """An edition over which a worker has died so often."""
    claimed(ledger, **parts)
    record = due(ledger, **parts)
    for strike in range(times):
        state = ledger.editions.strike(record, REASON, MONDAY + timedelta(hours=1))
        assert state == ("quarantined" if strike == 2 else "due")
        if strike < times - 1:
            again = ledger.editions.begin(now(ledger, record), trigger="schedule")
            assert again is not None
            record = again
    return now(ledger, record)


def test_the_third_strike_is_a_quarantine(ledger: Ledger, clock: FixedClock) -> None:
    twice = struck(ledger, 2)
    assert (twice.state, twice.strikes, twice.cause, twice.reason) == ("due", 2, "crash", REASON)
    assert (twice.next_at, twice.finished_at) == (MONDAY + timedelta(hours=1), None)
    thrice = struck(ledger, 3, period="2026-W25")
    why = f"{REASON}; 3 workers died over it; it waits until its definition or its data change"
    assert (thrice.state, thrice.strikes, thrice.next_at) == ("quarantined", 3, clock.now())
    assert thrice.reason.startswith(why)
    assert [outcome for outcome, _ in runs(ledger, thrice)] == ["postponed", "postponed", "quarantined"]
    assert ledger.quarantine.all() == (thrice,)


def test_it_is_kept_while_nothing_changes(ledger: Ledger) -> None:
    record, other = struck(ledger, 3), made(ledger, period="2026-W25")
    for each in (record, other):
        ledger.quarantine.keep(each, MONDAY, MONDAY + timedelta(minutes=10))
    kept = now(ledger, record)
    assert (kept.state, kept.watermark, kept.next_at) == (
        "quarantined", MONDAY, MONDAY + timedelta(minutes=10),
    )  # fmt: skip
    assert now(ledger, other) == other


def test_it_is_released_once_and_without_a_strike(ledger: Ledger, clock: FixedClock) -> None:
    record, other = struck(ledger, 3), struck(ledger, 3, period="2026-W25")
    ledger.quarantine.keep(record, MONDAY, MONDAY)
    clock.sleep(60)
    assert ledger.quarantine.release(record, "its data changed")
    assert not ledger.quarantine.release(record, "its data changed")
    free = now(ledger, record)
    assert (free.state, free.strikes, free.watermark, free.reason, free.cause) == ("due", 0, None, "", "")
    assert (free.next_at, free.finished_at) == (clock.now(), None)
    assert story(ledger, record)[-1] == ("released", "due", "", "its data changed")
    assert ledger.quarantine.all() == (other,)
