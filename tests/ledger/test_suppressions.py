"""Addresses that get no letters: counted, added, lifted."""

from __future__ import annotations

import pytest

from broadsheet.clock import FixedClock
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import DeliveryRecord
from support.editions import MONDAY, made, reread, settled, story

ADA, BO = "Ada@example.test", "bo@example.test"


def sent(ledger: Ledger, address: str = ADA, **parts: str) -> DeliveryRecord:
    (record,) = ledger.deliveries.of(made(ledger, address, **parts))
    return settled(ledger, record, "sent")


def test_the_second_hard_bounce_suppresses_an_address(ledger: Ledger, clock: FixedClock) -> None:
    first, second, third = (sent(ledger, period=f"2026-W{week}") for week in (21, 22, 23))
    assert ledger.suppressions.bounced(first, "550 unknown", hard=True)
    assert not ledger.suppressions.bounced(first, "550 unknown", hard=True), "told twice, counted once"
    (known,) = ledger.suppressions.all()
    assert (known.address, known.bounces, known.since, known.last_at) == (
        "ada@example.test",
        1,
        None,
        MONDAY,
    )
    assert ledger.suppressions.addresses("sales-weekly") == frozenset()
    assert ledger.suppressions.barring([third]) == {}
    assert told(ledger) == []

    clock.sleep(60)
    ledger.suppressions.refused("ADA@example.test", "551 moved")
    why = "bounced 2 times, last: 551 moved"
    (known,) = ledger.suppressions.all()
    assert (known.bounces, known.since, known.reason, known.last_at) == (2, clock.now(), why, clock.now())
    assert ledger.suppressions.addresses("returns") == {"ada@example.test"}
    assert ledger.suppressions.barring([third]) == {third.id: why}
    assert told(ledger) == [("ada@example.test", f"ADA@example.test: {why}", 1)]
    assert noted(ledger) == [("suppressed", "bounce", f"ADA@example.test: {why}")]

    clock.sleep(60)
    assert ledger.suppressions.bounced(second, "552 full", hard=True)
    (known,) = ledger.suppressions.all()
    assert (known.bounces, known.reason) == (3, why), "what stopped the letters stays the reason"
    assert known.since == MONDAY.replace(minute=1)
    assert len(told(ledger)) == 1


def noted(ledger: Ledger) -> list[tuple[str, str, str]]:
    """What is written down of no edition."""
    with ledger._engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT what, cause, detail FROM event WHERE edition_id IS NULL ORDER BY id"
        )
        return [tuple(row) for row in found]


def told(ledger: Ledger) -> list[tuple[str, str, int]]:
    """What the owner hears of suppressed addresses."""
    current = [each for each in ledger.alerts.current() if each.kind == "suppressed"]
    return [(each.subject, each.detail, each.count) for each in current]


@pytest.mark.parametrize("state", ["sent", "uncertain"])
def test_a_letter_that_came_back_is_rejected(ledger: Ledger, state: str) -> None:
    record = made(ledger, ADA, BO)
    letter, other = ledger.deliveries.of(record)
    settled(ledger, letter, state)
    assert ledger.suppressions.bounced(letter, "452 full", hard=False)
    after = reread(ledger, letter)
    assert (after.state, after.cause, after.reply) == ("rejected", "bounce", "452 full")
    assert story(ledger, record)[-1] == ("bounced", "rejected", "bounce", "452 full")
    assert ledger.suppressions.all() == ()
    assert not ledger.suppressions.bounced(other, "452 full", hard=True), "it has not been sent"


def test_an_address_is_taken_off_one_report_or_all(ledger: Ledger, clock: FixedClock) -> None:
    weekly, returns = sent(ledger), sent(ledger, report="returns")
    other = sent(ledger, BO, period="2026-W25")
    ledger.suppressions.add(ADA, "returns", "asked by phone")
    assert ledger.suppressions.barring([weekly, returns, other]) == {returns.id: "asked by phone"}
    assert ledger.suppressions.barring([weekly]) == {}
    assert ledger.suppressions.addresses("returns") == {"ada@example.test"}
    assert ledger.suppressions.addresses("sales-weekly") == frozenset()
    assert told(ledger) == [("ada@example.test", "Ada@example.test of returns: asked by phone", 1)]

    clock.sleep(60)
    ledger.suppressions.add(BO, "", "left the firm")
    ledger.suppressions.add(ADA, "", "left too")
    assert [(each.address, each.report, each.since) for each in ledger.suppressions.all()] == [
        ("ada@example.test", "", clock.now()),
        ("ada@example.test", "returns", MONDAY),
        ("bo@example.test", "", clock.now()),
    ]
    assert ledger.suppressions.lift(ADA.upper())
    assert not ledger.suppressions.lift(ADA), "that is done"
    assert ledger.suppressions.lift(ADA, "returns")
    assert ledger.suppressions.barring([weekly, returns, other]) == {other.id: "left the firm"}
    assert noted(ledger) == [
        ("suppressed", "suppressed", "Ada@example.test of returns: asked by phone"),
        ("suppressed", "suppressed", "bo@example.test: left the firm"),
        ("suppressed", "suppressed", "Ada@example.test: left too"),
        ("suppression lifted", "", "ADA@EXAMPLE.TEST"),
        ("suppression lifted", "", "Ada@example.test of returns"),
    ]


def test_letters_of_any_script_are_small_or_large(ledger: Ledger) -> None:
    letter, other = sent(ledger, "Özlem@example.test"), sent(ledger, BO, period="2026-W25")
    ledger.suppressions.add("özlem@example.test", "", "left the firm")
    assert ledger.suppressions.barring([letter, other]) == {letter.id: "left the firm"}
    assert ledger.deliveries.to("ÖZLEM@example.test") == (letter,)


def test_a_letter_is_found_by_its_message_id(ledger: Ledger) -> None:
    record = sent(ledger)
    sent(ledger, BO, report="returns")
    assert ledger.suppressions.letter(record.message_id) == (record, "sales-weekly")
    assert ledger.suppressions.letter("<nothing@example.test>") is None
