"""Help, `check` and `plan` answer at once: they load no library that draws, typesets or computes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from architecture.source import FLOORS, ROOT, modules

HEAVY = ("duckdb", "matplotlib", "numpy", "pandas", "sqlalchemy", "weasyprint")

RUN = """
import json, sys
from broadsheet.cli import main
sys.argv = ["broadsheet", *json.loads(sys.argv[1])]
try:
    main()
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of the shipped workspace, so that a command may write beside it."""
    for folder in ("reports", "config", "templates"):
        if (ROOT / folder).exists():
            shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def heavy(loaded: list[str]) -> set[str]:
    return {name.split(".")[0] for name in loaded} & set(HEAVY)


@pytest.mark.parametrize("arguments", [["--help"], ["check"], ["plan"]], ids=" ".join)
def test_command_starts_light(arguments: list[str], workspace: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(arguments)],
        cwd=workspace,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert heavy(json.loads(done.stderr.splitlines()[-1])) == set()


def test_lower_floors_need_no_heavy_library() -> None:
    names = [module.name for module in modules().values() if FLOORS[module.room] <= 1]
    code = (
        f"import json, sys; [__import__(name) for name in {names!r}]; print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert heavy(json.loads(done.stdout)) == set()
