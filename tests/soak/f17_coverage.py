"""F17: lines and branches that the tests of a room run, and small faults planted in its code that they notice.

A fault is one changed comparison, operator, number, truth value, `not`, or a statement left out. Each is planted in a
copy of the sources, and the room's own quick tests must fail there. A scale below one takes a sample of them.
"""

from __future__ import annotations

import ast
import copy
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {
    "ledger": (("ledger/*.py",), ("tests/ledger",)),
    "delivery": (
        ("delivery/*.py",),
        ("tests/delivery", "tests/press/test_channels.py", "tests/press/test_alarms.py"),
    ),
    "loader": (
        ("definitions/loader.py", "definitions/scope.py", "definitions/secrets.py"),
        ("tests/definitions", "tests/soundness/test_scope.py", "tests/cli/test_faults_secrets.py"),
    ),
}
"""Modules below src/broadsheet/ by room, with the tests that must notice."""
COVERED, NOTICED = 98.0, 90.0
"""Per cent that are promised."""
SECONDS = 240
SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A module with one fault in it."""

    module: Path
    line: int
    what: str
    text: str


def mutants(module: Path) -> Iterator[Mutant]:
    """Every small fault of a module."""
    tree = ast.parse(module.read_text("utf-8"))
    for number, node in enumerate(ast.walk(tree)):
        for what in _faults(node):
            changed = copy.deepcopy(tree)
            target = next(other for index, other in enumerate(ast.walk(changed)) if index == number)
            _plant(target, what)
            yield Mutant(
                module, getattr(node, "lineno", 0), what, ast.unparse(ast.fix_missing_locations(changed))
            )


def _faults(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in SWAPS:
            yield "comparison"
        case ast.BoolOp():
            yield "and/or"
        case ast.BinOp(op=op) if type(op) in SWAPS:
            yield "arithmetic"
        case ast.Constant(value=bool()):
            yield "truth value"
        case ast.Constant(value=int()):
            yield "number"
        case ast.UnaryOp(op=ast.Not()):
            yield "not"
        case ast.Return(value=ast.expr()):
            yield "return"
        case ast.Expr(value=ast.Call()):
            yield "call left out"


def _plant(node: ast.AST, what: str) -> None:
    match node:
        case ast.Compare():
            node.ops = [SWAPS[type(node.ops[0])]()]
        case ast.BoolOp() | ast.BinOp():
            node.op = SWAPS[type(node.op)]()
        case ast.Constant():
            node.value = not node.value if what == "truth value" else node.value + 1
        case ast.UnaryOp():
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
        case ast.Return() | ast.Expr():
            node.value = ast.Constant(None)


def noticed(mutant: Mutant, tests: tuple[str, ...], copied: Path) -> bool:
    """Whether the tests fail, or come to no end, over a copy of the sources with the fault."""
    target = copied / mutant.module.relative_to(ROOT / "src")
    sound = target.read_text("utf-8")
    target.write_text(mutant.text, "utf-8")
    try:
        return bool(_pytest(copied, tests, "-x", "-m", "not faults and not proof"))
    except subprocess.TimeoutExpired:
        return True
    finally:
        target.write_text(sound, "utf-8")


def _pytest(sources: Path, tests: tuple[str, ...], *options: str, run: tuple[str, ...] = ("-m",)) -> int:
    return subprocess.run(
        [sys.executable, *run, "pytest", "-q", "-p", "no:cacheprovider", *options, *tests],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(sources), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        timeout=SECONDS,
    ).returncode


def modules(room: str) -> list[Path]:
    """The modules of a room."""
    return [path for name in ROOMS[room][0] for path in sorted((ROOT / "src/broadsheet").glob(name))]


def covered(room: str, folder: Path) -> float:
    """Per cent of a room's lines and branches that its tests run."""
    data, report = folder / f"{room}.data", folder / f"{room}.json"
    names = ",".join(str(path) for path in modules(room))
    options = ("-m", "coverage", "run", "--branch", f"--data-file={data}", f"--include={names}", "-m")
    _pytest(ROOT / "src", ROOMS[room][1], run=options)
    coverage = [sys.executable, "-m", "coverage", "json", f"--data-file={data}", "-o", str(report)]
    subprocess.run(coverage, cwd=ROOT, check=True, capture_output=True)
    found: float = json.loads(report.read_text("utf-8"))["totals"]["percent_covered"]
    return found


def score(room: str, scale: float, folder: Path) -> tuple[int, list[Mutant]]:
    """How many faults were planted in a room, and those that nobody noticed."""
    every = [mutant for module in modules(room) for mutant in mutants(module)]
    chosen = random.Random(17).sample(every, max(3, round(len(every) * min(scale, 1))))
    copied = folder / room
    shutil.copytree(ROOT / "src", copied, ignore=shutil.ignore_patterns("__pycache__"))
    return len(chosen), [mutant for mutant in chosen if not noticed(mutant, ROOMS[room][1], copied)]


def main(scale: float = 1.0) -> str:
    """Cover, then plant faults."""
    told, short = [], []
    with TemporaryDirectory() as name:
        for room in ROOMS:
            percent = covered(room, Path(name))
            planted, missed = score(room, scale, Path(name))
            for mutant in missed:
                print(f"  not noticed: {mutant.module.name}:{mutant.line} {mutant.what}", flush=True)
            part = 100 * (planted - len(missed)) / planted
            told.append(
                f"{room}: {percent:.1f} % covered, {planted - len(missed)} of {planted} faults noticed"
            )
            short += [room] if percent < COVERED or (part < NOTICED and planted >= 100) else []
    assert not short, f"below {COVERED:g} % and {NOTICED:g} %: {', '.join(short)} · {' · '.join(told)}"
    return " · ".join(told)


if __name__ == "__main__":
    print(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
