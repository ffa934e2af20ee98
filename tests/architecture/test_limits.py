"""Limits that keep the house livable. Docstrings, arguments and complexity are held by the linter."""

from __future__ import annotations

import ast

from architecture.source import modules

MODULE_LINES = 400
FUNCTION_LINES = 40


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, its docstring not counted: to explain must cost nothing."""
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None and first.end_lineno is not None:
        lines -= first.end_lineno - first.lineno + 1
    return lines


def test_modules_are_short() -> None:
    lines = {module.shown: len(module.text.splitlines()) for module in modules().values()}
    assert {name: count for name, count in lines.items() if count > MODULE_LINES} == {}


def test_functions_are_short() -> None:
    lines = {
        f"{module.shown}:{node.lineno} {node.name}": code_lines(node)
        for module in modules().values()
        if ".migrations.versions." not in module.name  # each is frozen and only lists columns
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: count for name, count in lines.items() if count > FUNCTION_LINES} == {}
