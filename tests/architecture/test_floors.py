"""Imports go down the floors of docs/architecture.md, and never in a circle."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

import pytest

from architecture.source import FLOORS, imports_of_ours, modules, room_of


def assert_no_cycle(edges: Iterable[tuple[str, str]]) -> None:
    graph = TopologicalSorter[str]()
    for source, target in edges:
        graph.add(source, target)
    try:
        graph.prepare()
    except CycleError as error:
        pytest.fail("a circle of imports: " + " -> ".join(reversed(error.args[1])))


def test_every_room_has_a_floor() -> None:
    assert {module.room for module in modules().values()} <= set(FLOORS)


def test_imports_go_down() -> None:
    upward = [
        f"{module.shown}:{line} imports {target}, a floor above"
        for module in modules().values()
        for line, target in imports_of_ours(module)
        if FLOORS[room_of(target)] > FLOORS[module.room]
    ]
    assert upward == []


def test_ground_floor_imports_nothing_of_ours() -> None:
    assert [
        f"{module.shown}:{line} imports {target}"
        for module in modules().values()
        if FLOORS[module.room] == 0
        for line, target in imports_of_ours(module)
    ] == []


def test_no_circle_between_modules() -> None:
    assert_no_cycle(
        (module.name, target) for module in modules().values() for _, target in imports_of_ours(module)
    )


def test_no_circle_between_rooms() -> None:
    assert_no_cycle(
        (module.room, room_of(target))
        for module in modules().values()
        for _, target in imports_of_ours(module)
        if room_of(target) != module.room
    )
