"""Row conditions: the `where`, `of` and `always` of the YAML, as a tuple of conditions joined by AND."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from broadsheet.definitions.models.base import PATH
from broadsheet.definitions.models.windows import Elapsed, Window, parse_window
from broadsheet.definitions.steps import Length, parse_length

Scalar = str | int | float | bool
Operator = Literal[
    "in", "not_in", "present", "missing", "happened", "not_happened", "at_least", "at_most", "above", "below",
    "top", "beyond", "within", "decided", "undecided", "mature", "young",
]  # fmt: skip
"""The last four are never written: they say what is known of a limit at the date of the report."""
BOUNDS: tuple[Operator, ...] = ("at_least", "at_most", "above", "below")
STATES: dict[str, Operator] = {"present": "present", "missing": "missing", "happened": "happened"}
TIMED: tuple[Operator, ...] = ("within", "happened", "not_happened")
"""Of times only: what holds at the date of the report."""
RANKS: tuple[Operator, ...] = ("top", "beyond")
"""Of members only: among the first of all by this KPI, and all but those."""
_BELOW = re.compile(r"below_[1-9]\d{0,8}")
_SIDES: dict[str, Operator] = {"before": "below", "after": "at_least"}
_MIRRORED: dict[str, Operator] = {
    "at_least": "at_most", "at_most": "at_least", "above": "below", "below": "above"
}  # fmt: skip


@dataclass(frozen=True)
class ColumnRef:
    """Another column of the same row, as the right side of a comparison; `path` is relative to the fact."""

    path: str


@dataclass(frozen=True)
class KpiRef(ColumnRef):
    """Another KPI of the same member, as the right side of a comparison; `path` is its name."""


@dataclass(frozen=True)
class PeriodEnd:
    """The end of the period, or so much before it (`back`) or after it, as the right side of a comparison."""

    distance: Length | None = None
    back: bool = False


@dataclass(frozen=True)
class Firsts:
    """How many come first, by how many there are in all: pairs of the least number and the part, rising."""

    steps: tuple[tuple[int, float | int], ...]


@dataclass(frozen=True)
class Condition:
    """`path operator values`.

    `in` never matches an empty value, `not_in` keeps it: excluding “cancelled” must not lose the rows
    whose status was never filled in. `happened` is a time not after the date of the report, `not_happened` any
    other and none. Bounds hold
    exactly one value, `ColumnRef` or `PeriodEnd`, `within` a `Window`.

    Where members are meant and not rows, the path is a KPI, a bound may be a `KpiRef`, and ranks hold how many
    come first: a fraction of all, or a number, or `Firsts`.
    """

    path: str
    operator: Operator
    values: tuple[Scalar | ColumnRef | PeriodEnd | Window | Elapsed | Firsts, ...] = ()


Filter = tuple[Condition, ...]


def parse_filter(value: Any) -> Filter:
    """Turn `{status: won, amount: {at_least: 10}}` into conditions on rows; ValueError says what is wrong."""
    conditions = parse_conditions(value)
    for condition in conditions:
        if of_members(condition):
            raise ValueError(f"{condition.path} is compared with a KPI or by rank, but rows are meant here")
        if any(isinstance(value, PeriodEnd) for value in condition.values):
            raise ValueError(f"{condition.path} is compared with the period's end, which only KPIs know")
    return conditions


def of_members(condition: Condition) -> bool:
    """Whether only members can meet it: a rank, or a comparison with another KPI."""
    return condition.operator in RANKS or any(isinstance(value, KpiRef) for value in condition.values)


def parse_conditions(value: Any) -> Filter:
    """Conditions on rows or on members (`{orders: {at_least: 2}, revenue: {top: 0.1}}`)."""
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
    if isinstance(wanted, str) and wanted in STATES:
        return [Condition(path, STATES[wanted])]
    if isinstance(wanted, dict):
        if not wanted:
            raise ValueError(f"{path} needs a value or a list of values")
        if "within" in wanted:
            return [Condition(path, "within", (parse_window(path, wanted),))]
        return [
            condition
            for operator, operand in wanted.items()
            for condition in _operations(path, operator, operand)
        ]
    return [Condition(path, "in", _scalars(path, wanted))]


def _operations(path: str, operator: str, operand: Any) -> list[Condition]:
    if operator == "not" and operand == "happened":
        return [Condition(path, "not_happened")]
    if operator == "not":
        return [Condition(path, "not_in", _scalars(path, operand))]
    for bound in BOUNDS:
        if operator == bound:
            return [Condition(path, bound, (_operand(path, operand),))]
    for rank in RANKS:
        if operator == rank:
            return [Condition(path, rank, (_first(path, operand),))]
    if operator in _SIDES:
        if operand != "period_end":
            raise ValueError(f"{path} lies {operator} a moment: write {operator}: period_end")
        return [Condition(path, _SIDES[operator], (PeriodEnd(),))]
    if operator in ("age", "ahead"):
        return _distances(path, operator, operand)
    known = ", ".join(("not", *BOUNDS, *_SIDES, "age", "ahead", "within"))
    raise ValueError(f"unknown comparison “{operator}” for {path}: use {known}, present, missing or happened")


def _distances(path: str, operator: str, operand: Any) -> list[Condition]:
    """Of how old a time is at the period's end, or how far ahead of it: on that side of it, and so far off."""
    if not isinstance(operand, dict) or not operand or not set(operand) <= set(BOUNDS):
        raise ValueError(
            f"{path} has an {operator} between lengths: write {{at_least: 31 days, at_most: 60 days}}"
        )
    back = operator == "age"
    found = [Condition(path, _SIDES["before" if back else "after"], (PeriodEnd(),))]
    for bound, length in operand.items():
        distance = parse_length(str(length))
        # The older a time is, the earlier it lies.
        found.append(Condition(path, _MIRRORED[bound] if back else bound, (PeriodEnd(distance, back),)))
    return found


def _first(path: str, operand: Any) -> float | int | Firsts:
    """How many come first; a mapping tells it by how many there are: `{below_100: 0.3333, else: 0.2}`."""
    if not isinstance(operand, dict):
        return _part(path, operand)
    limits = [int(str(key).removeprefix("below_")) for key in operand if _BELOW.fullmatch(str(key))]
    if not limits or list(operand)[len(limits) :] != ["else"] or limits != sorted(set(limits)):
        raise ValueError(
            f"the first of {path} go by how many there are: write {{below_100: 0.3333, else: 0.2}}, limits rising"
        )
    parts = (_part(path, part) for part in operand.values())
    return Firsts(tuple(zip((1, *limits), parts, strict=True)))


def _part(path: str, operand: Any) -> float | int:
    if not is_number(operand) or operand <= 0 or (operand > 1 and operand != int(operand)):
        raise ValueError(f"the first of {path} are a part of all such as 0.2, or a whole number such as 10")
    return operand  # type: ignore[no-any-return]


def is_number(value: Any) -> bool:
    """Whether a value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _operand(path: str, operand: Any) -> Scalar | ColumnRef:
    if isinstance(operand, dict):
        for key, reference in (("column", ColumnRef), ("kpi", KpiRef)):
            name = operand.get(key)
            if set(operand) == {key} and isinstance(name, str) and PATH.match(name):
                return reference(name)
        raise ValueError(f"{path} is compared with a value or with {{column: another_column}}")
    if isinstance(operand, list):
        raise ValueError(f"{path} is compared with one value, not with a list")  # noqa: TRY004
    return _scalars(path, operand)[0]


def _scalars(path: str, value: Any) -> tuple[Scalar, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(item, str | int | float | bool) for item in values):
        raise ValueError(f"{path} needs a value or a list of values")
    return tuple(values)


def limits(where: Filter) -> Filter:
    """The conditions that set a limit in time: `within` a window, or at most another column."""
    return tuple(
        each
        for each in where
        if each.operator == "within" or (each.operator == "at_most" and isinstance(each.values[0], ColumnRef))
    )


def parse_base(value: Any) -> Filter | Literal["matured"]:
    """Turn the `of` of a share into conditions, or into `matured`."""
    return value if value == "matured" else parse_conditions(value)


def _on_dimensions(where: Filter) -> Filter:
    if any(condition.operator in TIMED for condition in where):
        raise ValueError(
            "what lies between times of a row is a condition of a KPI: write it under its `where`"
        )
    return where


_SCHEMA = {"type": "object", "format": "condition"}
Where = Annotated[Filter, BeforeValidator(parse_filter), WithJsonSchema(_SCHEMA)]
OnDimensions = Annotated[Where, AfterValidator(_on_dimensions)]
Conditions = Annotated[Filter, BeforeValidator(parse_conditions), WithJsonSchema(_SCHEMA)]
"""Conditions of KPIs, which may name the end of the period, or the KPIs of members."""
Base = Annotated[
    Filter | Literal["matured"],
    BeforeValidator(parse_base),
    WithJsonSchema({"anyOf": [{"const": "matured"}, _SCHEMA]}),
]
