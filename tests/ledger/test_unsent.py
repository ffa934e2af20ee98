"""What a restored ledger would still make and send, and giving all of it up."""

from __future__ import annotations

from datetime import timedelta

from broadsheet.clock import FixedClock
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import Hold, Made
from broadsheet.ledger.unsent import GIVEN_UP
from support.editions import MONDAY, claimed, due, made, now, settled, story

ADA, BO, CY, DI, ED = (f"{name}@example.test" for name in ("ada", "bo", "cy", "di", "ed"))


def test_all_that_is_not_out_is_given_up_at_once(ledger: Ledger, clock: FixedClock) -> None:
    late = due(ledger, MONDAY - timedelta(days=7), period="2026-W23")
    mine = claimed(ledger, period="2026-W22")
    held = claimed(ledger, period="2026-W21")
    ledger.editions.hold(held, Made("m" * 64, 1, "d" * 64), Hold("few rows", "gate"))
    out = made(ledger, ADA, BO, CY, DI, ED)
    ada, bo, cy, di, _ = ledger.deliveries.of(out)
    settled(ledger, ada, "sent")
    ledger.deliveries.sending(bo)
    settled(ledger, cy, "uncertain", cause="uncertain")
    ledger.deliveries.hold(di, "asked", cause="approval")
    done = made(ledger, period="2026-W20")
    ledger.continuity.hold("a backup was put back")
    assert [(each.edition.id, each.letters) for each in ledger.unsent.all()] == [
        (late.id, 0), (mine.id, 0), (held.id, 0), (out.id, 4),
    ]  # fmt: skip

    clock.sleep(60)
    ledger.unsent.drop()
    assert ledger.unsent.all() == ()
    assert ledger.continuity.held() == ""
    for record in (late, mine, held):
        ended = now(ledger, record)
        assert (ended.state, ended.cause, ended.reason) == ("cancelled", "restored", GIVEN_UP)
        assert (ended.finished_at, ended.lease_until) == (clock.now(), None)
        assert story(ledger, record)[-1] == ("cancelled", "cancelled", "restored", GIVEN_UP)
    assert now(ledger, mine).token == mine.token + 1, "the press must be fenced off"
    assert now(ledger, done) == done
    given_up = ("cancelled", "restored", GIVEN_UP)
    letters = [(each.state, each.cause, each.reply) for each in ledger.deliveries.of(out)]
    assert letters == [("sent", "", "reply: sent"), *[given_up] * 4]
    noted = {each.delivery_id for each in ledger.history.events(out) if each.what == "cancelled"}
    assert noted == {each.id for each in ledger.deliveries.of(out)[1:]}
