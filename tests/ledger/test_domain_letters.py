"""Letters that wait for their domain: told once, released or cancelled, and known once mail has gone there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broadsheet.clock import FixedClock
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import NewDelivery, Voice
from support.editions import MONDAY, claimed, key, letter, made, reread, settled, story

ADA, BO = Voice("ada", "ada"), Voice("bo", "bo")
KIM, LEE = "kim@Partner.test", "lee@partner.test"


def noted(ledger: Ledger) -> list[tuple[str, str, str]]:
    with ledger._engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT what, cause, detail FROM event WHERE edition_id IS NULL ORDER BY id"
        )
        return [tuple(row) for row in found]


def told(ledger: Ledger) -> list[tuple[str, str, int]]:
    return [(each.kind, each.subject, each.count) for each in ledger.alerts.current()]


def test_letters_of_a_new_domain_are_told_once_and_released(ledger: Ledger, clock: FixedClock) -> None:
    first, second, other = ledger.deliveries.of(made(ledger, KIM, LEE, "max@other.test"))
    for each in (first, second):
        assert ledger.deliveries.hold(each, "a new domain", cause="approval")
    ledger.deliveries.hold(other, "too large", cause="size")
    assert told(ledger) == [("domain", "partner.test", 2), ("held", "sales-weekly", 1)]
    assert [each.id for each in ledger.domains.held()] == [first.id, second.id]
    assert ledger.domains.ask("smtp", "partner.test", ADA)
    asked = ledger.domains.one("smtp", "partner.test")
    assert asked is not None
    assert ledger.domains.confirm(asked, Voice("bo", "ops"))
    assert noted(ledger) == [
        ("domain asked for", "approval", "partner.test by ada"),
        ("domain confirmed", "approval", "partner.test by bo (account ops), asked for by ada"),
    ]
    assert told(ledger) == [("held", "sales-weekly", 1)]
    clock.sleep(60)
    held = ledger.domains.held()
    assert ledger.domains.release(held, "two people said so") == 2
    assert ledger.domains.release(held, "again") == 0
    free = reread(ledger, first)
    assert (free.state, free.cause, free.reply, free.next_at) == (
        "queued", "", "two people said so", clock.now(),
    )  # fmt: skip
    record = ledger.history.one(first.edition_id)
    assert record is not None
    assert story(ledger, record)[-1] == ("queued", "queued", "", "two people said so")
    assert reread(ledger, other).state == "held"


def test_letters_of_a_refused_domain_are_cancelled(ledger: Ledger) -> None:
    doubtful, other, outside = ledger.deliveries.of(made(ledger, KIM, LEE, "max@other.test"))
    unsure = settled(ledger, doubtful, "uncertain", cause="uncertain")
    for each in (unsure, other, outside):
        ledger.deliveries.hold(each, "a new domain", cause="approval")
    held = ledger.domains.held()
    assert ledger.domains.release(held[:1], "known meanwhile") == 1
    assert reread(ledger, doubtful).state == "uncertain"
    ledger.domains.ask("smtp", "partner.test", ADA)
    ledger.domains.ask("outbox", "partner.test", ADA)
    assert ledger.domains.refuse("smtp", "partner.test", held[:2], "not ours") == 1
    gone = reread(ledger, other)
    assert (gone.state, gone.cause, gone.reply) == ("cancelled", "policy", "not ours")
    assert reread(ledger, outside).state == "held"
    assert noted(ledger)[-1] == ("domain refused", "approval", "partner.test: not ours")
    assert ledger.domains.one("smtp", "partner.test") is None
    assert ledger.domains.one("outbox", "partner.test") is not None
    assert ("domain", "partner.test", 2) not in told(ledger)


def test_what_has_been_confirmed_is_not_forgotten_by_a_late_refusal(ledger: Ledger) -> None:
    ledger.domains.ask("smtp", "partner.test", ADA)
    asked = ledger.domains.one("smtp", "partner.test")
    assert asked is not None
    ledger.domains.confirm(asked, BO)
    assert ledger.domains.refuse("smtp", "partner.test", (), "late") == 0
    assert ledger.domains.one("smtp", "partner.test") is not None


def test_mail_that_was_accepted_makes_a_domain_known(ledger: Ledger, clock: FixedClock) -> None:
    mine = claimed(ledger)
    chat = NewDelivery("zulip", "team", "<chat>", "c" * 64)
    letters = [letter(mine, each) for each in (KIM, LEE, "max@other.test", "ola@asked.test")]
    ledger.editions.ready(mine, manifest="m", pages=1, definition="d", deliveries=[*letters, chat])
    kim, lee, refused, ola, room = ledger.deliveries.of(mine)
    ledger.domains.ask("smtp", "asked.test", ADA)
    settled(ledger, refused, "rejected")
    settled(ledger, kim, "sent")
    clock.sleep(60)
    for each in (lee, room):
        settled(ledger, each, "sent")
    clock.sleep(60)
    settled(ledger, ola, "sent")
    assert [(each.name, each.asked_by, each.since) for each in ledger.domains.all("smtp")] == [
        ("asked.test", "ada", clock.now()), ("partner.test", "", MONDAY),
    ]  # fmt: skip
    assert ledger.domains.all("zulip") == ()


def test_a_letter_that_nobody_has_let_go_is_given_up_in_time(ledger: Ledger, clock: FixedClock) -> None:
    mine = claimed(ledger)
    until = MONDAY + timedelta(hours=1)
    letters = [letter(mine, each, expires_at=until) for each in (KIM, LEE)]
    ledger.editions.ready(mine, manifest="m", pages=1, definition="d", deliveries=letters)
    new, doubtful = ledger.deliveries.of(mine)
    ledger.deliveries.hold(new, "a new domain", cause="approval")
    ledger.deliveries.hold(doubtful, "the link broke at the final dot", cause="uncertain")
    assert ledger.deliveries.expire() == ()
    clock.sleep(3600)
    assert [each.recipient for each in ledger.deliveries.expire()] == [KIM, LEE]


@pytest.mark.parametrize(
    ("first", "second", "two"),
    [
        (Voice("ada", "ada"), Voice("bo", "bo"), True),
        (Voice("Ada", "ada"), Voice("ada", "ops"), False),
        (Voice("ada", "ops"), Voice("bo", "ops"), True),
        (Voice("ops", "ops"), Voice("bo", "ops"), False),
        (Voice("bo", "ops"), Voice("OPS", "ops"), False),
        (Voice("ada", "ops"), Voice("ADA", "ops"), False),
    ],
)
def test_two_people_are_told_apart_by_account_and_name(first: Voice, second: Voice, two: bool) -> None:
    assert first.differs_from(second) == two


def test_an_edition_is_named_as_people_know_it() -> None:
    assert str(key()) == "sales-weekly · 2026-W24 · sales · r1"
    assert str(key(slice="", revision=2)) == "sales-weekly · 2026-W24 · sales · r2"
    assert str(key(slice="North")) == "sales-weekly · 2026-W24 · sales · North · r1"
