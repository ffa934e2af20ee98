"""The order in which members stand: that of their dimension, of the calendar, or by size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from broadsheet.document.context import Context
from broadsheet.metrics.question import EMPTY, OTHER


def in_order(dimension: str, members: Iterable[str], context: Context) -> list[str]:
    """As declared, numbers by their value, the others as they came; then those without a value, then “Other”."""
    natural = {name: at for at, name in enumerate(context.natural(dimension))}

    def place(member: str) -> tuple[bool, bool, int, float]:
        number = float(member) if member.lstrip("-").replace(".", "", 1).isdecimal() else 0.0
        return member == OTHER, member == EMPTY, natural.get(member, len(natural)), number

    return sorted(members, key=place)


def is_ordered(dimension: str, context: Context) -> bool:
    """Whether members stand in an order of their own."""
    return bool(context.natural(dimension) or context.dimensions[dimension].part)


def by_size(members: Iterable[str], sizes: Mapping[str, float | None]) -> list[str]:
    """The largest first, those without a value behind them, “Other” last."""
    return sorted(
        members, key=lambda member: (member == OTHER, sizes[member] is None, -(sizes[member] or 0.0))
    )
