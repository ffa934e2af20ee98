"""A ledger that is damaged, gone or emptied is never taken for a new one, and the message tells how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from broadsheet.clock import FixedClock
from broadsheet.errors import StorageError
from broadsheet.ledger.records import EditionKey
from ledger.conftest import MONDAY
from support.ledgers import Place


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20_000])


def spoil_header(file: Path) -> None:
    file.write_bytes(b"not a ledger at all" + file.read_bytes()[19:])


def spoil_page(file: Path) -> None:
    """Overwrite a page of the middle, which an opening does not read."""
    content = bytearray(file.read_bytes())
    middle = len(content) // 4096 // 2 * 4096
    content[middle : middle + 4096] = b"\xa5" * 4096
    file.write_bytes(content)


@pytest.mark.parametrize("damage", [cut, spoil_header, spoil_page])
def test_fault_l07_ledger_corrupt(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    place = Place(tmp_path / "ledger.sqlite", FixedClock(MONDAY))
    with place.ledger() as ledger:
        for number in range(300):
            ledger.editions.plan(EditionKey(f"r{number}", "2026-W24", "a", "all", "en"), MONDAY, as_of=MONDAY)
    damage(place.file)
    with pytest.raises(StorageError, match="the ledger is damaged") as refused, place.ledger() as ledger:
        ledger.recover()
    assert "broadsheet ledger restore FILE" in refused.value.remedy


def test_fault_l08_ledger_zero_bytes(place: Place) -> None:
    with place.ledger() as ledger:
        ledger.recover()
    if place.server is None:
        place.file.write_bytes(b"")
    else:
        with psycopg.connect(place.server, autocommit=True) as connection:
            connection.execute("ALTER TABLE alembic_version RENAME TO away")
    try:
        for _ in range(2):
            with (
                pytest.raises(StorageError, match="is gone or empty, but there was one here") as refused,
                place.ledger(),
            ):
                pass
            assert "broadsheet ledger restore FILE" in refused.value.remedy
    finally:
        if place.server is not None:
            with psycopg.connect(place.server, autocommit=True) as connection:
                connection.execute("ALTER TABLE away RENAME TO alembic_version")


def test_a_ledger_that_was_deleted_is_missed_and_a_new_one_is_begun_only_on_purpose(tmp_path: Path) -> None:
    place = Place(tmp_path / "ledger.sqlite", FixedClock(MONDAY))
    with place.ledger():
        pass
    place.file.unlink()
    with pytest.raises(StorageError, match="is gone or empty"), place.ledger():
        pass
    (tmp_path / "ledger.id").unlink()
    with place.ledger() as ledger:
        assert ledger.continuity.held() == ""


def test_an_unreadable_marker_is_not_taken_for_none(tmp_path: Path) -> None:
    place = Place(tmp_path / "ledger.sqlite", FixedClock(MONDAY))
    with place.ledger():
        pass
    (tmp_path / "ledger.id").write_text("{")
    with pytest.raises(StorageError, match=r"ledger\.id beside the ledger cannot be read"), place.ledger():
        pass
