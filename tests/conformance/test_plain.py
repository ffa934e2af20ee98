"""Our own cases: the engine against plain SQL, which is proven on the cases that the suite answers itself."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from conformance.own import cases
from conformance.plain import Plain
from conformance.run import judge_of, run


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "golden" / "kpi-conformance"


def test_plain_sql_gives_the_listed_answers(folder: Path, tmp_path: Path) -> None:
    plain, judge = Plain(folder), judge_of(folder)
    for line in map(json.loads, (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()):
        produced = _written(tmp_path / "given.csv", plain.rows(line))
        expected = judge.read(folder / line["expected"])
        assert not judge.compare(line, expected, judge.read(produced), 1e-6, strict_order=True), line["id"]


def test_the_engine_answers_our_own_cases_like_plain_sql(folder: Path, tmp_path: Path) -> None:
    plain, lines = Plain(folder), []
    for case in cases():
        rows = plain.rows(case)
        _written(tmp_path / f"{case['id']}.csv", rows)
        lines.append(json.dumps({**case, "rows": len(rows) - 1, "expected": f"{case['id']}.csv"}))
    (tmp_path / "cases.jsonl").write_text("\n".join(lines), encoding="utf-8")
    report = run(folder, tmp_path, tmp_path)
    assert (report.failed, report.unsupported) == ({}, {})
    assert len(report.passed) == len(lines)


def _written(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[_text(value) for value in row] for row in rows])
    return path


def _text(value: Any) -> Any:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value
