"""The story of an edition tells what happened to it and to each of its letters, trouble first of all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broadsheet.ledger.records import NewDelivery
from broadsheet.press import again, run
from broadsheet.press.demand import Wish, order_for
from broadsheet.press.press import Press
from broadsheet.press.story import Story, stories
from broadsheet.press.tick import make_due, tick
from press.workspace import MONDAY, House
from support.inline import InlinePool

WEEK = "orders/2026-W24"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "Pool", InlinePool)
    monkeypatch.setattr(again, "Pool", InlinePool)


def told(press: Press) -> Story:
    (story,) = stories(press, WEEK)
    return story


def test_waits_attempts_and_every_letter_are_told(house: House) -> None:
    with house.press() as press:
        tick(press)
    house.clock.at = MONDAY
    away = house.warehouse.rename(house.root / "away.duckdb")
    with house.press() as press:
        list(make_due(press))
    away.rename(house.warehouse)
    with house.press() as press:
        assert told(press).state == "due"
        house.clock.at += timedelta(hours=1)
        tick(press)
        story = told(press)
    what = [each.what for each in story.happenings]
    assert what[0] == "planned"
    assert [each.split(" by ")[0] for each in what if "claimed" in each] == ["claimed for schedule"] * 2
    (waited,) = (each for each in what if each.startswith("postponed"))
    assert waited.endswith("[source]")
    assert what[-1].startswith("made after ")
    assert what[-1].endswith(" 1 page")
    assert (story.state, story.letters) == ("ready", (("sent", 2),))
    assert [(each.recipient, each.state, each.attempts) for each in story.sendings] == [
        ("ada@example.test", "sent", 1),
        ("bo@example.test", "sent", 1),
    ]
    assert story.due == "2026-06-15 07:00 CEST"
    assert "statements, in `broadsheet show orders/2026-W24/sales@1 --all`" in story.drawn_by


def test_of_large_audiences_trouble_is_told_one_by_one(house: House) -> None:
    house.clock.at = MONDAY
    with house.press() as press:
        ledger = press.ledger
        record = ledger.editions.want(order_for(press, Wish("orders", "2026-W24")).key, as_of=MONDAY)
        claimed = ledger.editions.begin(record, trigger="demand")
        assert claimed is not None
        letters = [NewDelivery("smtp", f"p{i}@example.test", f"<{i}@x>", "m") for i in range(30)]
        ledger.editions.ready(claimed, manifest="m", pages=1, definition="d", deliveries=letters)
        for number, item in enumerate(ledger.deliveries.of(record)):
            sending = ledger.deliveries.sending(item)
            assert sending is not None
            refused = number == 7
            state = "rejected" if refused else "sent"
            ledger.deliveries.settle(sending, state, "550 no such user" if refused else "250 taken")
        story = told(press)
    assert story.letters == (("rejected", 1), ("sent", 29))
    assert [(each.recipient, each.reply) for each in story.sendings] == [
        ("p7@example.test", "550 no such user")
    ]
    assert story.drawn_by == "what it was drawn from is gone"
