"""The database below: durable, read without a lock, told of in plain words, and without secrets."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from broadsheet.clock import FixedClock
from broadsheet.errors import StorageError, UsageError
from broadsheet.ledger.engine import open_server
from broadsheet.ledger.horizons import NewEdition
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.migrate import HEAD
from broadsheet.ledger.nodes import FORGOTTEN
from broadsheet.ledger.store import LEASE, told
from support.editions import MONDAY, claimed, due, key, now, story
from support.ledgers import Place


@pytest.fixture
def file(tmp_path: Path) -> Place:
    """A ledger in a file."""
    return Place(tmp_path / "shop" / "var" / "ledger.sqlite", FixedClock(MONDAY))


def fill(ledger: Ledger) -> None:
    """So many entries that they take many pages."""
    many = [NewEdition(key(report=f"r{number}"), MONDAY, MONDAY, "UTC") for number in range(300)]
    ledger.horizons.enter(many, {})


def spoil(file: Path) -> int:
    """Overwrite a page of the middle, which an opening does not read; the file's size."""
    content = bytearray(file.read_bytes())
    middle = len(content) // 4096 // 2 * 4096
    content[middle : middle + 4096] = b"\xa5" * 4096
    file.write_bytes(content)
    return len(content)


@pytest.mark.parametrize("address", ["mysql://a:b@db/ledger", "the ledger", "sqlite:///ledger.sqlite"])
def test_a_server_is_postgresql(address: str) -> None:
    with pytest.raises(StorageError, match="not the URL of a PostgreSQL database"):
        open_server(address)


def test_a_missing_driver_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StorageError, match="needs its driver") as missing:
        open_server("postgresql://a:b@db/ledger")
    assert "pip install" in missing.value.remedy


def test_a_file_keeps_what_it_was_told_through_a_power_cut(file: Place) -> None:
    with file.ledger() as ledger, ledger._engine.connect() as connection:
        facts = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert facts == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_readers_wait_for_nobody_and_writers_for_each_other(file: Place, tmp_path: Path) -> None:
    with file.ledger() as ledger, file.ledger() as other:
        with ledger.marks._store.write():
            assert other.editions.due() == ()
            third = Ledger.open(file.file, file.clock)
            other.verify()
            other.back_up(tmp_path / "backup.sqlite")
            with other._engine.connect() as connection:
                raw = connection.connection.dbapi_connection
                assert raw is not None
                raw.execute("PRAGMA busy_timeout = 1")
                with pytest.raises(OperationalError, match="locked"):
                    connection.execute(text("SELECT 1"))
        third.close()
        with other.marks._store.read() as connection:
            due(ledger)
            assert connection.exec_driver_sql("SELECT count(*) FROM edition").scalar_one() == 1


def test_no_text_reaches_the_ledger_unhidden(place: Place) -> None:
    with place.ledger():
        pass
    ledger = Ledger.open(place.file, place.clock, place.server, lambda said: said.replace("Kn0rr", "***"))
    try:
        ledger.editions.fail(claimed(ledger), "no login with Kn0rr")
        two = [
            NewEdition(key(period=period), MONDAY, MONDAY, "UTC", "void", "says Kn0rr")
            for period in ("2026-W25", "2026-W26")
        ]
        ledger.horizons.enter(two, {})
        assert now(ledger, due(ledger)).reason == "no login with ***"
        for each in two:
            record = ledger.editions.find(each.key)
            assert record is not None
            assert story(ledger, record) == [("planned", "skipped", "void", "says ***")]
    finally:
        ledger.close()


@pytest.mark.parametrize(
    ("complaint", "what", "remedy"),
    [
        ("database disk image is malformed", "the ledger is damaged: database disk", "ledger restore FILE"),
        ("file is not a database", "the ledger is damaged: file", "ledger restore FILE"),
        (
            " database or disk is full\n",
            "did not take the entry: database or disk is full",
            "free disk space",
        ),
    ],
)
def test_trouble_of_a_file_is_told_with_what_to_do(complaint: str, what: str, remedy: str) -> None:
    error = told(OperationalError("", {}, OSError(complaint)))
    assert what in str(error)
    assert remedy in error.remedy


def test_our_own_mistakes_are_no_trouble_of_the_database(ledger: Ledger) -> None:
    with pytest.raises(IntegrityError), ledger.marks._store.write() as connection:
        connection.exec_driver_sql("INSERT INTO run (edition_id) VALUES (NULL)")


def test_a_ledger_tells_its_version_and_that_it_is_sound(ledger: Ledger) -> None:
    assert ledger.version() == HEAD
    ledger.verify()
    ledger.recover()


def test_a_file_that_takes_long_to_read_is_not_read_at_the_start(
    file: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with file.ledger() as ledger:
        fill(ledger)
    size = spoil(file.file)
    for limit, found in ((size - 1, False), (size, True)):
        monkeypatch.setattr("broadsheet.ledger.ledger.SOON_READ", limit)
        with file.ledger() as ledger:
            if found:
                with pytest.raises(StorageError, match="the ledger is damaged"):
                    ledger.recover()
            else:
                ledger.recover()
            with pytest.raises(StorageError, match="the ledger is damaged"):
                ledger.verify()


def test_a_damaged_ledger_leaves_the_former_backup(file: Place, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sqlite"
    with file.ledger() as ledger:
        fill(ledger)
        ledger.back_up(backup)
        sound = backup.read_bytes()
    spoil(file.file)
    with file.ledger() as ledger, pytest.raises(StorageError, match="the ledger is damaged"):
        ledger.back_up(backup)
    assert backup.read_bytes() == sound
    with file.ledger() as ledger, pytest.raises(StorageError, match="was not made"):
        ledger.back_up(tmp_path / "no-folder" / "backup.sqlite")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".new")] == []


def test_a_server_has_a_backup_of_its_own(simulated_server: str, tmp_path: Path) -> None:
    with Place(tmp_path / "ledger.sqlite", FixedClock(MONDAY), simulated_server).ledger() as ledger:
        with pytest.raises(UsageError, match="a backup of its own") as refused:
            ledger.back_up(tmp_path / "backup.sqlite")
        assert "pg_dump" in refused.value.remedy


def test_processes_are_known_while_they_live(ledger: Ledger, place: Place, clock: FixedClock) -> None:
    ledger.nodes.seen()
    (mine,) = ledger.nodes.all()
    assert (mine.started_at, mine.seen_at, mine.ticked_at) == (clock.now(), clock.now(), None)
    clock.sleep(60)
    with place.ledger() as other:
        other.nodes.ticked()
        first, second = ledger.nodes.all()
        assert (first, second.ticked_at, second.seen_at) == (mine, clock.now(), clock.now())
        clock.sleep(LEASE.total_seconds() - 60)
        assert ledger.nodes.alive() == (second,), "the first was last heard of a lease ago"
        ledger.nodes.seen()
        assert len(ledger.nodes.alive()) == 2
        assert ledger.nodes.all()[0].started_at == mine.started_at
    assert [each.name for each in ledger.nodes.all()] == [mine.name], "who ends, leaves"
    assert ledger.nodes.skew() == timedelta()


def test_processes_not_heard_of_are_forgotten(ledger: Ledger, place: Place, clock: FixedClock) -> None:
    ledger.nodes.seen()
    clock.sleep(FORGOTTEN.total_seconds())
    with place.ledger() as other:
        other.nodes.seen()
        assert len(other.nodes.all()) == 2
        clock.sleep(1)
        other.nodes.seen()
        assert len(other.nodes.all()) == 1


def test_claims_that_nobody_renews_are_counted(ledger: Ledger, clock: FixedClock) -> None:
    first, second = claimed(ledger), claimed(ledger, period="2026-W25")
    clock.sleep(LEASE.total_seconds())
    assert ledger.leases.lapsed() == 0
    assert ledger.leases.renew([first]) == 1
    clock.sleep(1)
    assert ledger.leases.lapsed() == 1
    assert now(ledger, first).lease_until == clock.now() - timedelta(seconds=1) + LEASE
    assert ledger.editions.fail(second, "late")
    assert ledger.leases.renew([second]) == 0
    assert ledger.leases.lapsed() == 0
