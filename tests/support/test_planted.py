"""Faults are planted where functions do something, and the living function has them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from soak.planted import faults, functions, plant

SOURCE = '''
"""A house."""
import logging
from dataclasses import dataclass

LIMIT = 1
log = logging.getLogger("house")


@dataclass
class House:
    """With a door."""

    doors: int = 1
    open: bool = False

    def fits(self, people: int, spare: int = 0) -> bool:
        """Whether so many come in."""
        log.info("%d people", people + 1)
        return people <= self.doors * 7 and not self.open


def rounds(count: int) -> list[int]:
    def once(number: int) -> int:
        return number + 1

    found = []
    for number in range(count):
        found.append(once(number))
    return found
'''


@pytest.fixture
def house(tmp_path: Path) -> ModuleType:
    """The module, alive."""
    file = tmp_path / "house.py"
    file.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("house", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_only_what_functions_do_is_changed(house: ModuleType) -> None:
    assert house.__file__ is not None
    found = [(fault.lines[0], fault.what) for fault in faults(Path(house.__file__))]
    assert sorted(found) == [
        (20, "and/or"), (20, "arithmetic"), (20, "comparison"), (20, "not"), (20, "result left out"),
        (25, "arithmetic"), (25, "number"), (25, "result left out"),
        (29, "call left out"), (30, "result left out"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "what", "seven", "two"),
    [
        (20, "comparison", False, [1, 2]),
        (20, "not", False, [1, 2]),
        (20, "result left out", None, [1, 2]),
        (25, "arithmetic", True, [-1, 0]),
        (25, "number", True, [2, 3]),
        (29, "call left out", True, []),
        (30, "result left out", True, None),
    ],
)
def test_a_planted_fault_is_in_the_living_function(
    house: ModuleType, line: int, what: str, seven: bool | None, two: list[int] | None
) -> None:
    assert house.__file__ is not None
    file, fits, rounds = Path(house.__file__), house.House().fits, house.rounds
    assert (fits(7), rounds(2)) == (True, [1, 2])
    (fault,) = [each for each in faults(file) if (each.lines[0], each.what) == (line, what)]
    plant(fault, functions(file))
    assert (fits(7), rounds(2)) == (seven, two)
