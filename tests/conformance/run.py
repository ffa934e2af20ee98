"""Run a conformance suite of KPI questions with known answers: python -m conformance.run MODEL_FOLDER [SUITE_FOLDER].

The suite's own `verify.py` judges. Prints passed, failed and not supported per family, and why.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from broadsheet.clock import SystemClock
from broadsheet.metrics import answer
from broadsheet.warehouse.warehouse import Warehouse, open_warehouse
from conformance.cases import CALENDAR, Case
from conformance.conditions import NotSupported
from conformance.model import Model

AS_OF = datetime(2041, 1, 1, tzinfo=UTC)
BATCH = 12


@dataclass
class Report:
    """What became of the cases, by id: `failed` and `unsupported` with the reason."""

    families: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    unsupported: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> list[str]:
        return [case for case in self.families if case not in self.failed and case not in self.unsupported]

    def lines(self) -> Iterable[str]:
        """The table, the reasons, and last how many passed."""
        table: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for case, family in self.families.items():
            kind = "failed" if case in self.failed else "left" if case in self.unsupported else "passed"
            table[family][kind] += 1
        yield f"{'family':<16}{'passed':>8}{'failed':>8}{'not supported':>15}{'cases':>8}"
        for family, row in sorted(table.items()):
            yield f"{family:<16}{row['passed']:>8}{row['failed']:>8}{row['left']:>15}{sum(row.values()):>8}"
        yield from (f"failed: {case}: {why}" for case, why in self.failed.items())
        yield from (f"not supported: {case}: {why}" for case, why in self.unsupported.items())
        yield f"passed {len(self.passed)} of {len(self.families)}"


def run(model_folder: Path, suite: Path, scratch: Path) -> Report:
    """Ask every case of a suite over the model's tables, and let the suite's rules judge the answers."""
    judge, model, report = judge_of(model_folder), Model(model_folder), Report()
    lines = (suite / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    cases: list[Case] = []
    with open_warehouse(model.catalog, model_folder, {}, snapshots=scratch, clock=SystemClock()) as warehouse:
        extents = {fact: _extent(fact, model, warehouse) for fact in model.clocks}
        for line in map(json.loads, lines):
            report.families[line["id"]] = line["family"]
            try:
                case = Case(line, model, extents)
                _ = case.question
                cases.append(case)
            except NotSupported as reason:
                report.unsupported[line["id"]] = str(reason)
            except Exception as error:
                report.failed[line["id"]] = f"cannot be asked: {error!r}"
        for first in range(0, len(cases), BATCH):
            _ask(cases[first : first + BATCH], warehouse, model, report, (judge, suite, scratch))
    return report


def _ask(
    cases: list[Case], warehouse: Warehouse, model: Model, report: Report, places: tuple[Any, Path, Path]
) -> None:
    judge, suite, scratch = places
    found = answer([case.question for case in cases], model.catalog, CALENDAR, warehouse, AS_OF)
    for index, case in enumerate(cases):
        given, name = found.answers[index], case.line["id"]
        if given is None:
            report.failed[name] = found.failures[index]
            continue
        produced = scratch / f"{name}.csv"
        with produced.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(case.rows(given))
        expected = judge.read(suite / case.line["expected"])
        difference = judge.compare(case.line, expected, judge.read(produced), 1e-6, strict_order=True)
        if difference:
            report.failed[name] = difference


def _extent(fact: str, model: Model, warehouse: Warehouse) -> tuple[date, date]:
    clock = warehouse.relation(fact).c[model.catalog.facts[fact].clock]
    frame = warehouse.query(
        fact, sa.select(sa.func.min(clock).label("a"), sa.func.max(clock).label("b"))
    ).frame
    first, last = (_day(frame[name].iloc[0]) for name in ("a", "b"))
    return first, last


def _day(value: Any) -> date:
    return date.fromisoformat(str(value)[:10])


def judge_of(folder: Path) -> Any:
    """The comparison that comes with the suite."""
    spec = importlib.util.spec_from_file_location("conformance_verify", folder / "verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(arguments: list[str]) -> int:
    """Print the report; 1 when a supported case fails."""
    model = Path(arguments[0])
    if not (model / "model.yaml").exists():
        print(
            f"No suite in {model}: BROADSHEET_TEST_DATA names the folder that holds golden/kpi-conformance."
        )
        return 2
    suite = Path(arguments[1]) if len(arguments) > 1 and arguments[1] else model
    with tempfile.TemporaryDirectory() as scratch:
        report = run(model, suite, Path(scratch))
    print("\n".join(report.lines()))
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
