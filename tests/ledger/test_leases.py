"""Leases: what a dead press had is taken over soon, a slow one keeps what it has, a late one writes nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from broadsheet.clock import FixedClock, SystemClock
from broadsheet.errors import StorageError
from broadsheet.ledger import leases
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.nodes import Host, Nodes, this_host
from broadsheet.ledger.records import EditionKey, EditionRecord, NewDelivery
from broadsheet.ledger.store import LEASE, Store
from ledger.conftest import MONDAY
from support.ledgers import Place

KEY = EditionKey("sales-weekly", "2026-W24", "sales", "all", "en")
ADA = NewDelivery("smtp", "ada@example.test", "<1@x>", "a" * 64)
MOST = LEASE.total_seconds() * 0.9


def finish(ledger: Ledger, record: EditionRecord, *deliveries: NewDelivery) -> bool:
    return ledger.editions.ready(
        record, manifest="m" * 64, pages=4, definition="d" * 64, deliveries=deliveries
    )


def claim(ledger: Ledger) -> EditionRecord:
    record = ledger.editions.begin(ledger.editions.plan(KEY, MONDAY, as_of=MONDAY), trigger="schedule")
    assert record is not None
    return record


def test_a_slow_press_keeps_what_it_renews(place: Place, ledger: Ledger, clock: FixedClock) -> None:
    mine = claim(ledger)
    for _ in range(3):
        clock.sleep(MOST)
        assert ledger.leases.renew([mine]) == 1
    with place.ledger() as other:
        assert other.recover() == (0, 0)
    assert finish(ledger, mine, ADA)
    (waiting,) = ledger.deliveries.waiting()
    letter = ledger.deliveries.sending(waiting)
    assert letter is not None
    for _ in range(3):
        clock.sleep(MOST)
        assert ledger.leases.renew([letter]) == 1
    with place.ledger() as other:
        assert other.recover() == (0, 0)
    ledger.deliveries.settle(letter, "sent", "250 ok")
    assert ledger.deliveries.of(mine)[0].state == "sent"


def test_a_press_keeps_what_it_works_on_while_the_ledger_is_away(
    place: Place, ledger: Ledger, clock: FixedClock
) -> None:
    mine = claim(ledger)
    with ledger.leases.kept(lambda: [mine]):
        clock.sleep(LEASE.total_seconds() * 30)
        assert ledger.recover() == (0, 0), "nobody else has taken it"
    assert finish(ledger, mine, ADA)
    letter = ledger.deliveries.sending(ledger.deliveries.waiting()[0])
    assert letter is not None
    with ledger.leases.kept(lambda: [letter]):
        clock.sleep(LEASE.total_seconds() * 30)
        assert ledger.recover() == (0, 0)
        with place.ledger() as other:
            assert other.recover() == (0, 1), "to another it looks lost, and is taken over"
    assert not ledger.deliveries.settle(letter, "sent", "250 ok")


def test_an_overtaken_sender_cannot_settle_what_another_sends(ledger: Ledger, clock: FixedClock) -> None:
    finish(ledger, claim(ledger), ADA)
    first = ledger.deliveries.sending(ledger.deliveries.waiting()[0])
    clock.sleep(LEASE.total_seconds() + 1)
    assert ledger.recover() == (0, 1)
    second = ledger.deliveries.sending(ledger.deliveries.waiting()[0])
    assert first is not None
    assert second is not None
    assert not ledger.deliveries.settle(first, "sent", "250 too late")
    assert ledger.leases.renew([first]) == 0
    assert ledger.deliveries.settle(second, "rejected", "550 no such user")
    ((_, states),) = ledger.history.latest()
    assert states == {"rejected": 1, "once uncertain": 1}


def test_leases_are_renewed_by_a_thread_while_the_work_goes_on(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEWAL", timedelta(milliseconds=20))
    mine = claim(ledger)
    before = ledger.editions.find(KEY)
    assert before is not None
    assert before.lease_until is not None
    ledger.nodes.leave()
    marker = ledger.continuity.known()
    with ledger.leases.kept(lambda: [mine]):
        deadline = time.monotonic() + 10
        while not ledger.nodes.all() and time.monotonic() < deadline:
            time.sleep(0.01)
        while ledger.continuity.known() == marker and time.monotonic() < deadline:
            time.sleep(0.01)
    (node,) = ledger.nodes.all()
    assert node.name == mine.node
    assert ledger.continuity.known() != marker, "the file beside the ledger follows it"


def test_three_presses_that_die_over_an_edition_quarantine_it(place: Place, clock: FixedClock) -> None:
    for strike in (1, 2, 3):
        with place.ledger() as victim:  # Its process dies: its node is not heard of again.
            claim(victim)
        clock.sleep(LEASE.total_seconds() + 1)
        with place.ledger() as other:
            assert other.recover() == (1, 0)
            record = other.editions.find(KEY)
            assert record is not None
            assert record.strikes == strike
    with place.ledger() as ledger:
        assert record.state == "quarantined"
        assert record.reason.startswith("3 presses died over it")
        assert ledger.editions.due() == ()
        ledger.editions.retry(record)
        assert finish(ledger, claim(ledger))
        assert [event.what for event in ledger.history.events(record)][-3:] == [
            "asked for again",
            "claimed",
            "ready",
        ]


def test_what_a_living_press_has_let_go_of_is_free_at_once_and_no_strike(ledger: Ledger) -> None:
    mine = claim(ledger)
    with ledger.leases.kept(lambda: [mine]):
        assert ledger.recover() == (0, 0), "it works on it"
    assert ledger.recover() == (1, 0)
    record = ledger.editions.find(KEY)
    assert record is not None
    assert (record.state, record.strikes) == ("due", 0)


def test_a_claim_is_taken_over_when_its_lease_is_over_and_not_before(
    place: Place, ledger: Ledger, clock: FixedClock
) -> None:
    mine = claim(ledger)
    clock.sleep(LEASE.total_seconds())
    with place.ledger() as other:
        assert other.recover() == (0, 0)
        clock.sleep(1)
        assert other.recover() == (1, 0)
    assert not finish(ledger, mine)


@pytest.mark.parametrize(("silent", "strikes"), [(LEASE - timedelta(seconds=1), 0), (LEASE, 1)])
def test_a_lease_that_ran_out_is_a_strike_when_its_press_is_gone(
    place: Place, ledger: Ledger, clock: FixedClock, silent: timedelta, strikes: int
) -> None:
    claim(ledger)
    clock.sleep(60)
    ledger.nodes.seen()
    clock.sleep(silent.total_seconds())
    with place.ledger() as other:
        assert other.recover() == (1, 0)
    record = ledger.editions.find(KEY)
    assert record is not None
    assert record.strikes == strikes


def test_a_renewal_that_fails_is_logged_and_tried_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(leases, "RENEWAL", timedelta(milliseconds=5))
    again, asked = Event(), []

    def held() -> list[EditionRecord]:
        asked.append("asked")
        if len(asked) > 1:
            again.set()
        raise StorageError("the ledger did not take the entry", "")

    with ledger.leases.kept(held):
        assert again.wait(10)
    assert "leases were not renewed: the ledger did not take the entry" in caplog.text
    assert ledger.leases.held() == ()


def test_the_third_worker_that_dies_over_an_edition_quarantines_it(ledger: Ledger, clock: FixedClock) -> None:
    states = [ledger.editions.strike(claim(ledger), "its worker was killed", clock.now()) for _ in range(3)]
    assert states == ["due", "due", "quarantined"]
    record = ledger.editions.find(KEY)
    assert record is not None
    assert record.reason.startswith("its worker was killed; 3 workers died over it; it waits until")


OTHER = Host("0f" * 16, "second", "b007")


def test_fault_l12_sqlite_second_host(tmp_path: Path) -> None:
    place = Place(tmp_path / "ledger.sqlite", FixedClock(MONDAY))
    with place.ledger() as ledger:
        ledger.recover()
        abroad = Nodes(Store(ledger.editions._store.engine, place.clock, "second:1:a"), OTHER)
        with pytest.raises(StorageError, match="another host uses this ledger") as refused:
            abroad.seen()
        assert "PostgreSQL" in refused.value.remedy
    abroad.seen()
    with pytest.raises(StorageError, match="another host uses this ledger: second"), place.ledger():
        pass
    place.clock.sleep(LEASE.total_seconds())
    with place.ledger() as ledger:
        ledger.recover()
    abroad._store.engine.dispose()


def test_a_restarted_host_is_the_same_host_and_so_is_a_container_on_it() -> None:
    here = Host("ab" * 16, "press", "1")
    assert here.is_same(str(Host("ab" * 16, "press", "2")))
    assert here.is_same(str(Host("", "container", "1")))
    assert not here.is_same(str(Host("ab" * 16, "clone", "2")))
    assert not Host("", "press", "").is_same(str(Host("", "other", "")))
    assert str(Host("", "press", "")) == "- press -"
    assert Host("", "", "").is_same(str(Host("", "", "")))
    assert this_host().boot != ""
    assert this_host().is_same(str(this_host()))


def test_a_server_may_be_used_from_several_hosts(
    postgres_url: object, simulated_server: str, tmp_path: Path
) -> None:
    place = Place(tmp_path / "ledger.sqlite", FixedClock(MONDAY), simulated_server)
    with place.ledger() as ledger:
        ledger.recover()
        Nodes(Store(ledger.editions._store.engine, place.clock, "second:1:a"), OTHER).seen()
        assert {node.host.split(" ")[1] for node in ledger.nodes.all()} >= {"second"}


HOLDER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from broadsheet.ledger import store
store.LEASE = timedelta(seconds=1)
from broadsheet.clock import SystemClock
from broadsheet.ledger.ledger import Ledger

ledger = Ledger.open(Path(sys.argv[1]), SystemClock(), sys.argv[2] or None)
ledger.recover()
(due,) = ledger.editions.due()
mine = ledger.editions.begin(due, trigger="schedule")
with ledger.leases.kept(lambda: [mine]):
    print("claimed", flush=True)
    sys.stdin.readline()
    print(ledger.editions.ready(mine, manifest="m" * 64, pages=1, definition="d" * 64, deliveries=()))
    print(ledger.editions.fail(mine, "late"), ledger.leases.renew([mine]))
"""
"""A press with leases of one second, which works on an edition until it is told to finish."""


@contextmanager
def holder(place: Place) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the only edition of a ledger."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(place.file), place.server or ""],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "claimed\n"
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.faults
def test_fault_s15_scheduler_stopped_past_lease(real_place: Place) -> None:
    with real_place.ledger(SystemClock()) as ledger:
        ledger.editions.plan(KEY, MONDAY, as_of=MONDAY)
        with holder(real_place) as process:
            time.sleep(1.5)
            assert ledger.recover() == (0, 0), "it works for longer than its lease, and renews it"
            process.send_signal(signal.SIGSTOP)
            deadline = time.monotonic() + 30
            while ledger.recover() == (0, 0) and time.monotonic() < deadline:
                time.sleep(0.1)
            successor = claim(ledger)
            process.send_signal(signal.SIGCONT)
            said, _ = process.communicate("finish\n", timeout=30)
        assert said.split() == ["False", "False", "0"], "every write with the old token is refused"
        assert finish(ledger, successor)
        record = ledger.editions.find(KEY)
        assert record is not None
        assert (record.state, record.token, record.attempts) == ("ready", 2, 2)
