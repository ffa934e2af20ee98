"""One look shows every mistake of a report: those of its form do not hide those of its names."""

from pathlib import Path
from shutil import copytree

from broadsheet.definitions.workspace import load_workspace

BASE = Path(__file__).parents[1] / "errors" / "base"
REPORT = """\
title: Bad
question: What breaks?
audience: salse
period: wek
schedule: {every: week, days: [monday], at: "07:00"}
blocks:
  - kpis: [revenu]
  - table: {row: rep, kpis: [revenue]}
  - chart: bar
    kpis: [revenue]
    by: segmnt
"""


def test_form_and_names_are_told_together(tmp_path: Path) -> None:
    root = copytree(BASE, tmp_path / "workspace")
    (root / "reports" / "bad.yaml").write_text(REPORT)
    workspace = load_workspace(root)
    found = [(problem.place.line, problem.code) for problem in workspace.problems]
    assert found == [
        (3, "unknown-audience"),
        (4, "wrong-value"),
        (5, "wrong-value"),
        (7, "unknown-kpi"),
        (8, "missing-key"),
        (8, "unknown-key"),
        (11, "unknown-dimension"),
    ]
    assert "bad" not in workspace.reports
    assert set(workspace.broken["bad"]) == set(workspace.problems)
    assert list(workspace.reports) == ["sales-monthly"]
