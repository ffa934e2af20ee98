"""Whatever is done to a sound workspace, it is answered with problems, never with a traceback."""

from __future__ import annotations

import copy
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.definitions.loader import load_bytes
from broadsheet.definitions.workspace import load_workspace

BASE = Path(__file__).parents[1] / "errors" / "base"
FILES = sorted(str(path.relative_to(BASE)) for path in BASE.rglob("*.yaml"))
WORDS = st.sampled_from(
    [
        "rep",
        "segment",
        "outcome",
        "deals",
        "plan",
        "revenue",
        "planned",
        "won_count",
        "win_rate",
        "cycle",
        "month",
        "week",
        "all",
        "status",
        "amount",
        "closed_at",
        "customer.segment",
        "deals.amount",
        "deals.rep.name",
        "money",
        "text",
        "warehouse",
        "files",
        "sales",
        "Europe/Berlin",
        "../x",
        "${env:A}",
        "1/0",
        "revenue+win_rate",
        "present",
    ]
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 400) | st.floats(-1, 2) | st.just("") | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=4,
)


def damage(data: Any, draw: st.DataObject) -> Any:
    """The same with one value, somewhere inside, replaced, removed or renamed."""
    keys = list(data) if isinstance(data, dict) else list(range(len(data))) if isinstance(data, list) else []
    if not keys or draw.draw(st.integers(0, 5)) == 0:
        return draw.draw(JUNK)
    key = draw.draw(st.sampled_from(keys))
    done = draw.draw(st.sampled_from(["inside", "inside", "inside", "remove", "rename"]))
    if done == "inside":
        data[key] = damage(data[key], draw)
    elif done == "remove":
        del data[key]
    elif isinstance(data, dict):
        data[draw.draw(WORDS)] = data.pop(key)
    return data


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_damage_is_answered_with_problems(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(FILES))
    sound = load_bytes((BASE / file).read_bytes(), file).data
    damaged = copy.deepcopy(sound)
    for _ in range(data.draw(st.integers(1, 3))):
        damaged = damage(damaged, data)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(BASE, Path(folder) / "workspace"))
        (root / file).write_text(json.dumps(damaged), encoding="utf-8")
        workspace = load_workspace(root)
        assert len(workspace.hash("sales-monthly")) == 64
    assert list(workspace.problems) == sorted(set(workspace.problems))
    assert not set(workspace.reports) & set(workspace.broken)
    assert set(workspace.reports) | set(workspace.broken) == {"sales-monthly"}
    assert all(problem.what and problem.remedy for problem in workspace.problems)
    for kpi in workspace.catalog.kpis:
        for leaf in workspace.catalog.leaves(kpi):
            assert workspace.catalog.fact_of(leaf) in workspace.catalog.facts
