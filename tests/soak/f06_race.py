"""F6: 4 schedulers and 8 workers on one PostgreSQL ledger, stopped past their leases 200 times: 0 editions double."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from soak.race import Race, run
from support.ledgers import database
from support.postgres import postgres_server

EDITIONS = 10_000
PAUSES = 200


def main(scale: float = 1.0) -> str:
    """Race, then compare every tally with the ledger."""
    count, pauses = max(200, round(EDITIONS * scale)), max(6, round(PAUSES * scale))
    with TemporaryDirectory() as folder, postgres_server() as url, database(url, "race") as server:
        done = run(Race(server, Path(folder), count, schedulers=4, workers=8), pauses)
    return (
        f"{done.count} editions, 4 schedulers, 8 workers, {done.paused} stops past the lease in {done.seconds:.0f} s:"
        f" 0 planned, made or settled twice; {done.freed} claims taken over, {done.refused} finishes with an old"
        f" token, all refused; {done.uncertain} sends uncertain, {done.repeated} repeated with the same Message-ID;"
        f" each worker made {min(done.shares)} to {max(done.shares)}"
    )


if __name__ == "__main__":
    print(main(*map(float, sys.argv[1:2])))
