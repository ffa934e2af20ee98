"""Row conditions: the `where`, `of` and `always` of the YAML, as a tuple of conditions joined by AND."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from broadsheet.definitions.models.base import PATH

Scalar = str | int | float | bool
Operator = Literal["in", "not_in", "present", "missing", "at_least", "at_most", "above", "below"]
BOUNDS: tuple[Operator, ...] = ("at_least", "at_most", "above", "below")


@dataclass(frozen=True)
class ColumnRef:
    """Another column of the same row, as the right side of a comparison; `path` is relative to the fact."""

    path: str


@dataclass(frozen=True)
class Condition:
    """`path operator values`.

    `in` never matches an empty value, `not_in` keeps it: excluding “cancelled” must not lose the rows
    whose status was never filled in. Bounds hold exactly one value or a `ColumnRef`.
    """

    path: str
    operator: Operator
    values: tuple[Scalar | ColumnRef, ...] = ()


Filter = tuple[Condition, ...]


def parse_filter(value: Any) -> Filter:
    """Turn `{status: won, amount: {at_least: 10}}` into conditions; ValueError says what is wrong."""
    if isinstance(value, tuple):
        return value
    if not isinstance(value, dict):
        raise ValueError("a condition is a mapping such as {status: won}")  # noqa: TRY004  (pydantic collects these)
    conditions: list[Condition] = []
    for path, wanted in value.items():
        if not isinstance(path, str) or not PATH.match(path):
            raise ValueError(f"“{path}” is not a path: write column or link.column")
        conditions.extend(_conditions(path, wanted))
    return tuple(conditions)


def _conditions(path: str, wanted: Any) -> list[Condition]:
    if wanted in ("present", "missing") and isinstance(wanted, str):
        return [Condition(path, "present" if wanted == "present" else "missing")]
    if isinstance(wanted, dict):
        if not wanted:
            raise ValueError(f"{path} needs a value or a list of values")
        return [_operation(path, operator, operand) for operator, operand in wanted.items()]
    return [Condition(path, "in", _scalars(path, wanted))]


def _operation(path: str, operator: str, operand: Any) -> Condition:
    if operator == "not":
        return Condition(path, "not_in", _scalars(path, operand))
    for bound in BOUNDS:
        if operator == bound:
            return Condition(path, bound, (_operand(path, operand),))
    known = ", ".join(("not", *BOUNDS))
    raise ValueError(f"unknown comparison “{operator}” for {path}: use {known}, present or missing")


def _operand(path: str, operand: Any) -> Scalar | ColumnRef:
    if isinstance(operand, dict):
        column = operand.get("column")
        if set(operand) != {"column"} or not isinstance(column, str) or not PATH.match(column):
            raise ValueError(f"{path} is compared with a value or with {{column: another_column}}")
        return ColumnRef(column)
    if isinstance(operand, list):
        raise ValueError(f"{path} is compared with one value, not with a list")  # noqa: TRY004
    return _scalars(path, operand)[0]


def _scalars(path: str, value: Any) -> tuple[Scalar, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(item, str | int | float | bool) for item in values):
        raise ValueError(f"{path} needs a value or a list of values")
    return tuple(values)


Where = Annotated[
    Filter,
    BeforeValidator(parse_filter),
    WithJsonSchema({"type": "object", "format": "condition"}),
]
