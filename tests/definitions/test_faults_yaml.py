"""YAML that means something else than it says is refused with file, line and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.definitions.workspace import load_workspace
from broadsheet.errors import Problem
from press.workspace import build, report

SOUND = report()


def problems(tmp_path: Path, text: str) -> tuple[Problem, ...]:
    house = build(tmp_path / "shop")
    house.write("reports/orders.yaml", text)
    return load_workspace(house.root).broken.get("orders", ())


@pytest.mark.parametrize(
    ("name", "text", "line", "code"),
    [
        ("alias", SOUND + "owner: &me Ada\nlate_note: *me\n", 7, "yaml-alias"),
        ("bomb", SOUND + "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", 7, "yaml-alias"),
        ("tag", SOUND + "owner: !!python/object/apply:os.system [id]\n", 7, "yaml-tag"),
        ("duplicate key", SOUND + "title: Other\n", 7, "yaml-duplicate-key"),
        ("on:", SOUND + "on: [push]\n", 7, "unknown-key"),
        ("yes:", SOUND + "yes: 1\n", 7, "unknown-key"),
        ("merge key", SOUND + "<<: {title: Other}\n", 7, "unknown-key"),
        ("several documents", SOUND + "---\ntitle: Other\n", 7, "yaml-documents"),
        ("time as a number", SOUND.replace('"07:00"', "700"), 5, "wrong-value"),
        ("flag as a word", SOUND + "late_note: yes\n", 7, "wrong-type"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_fault_a06_yaml_alias_tag_duplicate_key_on_and_times(
    tmp_path: Path, name: str, text: str, line: int, code: str
) -> None:
    found = [problem for problem in problems(tmp_path, text) if problem.severity == "error"]
    assert found, name
    assert found[0].place.file == "reports/orders.yaml"
    assert found[0].place.line == line
    assert code in {problem.code for problem in found}, found
    assert all(problem.remedy for problem in found)


def test_fault_a06_a_time_without_quotes_is_that_time(tmp_path: Path) -> None:
    """Of YAML 1.1, 12:30 would be the number 750, and NO no country."""
    assert problems(tmp_path, SOUND.replace('"07:00"', "12:30")) == ()
