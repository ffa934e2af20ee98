"""The product's source as the architecture tests see it: modules, their imports, the names they use."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "broadsheet"

#: The floor of each room, a folder or file right under the package.
FLOORS = {
    "broadsheet": 0,
    "errors": 0,
    "clock": 0,
    "failpoints": 0,
    "walls": 0,
    "definitions": 1,
    "periods": 1,
    "metrics": 2,
    "analysis": 2,
    "document": 3,
    "rendering": 3,
    "warehouse": 4,
    "ledger": 4,
    "delivery": 4,
    "archive": 4,
    "press": 5,
    "monitor": 6,
    "schedule": 6,
    "cli": 6,
    "web": 6,
    "preview": 6,
    "sample": 6,
    "testing": 6,
    "__main__": 6,
}


def room_of(name: str) -> str:
    """The room of a dotted name of ours: `press` of `broadsheet.press.run`; the package is its own room."""
    return name.split(".")[1] if "." in name else name


@dataclass(frozen=True)
class Module:
    """One source file: its dotted name (`broadsheet.press.run`), text and syntax tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return room_of(self.name)

    @property
    def shown(self) -> str:
        return str(self.path.relative_to(ROOT))


@cache
def modules() -> dict[str, Module]:
    """Every module by name, folders under the name of their `__init__`."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        text = path.read_text(encoding="utf-8")
        found[name] = Module(name, path, text, ast.parse(text))
    return found


def imported(module: Module) -> Iterator[tuple[int, str]]:
    """Line and full name of everything a module imports, at its top or late: `a.b` or `a.b.name`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                own = module.name.split(".")
                up = node.level - (module.path.name == "__init__.py")
                base = ".".join(own[: len(own) - up] + ([node.module] if node.module else []))
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def imports_of_ours(module: Module) -> Iterator[tuple[int, str]]:
    """Line and name of the module of ours behind each import."""
    for line, name in imported(module):
        if name.split(".")[0] == "broadsheet":
            yield line, name if name in modules() else name.rpartition(".")[0]


def used_names(module: Module) -> Iterator[tuple[int, str]]:
    """Line and full name of imported names where they are used: `datetime.datetime.now`, aliases resolved."""
    full: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                full[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                full[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute | ast.Name):
            dotted = ast.unparse(node)
            first, _, rest = dotted.partition(".")
            if first in full and dotted.replace(".", "").isidentifier():
                yield node.lineno, f"{full[first]}.{rest}".rstrip(".")
