"""An older copy of a ledger sends nothing before somebody has decided: it does not know what was sent after it."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from broadsheet.clock import FixedClock
from broadsheet.errors import StorageError
from broadsheet.ledger.copies import put_back
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import DeliveryRecord, EditionKey, NewDelivery
from ledger.conftest import MONDAY
from support.ledgers import Place

ADA, BO = "ada@example.test", "bo@example.test"


@pytest.fixture
def file_place(tmp_path: Path) -> Place:
    return Place(tmp_path / "ledger.sqlite", FixedClock(MONDAY))


def queue(ledger: Ledger, period: str, *readers: str) -> None:
    """An edition made, its letters waiting."""
    key = EditionKey("sales-weekly", period, "sales", "all", "en")
    mine = ledger.editions.begin(ledger.editions.plan(key, MONDAY, as_of=MONDAY), trigger="schedule")
    assert mine is not None
    letters = [NewDelivery("smtp", reader, f"<{period}.{reader}>", "a" * 64) for reader in readers]
    assert ledger.editions.ready(mine, manifest="m" * 64, pages=1, definition="d" * 64, deliveries=letters)


def send_all(ledger: Ledger) -> list[str]:
    """Send what waits; to whom."""
    sent: list[DeliveryRecord] = []
    for waiting in ledger.deliveries.waiting():
        taken = ledger.deliveries.sending(waiting)
        assert taken is not None
        ledger.deliveries.settle(taken, "sent", "250 ok")
        sent.append(taken)
    return [item.recipient for item in sent]


def test_fault_l09_old_backup_restored(file_place: Place, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sqlite"
    with file_place.ledger() as ledger:
        queue(ledger, "2026-W24", ADA, BO)
        ledger.back_up(backup)
        assert ledger.continuity.held() == "", "the ledger itself goes on"
        assert send_all(ledger) == [ADA, BO]
        ledger.recover()
    former = put_back(backup, file_place.file, MONDAY)
    assert former is not None
    assert former.name == "ledger.sqlite.20260615-050000"
    with file_place.ledger() as ledger:
        assert ledger.continuity.held() == "this is a backup, made on 2026-06-15 at 05:00 UTC"
        queue(ledger, "2026-W25", ADA)
        assert ledger.deliveries.waiting() == (), "editions are made, letters wait"
        waiting = [(item.edition.key.period, item.letters) for item in ledger.unsent.all()]
        assert waiting == [("2026-W24", 2), ("2026-W25", 1)]
        ledger.unsent.drop()
        ledger.continuity.remember()
        queue(ledger, "2026-W26", BO)
        assert send_all(ledger) == [BO], "what was given up is never sent, what comes after it is"
        assert ledger.unsent.all() == ()
    with file_place.ledger() as ledger:
        assert ledger.continuity.held() == ""


def test_a_copy_that_was_put_back_as_a_file_is_noticed(file_place: Place, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    with file_place.ledger() as ledger:
        queue(ledger, "2026-W24", ADA)
    shutil.copy(file_place.file, copy)
    with file_place.ledger() as ledger:
        assert send_all(ledger) == [ADA]
        ledger.recover()
    shutil.copy(copy, file_place.file)
    with file_place.ledger() as ledger:
        assert ledger.continuity.held() == "it is older than the ledger that was used here before"
        (alert,) = ledger.alerts.current()
        assert alert.kind == "restored"
        assert send_all(ledger) == []
        ledger.continuity.confirm()
        assert send_all(ledger) == [ADA]


def test_a_server_that_lost_the_last_moments_sends_nothing(place: Place, tmp_path: Path) -> None:
    with place.ledger() as ledger:
        queue(ledger, "2026-W24", ADA)
        assert send_all(ledger) == [ADA]
        ledger.recover()
        other = Place(tmp_path / "other" / "ledger.sqlite", place.clock, place.server)
        if place.server is not None:
            with other.ledger():
                pass
    forget = "DELETE FROM event WHERE id > (SELECT min(id) FROM event)"
    if place.server is None:
        with closing(sqlite3.connect(place.file)) as connection:
            connection.execute(forget)
            connection.commit()
    else:
        with psycopg.connect(place.server, autocommit=True) as connection:
            connection.execute(forget)
    with place.ledger() as ledger:
        assert ledger.continuity.held() == "it is older than the ledger that was used here before"
        ledger.continuity.confirm()
        assert ledger.continuity.held() == ""
    if place.server is not None:
        with other.ledger() as ledger:
            assert ledger.continuity.held() == "", "one decision holds for all hosts"


def test_another_ledger_in_the_place_of_the_known_one_sends_nothing(
    file_place: Place, tmp_path: Path
) -> None:
    stranger = Place(tmp_path / "elsewhere" / "ledger.sqlite", FixedClock(MONDAY + timedelta(days=1)))
    for place in (file_place, stranger):
        with place.ledger() as ledger:
            queue(ledger, "2026-W24", ADA)
    shutil.copy(stranger.file, file_place.file)
    with file_place.ledger() as ledger:
        assert ledger.continuity.held() == "it is not the ledger that was used here before"


def test_only_a_sound_ledger_is_put_back(file_place: Place, tmp_path: Path) -> None:
    with file_place.ledger() as ledger:
        queue(ledger, "2026-W24", ADA)
    before = file_place.file.read_bytes()
    (tmp_path / "letter.txt").write_text("Dear Ada, this is no ledger but a letter.\n" * 100)
    for name in ("letter.txt", "missing.sqlite"):
        with pytest.raises(StorageError, match=f"{name} cannot be put back"):
            put_back(tmp_path / name, file_place.file, MONDAY)
    assert file_place.file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.id", "ledger.sqlite", "letter.txt"]


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from broadsheet import failpoints
from broadsheet.clock import SystemClock
from broadsheet.ledger.copies import put_back
from broadsheet.ledger.ledger import Ledger

def reached(step):
    if step == sys.argv[1]:
        os.kill(os.getpid(), signal.SIGKILL)

failpoints.reached = reached
ledger, backup = Path(sys.argv[2]), Path(sys.argv[3])
if sys.argv[1] == "ledger.before-backup":
    Ledger.open(ledger, SystemClock()).back_up(backup)
put_back(backup, ledger, datetime.now(UTC))
"""


@pytest.mark.faults
@pytest.mark.parametrize("step", ["ledger.before-backup", "ledger.before-restored"])
def test_a_backup_or_restore_that_is_killed_can_be_repeated(
    file_place: Place, tmp_path: Path, step: str
) -> None:
    backup = tmp_path / "backup.sqlite"
    with file_place.ledger() as ledger:
        queue(ledger, "2026-W24", ADA)
        ledger.back_up(backup)
    before = backup.read_bytes()
    died = subprocess.run([sys.executable, "-c", KILLED, step, str(file_place.file), str(backup)])
    assert died.returncode == -signal.SIGKILL
    assert backup.read_bytes() == before, "the former backup is whole"
    if step == "ledger.before-restored":
        with pytest.raises(StorageError, match="is gone or empty"), file_place.ledger():
            pass
    put_back(backup, file_place.file, MONDAY)
    with file_place.ledger() as ledger:
        assert [item.letters for item in ledger.unsent.all()] == [1]
