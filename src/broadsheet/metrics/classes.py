"""Components that are added up by the classes of rows that meet the same conditions.

Conditions on columns with few values are met or not by whole groups. So a cube groups by these columns too, and
adds up each column once, not once for every set of conditions. Other conditions, and whether a row has a duration,
are looked at row by row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from broadsheet.definitions.models.filters import ColumnRef, Condition, Filter
from broadsheet.definitions.models.windows import Window
from broadsheet.metrics.components import Component


@dataclass(frozen=True)
class Classes:
    """The columns of a classed cube, by label: the components with those conditions that are met row by row (`sums`),
    and the conditions that are met by groups (`choices`).

    `columns` are the labels of a component: where its numbers stand, and which groups are its own (None: all).
    """

    sums: Mapping[str, Component]
    choices: Mapping[str, Filter]
    columns: Mapping[Component, tuple[str, str | None]]


def classes(components: Iterable[Component], few: Collection[str]) -> Classes:
    """Take conditions and columns apart; the columns `few` have few values."""
    sums: dict[Component, str] = {}
    choices: dict[Filter, str] = {}
    columns: dict[Component, tuple[str, str | None]] = {}
    for component in components:
        late = tuple(each for each in component.where if set(paths_of(each)) <= set(few))
        early = tuple(each for each in component.where if each not in late)
        label = sums.setdefault(replace(component, where=early), f"b{len(sums)}")
        key = choices.setdefault(late, f"k{len(choices)}") if late else None
        columns[component] = label, key
    return Classes(
        {label: part for part, label in sums.items()},
        {label: where for where, label in choices.items()},
        columns,
    )


def paths_of(condition: Condition) -> Iterator[str]:
    """The columns that a condition reads."""
    yield condition.path
    for value in condition.values:
        if isinstance(value, ColumnRef):
            yield value.path
        elif isinstance(value, Window):
            yield from (path for path in (value.of, value.by) if path)
