"""Small faults in what functions do, found in the syntax tree and planted in the running program.

A fault is one changed comparison, condition, operator, truth value, `not`, zero or one, a result or a call left out.
Declarations are no targets: tables, fields, defaults, constants and annotations are data that tests would only
repeat; numbers above one are tuned. Nor are lines for the log, and steps at which a test lets a process die.
"""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType

SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip
SILENT = ("failpoints", "log", "_log", "logger", "_logger")
"""Whose calls change nothing that is promised."""


@dataclass(frozen=True)
class Fault:
    """One fault: the node with that number in a walk of the module's tree, changed."""

    module: Path
    node: int
    lines: tuple[int, ...]
    function: tuple[int, ...]
    """The lines of the function around it."""
    what: str

    def __str__(self) -> str:
        return f"{self.module.parent.name}/{self.module.name}:{self.lines[0]} {self.what}"


def faults(module: Path) -> Iterator[Fault]:
    """Every fault of a module."""
    tree = ast.parse(module.read_text("utf-8"))
    numbers = {id(node): number for number, node in enumerate(ast.walk(tree))}
    for function, node in _deeds(tree):
        if what := _fault(node):
            yield Fault(module, numbers[id(node)], _lines(node), _lines(function), what)


def _lines(node: ast.AST) -> tuple[int, ...]:
    return tuple(range(node.lineno, node.end_lineno + 1))


def _deeds(node: ast.AST, function: ast.AST | None = None) -> Iterator[tuple[ast.AST, ast.AST]]:
    """What is done when functions run, each with its function: no annotations, no defaults, no lines for the log."""
    children = ast.iter_child_nodes(node)
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            function, children = node, iter(node.body)
        case ast.AnnAssign():
            children = iter([node.value] if node.value else [])
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in SILENT:
            return
    for child in children:
        if function is not None:
            yield function, child
        yield from _deeds(child, function)


def _fault(node: ast.AST) -> str:
    match node:
        case ast.Compare(ops=[op]) if type(op) in SWAPS:
            return "comparison"
        case ast.BoolOp():
            return "and/or"
        case ast.BinOp(op=op) if type(op) in SWAPS:
            return "arithmetic"
        case ast.If(test=test) | ast.IfExp(test=test) if isinstance(
            test, ast.Name | ast.Attribute | ast.Call
        ):
            return "condition"
        case ast.Constant(value=bool() | 0 | 1 as value):
            return "truth value" if isinstance(value, bool) else "number"
        case ast.UnaryOp(op=ast.Not()):
            return "not"
        case ast.Return(value=ast.expr() as value) if not isinstance(
            getattr(value, "value", ...), bool | None
        ):
            return "result left out"
        case ast.Expr(value=ast.Call(func=called)) if ast.unparse(called).split(".")[0] not in SILENT:
            return "call left out"
    return ""


def _change(node: ast.AST, what: str) -> None:
    match node:
        case ast.Compare():
            node.ops = [SWAPS[type(node.ops[0])]()]
        case ast.BoolOp() | ast.BinOp():
            node.op = SWAPS[type(node.op)]()
        case ast.If() | ast.IfExp():
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.Constant():
            node.value = not node.value if what == "truth value" else node.value + 1
        case ast.UnaryOp():
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
        case ast.Return() | ast.Expr():
            # What it names stays named: a function keeps its closure.
            node.value = ast.BoolOp(ast.And(), [ast.Constant(None), node.value])


def functions(module: Path) -> list[FunctionType]:
    """The functions of a module that are alive, wherever they are used."""
    found = [thing for thing in gc.get_objects() if type(thing) is FunctionType]
    return [function for function in found if function.__code__.co_filename == str(module)]


def plant(fault: Fault, alive: list[FunctionType]) -> None:
    """Give the living functions of the fault's module the code with the fault."""
    tree = ast.parse(fault.module.read_text("utf-8"))
    _change(next(node for number, node in enumerate(ast.walk(tree)) if number == fault.node), fault.what)
    code = compile(ast.fix_missing_locations(tree), str(fault.module), "exec", dont_inherit=True)
    changed = {(inner.co_qualname, inner.co_firstlineno): inner for inner in _codes(code)}
    for function in alive:
        new = changed[function.__code__.co_qualname, function.__code__.co_firstlineno]
        # A function within another is made anew by it.
        if new.co_freevars == function.__code__.co_freevars:
            function.__code__ = new


def _codes(code: CodeType) -> Iterator[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _codes(inner)
