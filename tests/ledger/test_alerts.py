"""Alerts: opened with the event they follow from, told at once and then at most hourly, over when mended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadsheet.clock import FixedClock
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import EditionKey, EditionRecord, NewDelivery

MONDAY = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ADA = NewDelivery("smtp", "ada@example.test", "<1@x>", "a" * 64)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture
def ledger(tmp_path: Path, clock: FixedClock) -> Iterator[Ledger]:
    book = Ledger.open(tmp_path / "ledger.sqlite", clock)
    yield book
    book.close()


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
    clock.at += 2 * HOUR
    assert told(ledger) == []


def test_what_happens_again_is_told_once_an_hour(ledger: Ledger, clock: FixedClock) -> None:
    ledger.editions.fail(claimed(ledger), "the column is gone")
    told(ledger)
    for audience in ("board", "east"):
        clock.at += MINUTE
        ledger.editions.fail(claimed(ledger, audience=audience), "the column is gone")
    assert told(ledger) == []
    clock.at += HOUR
    assert told(ledger) == [("failed", "sales-weekly", "2026-W24 for east: the column is gone", 3)]


def test_trouble_is_over_when_no_edition_of_the_report_is_in_it(ledger: Ledger, clock: FixedClock) -> None:
    ledger.editions.fail(claimed(ledger), "no template")
    ledger.editions.fail(claimed(ledger, audience="board"), "no template")
    clock.at += MINUTE
    for audience, left in (("board", 1), ("sales", 0)):
        mine = claimed(ledger, audience=audience)
        ledger.editions.ready(mine, manifest="m", pages=1, definition="d", deliveries=())
        assert len(ledger.alerts.current()) == left
    assert told(ledger) == [("failed", "sales-weekly", "2026-W24 for board: no template", 2)], (
        "told, though over"
    )


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


def test_what_goes_on_for_days_is_told_every_day(ledger: Ledger, clock: FixedClock) -> None:
    days = []
    for hour in range(72):
        clock.at = MONDAY + hour * HOUR
        ledger.alerts.open("channel", "smtp", "connection refused")
        days += [hour for _ in told(ledger)]
    assert days == [0, 24, 48]
    ledger.alerts.settle("channel", "smtp")
    assert ledger.alerts.current() == ()
