"""Measure the numbers of a report: 20 KPI × dimension answers over synthetic CRM data in Parquet files.

    make bench                       a million rows, about a minute
    BENCH_ROWS=10000000 make bench   ten million rows

Opponents are fixed scripts in BROADSHEET_TEST_DATA/performance-baselines, run in turns with our side: a hand-written
script of three small cubes, 20 separate statements, and pandas. Times are CPU seconds after the imports. Their sums
must equal ours. A CSV source is measured against one scan of the same file.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
FEW = 10
"""Below this, a number is shown with decimals."""
BIG = 5_000_000
"""From so many rows on, pandas is asked once only: it takes minutes and gigabytes."""
GOALS = {"duckdb_parquet_cubes3q": 1.25, "duckdb_parquet_20q": 0.40, "pandas_parquet": 0.10}
MEMORY = 250
FIRST, SECOND = 1.80, 1.10
"""What a CSV source may cost: in scans of its file the first time, in runs on Parquet later."""
WITHOUT_PYARROW = (
    "import duckdb, pandas, runpy, sys;"
    "pandas.read_parquet = lambda path: duckdb.sql(f\"FROM '{path}'\").df();"
    "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
)

Side = Callable[[], dict[str, Any]]


def main() -> None:
    """Generate the data, let both sides take turns, print the ratios."""
    opponents = Path(os.environ.get("BROADSHEET_TEST_DATA", "")) / "performance-baselines"
    if "BROADSHEET_TEST_DATA" not in os.environ or not (opponents / "kpi.py").is_file():
        say(
            "No opponents to measure against: set BROADSHEET_TEST_DATA to the folder with performance-baselines/."
        )
        return
    with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as folder:
        data, workspace = Path(folder, "data"), Path(folder, "crm")
        say(f"{ROWS:,} rows, {ROUNDS} rounds; generating")
        output(opponents / "gen_data.py", data, ROWS, "--csv")
        shutil.copytree(HERE / "crm", workspace)
        first = ours(workspace, data)
        parquet = measure(opponents / "kpi.py", workspace, data, first)
        csv = measure_csv(opponents / "kpi.py", Path(folder, "crm-csv"), data, parquet)
        if abs(csv - first["sum"]) > 1:
            sys.exit(f"Parquet gives {first['sum']}, CSV {csv}")


def measure(kpi: Path, workspace: Path, data: Path, first: dict[str, Any]) -> float:
    """The rounds and the table of results; our CPU seconds."""
    sides: dict[str, Side] = {"ours": lambda: ours(workspace, data)}
    for name in GOALS:
        sides[name] = lambda name=name: theirs(kpi, name, data)  # type: ignore[misc]
    results: dict[str, list[dict[str, Any]]] = {name: [] for name in sides}
    for turn in range(ROUNDS):
        for name, side in sides.items():
            if turn == 0 or ROWS < BIG or not name.startswith("pandas"):
                results[name].append(side())
    cpu = {name: statistics.median(item["cpu_s"] for item in found) for name, found in results.items()}
    memory = {name: max(item["rss_mb"] for item in found) for name, found in results.items()}
    say(f"{'':<24}{'CPU s':>8}{'MB':>8}{'ours ÷':>8}{'goal':>8}  met")
    say(f"{'ours, first snapshot':<24}{first['cpu_s']:>8.2f}{first['rss_mb']:>8}")
    for name in sides:
        goal = "" if name == "ours" else judged(cpu["ours"] / cpu[name], GOALS[name])
        say(f"{name:<24}{cpu[name]:>8.2f}{memory[name]:>8}{goal}")
    say(f"{'memory, MB':<40}{judged(memory['ours'], MEMORY)}")
    sums = {name: found[0]["sum"] for name, found in results.items()}
    # Each of the 20 answers is rounded to a whole number by its side, so one may fall either way.
    differing = {name: total for name, total in sums.items() if abs(total - sums["ours"]) > 1}
    say(
        f"statements of ours: {len(results['ours'][0]['statements'])}; results equal: {'no' if differing else 'yes'}"
    )
    if differing:
        sys.exit(f"ours is {sums['ours']}, others are {differing}")
    return float(cpu["ours"])


def measure_csv(kpi: Path, workspace: Path, data: Path, parquet: float) -> float:
    """The first and second run over CSV files; the sum of its answers."""
    shutil.copytree(HERE / "crm", workspace)
    file = workspace / "config/sources.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(".parquet", ".csv"), encoding="utf-8")
    scan = theirs(kpi, "duckdb_csv_scan", data)["cpu_s"]
    first, second = ours(workspace, data), ours(workspace, data)
    made = (first["cpu_s"] - second["cpu_s"]) / scan
    say(f"{'CSV snapshot ÷ one scan':<24}{'':>8}{first['rss_mb']:>8}{judged(made, FIRST)}")
    say(
        f"{'CSV, second ÷ Parquet':<24}{'':>8}{second['rss_mb']:>8}{judged(second['cpu_s'] / parquet, SECOND)}"
    )
    return float(second["sum"])


def judged(value: float, goal: float) -> str:
    """A measured value, its goal, and whether it is met."""
    digits = 2 if goal < FEW else 0
    return f"{value:>8.{digits}f}{f'≤ {goal:.{digits}f}':>8}  {'yes' if value <= goal else 'no'}"


def ours(workspace: Path, data: Path) -> dict[str, Any]:
    """Our side, in a process of its own."""
    os.environ["BENCH_DATA"] = str(data)
    return told(output(HERE / "crm_side.py", workspace, 1))


def theirs(kpi: Path, variant: str, data: Path) -> dict[str, Any]:
    """An opponent, in a process of its own; pandas reads Parquet through DuckDB where pyarrow is not installed."""
    if variant.startswith("pandas") and importlib.util.find_spec("pyarrow") is None:
        return told(output("-c", WITHOUT_PYARROW, kpi, variant, data, 1))
    return told(output(kpi, variant, data, 1))


def told(text: str) -> dict[str, Any]:
    """The last line of an output, which is JSON."""
    found: dict[str, Any] = json.loads(text.strip().splitlines()[-1])
    return found


def output(*words: object) -> str:
    """What a Python program prints; its errors go where ours go."""
    command = [sys.executable, *map(str, words)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def say(line: str) -> None:
    """Print at once, so that a person can follow."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
