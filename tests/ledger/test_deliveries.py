"""Letters: taken by one sender, settled by who took them, given back, asked for again, given up in time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from broadsheet.clock import FixedClock
from broadsheet.ledger.horizons import Horizon
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import DeliveryRecord, DeliveryState
from broadsheet.ledger.store import LEASE
from support.editions import MONDAY, claimed, letter, made, reread, settled, story
from support.ledgers import Place

ADA, BO = "Ada@example.test", "bo@example.test"
HOUR = timedelta(hours=1)


def queued(ledger: Ledger) -> DeliveryRecord:
    (record,) = ledger.deliveries.of(made(ledger, ADA))
    return record


def taken(ledger: Ledger) -> DeliveryRecord:
    record = ledger.deliveries.sending(queued(ledger))
    assert record is not None
    return record


def last(ledger: Ledger, record: DeliveryRecord) -> tuple[str, str, str, str, int | None]:
    """The last event of a letter's edition."""
    found = ledger.history.one(record.edition_id)
    assert found is not None
    event = ledger.history.events(found)[-1]
    assert event.delivery_id == record.id
    return event.what, event.state, event.cause, event.detail, event.attempt


def test_letters_wait_for_their_time_unless_somebody_asks(ledger: Ledger, clock: FixedClock) -> None:
    first, second = made(ledger, ADA), made(ledger, BO, period="2026-W25")
    for record in ledger.deliveries.waiting():
        settled(ledger, record, "queued", next_at=MONDAY + HOUR)
    assert ledger.deliveries.waiting() == ()
    assert [each.edition_id for each in ledger.deliveries.waiting(second)] == [second.id]
    clock.sleep(3600)
    assert [each.edition_id for each in ledger.deliveries.waiting()] == [first.id, second.id]
    ledger.continuity.hold("a backup was put back")
    assert ledger.deliveries.waiting() == ledger.deliveries.waiting(second) == ()


def test_nothing_leaves_of_a_report_that_is_gone_until_it_is_back(ledger: Ledger) -> None:
    gone, there = made(ledger, ADA, report="gone"), made(ledger, BO)
    ledger.horizons.enter([], {"gone": Horizon(MONDAY), "sales-weekly": Horizon(MONDAY)})
    ledger.horizons.miss(["gone"], [])
    assert [each.edition_id for each in ledger.deliveries.waiting()] == [there.id]
    ledger.horizons.miss([], ["gone"])
    assert [each.edition_id for each in ledger.deliveries.waiting()] == [gone.id, there.id]


def test_the_letters_to_an_address_are_told_the_newest_first(ledger: Ledger) -> None:
    first, second = made(ledger, ADA, BO), made(ledger, ADA.lower(), period="2026-W25")
    assert [each.edition_id for each in ledger.deliveries.to("ADA@example.test")] == [second.id, first.id]


def test_who_joined_later_gets_a_letter_and_who_had_one_no_second(ledger: Ledger) -> None:
    record = made(ledger, ADA)
    late = letter(record, BO, scope="s" * 64, artifact="a" * 64, expires_at=MONDAY + HOUR)
    ledger.deliveries.add(record, [letter(record, ADA), late])
    ada, bo = ledger.deliveries.of(record)
    assert (ada.recipient, ada.state, bo.recipient, bo.state) == (ADA, "queued", BO, "queued")
    assert (bo.scope, bo.artifact, bo.expires_at, bo.queued_at) == (
        "s" * 64, "a" * 64, MONDAY + HOUR, MONDAY,
    )  # fmt: skip


def test_one_sender_takes_a_letter(ledger: Ledger) -> None:
    record = queued(ledger)
    mine = ledger.deliveries.sending(record)
    assert mine is not None
    assert (mine.state, mine.attempts, mine.next_at) == ("sending", 1, MONDAY + LEASE)
    assert mine.node == ledger.deliveries._store.node
    assert last(ledger, mine) == ("sending", "sending", "", "", 1)
    assert ledger.deliveries.sending(record) is None
    ledger.deliveries.settle(mine, "queued", "451 later", MONDAY)
    assert ledger.deliveries.sending(record) is None, "it has been tried since it was read"
    ledger.continuity.hold("a backup was put back")
    assert ledger.deliveries.sending(reread(ledger, mine)) is None


@pytest.mark.parametrize("state", ["sent", "queued"])
def test_who_took_a_letter_says_what_became_of_it(
    ledger: Ledger, clock: FixedClock, state: DeliveryState
) -> None:
    mine = taken(ledger)
    clock.sleep(5)
    assert ledger.deliveries.settle(mine, state, "the reply", cause="mail")
    after = reread(ledger, mine)
    assert (after.state, after.reply, after.cause, after.attempts) == (state, "the reply", "mail", 1)
    assert after.sent_at == (clock.now() if state == "sent" else None)
    assert (after.next_at, after.uncertainties) == (clock.now(), 0)
    assert last(ledger, mine) == (state, state, "mail", "the reply", 1)
    assert not ledger.deliveries.settle(mine, "failed", "late")
    assert reread(ledger, mine) == after
    assert last(ledger, mine) == (state, state, "mail", "the reply", 1)


def test_a_letter_that_was_not_looked_at_is_no_attempt(ledger: Ledger) -> None:
    mine = taken(ledger)
    assert ledger.deliveries.give_back(mine, "450 slow down", MONDAY + HOUR)
    assert not ledger.deliveries.give_back(mine, "421 go away", MONDAY)
    back = reread(ledger, mine)
    assert (back.state, back.attempts, back.reply, back.next_at) == (
        "queued", 0, "450 slow down", MONDAY + HOUR,
    )  # fmt: skip
    assert last(ledger, mine) == ("given back", "queued", "", "450 slow down", 1)


def test_who_gave_a_letter_back_has_no_hand_in_it_any_more(ledger: Ledger, place: Place) -> None:
    """Not even where the answer to giving it back was lost, and it is given back again."""
    mine = taken(ledger)
    assert ledger.deliveries.give_back(mine, "421", MONDAY)
    with place.ledger() as other:
        theirs = other.deliveries.sending(reread(ledger, mine))
        assert theirs is not None
        assert theirs.attempts == mine.attempts
        assert not ledger.deliveries.give_back(mine, "421", MONDAY)
        assert ledger.leases.renew([mine]) == 0
        assert other.deliveries.settle(theirs, "sent", "250")


def test_a_letter_in_doubt_stays_in_doubt(ledger: Ledger) -> None:
    mine = taken(ledger)
    ledger.deliveries.settle(mine, "uncertain", "link lost", cause="uncertain")
    again = ledger.deliveries.sending(reread(ledger, mine))
    assert again is not None
    assert again.uncertainties == 1
    ledger.deliveries.give_back(again, "421", MONDAY)
    assert reread(ledger, mine).state == "uncertain"
    assert ledger.deliveries.again(reread(ledger, mine), MONDAY + HOUR)
    assert reread(ledger, mine).state == "uncertain"


@pytest.mark.parametrize(
    ("verb", "state"),
    [(lambda ledger: ledger.deliveries.hold, "held"), (lambda ledger: ledger.deliveries.cancel, "cancelled")],
    ids=["hold", "cancel"],
)
def test_a_letter_is_kept_back_by_who_saw_it_last(
    ledger: Ledger, verb: Callable[[Ledger], Callable[..., bool]], state: str
) -> None:
    edition = made(ledger, ADA, BO)
    record, other = ledger.deliveries.of(edition)
    before = story(ledger, edition)
    assert not verb(ledger)(replace(record, attempts=1), "no", cause="policy")
    assert not verb(ledger)(replace(record, state="sent"), "no", cause="policy")
    assert story(ledger, edition) == before
    assert verb(ledger)(record, "not wanted", cause="policy")
    after = reread(ledger, record)
    assert (after.state, after.reply, after.cause) == (state, "not wanted", "policy")
    assert last(ledger, record) == (state, state, "policy", "not wanted", None)
    assert reread(ledger, other) == other


def test_another_message_is_only_put_in_the_hands_that_have_the_letter(ledger: Ledger) -> None:
    mine = taken(ledger)
    ledger.deliveries.replace(mine, "f" * 64)
    assert reread(ledger, mine).message == "f" * 64
    assert last(ledger, mine) == ("made smaller", "sending", "", "", 1)
    ledger.deliveries.settle(mine, "sent", "250")
    ledger.deliveries.replace(mine, "e" * 64)
    assert reread(ledger, mine).message == "f" * 64


def test_a_letter_goes_once_more_because_somebody_wants_so(ledger: Ledger, clock: FixedClock) -> None:
    record, other = ledger.deliveries.of(made(ledger, ADA, BO))
    refused = settled(ledger, record, "rejected", cause="address")
    clock.sleep(60)
    assert not ledger.deliveries.again(record, MONDAY + HOUR), "it is not as it was read"
    assert last(ledger, record)[0] == "rejected"
    assert ledger.deliveries.again(refused, MONDAY + HOUR)
    fresh = reread(ledger, record)
    assert (fresh.state, fresh.cause, fresh.next_at, fresh.expires_at) == (
        "queued", "", clock.now(), MONDAY + HOUR,
    )  # fmt: skip
    assert last(ledger, record) == ("asked for again", "queued", "", "", None)
    sent = settled(ledger, fresh, "sent")
    assert ledger.deliveries.again(sent, MONDAY + HOUR)
    assert reread(ledger, record).state == "uncertain", "the reader may have it"
    under_way = ledger.deliveries.sending(reread(ledger, record))
    assert under_way is not None
    assert not ledger.deliveries.again(under_way, MONDAY + HOUR)
    assert last(ledger, record)[0] == "sending"
    assert reread(ledger, other) == other


def test_what_is_not_sent_in_time_is_given_up(ledger: Ledger, clock: FixedClock) -> None:
    record = claimed(ledger)
    recipients = ["new@example.test", "tried@example.test", "in-doubt@example.test", "sent@example.test"]
    letters = [letter(record, each, expires_at=MONDAY + HOUR) for each in recipients]
    letters += [letter(record, "later@example.test", expires_at=MONDAY + 2 * HOUR), letter(record, BO)]
    ledger.editions.ready(record, manifest="m", pages=1, definition="d", deliveries=letters)
    _, tried, doubtful, sent, *_ = ledger.deliveries.of(record)
    settled(ledger, tried, "queued", next_at=MONDAY)
    settled(ledger, doubtful, "uncertain", cause="uncertain")
    settled(ledger, sent, "sent")
    clock.sleep(3599)
    assert ledger.deliveries.expire() == ()
    clock.sleep(1)
    assert [each.recipient for each in ledger.deliveries.expire()] == recipients[:3]
    assert ledger.deliveries.expire() == ()
    ended = [(each.state, each.cause, each.reply) for each in ledger.deliveries.of(record)]
    assert ended == [
        ("expired", "mail", "not sent in time"),
        ("expired", "mail", "not sent in time; last: reply: queued"),
        ("expired", "mail", "not sent in time; last: reply: uncertain"),
        ("sent", "", "reply: sent"), ("queued", "", ""), ("queued", "", ""),
    ]  # fmt: skip
    assert [entry for entry in story(ledger, record) if entry[0] == "expired"] == [
        ("expired", *each) for each in ended[:3]
    ]


def test_the_letters_of_a_channel_are_counted_since_a_moment(ledger: Ledger, clock: FixedClock) -> None:
    first, second, third = ledger.deliveries.of(made(ledger, ADA, BO, "cy@example.test"))
    settled(ledger, first, "sent")
    clock.sleep(60)
    settled(ledger, second, "sent")
    settled(ledger, third, "rejected")
    counts = [ledger.deliveries.sent_since("smtp", MONDAY + timedelta(seconds=n)) for n in (-1, 0, 59, 60)]
    assert counts == [2, 1, 1, 0]
    assert ledger.deliveries.sent_since("zulip", MONDAY - HOUR) == 0


def test_a_send_that_nobody_is_at_any_more_is_in_doubt(ledger: Ledger, clock: FixedClock) -> None:
    mine, other = (ledger.deliveries.sending(each) for each in ledger.deliveries.of(made(ledger, ADA, BO)))
    assert mine is not None
    assert other is not None
    clock.sleep(LEASE.total_seconds())
    assert ledger.deliveries.recover() == 0
    clock.sleep(1)
    assert ledger.deliveries.recover([mine]) == 1, "this process is still at one"
    lost = reread(ledger, other)
    reply = "interrupted while the message was being handed over"
    assert (lost.state, lost.cause, lost.reply, lost.uncertainties) == ("uncertain", "uncertain", reply, 1)
    assert lost.next_at == clock.now()
    assert last(ledger, other) == ("uncertain", "uncertain", "crash", reply, None)
    assert reread(ledger, mine).state == "sending"
    again = ledger.deliveries.sending(lost)
    assert again is not None
    clock.sleep(LEASE.total_seconds() + 1)
    assert ledger.deliveries.recover() == 2
    assert [each.uncertainties for each in ledger.deliveries.waiting()] == [1, 2]
