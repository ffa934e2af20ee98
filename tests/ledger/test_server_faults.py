"""A database server that goes away loses nothing and doubles nothing, and the next tick finds it again."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL

from broadsheet.clock import FixedClock
from broadsheet.errors import StorageError
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import EditionKey, EditionRecord, NewDelivery
from broadsheet.ledger.store import LEASE
from ledger.conftest import MONDAY
from support.ledgers import Place, ServerClock, database, emptied
from support.postgres import frail_server

pytestmark = pytest.mark.faults

KEY = EditionKey("sales-weekly", "2026-W24", "sales", "all", "en")
ADA = NewDelivery("smtp", "ada@example.test", "<1@x>", "a" * 64)


@pytest.fixture
def place(simulated_server: str, tmp_path: Path) -> Place:
    emptied(simulated_server)
    clock = ServerClock(MONDAY, simulated_server)
    clock.set(MONDAY)
    return Place(tmp_path / "ledger.sqlite", clock, simulated_server)


def claim(ledger: Ledger) -> EditionRecord:
    record = ledger.editions.begin(ledger.editions.plan(KEY, MONDAY, as_of=MONDAY), trigger="schedule")
    assert record is not None
    return record


def finish(ledger: Ledger, record: EditionRecord) -> bool:
    return ledger.editions.ready(record, manifest="m" * 64, pages=4, definition="d" * 64, deliveries=[ADA])


def test_fault_l13_postgres_failover(tmp_path: Path) -> None:
    with frail_server() as frail, database(frail.url, "frail", simulated=True) as server:
        clock = ServerClock(MONDAY, server)
        clock.set(MONDAY)
        first = Place(tmp_path / "first" / "ledger.sqlite", clock, server)
        second = Place(tmp_path / "second" / "ledger.sqlite", clock, server)
        with first.ledger() as victim, second.ledger() as other:
            mine = claim(victim)
            frail.die()
            with pytest.raises(StorageError, match="the ledger did not take the entry") as down:
                finish(victim, mine)
            assert "once the database server answers again" in down.value.remedy
            with pytest.raises(StorageError):
                other.recover()
            frail.come_back()
            clock.sleep(LEASE.total_seconds() + 1)
            assert other.recover() == (1, 0), "the claim is free again"
            theirs = claim(other)
            assert not finish(victim, mine), "the one before the failover is void"
            assert finish(other, theirs)
            ((record, states),) = other.history.latest()
            assert (record.state, record.attempts, states) == ("ready", 2, {"queued": 1})
            assert victim.continuity.held() == ""


def cut_all(server: str) -> int:
    """Cut every connection to the database of a ledger, as a firewall or an administrator does; how many."""
    with psycopg.connect(server, autocommit=True) as connection:
        cut = connection.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    assert cut is not None
    return int(cut[0])


def test_fault_l14_pg_connection_cut_idle(place: Place) -> None:
    with place.ledger() as ledger:
        mine = claim(ledger)
        for _ in range(2):
            assert cut_all(str(place.server)) >= 1
            with ledger.leases.kept(lambda: [mine]):
                assert ledger.recover() == (0, 0), "the next tick does not even notice"
        assert cut_all(str(place.server)) >= 1
        assert finish(ledger, mine)


def test_a_connection_cut_in_the_middle_of_an_entry_leaves_nothing_of_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with place.ledger() as ledger:
        mine = claim(ledger)
        with monkeypatch.context() as patched:
            patched.setattr(
                "broadsheet.failpoints.reached",
                lambda step: cut_all(str(place.server)) if step == "ledger.before-commit" else None,
            )
            with pytest.raises(StorageError, match="the ledger did not take the entry"):
                finish(ledger, mine)
        assert ledger.deliveries.of(mine) == ()
        assert finish(ledger, mine)


def test_a_press_that_stands_still_in_an_entry_is_let_go_of(postgres_url: URL, tmp_path: Path) -> None:
    with database(postgres_url, "still") as server:
        place = Place(tmp_path / "ledger.sqlite", FixedClock(MONDAY), server)
        with place.ledger() as ledger, ledger.editions._store.read() as connection:
            limits = {
                name: connection.exec_driver_sql(f"SHOW {name}").scalar_one()
                for name in ("idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout")
            }
    assert limits == {
        "idle_in_transaction_session_timeout": "30s",
        "lock_timeout": "30s",
        "statement_timeout": "1min",
    }
