"""Mistakes in stories and digests are told with place and remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from broadsheet.definitions.workspace import load_workspace

BASE = Path(__file__).parents[1] / "errors" / "base"
HEAD = "title: Sales\nquestion: How?\naudience: sales\nperiod: month\nblocks:\n  - kpis: [won_count]\n"


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ("story: {by: [segmnt]}", "7:18: error[unknown-dimension]: “segmnt” is neither"),
        (
            "story: {by: month}",
            "7:17: error[wrong-value]: “month” is a unit of time, and only members of dimensions",
        ),
        ("story: {kpi: won_cont, by: segment}", "7:18: error[unknown-kpi]: unknown KPI “won_cont”"),
        ("story: {actions: [{list: won_count, by: fri}]}", "7:30: error[no-list]: KPI won_count has no list"),
        (
            "story: {actions: [{do: Call., by: fri}]}",
            "7:23: error[wrong-value]: nobody does what has no owner",
        ),
        ("story: {actions: [{owner: Ida, by: fri}]}", "7:23: error[wrong-value]: an action has either `do`"),
        ("story: {actions: [{do: Call., owner: Ida}]}", "7:23: error[missing-key]: the key “by” is missing"),
        (
            "story: {actions: [{do: Call., owner: Ida, by: soon}]}",
            "7:51: error[wrong-value]: “soon” is not a deadline",
        ),
        ("digest: [{area: Sales, kpi: won_cont}]", "7:33: error[unknown-kpi]: unknown KPI “won_cont”"),
        (
            "digest: [{area: Sales, kpi: won_count, by: page}]",
            "7:48: error[unknown-dimension]: “page” is neither",
        ),
    ],
)
def test_a_mistake_is_told_where_it_stands(block: str, problem: str, tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    shutil.copytree(BASE, root)
    (root / "reports" / "broken.yaml").write_text(f"{HEAD}  - {block}\n", encoding="utf-8")
    told = [str(each) for each in load_workspace(root).problems]
    assert any(text.startswith(f"reports/broken.yaml:{problem}") for text in told), told
