"""The ledger's promises: one claim per key, fenced writes, nothing forgotten after a crash."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from broadsheet.errors import StorageError
from broadsheet.ledger.editions import LEASE
from broadsheet.ledger.horizons import Horizon, NewEdition
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import EditionKey, NewDelivery

MONDAY = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
KEY = EditionKey("sales-weekly", "2026-W24", "sales", "all", "en")
ADA = NewDelivery("smtp", "ada@example.test", "<1@x>", "a" * 64)
BO = NewDelivery("smtp", "bo@example.test", "<2@x>", "b" * 64)


def finish(ledger, record, *deliveries):
    return ledger.editions.ready(
        record, manifest="m" * 64, pages=4, definition="d" * 64, deliveries=deliveries
    )


def test_an_edition_is_claimed_once(ledger):
    first = ledger.editions.plan(KEY, MONDAY, as_of=MONDAY)
    again = ledger.editions.plan(KEY, MONDAY + timedelta(hours=1), as_of=MONDAY)
    assert first.id == again.id
    assert again.due_at == MONDAY
    mine = ledger.editions.begin(first, trigger="schedule")
    assert mine is not None
    assert ledger.editions.begin(first, trigger="schedule") is None
    assert ledger.editions.due() == ()
    assert [event.what for event in ledger.history.events(first)] == ["planned", "claimed"]


def test_a_press_that_overslept_its_lease_cannot_write(ledger, clock):
    record = ledger.editions.plan(KEY, MONDAY, as_of=MONDAY)
    sleeper = ledger.editions.begin(record, trigger="schedule")
    clock.sleep(LEASE.total_seconds() + 1)
    assert ledger.recover() == (1, 0)
    successor = ledger.editions.begin(ledger.editions.due()[0], trigger="schedule")
    assert not finish(ledger, sleeper, ADA)
    assert ledger.deliveries.of(record) == ()
    assert finish(ledger, successor, ADA)
    assert not ledger.editions.fail(sleeper, "late")
    assert ledger.editions.find(KEY).state == "ready"
    assert ledger.editions.find(KEY).attempts == 2


def test_edition_and_deliveries_become_ready_together(ledger):
    mine = ledger.editions.begin(ledger.editions.plan(KEY, MONDAY, as_of=MONDAY), trigger="demand")
    assert finish(ledger, mine, ADA, BO)
    waiting = ledger.deliveries.waiting()
    assert [item.recipient for item in waiting] == ["ada@example.test", "bo@example.test"]
    mine = ledger.deliveries.sending(waiting[0])
    assert mine is not None
    assert ledger.deliveries.sending(waiting[0]) is None, "a second sender must not take the same delivery"
    assert ledger.deliveries.settle(mine, "sent", "250 ok")
    assert [item.recipient for item in ledger.deliveries.waiting()] == ["bo@example.test"]
    ((record, states),) = ledger.history.latest()
    assert record.key == KEY
    assert states == {"sent": 1, "queued": 1}


def test_an_interrupted_send_becomes_uncertain_and_is_repeated_with_the_same_bytes(ledger, clock):
    finish(
        ledger, ledger.editions.begin(ledger.editions.plan(KEY, MONDAY, as_of=MONDAY), trigger="demand"), ADA
    )
    ledger.deliveries.sending(ledger.deliveries.waiting()[0])
    assert ledger.deliveries.waiting() == ()
    clock.sleep(LEASE.total_seconds() + 1)
    assert ledger.recover() == (0, 1)
    (again,) = ledger.deliveries.waiting()
    assert (again.state, again.message_id, again.message) == ("uncertain", "<1@x>", "a" * 64)


def test_a_retry_waits_for_its_time(ledger, clock):
    finish(
        ledger, ledger.editions.begin(ledger.editions.plan(KEY, MONDAY, as_of=MONDAY), trigger="demand"), ADA
    )
    (item,) = ledger.deliveries.waiting()
    mine = ledger.deliveries.sending(item)
    ledger.deliveries.settle(mine, "queued", "451 later", next_at=clock.now() + timedelta(minutes=5))
    assert ledger.deliveries.waiting() == ()
    clock.sleep(301)
    assert ledger.deliveries.waiting()[0].reply == "451 later"


def test_a_horizon_never_moves_back(ledger, clock):
    assert ledger.horizons.known() == {}
    soon, later = (Horizon(MONDAY + timedelta(hours=hours), f"2026-W{hours}") for hours in (1, 2))
    ledger.horizons.enter([], {"sales-weekly": soon, "returns": soon})
    ledger.horizons.enter([], {"sales-weekly": Horizon(MONDAY), "returns": later})
    assert ledger.horizons.known() == {"sales-weekly": soon, "returns": later}
    newer = Horizon(later.until, "2026-W3")
    ledger.horizons.enter([], {"returns": newer})
    assert ledger.horizons.known()["returns"] == newer, "another period of the same moment"


def test_editions_are_planned_with_their_horizon_and_only_once(ledger, clock):
    later = MONDAY + timedelta(minutes=7)
    made = NewEdition(KEY, MONDAY, later, "Europe/Berlin")
    other = NewEdition(replace(KEY, period="2026-W23"), MONDAY, MONDAY, "UTC", "catchup", "too late")
    assert ledger.horizons.enter([made, other], {KEY.report: Horizon(MONDAY)}) == {made.key, other.key}
    assert ledger.horizons.enter([other, made], {KEY.report: Horizon(later)}) == frozenset()
    record = ledger.editions.find(KEY)
    assert (record.state, record.due_at, record.as_of, record.next_at) == ("due", MONDAY, MONDAY, later)
    assert record.zone == "Europe/Berlin"
    skipped = ledger.editions.find(other.key)
    assert (skipped.state, skipped.cause, skipped.reason) == ("skipped", "catchup", "too late")
    assert [(one.what, one.detail) for one in ledger.history.events(skipped)] == [("planned", "too late")]


def test_postponed_editions_keep_their_reason(ledger, clock):
    mine = ledger.editions.begin(ledger.editions.plan(KEY, MONDAY, as_of=MONDAY), trigger="schedule")
    assert ledger.editions.postpone(mine, "the warehouse is locked", MONDAY + timedelta(minutes=1))
    assert ledger.editions.due() == ()
    clock.sleep(61)
    assert ledger.editions.due()[0].reason == "the warehouse is locked"


def test_an_unusable_folder_is_a_plain_error(tmp_path, clock):
    (tmp_path / "var").write_text("a file, not a folder")
    with pytest.raises(StorageError, match="cannot be opened"):
        Ledger.open(tmp_path / "var" / "ledger.sqlite", clock)


def test_what_is_wanted_for_the_archive_stays_silent(ledger):
    missed = ledger.editions.plan(KEY, MONDAY, as_of=MONDAY, skipped="a later one was due", cause="catchup")
    assert not missed.silent
    again = ledger.editions.want(KEY, as_of=MONDAY)
    assert (again.id, again.state, again.silent, again.cause) == (missed.id, "due", True, "")
    new = ledger.editions.want(replace(KEY, revision=2), as_of=MONDAY)
    assert (new.state, new.silent) == ("due", True)
    assert [event.detail for event in ledger.history.events(new)] == ["for the archive"]
    mine = ledger.editions.begin(again, trigger="demand")
    assert finish(ledger, mine, ADA)
    assert ledger.editions.want(KEY, as_of=MONDAY).state == "ready"
    assert [event.what for event in ledger.history.events(again)] == [
        "planned", "asked for again", "claimed", "ready",
    ]  # fmt: skip


def test_history_finds_trouble_and_what_was_due_since_a_day(ledger, clock):
    def made(period, *deliveries):
        record = ledger.editions.plan(replace(KEY, period=period), clock.at, as_of=clock.at)
        mine = ledger.editions.begin(record, trigger="schedule")
        assert finish(ledger, mine, *deliveries)
        return record

    def periods(**wanted):
        return [record.key.period for record, _ in ledger.history.latest(**wanted)]

    made("2026-W24")
    clock.at += timedelta(days=7)
    refused = made("2026-W25", BO)
    (letter,) = ledger.deliveries.of(refused)
    ledger.deliveries.settle(ledger.deliveries.sending(letter), "rejected", "550 no such user")
    clock.at += timedelta(days=7)
    failed = ledger.editions.plan(replace(KEY, period="2026-W26"), clock.at, as_of=clock.at)
    ledger.editions.fail(ledger.editions.begin(failed, trigger="schedule"), "a template is broken")
    assert periods() == ["2026-W26", "2026-W25", "2026-W24"]
    assert periods(trouble=True) == ["2026-W26", "2026-W25"]
    assert periods(trouble=True, limit=1) == ["2026-W26"]
    assert periods(since=MONDAY + timedelta(days=1)) == ["2026-W26", "2026-W25"]
    assert periods(since=clock.at, trouble=True, report="sales-weekly") == ["2026-W26"]
