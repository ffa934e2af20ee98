"""Members of dimensions as text, and their order."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from broadsheet.definitions.models.dimensions import Dimension
from broadsheet.metrics.question import EMPTY

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def member_text(value: Any) -> str:
    """A stored value as a member: EMPTY, yes and no for flags, whole numbers without a point, ISO dates."""
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):
        return EMPTY
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float | Decimal) and value == int(value):
        return str(int(value))
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def by_order(dimension: Dimension) -> Callable[[str], tuple[int, float, str]]:
    """The sort key of members: the declared order, then numbers by size, names, and EMPTY."""
    declared = tuple(band.label for band in dimension.bands) or dimension.order
    places = {member: place for place, member in enumerate(declared)}

    def key(member: str) -> tuple[int, float, str]:
        if member in places:
            return 0, places[member], member
        if member == EMPTY:
            return 3, 0.0, member
        return (1, float(member), member) if _NUMBER.fullmatch(member) else (2, 0.0, member)

    return key
