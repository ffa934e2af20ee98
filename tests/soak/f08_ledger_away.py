"""F8, ledger: away for 1 s, 1 min and 1 h from each step of a tick on; caught up at most 2 ticks after its return."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from press.workspace import MONDAY
from soak.away import Away, AwayFile, AwayServer, Passing, PassingServer, fresh, ticks_to_recover, visits
from support.ledgers import database
from support.postgres import frail_server

LENGTHS = (timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1))
MOST = 2


def main(scale: float = 1.0) -> str:
    """Take the ledger away at each step, for each length, on each engine."""
    logging.getLogger("broadsheet").setLevel(logging.CRITICAL)
    with TemporaryDirectory() as folder:
        of_file = list(_outages(Path(folder, "file"), AwayFile(Passing(MONDAY)), scale))
        with frail_server() as frail, database(frail.url, "away", simulated=True) as server:
            clock = PassingServer(MONDAY, server)
            away = AwayServer(frail, server, clock, {"LEDGER_URL": server})
            of_server = list(_outages(Path(folder, "server"), away, scale))
    found = [*of_file, *of_server]
    assert max(found) <= MOST, found
    return (
        f"{len(of_server)} times a PostgreSQL server killed, {len(of_file)} times a SQLite file locked, for 1 s,"
        f" 1 min and 1 h, at steps of a tick: caught up after at most {max(found)} ticks, 0 lost"
    )


def _outages(root: Path, away: Away, scale: float) -> Iterator[int]:
    all_of_them = [(visit, length) for visit in visits(root / "trial", away) for length in LENGTHS]
    some = all_of_them[:: max(1, round(1 / scale))]
    for number, (visit, length) in enumerate(some):
        fresh(away)
        try:
            yield ticks_to_recover(root / str(number), away, visit, length)
        except AssertionError as error:
            raise AssertionError(f"{type(away).__name__}, {visit}, {length}: {error}") from error


if __name__ == "__main__":
    print(main(*map(float, sys.argv[1:2])))
