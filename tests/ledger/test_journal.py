"""The log gets a line per transition once it is on disk, and never learns an address or a reason."""

from __future__ import annotations

import hashlib
import logging
from typing import Any

import pytest
from sqlalchemy import select

from broadsheet.clock import FixedClock
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.tables import event
from support.editions import claimed, letter, made


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    """What machines read of the log so far."""
    caplog.set_level(logging.INFO, "broadsheet.transition")
    return lambda: [vars(record)["transition"] for record in caplog.records]


def test_a_transition_is_told_with_its_edition_and_the_digest_of_its_address(
    ledger: Ledger, clock: FixedClock, lines: Any
) -> None:
    mine = claimed(ledger)
    clock.sleep(2.5)
    ada = letter(mine, "Ada@example.test")
    ledger.editions.ready(mine, manifest="m", pages=1, definition="d", deliveries=[ada])
    (queued,) = ledger.deliveries.of(mine)
    sent = ledger.deliveries.sending(queued)
    assert sent is not None
    ledger.deliveries.settle(sent, "rejected", "550 no Ada here", cause="address")
    who = {"report": "sales-weekly", "period": "2026-W24", "audience": "sales", "revision": 1}
    node = {"node": mine.node}
    common = {"edition": mine.id, **who, **node}
    digest = hashlib.sha256(b"ada@example.test").hexdigest()[:12]
    of_letter = {**common, "delivery": queued.id, "recipient": digest, "attempt": 1}
    assert lines() == [
        {"event": "planned", "state": "due", "token": 0, "attempt": 0, **common},
        {"event": "claimed", "state": "running", "token": 1, "attempt": 1, **common},
        {"event": "ready", "state": "ready", "token": 1, "attempt": 1, "ms": 2500, **common},
        {"event": "sending", "state": "sending", **of_letter},
        {"event": "rejected", "state": "rejected", "cause": "address", **of_letter},
    ]


def test_what_concerns_no_edition_is_told_by_its_event_alone(ledger: Ledger, lines: Any) -> None:
    ledger.channels.slow_down("smtp", 0.5, "452 too fast")
    (line,) = lines()
    assert (line["event"], line["cause"], set(line)) == (
        "channel slowed", "mail", {"event", "cause", "node"},
    )  # fmt: skip


def test_what_did_not_come_on_disk_is_not_told(ledger: Ledger, lines: Any) -> None:
    def interrupted() -> None:
        with ledger.marks._store.write() as connection:
            ledger.marks._store.note(connection, "nothing of this")
            raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        interrupted()
    assert lines() == []
    with ledger.marks._store.read() as connection:
        assert connection.execute(select(event.c.what)).all() == []


def test_a_log_that_takes_no_such_lines_costs_nothing(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "broadsheet.transition")
    made(ledger)
    assert caplog.records == []
