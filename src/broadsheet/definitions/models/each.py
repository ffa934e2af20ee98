"""Measures over members: `count: {each: customer}`, `median: {each: customer, kpi: revenue}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from broadsheet.definitions.members import MemberOperation, Members
from broadsheet.definitions.models.base import NAME
from broadsheet.definitions.models.filters import (
    RANKS,
    TIMED,
    ColumnRef,
    Filter,
    KpiRef,
    PeriodEnd,
    of_members,
)

NUMBERLESS = ("count", "share")
"""These count members; all others need the KPI of which a number per member is taken."""


@dataclass(frozen=True)
class Each:
    """The members of these dimensions, and the KPI of which each has a value."""

    dimensions: tuple[str, ...]
    kpi: str | None = None


def parse_each(value: Any) -> Each:
    """Read `{each: customer, kpi: revenue}`; ValueError otherwise."""
    if isinstance(value, Each):
        return value
    form = (
        "write {each: dimension}, {each: dimension, kpi: name} or {each: [dimension, dimension], kpi: name}"
    )
    if not isinstance(value, dict) or not {"each"} <= set(value) <= {"each", "kpi"}:
        raise ValueError(f"a measure over members has `each`, and a `kpi` unless members are counted: {form}")
    names = value["each"] if isinstance(value["each"], list) else [value["each"]]
    kpi = value.get("kpi")
    for name in (*names, *(() if kpi is None else (kpi,))):
        if not isinstance(name, str) or not NAME.match(name):
            raise ValueError(f"“{name}” is not a name: {form}")
    if not names or len(set(names)) != len(names):
        raise ValueError(f"`each` names every dimension once: {form}")
    return Each(tuple(names), kpi)


def _named_or_each(value: Any) -> Any:
    return parse_each(value) if isinstance(value, dict) else value


_SCHEMA = {"type": "object", "format": "each"}
EachField = Annotated[Each, BeforeValidator(parse_each), WithJsonSchema(_SCHEMA)]
CountedField = Annotated[
    str | Each,
    BeforeValidator(_named_or_each),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "name", "pattern": NAME.pattern}, _SCHEMA]}),
]


def members(kind: MemberOperation, each: Each, options: Mapping[str, Any]) -> Members:
    """The term of a measure over members; ValueError for what does not go together."""
    if kind in NUMBERLESS and each.kpi is not None:
        raise ValueError(f"{kind} counts members: compare the KPI under `where`, in place of `kpi`")
    if kind not in NUMBERLESS and each.kpi is None:
        raise ValueError(f"{kind} needs the KPI of each member: {{each: …, kpi: …}}")
    if kind == "count" and not options["where"]:
        raise ValueError("count of members needs `where`: the KPI that says who is meant")
    term = Members(kind, each.dimensions, each.kpi, **options)
    for condition in (*term.of, *term.where):
        if any(isinstance(value, PeriodEnd) for value in condition.values):
            raise ValueError(f"members are compared by KPIs, “{condition.path}” is compared as a time")
        columns = [value for value in condition.values if isinstance(value, ColumnRef)]
        of_columns = condition.operator in TIMED or not all(isinstance(value, KpiRef) for value in columns)
        if not NAME.match(condition.path) or of_columns:
            raise ValueError(f"members are compared by KPIs, “{condition.path}” is compared as a column")
    return term


def check_rows(where: Filter) -> None:
    """ValueError for conditions on members where rows are meant."""
    for condition in where:
        if of_members(condition):
            what = "by rank" if condition.operator in RANKS else "with a KPI"
            raise ValueError(
                f"{condition.path} is compared {what}: that is for members, as in count: {{each: customer}}"
            )
