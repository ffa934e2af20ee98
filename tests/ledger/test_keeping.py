"""Which editions the archive need not keep any longer, and what it keeps."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from broadsheet.clock import FixedClock
from broadsheet.ledger import keeping
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import EditionRecord, Hold, Made
from support.editions import MONDAY, due, letter, made, now, settled, story
from support.editions import claimed as begun

ADA = "ada@example.test"


def weeks(ledger: Ledger, clock: FixedClock, *recipients: str, **parts: str) -> list[EditionRecord]:
    """The editions of four weeks, each finished at its Monday."""
    found = []
    for week in range(4):
        clock.sleep((MONDAY + timedelta(weeks=week) - clock.now()).total_seconds())
        found.append(made(ledger, *recipients, at=clock.now(), period=f"2026-W{24 + week}", **parts))
    return found


def test_the_newest_of_each_reader_outlive_their_time(ledger: Ledger, clock: FixedClock) -> None:
    first, second, third, fourth = weeks(ledger, clock)
    (lone,) = (made(ledger, at=MONDAY - timedelta(weeks=9), audience="board", period="2026-W15"),)
    after = clock.now() + timedelta(seconds=1)
    assert ledger.keeping.outlived(after, 1) == (first, second, third)
    assert ledger.keeping.outlived(after, 2) == (first, second)
    assert ledger.keeping.outlived(second.finished_at, 1) == (first,)
    assert ledger.keeping.outlived(after, 0) == (first, second, third, fourth, lone)


def test_of_two_of_the_same_moment_the_later_made_is_kept(ledger: Ledger, clock: FixedClock) -> None:
    former, latter = made(ledger), made(ledger, revision=2)
    assert ledger.keeping.outlived(clock.now() + timedelta(days=1), 1) == (former,)
    assert latter.manifest is not None


def test_an_edition_that_may_still_go_out_is_kept(ledger: Ledger, clock: FixedClock) -> None:
    sent, queued, sending, uncertain, held = (
        made(ledger, ADA, period=f"2026-W{week}") for week in range(20, 25)
    )
    letters = {record.id: ledger.deliveries.of(record)[0] for record in (sent, sending, uncertain, held)}
    settled(ledger, letters[sent.id], "sent")
    ledger.deliveries.sending(letters[sending.id])
    settled(ledger, letters[uncertain.id], "uncertain", cause="uncertain")
    ledger.deliveries.hold(letters[held.id], "asked", cause="approval")
    waiting = begun(ledger, period="2026-W19")
    ledger.editions.hold(waiting, Made("m" * 64, 1, "d" * 64), Hold("few rows", "gate"))
    due(ledger, period="2026-W18")
    later = clock.now() + timedelta(days=1)
    assert ledger.keeping.outlived(later, 0) == (now(ledger, sent),)
    assert queued.manifest is not None


def test_what_has_left_the_archive_is_noted_and_not_asked_for_again(
    ledger: Ledger, clock: FixedClock
) -> None:
    first, second = made(ledger, period="2026-W24"), made(ledger, period="2026-W25")
    clock.sleep(60)
    ledger.keeping.gone([first])
    assert now(ledger, first).gone_at == clock.now()
    assert story(ledger, first)[-1] == ("left the archive", "ready", "", "")
    assert now(ledger, second).gone_at is None
    assert ledger.keeping.outlived(clock.now(), 0) == (second,)
    assert list(ledger.keeping.manifests()) == [(second.id, second.manifest)]
    third = made(ledger, period="2026-W26")
    assert ledger.keeping.outlived(clock.now() + timedelta(1), 1) == (second,), "what is gone takes no place"
    assert third.gone_at is None


@pytest.mark.parametrize("held", [False, True])
def test_what_is_made_anew_after_it_left_the_archive_is_there_again(ledger: Ledger, held: bool) -> None:
    mine, bundle = begun(ledger), Made("m" * 64, 1, "d" * 64)
    ledger.editions.hold(mine, bundle, Hold("few rows", "gate"))
    ledger.editions.drop(mine, "not wanted", "Ada")
    ledger.keeping.gone([mine])
    ledger.editions.retry(mine)
    mine = begun(ledger)
    assert mine.gone_at is not None, "what it was is still gone"
    anew = replace(bundle, manifest="a" * 64)
    if held:
        ledger.editions.hold(mine, anew, Hold("few rows", "gate"))
    else:
        ledger.editions.ready(mine, **asdict(anew), deliveries=[letter(mine, ADA)])
    assert now(ledger, mine).gone_at is None
    assert list(ledger.keeping.manifests()) == [(mine.id, anew.manifest)]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5])
def test_manifests_are_read_in_bunches(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(keeping, "BUNCH", 2)
    records = [made(ledger, period=f"2026-W{20 + week}") for week in range(count)]
    due(ledger, report="returns")
    assert list(ledger.keeping.manifests()) == [(record.id, record.manifest) for record in records]


def test_messages_are_kept_while_young_or_on_their_way(ledger: Ledger, clock: FixedClock) -> None:
    old = made(ledger, "old-sent@example.test", "old-queued@example.test")
    sent, queued = ledger.deliveries.of(old)
    settled(ledger, sent, "sent")
    clock.sleep(60)
    since = clock.now()
    young = made(ledger, "young@example.test", period="2026-W25")
    gone = made(ledger, "gone@example.test", period="2026-W26")
    for record in (young, gone):
        settled(ledger, ledger.deliveries.of(record)[0], "sent")
    ledger.keeping.gone([gone])
    messages = {queued.message, ledger.deliveries.of(young)[0].message}
    assert set(ledger.keeping.messages(since, ())) == messages
    assert set(ledger.keeping.messages(since, {young.id})) == {queued.message}
    assert set(ledger.keeping.messages(since + timedelta(seconds=1), ())) == {queued.message}
