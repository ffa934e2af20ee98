"""The ledger read by people: what was made, for whom, how long it took, how it stands now."""

from __future__ import annotations

from datetime import timedelta

from broadsheet.clock import FixedClock
from broadsheet.ledger.figures import Standing
from broadsheet.ledger.history import ONCE_UNCERTAIN
from broadsheet.ledger.horizons import NewEdition
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import Hold, Made
from support.editions import MONDAY, claimed, due, key, letter, made, reread, settled

ADA, BO, CY, DEE = (f"{name}@example.test" for name in ("ada", "bo", "cy", "dee"))
WEEK = timedelta(weeks=1)


def test_editions_are_found_by_number_report_and_period(ledger: Ledger) -> None:
    assert (ledger.history.one(1), ledger.history.reports(), ledger.history.last_event()) == (None, (), None)
    first = due(ledger, MONDAY - WEEK, period="2026-W23")
    second, again = due(ledger), due(ledger, revision=2)
    other = due(ledger, report="returns")
    assert ledger.history.one(second.id) == second
    assert ledger.history.of_period("sales-weekly", "2026-W24") == (second, again)
    assert set(ledger.history.reports()) == {"sales-weekly", "returns"}
    assert ledger.history.periods("sales-weekly") == ("2026-W24", "2026-W23")
    assert ledger.history.periods("sales-weekly", limit=1) == ("2026-W24",)
    assert ledger.history.latest("returns") == ((other, {}),)
    assert [record for record, _ in ledger.history.latest()] == [other, again, second, first]
    assert ledger.history.last_event() == MONDAY


def test_letters_are_counted_by_state_and_those_that_were_once_in_doubt(ledger: Ledger) -> None:
    record = made(ledger, ADA, BO, CY)
    for each in ledger.deliveries.of(record)[:2]:
        settled(ledger, each, "uncertain", cause="uncertain")
    ((_, states),) = ledger.history.latest()
    assert states == {"queued": 1, "uncertain": 2}
    settled(ledger, reread(ledger, ledger.deliveries.of(record)[0]), "sent")
    settled(ledger, reread(ledger, ledger.deliveries.of(record)[1]), "rejected")
    ((_, states),) = ledger.history.latest()
    assert states == {"queued": 1, "sent": 1, "rejected": 1, ONCE_UNCERTAIN: 2}


def test_what_still_waits_is_counted(ledger: Ledger) -> None:
    assert ledger.history.unfinished() == {"editions": 0, "deliveries": 0}
    due(ledger, period="2026-W21")
    claimed(ledger, period="2026-W22")
    held = claimed(ledger, period="2026-W23")
    ledger.editions.hold(held, Made("m" * 64, 1, "d" * 64), Hold("few rows", "gate"))
    ada, _, cy = ledger.deliveries.of(made(ledger, ADA, BO, CY))
    settled(ledger, ada, "sent")
    ledger.deliveries.hold(cy, "asked", cause="approval")
    assert ledger.history.unfinished() == {"editions": 3, "deliveries": 2}


def test_work_is_timed_from_its_start_to_the_last_letter(ledger: Ledger, clock: FixedClock) -> None:
    at = clock.now()
    mine = claimed(ledger, at)
    clock.sleep(10)
    ledger.editions.ready(
        mine,
        manifest="m",
        pages=1,
        definition="d",
        deliveries=[letter(mine, ADA), letter(mine, BO), letter(mine, CY)],
    )
    assert ledger.runs.seconds("sales-weekly", 5) == (10.0,), "nothing is sent yet"
    for each in ledger.deliveries.of(mine)[:2]:
        clock.sleep(5)
        settled(ledger, each, "sent")
    assert ledger.runs.seconds("sales-weekly", 5) == (20.0,)
    ada, _, cy = ledger.deliveries.of(mine)
    ledger.deliveries.hold(cy, "nobody knows the domain", cause="approval")
    clock.sleep(3600)
    ledger.domains.release(ledger.domains.held(), "two people have said so")
    settled(ledger, reread(ledger, cy), "sent")
    ledger.deliveries.again(ada, clock.now() + WEEK)
    settled(ledger, reread(ledger, ada), "sent")
    ledger.deliveries.add(mine, [letter(mine, DEE)])
    settled(ledger, ledger.deliveries.to(DEE)[0], "sent")
    assert ledger.runs.seconds("sales-weekly", 5) == (20.0,), "what somebody wanted later was not its work"
    filled = ledger.editions.want(key(period="2026-W20"), as_of=at)
    began = ledger.editions.begin(filled, trigger="backfill")
    assert began is not None
    ledger.editions.ready(began, manifest="m", pages=1, definition="d", deliveries=())
    assert ledger.runs.seconds("sales-weekly", 5) == (20.0,), "for the archive there were no letters"
    made(ledger, at=at + WEEK, period="2026-W25")
    assert sorted(ledger.runs.seconds("sales-weekly", 5)) == [0.0, 20.0]
    assert ledger.runs.seconds("sales-weekly", 1) == (0.0,)
    assert ledger.runs.seconds("returns", 5) == ()
    given_up = claimed(ledger, period="2026-W26")
    ledger.editions.fail(given_up, "no template")
    assert len(ledger.runs.seconds("sales-weekly", 5)) == 2


def test_an_edition_is_late_when_nobody_made_it_and_nothing_explains_that(
    ledger: Ledger, clock: FixedClock
) -> None:
    early = MONDAY - timedelta(hours=1)
    overdue, running = due(ledger, early, period="2026-W20"), claimed(ledger, early, period="2026-W21")
    waits, tried = due(ledger, early, period="2026-W22"), claimed(ledger, early, period="2026-W23")
    ledger.turns.defer(waits, "the data are late", MONDAY)
    ledger.editions.postpone(tried, "no connection", MONDAY + timedelta(hours=1))
    spread = NewEdition(key(period="2026-W24"), early, MONDAY, "UTC")
    ledger.horizons.enter([spread], {})
    made(ledger, at=early, period="2026-W25")
    due(ledger, MONDAY, period="2026-W26")
    claimed(ledger, MONDAY, period="2026-W27")
    found = ledger.figures.overdue(MONDAY)
    assert {each.id for each in found} == {overdue.id, running.id, tried.id}
    now = ledger.figures.standing()
    assert (now.overdue, now.oldest_due) == (3, 3600.0)
    late = ledger.figures.overdue(MONDAY + timedelta(seconds=1))
    more = {each.key.period for each in late} - {each.key.period for each in found}
    assert more == {"2026-W24", "2026-W26", "2026-W27"}
    assert [each.due_at for each in late] == sorted(each.due_at for each in late), "the oldest first"
    assert ledger.figures.overdue(MONDAY, ["sales-weekly"]) == (), "it is paused"
    assert ledger.figures.standing(["sales-weekly"]).oldest_due == 0.0


def test_letters_that_wait_too_long_are_told_with_their_edition(ledger: Ledger, clock: FixedClock) -> None:
    first = made(ledger, ADA, BO, CY)
    settled(ledger, ledger.deliveries.of(first)[0], "queued")
    settled(ledger, ledger.deliveries.of(first)[2], "sent")
    clock.sleep(60)
    made(ledger, ADA, period="2026-W25")
    (stuck,) = ledger.figures.stuck(clock.now())
    assert (stuck.edition, stuck.letters, stuck.since) == (first, 2, MONDAY)
    assert stuck.reply == "reply: queued"


def test_a_day_is_summed_up(ledger: Ledger, clock: FixedClock) -> None:
    made(ledger, CY, period="2026-W20")
    clock.sleep(60)
    since = clock.now()
    late = timedelta(minutes=10)
    made(ledger, ADA, BO, at=since - late, period="2026-W21")
    slow = made(ledger, ADA, BO, at=since - late - timedelta(seconds=1), period="2026-W22")
    for each, state in zip(ledger.deliveries.of(slow), ("sent", "rejected"), strict=True):
        settled(ledger, each, state)
    for state, period in (("failed", "2026-W23"), ("refused", "2026-W24"), ("quarantined", "2026-W25")):
        ledger.editions.settle(claimed(ledger, since, period=period), state, "why")
    summary = ledger.figures.summary(since, late)
    assert (summary.made, summary.late, summary.failed, summary.sent, summary.lost) == (2, 1, 3, 1, 1)
    assert summary.lines == (
        "2 editions made, 1 of them late", "3 editions given up", "1 messages sent, 1 given up",
    )  # fmt: skip


def standing(ledger: Ledger) -> Standing:
    return ledger.figures.standing()


def test_the_ledger_tells_how_it_stands(ledger: Ledger, clock: FixedClock) -> None:
    ledger.nodes.seen()
    empty = standing(ledger)
    assert (empty.overdue, empty.oldest_due, empty.outbox, empty.oldest_letter) == (0, 0.0, 0, 0.0)
    assert (empty.uncertain, empty.lost, empty.ticked) == (0, 0, 0.0)
    assert (empty.editions, empty.deliveries, empty.succeeded) == ({}, {}, {})
    assert set(empty.alerts) >= {"failed", "late", "restored"}
    assert set(empty.alerts.values()) == {0}

    ledger.nodes.ticked()
    due(ledger, MONDAY - timedelta(minutes=5), period="2026-W22")
    due(ledger, MONDAY + timedelta(minutes=5), period="2026-W23")
    ada, bo = ledger.deliveries.of(made(ledger, ADA, BO))
    settled(ledger, ada, "uncertain", cause="uncertain")
    settled(ledger, bo, "blocked", cause="entitlement")
    ledger.editions.settle(claimed(ledger, report="returns"), "refused", "no scope", cause="entitlement")
    due(ledger, MONDAY + timedelta(seconds=30), period="2026-W26")
    assert standing(ledger).oldest_letter == 0.0
    clock.sleep(30)
    full = standing(ledger)
    assert full.editions == {"due": 3, "ready": 1, "refused": 1}
    assert full.deliveries == {"uncertain": 1, "blocked": 1}
    assert (full.overdue, full.oldest_due, full.outbox, full.oldest_letter) == (1, 330.0, 1, 30.0)
    assert (full.uncertain, full.ticked) == (1, MONDAY.timestamp())
    assert full.succeeded == {"sales-weekly": MONDAY.timestamp()}
    assert {kind for kind, count in full.alerts.items() if count} == {"blocked", "refused"}
