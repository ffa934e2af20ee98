"""Every mistake has its exact words: one folder per code, laid over a small sound workspace.

A folder named after a code holds the files with the mistake and `expected.txt`. What git or other tools could
not keep as a file stands in `case.json`: `remove` lists files to delete, `write` maps a file to its bytes in
hexadecimal and how often they repeat.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path

import pytest

from broadsheet import definitions
from broadsheet.definitions.codes import CODES
from broadsheet.definitions.workspace import Workspace, load_workspace

HERE = Path(__file__).parent
BASE = HERE / "base"
CASES = sorted(path.name for path in HERE.iterdir() if (path / "expected.txt").exists())


def lay(case: str, into: Path) -> Workspace:
    """The base workspace with a case's files laid over it."""
    shutil.copytree(BASE, into)
    folder = HERE / case
    special = json.loads((folder / "case.json").read_text()) if (folder / "case.json").exists() else {}
    shutil.copytree(
        folder, into, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt", "case.json")
    )
    for name in special.get("remove", []):
        (into / name).unlink()
    for name, (content, times) in special.get("write", {}).items():
        (into / name).write_bytes(bytes.fromhex(content) * times)
    return load_workspace(into)


def text(workspace: Workspace) -> str:
    return "".join(f"{problem}\n" for problem in workspace.problems)


def test_base_is_sound() -> None:
    workspace = load_workspace(BASE)
    assert text(workspace) == ""
    assert list(workspace.reports) == ["sales-monthly"]


@pytest.mark.parametrize("case", CASES)
def test_exact_words(case: str, tmp_path: Path) -> None:
    workspace = lay(case, tmp_path / "workspace")
    assert text(workspace) == (HERE / case / "expected.txt").read_text(encoding="utf-8")
    assert case in {problem.code for problem in workspace.problems}
    broken = bool(workspace.broken)
    assert broken == any(problem.severity == "error" for problem in workspace.problems)


def test_every_code_has_a_case_and_every_case_a_code() -> None:
    assert sorted(CODES) == CASES


def test_every_code_in_the_source_is_explained() -> None:
    used: set[str] = set()
    for path in Path(definitions.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in (
                "error",
                "warning",
                "_report",
            ):
                used |= set(re.findall(r"'([a-z]+(?:-[a-z]+)+|version)'", ast.unparse(node.args[0])))
    # `unknown-{kind}` is put together where a name is looked up.
    used |= {f"unknown-{kind}" for kind in ("audience", "theme", "kpi")}
    assert used == set(CODES)
