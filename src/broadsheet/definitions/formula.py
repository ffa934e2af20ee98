"""Formulas of KPIs: `(won - returned) / orders` as a small tree; hardly anything else of Python is understood."""

from __future__ import annotations

import ast
import math
import re
from dataclasses import dataclass
from typing import Literal, get_args

from broadsheet.definitions.custom import Custom
from broadsheet.definitions.members import Across, Members
from broadsheet.definitions.steps import Step

Function = Literal["min", "max", "ceil", "lower", "upper"]
ALONE: tuple[Function, ...] = ("ceil", "lower", "upper")
"""Functions of one term."""


@dataclass(frozen=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True)
class Reference:
    """The value of another KPI, at the same level and period."""

    kpi: str


@dataclass(frozen=True)
class Operation:
    """Two terms joined by an operator; `/` by zero or by nothing is undefined."""

    operator: Literal["+", "-", "*", "/"]
    left: Term
    right: Term


@dataclass(frozen=True)
class Moved:
    """The value of another KPI, read from other days than those of the period."""

    kpi: str
    step: Step


@dataclass(frozen=True)
class Method:
    """What a model or a method computes; undefined as long as that method is not installed."""

    name: str


@dataclass(frozen=True)
class Call:
    """The least or the greatest of some terms, one rounded up to a whole number, or an end of the 95 % interval of a
    proportion (Wilson); undefined where a term is.
    """

    function: Function
    arguments: tuple[Term, ...]


Term = Number | Reference | Operation | Moved | Method | Custom | Call | Across | Members

MAX_LENGTH = 500
_ALPHABET = re.compile(r"[A-Za-z0-9_ \t\n.,()+*/-]+")
_GRAMMAR = "use KPI names, numbers, + - * /, min, max, ceil, lower, upper and ( )"

_OPERATORS: dict[type[ast.operator], Literal["+", "-", "*", "/"]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}

_FUNCTIONS: dict[str, Function] = {name: name for name in get_args(Function)}


def parse_formula(text: str) -> Term:
    """Read a formula of KPI names, numbers, + - * /, `min(a, b)`, `max(a, b)`, `ceil(a)`, `lower(a)`, `upper(a)` and
    parentheses.

    Raises ValueError, which tells what is not one.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"a formula has at most {MAX_LENGTH} characters; define its parts as KPIs")
    nonsense = f"“{text}” is not a formula: {_GRAMMAR}"
    if not _ALPHABET.fullmatch(text):
        raise ValueError(nonsense)
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, RecursionError, MemoryError):
        raise ValueError(nonsense) from None
    return _term(tree.body)


def references(term: Term) -> tuple[str, ...]:
    """The KPI names of a formula, each once, in order of appearance."""
    if isinstance(term, Reference | Moved):
        return (term.kpi,)
    if isinstance(term, Across | Members | Custom):
        return term.uses
    parts: tuple[Term, ...] = ()
    if isinstance(term, Operation):
        parts = (term.left, term.right)
    elif isinstance(term, Call):
        parts = term.arguments
    return tuple(dict.fromkeys(name for part in parts for name in references(part)))


def _term(node: ast.expr) -> Term:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and math.isfinite(node.value):
        return Number(float(node.value))
    if isinstance(node, ast.Name):
        return Reference(node.id)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return Operation("-", Number(0.0), _term(node.operand))
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return Operation(_OPERATORS[type(node.op)], _term(node.left), _term(node.right))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        function, arguments = _FUNCTIONS.get(node.func.id), tuple(map(_term, node.args))
        if function and (len(arguments) == 1) == (function in ALONE) and arguments:
            return Call(function, arguments)
    raise ValueError(f"“{ast.unparse(node)}” is not allowed in a formula: {_GRAMMAR}")
