"""`ledger backup`, `restore`, `confirm`: a restored ledger sends what somebody decides, and says so."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

from broadsheet.clock import SystemClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.press.planning import plan_due
from broadsheet.press.press import Press
from broadsheet.press.restore import look_ahead
from broadsheet.press.tick import tick
from broadsheet.warehouse.rights import writable_tables
from cli.conftest import Command
from press.workspace import MONDAY, SUNDAY, House, held
from support.ledgers import database
from support.postgres import read_only_role

pytestmark = pytest.mark.faults


def tick_at(house: House, at: object) -> int:
    """One tick; how many letters left."""
    house.clock.at = at  # type: ignore[assignment]
    with house.press() as press:
        return sum(attempt.outcome.state == "sent" for attempt in tick(press).attempts)


@pytest.fixture
def backup(house: House, here: Command, tmp_path: Path) -> Path:
    """A backup of Sunday; on Monday the edition of the week was sent, then the disk was lost."""
    tick_at(house, SUNDAY)
    file = tmp_path / "backup.sqlite"
    assert here("ledger", "backup", file).out.startswith(f"Wrote {file}, 0.")
    assert tick_at(house, MONDAY) == 2
    (house.var / "ledger.sqlite").write_bytes(b"")
    refused = here("tick")
    assert refused.code == 1
    assert "the ledger is gone or empty, but there was one here" in refused.err
    assert "broadsheet ledger restore FILE" in refused.err
    return file


def test_what_was_sent_after_the_backup_is_given_up(house: House, here: Command, backup: Path) -> None:
    done = here("ledger", "restore", backup)
    assert done.code == 0
    assert "The former ledger is kept as ledger.sqlite." in done.out
    assert tick_at(house, MONDAY) == 0, "it is made, and waits"
    shown = here("ledger", "confirm")
    assert shown.code == 3
    assert "All sends are held: this is a backup, made on " in shown.out
    assert "2026-W24" in shown.out
    assert "2 letters" in shown.out
    said = here("doctor").out
    assert "! sends: all are held, this is a backup, made on " in said
    assert "! alerts: ledger: restored" in said
    done = here("ledger", "confirm", "--drop")
    assert done.code == 0
    assert done.out.splitlines()[-1].startswith("Given up: ")
    assert tick_at(house, MONDAY) == 0
    assert here("ledger", "confirm").out == "No sends are held: this ledger is as far as it was.\n"


def test_what_was_not_sent_before_is_sent(house: House, here: Command, backup: Path) -> None:
    here("ledger", "restore", backup)
    with held(house.warehouse):
        assert tick_at(house, MONDAY) == 0
    with house.press() as press:
        (waiting,) = look_ahead(press).waiting
        assert (waiting.edition.key.period, waiting.edition.state, waiting.letters) == ("2026-W24", "due", 0)
    assert "to be made" in here("ledger", "confirm").out
    done = here("ledger", "confirm", "--send")
    assert done.code == 0
    assert done.out.splitlines()[-1].startswith("To be sent with the next tick: ")
    assert tick_at(house, MONDAY + timedelta(minutes=2)) == 2


@pytest.fixture
def restored(house: House, here: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A backup of Sunday was put back on Monday; a query names the readers."""
    monkeypatch.setattr("broadsheet.cli.context.SystemClock", lambda: house.clock)
    house.write(
        "config/audiences.yaml", "audiences:\n  sales: {label: Sales, sql: config/views/readers.sql}\n"
    )
    house.write("config/views/readers.sql", "SELECT 'ada@example.test' AS address")
    house.clock.at = SUNDAY
    assert here("tick").code == 0
    here("ledger", "backup", tmp_path / "backup.sqlite")
    assert here("ledger", "restore", tmp_path / "backup.sqlite").code == 0
    house.clock.at = MONDAY
    return house


def test_nothing_is_given_up_before_all_of_it_is_known(restored: House, here: Command) -> None:
    with held(restored.warehouse):
        shown = here("ledger", "confirm").out
        assert "What waits of orders is not known: " in shown
        assert "`--drop` gives up nothing before all of it is known" in shown
        refused = here("ledger", "confirm", "--drop")
    assert refused.code == 2
    assert "what waits of orders is not known, so it cannot be given up" in refused.err
    done = here("ledger", "confirm", "--drop")
    assert (done.code, "2026-W24" in done.out) == (0, True), "the source was asked again"
    assert tick_at(restored, MONDAY) == 0


def test_what_is_given_up_of_a_broken_file_is_not_sent_once_it_is_mended(
    restored: House, here: Command
) -> None:
    sound = (restored.root / "reports/orders.yaml").read_text(encoding="utf-8")
    restored.write("reports/orders.yaml", sound.replace("period: week", "period: weak"))
    done = here("ledger", "confirm", "--drop")
    assert (done.code, "2026-W24" in done.out) == (0, True)
    restored.write("reports/orders.yaml", sound)
    assert tick_at(restored, MONDAY) == 0


def test_a_ledger_in_use_is_not_replaced(house: House, here: Command, tmp_path: Path) -> None:
    press = Press(load_workspace(house.root), SystemClock(), {}, house.var)
    press.ledger.recover()
    press.ledger.back_up(tmp_path / "backup.sqlite")
    refused = here("ledger", "restore", tmp_path / "backup.sqlite")
    press.close()
    assert refused.code == 1
    assert f"the ledger is in use by process {os.getpid()}" in refused.err
    assert here("ledger", "restore", tmp_path / "backup.sqlite").code == 0


def test_one_decision_at_a_time(here: Command) -> None:
    assert here("ledger", "confirm", "--send", "--drop").code == 2


def test_a_database_server_has_a_backup_of_its_own(
    house: House, here: Command, postgres_url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = (house.root / "config/settings.yaml").read_text(encoding="utf-8")
    house.write("config/settings.yaml", settings + "ledger: ${env:LEDGER_URL}\n")
    refused = here("ledger", "backup", tmp_path / "backup.sqlite")
    assert (refused.code, "LEDGER_URL, which is not set" in refused.err) == (1, True)
    monkeypatch.setenv("LEDGER_URL", "mysql://nobody@db.example.test/ledger")
    assert "not the URL of a PostgreSQL database" in here("tick").err
    with database(postgres_url, "cli") as server:
        monkeypatch.setenv("LEDGER_URL", server)
        assert here("tick").code == 0
        refused = here("ledger", "backup", tmp_path / "backup.sqlite")
        assert refused.code == 2
        assert "pg_dump" in refused.err
        refused = here("ledger", "restore", tmp_path / "backup.sqlite")
        assert refused.code == 2
        assert "pg_restore" in refused.err


def test_doctor_tells_of_dead_presses_and_wrong_clocks(house: House, here: Command) -> None:
    tick_at(house, SUNDAY)
    house.clock.at = datetime.now(UTC) + timedelta(minutes=30)
    with house.press() as press:
        plan_due(press)
        for record in press.ledger.editions.due():
            press.ledger.editions.begin(record, trigger="schedule")
    done = here("doctor")
    assert done.code == 1
    assert "✗ clock: " in done.out
    assert "but the ledger has an entry of " in done.out
    assert "✓ presses: none at work\n" in done.out
    with closing(sqlite3.connect(house.var / "ledger.sqlite")) as connection:
        connection.execute("UPDATE edition SET lease_until = '2026-06-01 00:00:00.000000'")
        connection.commit()
    assert "! presses: none at work; 1 edition begun by one that is gone\n" in here("doctor").out


def test_doctor_tells_of_an_account_that_may_change_the_warehouse(postgres_url: URL) -> None:
    reader = read_only_role(postgres_url, "doctors_reader")
    for url, expected in ((postgres_url, True), (reader, False)):
        engine = create_engine(url)
        with engine.connect() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS doctors (a int)")) if expected else None
            connection.commit()
            assert bool(writable_tables(connection)) is expected
        engine.dispose()
