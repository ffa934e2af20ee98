"""The file beside a ledger, and the hold that only somebody's word ends."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from broadsheet.clock import FixedClock
from broadsheet.errors import StorageError
from broadsheet.ledger.continuity import Marker
from broadsheet.ledger.copies import put_back
from broadsheet.ledger.ledger import Ledger
from support.editions import MONDAY, due
from support.ledgers import Place

WHY = "a backup was put back"


def noted(ledger: Ledger) -> list[tuple[str, str]]:
    with ledger._engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT what, detail FROM event ORDER BY id")
        return [tuple(row) for row in found]


def told(ledger: Ledger) -> list[tuple[str, str, str]]:
    return [(each.kind, each.subject, each.detail) for each in ledger.alerts.current()]


def test_sends_are_held_until_somebody_confirms(ledger: Ledger, clock: FixedClock) -> None:
    ledger.alerts.open("channel", "smtp", "refused")
    for confirmed in (1, 2):
        clock.sleep(60)
        ledger.continuity.hold(WHY)
        ledger.continuity.hold("something else")
        assert ledger.continuity.held() == WHY
        assert told(ledger)[1:] == [("restored", "ledger", "something else")]
        ledger.continuity.confirm()
        assert ledger.continuity.held() == ""
        assert told(ledger) == [("channel", "smtp", "refused")]
        assert noted(ledger) == [("sends held", WHY), ("sends confirmed", "")] * confirmed
        known = ledger.continuity.known()
        assert known is not None
        assert (known.confirmed, known.events) == (confirmed, 2 * confirmed)


def test_the_owner_is_reminded_while_sends_are_held(ledger: Ledger, clock: FixedClock) -> None:
    ledger.continuity.hold(WHY)
    ledger.alerts.settle("restored", "ledger")
    before = ledger.continuity.known()
    clock.sleep(60)
    ledger.recover()
    assert told(ledger) == [("restored", "ledger", WHY)]
    assert ledger.continuity.known() == before, "the file does not follow a ledger in doubt"


def test_the_file_knows_how_far_the_ledger_has_come(ledger: Ledger, place: Place) -> None:
    new = ledger.continuity.known()
    assert new is not None
    assert (new.confirmed, new.events) == (0, 0)
    due(ledger)
    ledger.recover()
    assert ledger.continuity.known() == Marker(new.identity, 0, 1)
    ledger.continuity.file.write_text('{"identity": "another", "confirmed": 7, "events": 99}')
    ledger.continuity.remember()
    assert ledger.continuity.known() == Marker(new.identity, 0, 1)
    ledger.continuity.file.unlink()
    ledger.continuity.remember()
    assert ledger.continuity.known() == Marker(new.identity, 0, 1)


@pytest.fixture
def file(tmp_path: Path) -> Place:
    """A ledger in a file."""
    return Place(tmp_path / "ledger.sqlite", FixedClock(MONDAY))


def test_a_plain_copy_that_is_put_back_holds_its_sends(file: Place, tmp_path: Path) -> None:
    with file.ledger() as ledger:
        due(ledger)
    copy = tmp_path / "copy.sqlite"
    shutil.copy(file.file, copy)
    elsewhere = Place(tmp_path / "new" / "house" / "ledger.sqlite", file.clock)
    assert put_back(copy, elsewhere.file, MONDAY) is None, "there was none before"
    with elsewhere.ledger() as ledger:
        assert ledger.continuity.held() == "a backup was put back on 2026-06-15 at 05:00 UTC"


def test_a_backup_is_one_file(file: Place, tmp_path: Path) -> None:
    backup = tmp_path / "backups" / "ledger.sqlite"
    backup.parent.mkdir()
    with file.ledger() as ledger:
        ledger.back_up(backup)
    assert [path.name for path in backup.parent.iterdir()] == ["ledger.sqlite"]
    assert backup.read_bytes()[18:20] == b"\x01\x01", "no file of changes belongs to it"


def test_a_database_that_is_no_ledger_is_not_put_back(file: Place, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.sqlite"
    with closing(sqlite3.connect(stranger)) as connection:
        connection.execute("CREATE TABLE mark (name TEXT, value TEXT, at TEXT)")
        connection.commit()
    with pytest.raises(StorageError, match=r"stranger\.sqlite cannot be put back"):
        put_back(stranger, file.file, MONDAY)
    assert not file.file.exists()
