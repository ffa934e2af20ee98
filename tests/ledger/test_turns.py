"""Editions whose turn is not yet, or will not come."""

from __future__ import annotations

from datetime import timedelta

from broadsheet.clock import FixedClock
from broadsheet.ledger.horizons import Horizon, NewEdition
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import Hold, Made
from support.editions import MONDAY, claimed, due, key, letter, made, now, runs, settled, story

LATER = MONDAY + timedelta(minutes=20)


def test_what_is_before_a_report_is_its_earliest_open_edition(ledger: Ledger, clock: FixedClock) -> None:
    due(ledger, report="waits")
    due(ledger, MONDAY - timedelta(days=7), report="waits", period="2026-W23")
    claimed(ledger, report="in-work")
    made(ledger, report="finished")
    spread = NewEdition(key(report="spread"), MONDAY, LATER, "UTC")
    ledger.horizons.enter([spread], {})
    assert ledger.turns.unfinished() == {
        "waits": MONDAY - timedelta(days=7),
        "in-work": MONDAY,
        "spread": MONDAY,
    }
    assert ledger.turns.ahead() == {"in-work": MONDAY, "spread": MONDAY}
    clock.sleep(20 * 60)
    assert ledger.turns.ahead() == {"in-work": MONDAY}


def test_an_edition_that_waits_for_its_data_says_so_once(ledger: Ledger) -> None:
    record = due(ledger)
    for _ in range(2):
        ledger.turns.defer(record, "the orders are of Friday", LATER)
        record = now(ledger, record)
    assert (record.state, record.next_at, record.reason) == ("due", LATER, "the orders are of Friday")
    assert ledger.editions.due() == ()
    assert story(ledger, record)[1:] == [("waits", "due", "data", "the orders are of Friday")]
    ledger.turns.defer(record, "the orders are of Saturday", LATER)
    assert [each.what for each in ledger.history.events(record)] == ["planned", "waits", "waits"]


def test_only_who_saw_an_edition_last_may_defer_it(ledger: Ledger) -> None:
    before = due(ledger)
    other = due(ledger, period="2026-W25")
    mine = ledger.editions.begin(before, trigger="schedule")
    assert mine is not None
    ledger.turns.defer(before, "late", LATER)
    ledger.turns.defer(mine, "late", LATER)
    assert now(ledger, mine) == mine
    ledger.editions.postpone(mine, "the warehouse is locked", MONDAY)
    ledger.turns.defer(before, "late", LATER)
    assert now(ledger, mine).reason == "the warehouse is locked"
    assert now(ledger, other) == other


def test_an_edition_whose_source_is_away_says_so_once(ledger: Ledger) -> None:
    record, other, mine = due(ledger), due(ledger, period="2026-W25"), claimed(ledger, period="2026-W26")
    for reason in ("the shop does not answer", "the shop still does not answer"):
        ledger.turns.wait({record: reason, mine: reason})
    waits = now(ledger, record)
    assert (waits.state, waits.cause, waits.reason) == ("due", "source", "the shop does not answer")
    assert (waits.next_at, waits.token, waits.attempts) == (record.next_at, 0, 0)
    assert story(ledger, record)[1:] == [("waits", "due", "source", "the shop does not answer")]
    assert now(ledger, other) == other
    assert now(ledger, mine) == mine


def test_what_could_not_be_begun_is_put_back_without_an_attempt(ledger: Ledger, clock: FixedClock) -> None:
    mine = claimed(ledger)
    clock.sleep(5)
    assert ledger.editions.put_back(mine, "the shop does not answer", cause="source")
    back = now(ledger, mine)
    assert (back.state, back.attempts, back.next_at, back.cause) == ("due", 0, clock.now(), "source")
    assert runs(ledger, mine) == [("postponed", "the shop does not answer")]
    assert not ledger.editions.put_back(mine, "late", cause="source")


def test_a_report_that_is_gone_takes_back_all_that_is_not_out(ledger: Ledger, clock: FixedClock) -> None:
    waits, mine = due(ledger, period="2026-W22"), claimed(ledger, period="2026-W23")
    held = claimed(ledger, period="2026-W21")
    ledger.editions.hold(held, Made("m" * 64, 1, "d" * 64), Hold("few rows", "gate"))
    out = made(ledger, "ada@example.test", "bo@example.test", "cy@example.test", "di@example.test")
    ada, bo, cy, di = ledger.deliveries.of(out)
    settled(ledger, ada, "sent")
    assert ledger.deliveries.sending(bo)
    settled(ledger, cy, "uncertain", cause="uncertain")
    assert ledger.deliveries.hold(di, "asked", cause="approval")
    other = made(ledger, "ada@example.test", report="returns")
    ledger.horizons.enter([], {"sales-weekly": Horizon(MONDAY), "returns": Horizon(MONDAY)})

    clock.sleep(60)
    assert ledger.turns.withdraw("sales-weekly", "the report is gone") == 5
    for record in (waits, mine, held):
        ended = now(ledger, record)
        assert (ended.state, ended.cause, ended.reason) == ("cancelled", "definition", "the report is gone")
        assert (ended.finished_at, ended.lease_until) == (clock.now(), None)
        assert story(ledger, record)[-1] == ("cancelled", "cancelled", "definition", "the report is gone")
    assert not ledger.editions.postpone(mine, "late", MONDAY), "the press must be fenced off"
    assert runs(ledger, mine) == [("cancelled", "the report is gone")]
    assert runs(ledger, held) == [("held", "few rows")]
    states = [(each.state, each.cause, each.reply) for each in ledger.deliveries.of(out)]
    gone = ("cancelled", "definition", "the report is gone")
    assert states == [("sent", "", "reply: sent"), ("sending", "", ""), gone, gone]
    assert [each[0] for each in story(ledger, out)].count("cancelled") == 2
    assert ledger.turns.withdraw("sales-weekly", "again") == 0
    assert [each.state for each in ledger.deliveries.of(other)] == ["queued"]
    assert set(ledger.horizons.known()) == {"returns"}


def test_only_what_is_due_is_cancelled_for_want_of_an_audience(ledger: Ledger) -> None:
    record, mine = due(ledger), claimed(ledger, period="2026-W25")
    assert ledger.turns.cancel(record, "no such audience")
    assert not ledger.turns.cancel(record, "no such audience")
    assert not ledger.turns.cancel(mine, "no such audience")
    assert now(ledger, mine) == mine
    assert story(ledger, record)[1:] == [("cancelled", "cancelled", "definition", "no such audience")]
    assert ledger.turns.unfinished() == {"sales-weekly": mine.due_at}


def test_a_cancelled_claim_stays_cancelled(ledger: Ledger) -> None:
    mine, other = claimed(ledger), claimed(ledger, report="returns")
    ledger.turns.withdraw("sales-weekly", "gone")
    assert runs(ledger, other) == [("running", "")]
    assert now(ledger, mine).token == mine.token + 1
    ledger.editions.retry(mine)
    again = ledger.editions.begin(now(ledger, mine), trigger="demand")
    assert again is not None
    late = letter(mine, "ada@example.test")
    assert not ledger.editions.ready(mine, manifest="m", pages=1, definition="d", deliveries=(late,))
    assert ledger.deliveries.of(mine) == ()
