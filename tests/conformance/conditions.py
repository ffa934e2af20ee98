"""SQL conditions of the suite as conditions of the language."""

from __future__ import annotations

import ast
import re
from typing import Any

from broadsheet.definitions.models.filters import Condition, Filter, Operator

_WORDS = (
    (r"\bDATE\s+'", "'"),
    (r"\bIS\s+NOT\s+NULL\b", "is not None"),
    (r"\bIS\s+NULL\b", "is None"),
    (r"<>", "!="),
    (r"(?<![<>!=])=(?!=)", "=="),
    (r"\bTRUE\b", "True"),
    (r"\bFALSE\b", "False"),
)
_BOUNDS: dict[type[ast.cmpop], Operator] = {
    ast.GtE: "at_least",
    ast.LtE: "at_most",
    ast.Gt: "above",
    ast.Lt: "below",
}


class NotSupported(Exception):  # noqa: N818  (an answer, not a failure)
    """What the language leaves out on purpose, or does not have; the text is the reason."""


def parse(text: str) -> Filter:
    """Conditions on `table.column` and `time`, joined by AND."""
    for pattern, word in _WORDS:
        text = re.sub(pattern, word, text)
    text = re.sub(r"\b(AND|OR|NOT|IN)\b", lambda found: found[0].lower(), text)
    try:
        return tuple(_conditions(ast.parse(text.strip(), mode="eval").body))
    except SyntaxError:
        raise NotSupported("a condition beyond comparisons, lists and NULL") from None


def _conditions(node: ast.expr) -> list[Condition]:
    match node:
        case ast.BoolOp(op=ast.And()):
            return [condition for value in node.values for condition in _conditions(value)]
        case ast.BoolOp(op=ast.Or()):
            return [_either([_conditions(value) for value in node.values])]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _negated(operand)
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _comparison(_column(left), operator, right)
        case ast.Attribute() | ast.Name():
            return [Condition(_column(node), "in", (True,))]
    raise NotSupported("a condition beyond comparisons, lists and NULL")


def _negated(node: ast.expr) -> list[Condition]:
    if isinstance(node, ast.Attribute | ast.Name):
        return [Condition(_column(node), "in", (False,))]
    (found,) = _conditions(node)
    if found.operator != "in":
        raise NotSupported("the negation of a comparison")
    return [Condition(found.path, "not_in", found.values), Condition(found.path, "present")]


def _comparison(column: str, operator: ast.cmpop, right: ast.expr) -> list[Condition]:
    if isinstance(operator, ast.Is | ast.IsNot):
        return [Condition(column, "missing" if isinstance(operator, ast.Is) else "present")]
    value = ast.literal_eval(right)
    if type(operator) in _BOUNDS:
        return [Condition(column, _BOUNDS[type(operator)], (value,))]
    values = value if isinstance(value, tuple) else (value,)
    if isinstance(operator, ast.Eq | ast.In):
        return [Condition(column, "in", values)]
    return [Condition(column, "not_in", values), Condition(column, "present")]


def _either(choices: list[list[Condition]]) -> Condition:
    """What OR joins, where the language says it in one condition: one of several values, or not but maybe empty."""
    columns = {condition.path for choice in choices for condition in choice}
    flat = [condition for choice in choices for condition in choice]
    operators = {condition.operator for condition in flat}
    if len(columns) == 1 and operators == {"in"} and all(len(choice) == 1 for choice in choices):
        return Condition(flat[0].path, "in", tuple(value for item in flat for value in item.values))
    if len(columns) == 1 and len(choices) == 2 and [Condition(flat[0].path, "missing")] in choices:
        other = next(choice for choice in choices if choice[0].operator != "missing")
        if other[0].operator == "in" and other[0].values == (False,) and len(other) == 1:
            return Condition(flat[0].path, "not_in", (True,))
        if other[0].operator == "not_in":
            return other[0]
    raise NotSupported("conditions on a question are joined by AND, not by OR")


def _column(node: ast.expr) -> Any:
    if isinstance(node, ast.Attribute | ast.Name):
        return ast.unparse(node)
    raise NotSupported("a condition on something else than a column")
