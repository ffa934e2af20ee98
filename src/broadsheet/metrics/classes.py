"""Components that are added up by the classes of rows that meet the same conditions.

Where few sets of conditions occur, a cube groups by them too and adds up each column once, not once for every set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from broadsheet.definitions.models.measures import Duration
from broadsheet.metrics.components import Component

Selection = tuple[object, ...]
"""What makes a row one of those of a component; components of equal selections take the same rows."""


@dataclass(frozen=True)
class Classes:
    """The columns of a classed cube: `bare` components by label, and a component of each selection by label.

    `columns` are the labels of a component: where its numbers stand, and which rows are its own (None: all).
    """

    bare: Mapping[str, Component]
    selected: Mapping[str, Component]
    columns: Mapping[Component, tuple[str, str | None]]


def classes(components: Iterable[Component]) -> Classes:
    """Take conditions and columns apart."""
    bare: dict[Component, str] = {}
    keys: dict[Selection, tuple[str, Component]] = {}
    columns: dict[Component, tuple[str, str | None]] = {}
    for component in components:
        label = bare.setdefault(replace(component, where=()), f"b{len(bare)}")
        selection, key = _selection(component), None
        if selection is not None:
            key, _ = keys.setdefault(selection, (f"k{len(keys)}", component))
        columns[component] = label, key
    return Classes({label: part for part, label in bare.items()}, dict(keys.values()), columns)


def selections(components: Iterable[Component]) -> Mapping[str, Component]:
    """The different conditions of components that have any."""
    return classes(components).selected


def _selection(component: Component) -> Selection | None:
    limited = isinstance(component.operand, Duration) or component.rows == "unrated"
    if not component.where and not limited:
        return None
    return (component.where, *((component.operand, component.censored, component.rows) if limited else ()))
