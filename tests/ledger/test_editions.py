"""Editions: planned once, claimed by one press, ended by who holds the claim, made due again on request."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broadsheet.clock import FixedClock
from broadsheet.ledger.definitions import SoundText
from broadsheet.ledger.horizons import Horizon, NewEdition
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import EditionState, Hold, Made
from broadsheet.ledger.store import LEASE
from support.editions import MONDAY, claimed, due, key, letter, made, now, runs, story

WEEK = timedelta(weeks=1)


def test_a_planned_edition_says_why_it_is_skipped(ledger: Ledger, clock: FixedClock) -> None:
    sound = ledger.editions.plan(key(), MONDAY, as_of=MONDAY - WEEK, zone="Europe/Oslo")
    assert (sound.state, sound.due_at, sound.next_at, sound.as_of) == ("due", MONDAY, MONDAY, MONDAY - WEEK)
    assert (sound.finished_at, sound.created_at, sound.zone) == (None, clock.now(), "Europe/Oslo")
    skipped = ledger.editions.plan(
        key(revision=2), MONDAY, as_of=MONDAY, skipped="a later one was due", cause="catchup"
    )
    assert (skipped.state, skipped.finished_at) == ("skipped", clock.now())
    assert story(ledger, skipped) == [("planned", "skipped", "catchup", "a later one was due")]
    ledger.editions.plan(key(revision=2), MONDAY, as_of=MONDAY)
    assert len(story(ledger, skipped)) == 1


def test_a_claim_is_a_lease_with_a_token_and_a_run(ledger: Ledger) -> None:
    record = due(ledger)
    mine = ledger.editions.begin(record, trigger="schedule", definition="d" * 64)
    assert mine is not None
    assert (mine.state, mine.token, mine.attempts, mine.lease_until) == ("running", 1, 1, MONDAY + LEASE)
    assert (mine.node, mine.definition) == (ledger.editions._store.node, "d" * 64)
    assert runs(ledger, mine) == [("running", "")]
    assert story(ledger, mine)[-1] == ("claimed", "running", "", "schedule")


@pytest.mark.parametrize("state", ["failed", "skipped", "cancelled", "refused", "quarantined"])
def test_a_claim_ends_once(ledger: Ledger, clock: FixedClock, state: EditionState) -> None:
    mine = claimed(ledger)
    clock.sleep(2.5)
    assert ledger.editions.settle(mine, state, "why", cause="data")
    ended = now(ledger, mine)
    assert (ended.state, ended.reason, ended.cause, ended.finished_at, ended.lease_until) == (
        state, "why", "data", clock.now(), None,
    )  # fmt: skip
    assert runs(ledger, mine) == [(state, "why")]
    last = ledger.history.events(mine)[-1]
    assert (last.what, last.state, last.milliseconds, last.token, last.attempt) == (state, state, 2500, 1, 1)
    assert not ledger.editions.settle(mine, "failed", "again")
    assert ledger.history.events(mine)[-1] == last


def test_what_was_not_made_is_due_again_when_somebody_asks(ledger: Ledger, clock: FixedClock) -> None:
    mine, done = claimed(ledger), made(ledger, period="2026-W25")
    ledger.editions.strike(mine, "killed", MONDAY + WEEK)
    clock.sleep(60)
    for record in (mine, done):
        ledger.editions.retry(record)
    again = now(ledger, mine)
    assert (again.state, again.next_at, again.finished_at) == ("due", clock.now(), None)
    assert (again.reason, again.cause, again.strikes, again.silent) == ("", "", 0, False)
    assert story(ledger, mine)[-1] == ("asked for again", "due", "", "")
    assert now(ledger, done) == done
    other = now(ledger, claimed(ledger, period="2026-W26"))
    ledger.editions.retry(other)
    assert now(ledger, other) == other, "it is being made"


def test_what_is_made_goes_with_all_that_is_known_of_it(ledger: Ledger) -> None:
    mine = claimed(ledger)
    ledger.editions.postpone(mine, "locked", MONDAY, cause="source")
    again = ledger.editions.begin(now(ledger, mine), trigger="schedule")
    assert again is not None
    assert ledger.editions.ready(
        again, manifest="m" * 64, pages=3, definition="d" * 64, deliveries=(), scope="s" * 64
    )
    done = now(ledger, mine)
    assert (done.manifest, done.pages, done.definition, done.scope) == ("m" * 64, 3, "d" * 64, "s" * 64)
    assert (done.reason, done.cause, done.strikes) == ("", "", 0)
    assert [outcome for outcome, _ in runs(ledger, mine)] == ["postponed", "ready"]
    assert [each.what for each in ledger.history.events(mine)][2] == "postponed"


def test_what_waits_for_a_decision_is_found_the_oldest_first(ledger: Ledger, clock: FixedClock) -> None:
    for at, period, until in ((MONDAY, "2026-W24", None), (MONDAY - WEEK, "2026-W23", MONDAY)):
        mine = claimed(ledger, at, period=period)
        ledger.editions.hold(mine, Made("m", 1, "d"), Hold("look", "approval", until, "drop"))
    due(ledger, period="2026-W22")
    assert [each.key.period for each in ledger.editions.held()] == ["2026-W23", "2026-W24"]
    assert [each.key.period for each in ledger.editions.held(overdue=True)] == ["2026-W23"]
    record = ledger.editions.held()[0]
    clock.sleep(60)
    assert ledger.editions.release(record, (), "Ola")
    out = now(ledger, record)
    assert (out.held_until, out.held_then, out.finished_at) == (None, "", clock.now())
    assert story(ledger, record)[-1] == ("released", "ready", "", "by Ola")
    (other,) = ledger.editions.held()
    assert ledger.editions.drop(other, "not wanted", "Bo")
    assert story(ledger, other)[-1] == ("dropped", "cancelled", "approval", "by Bo")
    assert not ledger.editions.drop(other, "not wanted", "Bo")


def test_what_nobody_has_is_held_before_its_first_reader(ledger: Ledger, clock: FixedClock) -> None:
    read, alone = made(ledger, "ada@example.test"), made(ledger, audience="board")
    clock.sleep(60)
    look = Hold("look", "approval", MONDAY + timedelta(hours=4), "drop")
    assert not ledger.editions.hold_first(read, look), "somebody has it"
    assert ledger.editions.hold_first(alone, look)
    assert not ledger.editions.hold_first(alone, look), "it is held"
    (held,) = ledger.editions.held()
    assert (held.id, held.reason, held.cause, held.finished_at) == (alone.id, "look", "approval", clock.now())
    assert (held.held_until, held.held_then) == (look.until, "drop")
    assert [each.kind for each in ledger.alerts.current()] == ["held"]


def test_the_former_editions_are_those_the_same_readers_had_before(ledger: Ledger) -> None:
    first, second, third = (
        made(ledger, at=MONDAY + number * WEEK, period=f"2026-W{24 + number}") for number in range(3)
    )
    made(ledger, at=MONDAY + WEEK, period="2026-W25", audience="board")
    due(ledger, MONDAY + WEEK, period="2026-W20")
    assert ledger.editions.former(third.key, third.as_of) == (second,)
    assert ledger.editions.former(third.key, third.as_of, 5) == (second, first)
    assert ledger.editions.former(second.key, third.as_of, 5) == (first,)
    again = made(ledger, at=second.as_of, period="2026-W25", revision=2)
    assert ledger.editions.former(third.key, third.as_of) == (again,)


def test_the_former_edition_is_the_last_revision_that_anybody_has(ledger: Ledger) -> None:
    sent = made(ledger, "ada@example.test", period="2026-W24")
    kept = made(ledger, period="2026-W24", revision=2)
    following = key(period="2026-W25")
    assert ledger.editions.former(following, MONDAY + WEEK, 5) == (sent, kept)
    ledger.deliveries.add(kept, [letter(kept, "ada@example.test")])
    assert ledger.editions.former(following, MONDAY + WEEK) == (kept,)


def test_the_due_come_the_oldest_first(ledger: Ledger) -> None:
    later, sooner = due(ledger, MONDAY), due(ledger, MONDAY - WEEK, period="2026-W23")
    due(ledger, MONDAY + timedelta(seconds=1), period="2026-W25")
    assert ledger.editions.due() == (sooner, later)


def test_what_a_press_left_is_free_again(ledger: Ledger, clock: FixedClock) -> None:
    mine, other = claimed(ledger), due(ledger, period="2026-W25")
    clock.sleep(60)
    assert ledger.editions.recover([mine]) == 0
    assert ledger.editions.recover() == 1
    freed = now(ledger, mine)
    why = "the press that had it did not finish"
    assert (freed.state, freed.next_at, freed.reason, freed.cause) == ("due", clock.now(), why, "crash")
    assert (freed.lease_until, freed.finished_at, freed.token) == (None, None, 1)
    assert runs(ledger, mine) == [("interrupted", why)]
    assert story(ledger, mine)[-1] == ("freed", "due", "crash", why)
    assert now(ledger, other) == other
    assert ledger.figures.standing().lost == 1


def test_a_planned_edition_waits_for_its_turn_or_is_skipped(ledger: Ledger, clock: FixedClock) -> None:
    spread = NewEdition(key(), MONDAY, MONDAY + timedelta(minutes=3), "Europe/Oslo")
    void = NewEdition(key(period="2011-12-30"), MONDAY, MONDAY, "Pacific/Apia", "void", "no such day")
    assert ledger.horizons.enter([spread, void], {}) == {spread.key, void.key}
    first, second = ledger.editions.find(spread.key), ledger.editions.find(void.key)
    assert first is not None
    assert second is not None
    assert (first.state, first.finished_at, first.created_at) == ("due", None, clock.now())
    assert (second.state, second.finished_at, second.cause) == ("skipped", clock.now(), "void")
    assert story(ledger, second) == [("planned", "skipped", "void", "no such day")]
    assert ledger.horizons.enter([], {}) == frozenset()


def test_a_report_that_is_gone_is_dated_until_it_is_back(ledger: Ledger, clock: FixedClock) -> None:
    ledger.horizons.enter([], {"returns": Horizon(MONDAY, "2026-W24"), "orders": Horizon(MONDAY)})
    ledger.horizons.miss(["returns"], [])
    clock.sleep(60)
    ledger.horizons.miss(["returns"], [])
    assert ledger.horizons.known() == {
        "returns": Horizon(MONDAY, "2026-W24", MONDAY), "orders": Horizon(MONDAY),
    }  # fmt: skip
    ledger.horizons.miss([], ["returns"])
    assert ledger.horizons.known()["returns"] == Horizon(MONDAY, "2026-W24")


def test_the_last_sound_text_of_a_file_is_kept_until_the_file_is_gone(ledger: Ledger) -> None:
    ledger.definitions.keep({"a.yaml": SoundText("1", "one"), "b.yaml": SoundText("2", "two")}, ())
    ledger.definitions.keep({"a.yaml": SoundText("3", "three")}, ())
    assert ledger.definitions.hashes() == {"a.yaml": "3", "b.yaml": "2"}
    assert ledger.definitions.texts(["a.yaml", "c.yaml"]) == {"a.yaml": "three"}
    ledger.definitions.keep({}, ["a.yaml"])
    assert ledger.definitions.hashes() == {"b.yaml": "2"}
