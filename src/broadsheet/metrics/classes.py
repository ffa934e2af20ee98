"""Components that are added up by the classes of rows that meet the same conditions.

Where few classes occur, a cube groups by them too and adds up each column once, not once for every set of conditions.
Conditions on columns with few values are met or not by whole groups, so the columns themselves are keys; the others,
and whether a row has a duration, are a state of the row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from broadsheet.definitions.models.filters import ColumnRef, Condition, Filter
from broadsheet.definitions.models.measures import Duration
from broadsheet.definitions.models.windows import Window
from broadsheet.metrics.components import Component


@dataclass(frozen=True)
class Choice:
    """Which rows are those of a component: groups that meet `where` and are in the state `code` of `state`."""

    where: Filter
    state: str | None
    code: int


@dataclass(frozen=True)
class Classes:
    """The columns of a classed cube, by label: `bare` components; of each state, the components whose rows are in
    it, from code 1 on; and the `choices`.

    `columns` are the labels of a component: where its numbers stand, and which groups are its own (None: all).
    """

    bare: Mapping[str, Component]
    states: Mapping[str, tuple[Component, ...]]
    choices: Mapping[str, Choice]
    columns: Mapping[Component, tuple[str, str | None]]


def classes(components: Iterable[Component], few: Collection[str]) -> Classes:
    """Take conditions and columns apart; the columns `few` have few values."""
    bare: dict[Component, str] = {}
    states: dict[tuple[object, ...], tuple[str, list[Component]]] = {}
    choices: dict[Choice, str] = {}
    columns: dict[Component, tuple[str, str | None]] = {}
    for component in components:
        label = bare.setdefault(replace(component, where=()), f"b{len(bare)}")
        late = tuple(each for each in component.where if set(paths_of(each)) <= set(few))
        early = tuple(each for each in component.where if each not in late)
        chosen, key = Choice(late, None, 0), None
        if early or _limited(component):
            # Rows have ended, are open or faulty; never two of these.
            apart = (early, component.operand, component.censored) if _limited(component) else (early,)
            state, kinds = states.setdefault(apart, (f"s{len(states)}", []))
            if component.rows not in (kind.rows for kind in kinds):
                kinds.append(replace(component, where=early))
            code = [kind.rows for kind in kinds].index(component.rows) + 1
            chosen = Choice(late, state, code)
        if chosen != Choice((), None, 0):
            key = choices.setdefault(chosen, f"k{len(choices)}")
        columns[component] = label, key
    return Classes(
        {label: part for part, label in bare.items()},
        {state: tuple(kinds) for state, kinds in states.values()},
        {label: choice for choice, label in choices.items()},
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


def _limited(component: Component) -> bool:
    return isinstance(component.operand, Duration) or component.rows == "unrated"
