"""F10: nobody's rows in anybody else's mail, and every planted fault of the scope noticed."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from soak.canary import look
from soak.mutants import MUTANTS, noticed

AUDIENCES = 1_000


def main(scale: float = 1.0) -> str:
    """Send so many audiences their editions, read all that they got, and plant the faults."""
    count = max(6, round(AUDIENCES * scale))
    with TemporaryDirectory() as folder:
        own = look(Path(folder) / "company", count)
    planted = MUTANTS[:: max(1, round(0.1 / scale))]
    missed = [mutant.name for mutant in planted if not noticed(mutant)]
    assert not missed, f"not noticed: {', '.join(missed)}"
    kinds = ", ".join(f"{number} in {kind}" for kind, number in own.items() if number)
    return (
        f"{count} audiences, each with a token in every row: 0 foreign tokens; own ones {kinds}; "
        f"{len(planted)} planted faults of the scope, {len(planted)} noticed"
    )


if __name__ == "__main__":
    print(main(*map(float, sys.argv[1:2])))
