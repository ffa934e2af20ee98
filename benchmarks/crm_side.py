"""Our side of bench_data.py: `python crm_side.py WORKSPACE ROUNDS` answers 20 KPI × dimension questions.

Prints one line of JSON: seconds and CPU seconds after the imports, peak memory, and the sum of all answers.
BENCH_DATA names the folder of files; BENCH_PROFILE=1 prints where the time goes.
"""

from __future__ import annotations

import cProfile
import json
import os
import pstats
import resource
import statistics
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from broadsheet.clock import SystemClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.metrics import Answers, Question, answer
from broadsheet.periods import Calendar, Grain, Period, between, unit_of
from broadsheet.warehouse.warehouse import open_warehouse

CALENDAR = Calendar("UTC")
FIRST, AFTER = date(2021, 1, 1), date(2026, 4, 1)
ASKED: tuple[tuple[str, str], ...] = (
    ("won_amt", "region"),
    ("won_amt", "month"),
    ("won_amt", "rep"),
    ("won_amt", "product"),
    ("win_rate", "rep"),
    ("win_rate", "source"),
    ("win_rate", "segment"),
    ("win_rate", "region,quarter"),
    ("open_amt", "stage"),
    ("open_amt", "region"),
    ("weighted", "rep"),
    ("weighted", "stage,region"),
    ("avg_deal", "segment"),
    ("avg_deal", "industry"),
    ("avg_cycle", "source"),
    ("avg_cycle", "product"),
    ("n", "stage,region"),
    ("n", "source,segment"),
    ("won_amt", "rep,month"),
    ("lost_n", "industry"),
)
"""KPI and what it is split by; month and quarter are periods, not dimensions."""
GRAINS: tuple[Grain, ...] = ("month", "quarter")


def questions() -> list[Question]:
    """The 20 questions."""
    return [_question(kpi, names.split(",")) for kpi, names in ASKED]


def run(root: Path) -> Answers:
    """Everything a report does for its numbers: read the definitions, plan, ask, evaluate."""
    catalog = load_workspace(root).catalog
    with open_warehouse(
        catalog, root, os.environ, snapshots=root / "snapshots", clock=SystemClock()
    ) as warehouse:
        return answer(questions(), catalog, CALENDAR, warehouse, datetime(2027, 1, 1, tzinfo=UTC))


def checksum(found: Answers) -> float:
    """The sum of all answers, each first summed over its groups and rounded to a whole number."""
    assert not found.failures, found.failures
    sums = []
    for (kpi, _), item in zip(ASKED, found.answers, strict=True):
        assert item is not None
        (frame,) = item.frames.values()
        sums.append(round(float(frame[kpi].fillna(0).sum()), 0))
    return sum(sums)


def main() -> None:
    """Measure and print."""
    root, rounds = Path(sys.argv[1]), int(sys.argv[2])
    walls, cpus = [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        found = run(root)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    told = {
        "median_s": round(statistics.median(walls), 3),
        "cpu_s": round(statistics.median(cpus), 3),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "sum": checksum(found),
        "statements": [(item.rows, round(item.seconds, 3), item.dimensions) for item in found.trail],
    }
    sys.stdout.write(json.dumps(told) + "\n")
    if os.environ.get("BENCH_PROFILE"):
        profile = cProfile.Profile()
        profile.runcall(run, root)
        pstats.Stats(profile, stream=sys.stderr).sort_stats("cumulative").print_stats(60)


def _question(kpi: str, names: list[str]) -> Question:
    grain = next((name for name in GRAINS if name in names), None)
    dimensions = tuple(name for name in names if name != grain)
    buckets = _units(grain) if grain else (between(FIRST, AFTER),)
    return Question((kpi,), buckets, dimensions, (dimensions,))


def _units(grain: Grain) -> tuple[Period, ...]:
    units, day = [], FIRST
    while day < AFTER:
        units.append(unit_of(grain, day, CALENDAR))
        day = units[-1].end
    return tuple(units)


if __name__ == "__main__":
    main()
