"""F13: fifty drills, and after how many minutes somebody knows: also when mail, ledger or the service is dead."""

from __future__ import annotations

import signal
import sys
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from soak.drills import DRILLS, drill, killed

COUNT = 50
SILENT = 4
"""Drills of a service that is killed or stopped."""
GOAL = 15.0
"""Minutes."""


def main(scale: float = 1.0) -> str:
    """Run fifty drills times the scale, each kind at least once."""
    count = max(len(DRILLS), round((COUNT - SILENT) * scale))
    silent = max(2, round(SILENT * scale))
    waits: list[float] = []
    with TemporaryDirectory() as folder:
        for number, (trouble, dead) in enumerate(islice(cycle(DRILLS), count)):
            waits.append(drill(trouble, Path(folder) / f"drill-{number}", dead=dead))
        ends = islice(cycle((signal.SIGKILL, signal.SIGSTOP)), silent)
        outside = [killed(Path(folder) / f"killed-{number}", end) for number, end in enumerate(ends)]
    worst = max(*waits, *outside)
    assert worst <= GOAL, f"{worst:.0f} minutes"
    dead = sum(dead for _, dead in islice(cycle(DRILLS), count))
    return (
        f"{count + silent} drills, {dead} of them with a dead mail server: the owner heard after a median of "
        f"{median(waits):.0f} and at most {max(waits):.0f} minutes; {silent} services killed or stopped gave no sign "
        f"of life from then on, which a watch elsewhere knows within {max(outside):.0f}; 100 % within {GOAL:.0f}"
    )


if __name__ == "__main__":
    print(main(*map(float, sys.argv[1:2])))
