"""A ledger that goes away in the middle of a tick: the press catches up when it is back. Soak F8 in small."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from press.workspace import MONDAY
from soak.away import AwayFile, AwayServer, Passing, PassingServer, fresh, ticks_to_recover
from support.ledgers import database
from support.postgres import frail_server

pytestmark = pytest.mark.faults

VISITS = [("ledger.after-commit", 3), ("archive.before-write", 1), ("deliver.before-settling", 1)]


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit[0])
def test_a_file_that_is_locked_for_an_hour(tmp_path: Path, visit: tuple[str, int]) -> None:
    assert ticks_to_recover(tmp_path, AwayFile(Passing(MONDAY)), visit, timedelta(hours=1)) <= 2


def test_a_server_that_is_away_for_a_minute(tmp_path: Path) -> None:
    with frail_server() as frail, database(frail.url, "away", simulated=True) as server:
        away = AwayServer(frail, server, PassingServer(MONDAY, server), {"LEDGER_URL": server})
        for number, visit in enumerate([("ledger.before-commit", 4), *VISITS]):
            fresh(away)
            lasts = timedelta(minutes=1)
            assert ticks_to_recover(tmp_path / str(number), away, visit, lasts) <= 2, visit


def test_a_letter_in_hand_when_the_ledger_goes_away_rests_no_longer_than_the_ledger(tmp_path: Path) -> None:
    """Nothing of it has left: it is no failed attempt of the mail server, after which it would have to rest."""
    with frail_server() as frail, database(frail.url, "hand", simulated=True) as server:
        away = AwayServer(frail, server, PassingServer(MONDAY, server), {"LEDGER_URL": server})
        second = timedelta(seconds=1)
        assert ticks_to_recover(tmp_path, away, ("deliver.after-claim", 1), second) <= 1
        with psycopg.connect(server) as connection:
            assert (
                connection.execute("SELECT attempts, uncertainties FROM delivery").fetchall() == [(1, 0)] * 2
            )
