"""Alerts: opened with the event they follow from, told at once and then at most hourly, over when mended."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from broadsheet.clock import FixedClock
from broadsheet.ledger.alarming import open_alert
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import Cause, EditionKey, EditionRecord, NewDelivery

MONDAY = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
ADA = NewDelivery("smtp", "ada@example.test", "<1@x>", "a" * 64)


def claimed(ledger: Ledger, period: str = "2026-W24", audience: str = "sales") -> EditionRecord:
    key = EditionKey("sales-weekly", period, audience, "all", "en")
    ledger.editions.plan(key, MONDAY, as_of=MONDAY)
    record = ledger.editions.find(key)
    assert record is not None
    ledger.editions.retry(record)
    mine = ledger.editions.begin(record, trigger="schedule")
    assert mine is not None
    return mine


def told(ledger: Ledger) -> list[tuple[str, str, str, int]]:
    """What the owner is told now, and that it was."""
    news = ledger.alerts.untold()
    ledger.alerts.told(news, ledger.alerts._store.clock.now())
    return [(each.kind, each.subject, each.detail, each.count) for each in news]


def test_a_failed_edition_is_news_at_once_and_once(ledger: Ledger, clock: FixedClock) -> None:
    ledger.editions.fail(claimed(ledger), "the column is gone")
    assert told(ledger) == [("failed", "sales-weekly", "2026-W24 for sales: the column is gone", 1)]
    clock.sleep(7200)
    assert told(ledger) == []


def test_what_happens_again_is_told_once_an_hour(ledger: Ledger, clock: FixedClock) -> None:
    ledger.editions.fail(claimed(ledger), "the column is gone")
    told(ledger)
    for audience in ("board", "east"):
        clock.sleep(60)
        ledger.editions.fail(claimed(ledger, audience=audience), "the column is gone")
    clock.sleep(3479)
    assert told(ledger) == []
    clock.sleep(1)
    assert told(ledger) == [("failed", "sales-weekly", "2026-W24 for east: the column is gone", 3)]


def test_trouble_is_over_when_no_edition_of_the_report_is_in_it(ledger: Ledger, clock: FixedClock) -> None:
    ledger.editions.fail(claimed(ledger), "no template")
    ledger.editions.fail(claimed(ledger, audience="board"), "no template")
    clock.sleep(60)
    for audience, left in (("board", 1), ("sales", 0)):
        mine = claimed(ledger, audience=audience)
        ledger.editions.ready(mine, manifest="m", pages=1, definition="d", deliveries=())
        assert len(ledger.alerts.current()) == left
    assert told(ledger) == [("failed", "sales-weekly", "2026-W24 for board: no template", 2)], (
        "told, though over"
    )


def test_trouble_goes_on_though_a_clock_moves_while_it_is_entered(
    ledger: Ledger, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def now() -> datetime:
        clock.sleep(0.001)
        return clock.at

    monkeypatch.setattr(clock, "now", now)
    ledger.editions.fail(claimed(ledger), "no template")
    mine = claimed(ledger, audience="board")
    ledger.editions.ready(mine, manifest="m", pages=1, definition="d", deliveries=())
    assert [each.kind for each in ledger.alerts.current()] == ["failed"]


@pytest.mark.parametrize(
    ("state", "kind"), [("rejected", "rejected"), ("failed", "undelivered"), ("expired", "expired")]
)
def test_a_lost_letter_is_told_with_its_recipient(ledger: Ledger, state: str, kind: str) -> None:
    mine = claimed(ledger)
    ledger.editions.ready(mine, manifest="m", pages=1, definition="d", deliveries=(ADA,))
    letter = ledger.deliveries.sending(ledger.deliveries.waiting()[0])
    assert letter is not None
    ledger.deliveries.settle(letter, state, "550 no such user")
    assert told(ledger) == [
        (kind, "sales-weekly", "2026-W24 for sales to ada@example.test: 550 no such user", 1)
    ]


def test_trouble_that_comes_back_at_the_moment_in_which_it_was_over_goes_on(ledger: Ledger) -> None:
    """Clocks count coarsely and are put back; the edition must not fail over it."""
    for _ in range(2):
        ledger.alerts.open("source", "crm", "the column is gone")
        ledger.alerts.settle("source", "crm")
    assert ledger.alerts.current() == ()
    ledger.alerts.open("source", "crm", "the column is gone")
    assert [(each.subject, each.count) for each in ledger.alerts.current()] == [("crm", 3)]


def test_of_two_presses_that_open_it_in_the_same_moment_one_counts_for_the_other(ledger: Ledger) -> None:
    with ThreadPoolExecutor(1) as other:
        with ledger.alerts._store.write() as connection:
            open_alert(connection, "failed", "orders", "the column is gone", MONDAY)
            meanwhile = other.submit(ledger.alerts.open, "failed", "orders", "no template")
            with pytest.raises(TimeoutError):
                meanwhile.result(1)
        meanwhile.result()
    assert told(ledger) == [("failed", "orders", "no template", 2)]


@pytest.mark.parametrize("cause", ["storage", "recipients"])
def test_some_causes_are_told_though_the_edition_is_tried_again(ledger: Ledger, cause: Cause) -> None:
    mine = claimed(ledger)
    ledger.editions.postpone(mine, "no space left", MONDAY, cause=cause)
    claimed(ledger)
    assert told(ledger) == [(cause, "sales-weekly", "2026-W24 for sales: no space left", 1)]


def test_an_edition_that_is_only_tried_again_is_no_news(ledger: Ledger) -> None:
    ledger.editions.postpone(claimed(ledger), "no connection", MONDAY, cause="source")
    assert told(ledger) == []


def test_trouble_is_not_over_while_it_is_only_tried_again(ledger: Ledger) -> None:
    ledger.editions.fail(claimed(ledger), "no template")
    mine = claimed(ledger)
    assert [each.kind for each in ledger.alerts.current()] == ["failed"]
    ledger.editions.ready(mine, manifest="m", pages=1, definition="d", deliveries=())
    assert ledger.alerts.current() == ()


def test_alerts_name_the_slice_and_what_happened(ledger: Ledger) -> None:
    key = EditionKey("sales-weekly", "2026-W24", "sales", "North", "en")
    mine = ledger.editions.begin(ledger.editions.plan(key, MONDAY, as_of=MONDAY), trigger="schedule")
    assert mine is not None
    ledger.editions.settle(mine, "refused", "")
    assert told(ledger) == [("refused", "sales-weekly", "2026-W24 for sales (North): refused", 1)]


def test_trouble_that_is_cancelled_is_over_and_that_of_other_reports_is_not(
    ledger: Ledger, clock: FixedClock
) -> None:
    ledger.editions.fail(claimed(ledger), "no template")
    key = EditionKey("returns", "2026-W24", "sales", "all", "en")
    mine = ledger.editions.begin(ledger.editions.plan(key, MONDAY, as_of=MONDAY), trigger="schedule")
    assert mine is not None
    ledger.editions.fail(mine, "no template")
    ledger.alerts.open("late", "sales-weekly", "still not there")
    clock.sleep(60)
    ledger.editions.retry(ledger.editions.find(claimed(ledger).key) or mine)
    ledger.turns.withdraw("sales-weekly", "gone")
    assert [(each.kind, each.subject) for each in ledger.alerts.current()] == [
        ("failed", "returns"), ("late", "sales-weekly"),
    ]  # fmt: skip
    ledger.editions.retry(mine)
    ledger.turns.withdraw("returns", "gone")
    assert [each.kind for each in ledger.alerts.current()] == ["late"]
    ledger.alerts.settle("late", "returns")
    assert [each.kind for each in ledger.alerts.current()] == ["late"]
    clock.sleep(60)
    ledger.alerts.settle("late", "sales-weekly")
    assert ledger.alerts.current() == ()


def test_what_goes_on_for_days_is_told_every_day(ledger: Ledger, clock: FixedClock) -> None:
    days = []
    for hour in range(72):
        clock.sleep(3600 if hour else 0)
        ledger.alerts.open("channel", "smtp", "connection refused")
        days += [hour for _ in told(ledger)]
    assert days == [0, 24, 48]
    ledger.alerts.settle("channel", "smtp")
    assert ledger.alerts.current() == ()


def test_figures_count_what_the_ledger_holds(ledger: Ledger, clock: FixedClock) -> None:
    ledger.editions.ready(claimed(ledger), manifest="m", pages=1, definition="d", deliveries=(ADA,))
    ledger.editions.fail(claimed(ledger, audience="board"), "no template")
    ledger.editions.plan(EditionKey("sales-weekly", "2026-W24", "east", "all", "en"), MONDAY, as_of=MONDAY)
    clock.sleep(1200)
    now = ledger.figures.standing()
    assert now.editions == {"ready": 1, "failed": 1, "due": 1}
    assert (now.overdue, now.oldest_due, now.outbox, now.oldest_letter) == (1, 1200, 1, 1200)
    assert (now.uncertain, now.lost, now.alerts["failed"]) == (0, 0, 1)
    assert now.succeeded == {"sales-weekly": MONDAY.timestamp()}
    late = clock.now() - timedelta(minutes=10)
    assert [record.key.audience for record in ledger.figures.overdue(late)] == ["east"]
    ((stuck,), done) = ledger.figures.stuck(late), ledger.figures.summary(MONDAY, timedelta(minutes=10))
    assert (stuck.letters, stuck.since) == (1, MONDAY)
    assert (done.made, done.late, done.failed, done.sent, done.lost) == (1, 0, 1, 0, 0)


def test_a_mark_is_renewed_by_one(ledger: Ledger) -> None:
    assert [ledger.marks.renew("heartbeat", day) for day in ("15", "15", "16", "16")] == [
        True,
        False,
        True,
        False,
    ]
