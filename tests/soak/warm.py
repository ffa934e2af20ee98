"""One process that has imported everything, collected and run the tests once, and forks itself for each fault.

`python -m soak.warm ORDER`: the order, a JSON file, names modules, tests and a scale; the answer is written beside
it. The first run, under coverage, tells what is covered and which tests run which line. A fork has one fault planted,
runs the tests of its lines, and ends at the first that fails or comes to no end.

Libraries for this (mutmut, cosmic-ray) collect the tests anew for each fault: minutes became hours.
"""

from __future__ import annotations

import functools
import gc
import io
import json
import os
import random
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import NoReturn, TypeVar

import coverage
import pytest
from _pytest.runner import runtestprotocol

from soak.planted import Fault, faults, functions, plant

PATIENCE = 5.0
"""Seconds that a test may take in a fork, beside ten times what it took in the healthy program."""
SLOW = 3.0
"""Seconds from which on a test only covers: forks that run it for each fault would take hours."""
SOME = 12
"""Tests with a database server that are run for a fault: a second look."""
UNDISTURBED, FAILED, BROKEN = 0, 1, 99
T = TypeVar("T")


@dataclass
class Warm:
    """Takes over the loop of pytest."""

    modules: list[Path]
    scale: float
    cover: coverage.Coverage
    answer: dict[str, object] = field(default_factory=dict)
    _items: dict[str, pytest.Item] = field(default_factory=dict)
    _took: dict[str, float] = field(default_factory=dict)
    _runs: dict[Path, dict[int, list[str]]] = field(default_factory=dict)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = {item.nodeid: item for item in session.items}
        self._first_run(session.items)
        self.cover.stop()
        self._measure()
        _forget()
        alive = {module: functions(module) for module in self.modules}
        gc.freeze()
        fit = self._fit_for_forks()
        every = [fault for module in self.modules for fault in faults(module)]
        planted = random.Random(17).sample(every, min(len(every), max(3, round(len(every) * self.scale))))
        missed = set(planted)
        for alone in (False, True):
            # Those that share a database server run one at a time, some of them, where the others noticed nothing.
            tests = {test for test in fit if _alone(self._items[test]) == alone}
            works = [
                (
                    fault,
                    functools.partial(
                        self._try, fault, alive[fault.module], order[: SOME if alone else None]
                    ),
                )
                for fault in sorted(missed, key=str)
                if (order := self._order(fault, tests))
            ]
            for number, (fault, status) in enumerate(forked(works, _width(alone))):
                missed -= set() if status == UNDISTURBED else {fault}
                print(f"\r{number + 1}/{len(works)}", end="", file=sys.stderr, flush=True)
        self.answer |= {"planted": len(planted), "missed": sorted(self._told(fault, fit) for fault in missed)}
        return True

    def _first_run(self, items: list[pytest.Item]) -> None:
        """Run every test once; those that do not pass are left out."""
        for index, item in enumerate(items):
            self.cover.switch_context(item.nodeid)
            started = time.monotonic()
            # What all tests share stays: forks are to find it.
            following = items[index + 1] if index + 1 < len(items) else _stranger(item, items)
            if all(report.passed for report in runtestprotocol(item, log=False, nextitem=following)):
                self._took[item.nodeid] = time.monotonic() - started
        self.cover.switch_context("")
        self.answer["not passed"] = [item.nodeid for item in items if item.nodeid not in self._took]

    def _measure(self) -> None:
        report = io.StringIO()
        names = [str(module) for module in self.modules]
        self.answer["covered"] = self.cover.report(names, show_missing=True, skip_covered=True, file=report)
        self.answer["not covered"] = report.getvalue()
        data = self.cover.get_data()
        self._runs = {module: data.contexts_by_lineno(str(module)) for module in self.modules}

    def _fit_for_forks(self) -> set[str]:
        """The tests that pass, soon enough, in a fork of the healthy program."""
        fit: set[str] = set()
        quick = [test for test, seconds in self._took.items() if seconds < SLOW]
        for alone in (False, True):
            works = [
                (test, functools.partial(self._run, [test]))
                for test in quick
                if _alone(self._items[test]) == alone
            ]
            fit |= {test for test, status in forked(works, _width(alone)) if status == UNDISTURBED}
        self.answer["unfit"] = sorted(set(quick) - fit)
        return fit

    def _order(self, fault: Fault, tests: set[str]) -> list[str]:
        """Those of the tests that run the lines of a fault: first those that run most of its module."""
        by_line = self._runs[fault.module]
        found = {test for line in fault.lines for test in by_line.get(line, ())}
        if not found - {""}:
            # Lines that the compiler has folded: the tests that run the function.
            found = {test for line in fault.function[1:] for test in by_line.get(line, ())}
        runs = Counter(test for line in by_line.values() for test in line)
        return sorted(found & tests, key=lambda test: (-runs[test], self._took[test]))

    def _told(self, fault: Fault, tests: set[str]) -> str:
        return f"{fault}{'' if self._order(fault, tests) else ' (no test runs it)'}"

    def _try(self, fault: Fault, alive: list[FunctionType], tests: list[str]) -> int:
        plant(fault, alive)
        return self._run(tests)

    def _run(self, tests: list[str]) -> int:
        for test in tests:
            signal.setitimer(signal.ITIMER_REAL, PATIENCE + 10 * self._took[test])
            item = self._items[test]
            following = _stranger(item, list(self._items.values()))
            if not all(report.passed for report in runtestprotocol(item, log=False, nextitem=following)):
                return FAILED
        return UNDISTURBED


def _forget() -> None:
    """What was remembered while the program was healthy would hide a fault."""
    for thing in gc.get_objects():
        if isinstance(thing, functools._lru_cache_wrapper) and thing.__module__.startswith("broadsheet"):
            thing.cache_clear()
    gc.collect()


def _width(alone: bool) -> int:
    return 1 if alone else os.cpu_count() or 1


def _alone(item: pytest.Item) -> bool:
    return any("postgres" in name for name in (item.nodeid, *item.fixturenames))


def _stranger(item: pytest.Item, items: list[pytest.Item]) -> pytest.Item:
    """The test that shares least with another: what they share is what all tests share."""
    chain = item.listchain()
    return min(items, key=lambda other: sum(a is b for a, b in zip(chain, other.listchain(), strict=False)))


def forked(works: Iterable[tuple[T, Callable[[], int]]], width: int) -> Iterator[tuple[T, int]]:
    """Run each work in a fork of this process, some at a time; how each ended (a killed one: minus the signal)."""
    running: dict[int, T] = {}
    for name, work in works:
        if len(running) >= width:
            yield _ended(running)
        running[_fork(work)] = name
    while running:
        yield _ended(running)


def _fork(work: Callable[[], int]) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # of other threads; each fork was tried when healthy
        child = os.fork()
    return child or _be(work)


def _be(work: Callable[[], int]) -> NoReturn:
    status = BROKEN
    try:
        os.setsid()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        status = work()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _ended(running: dict[int, T]) -> tuple[T, int]:
    while True:
        child, status = os.wait()
        if child in running:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)  # what it may have started
            ended = os.waitstatus_to_exitcode(status)
            assert ended != BROKEN, f"nothing was tried: {running[child]}"
            return running.pop(child), ended


def main(order: Path) -> None:
    wanted = json.loads(order.read_text("utf-8"))
    modules = [Path(name) for name in wanted["modules"]]
    cover = coverage.Coverage(data_file=None, branch=True, include=wanted["modules"], config_file=False)
    cover.start()
    warm = Warm(modules, wanted["scale"], cover)
    options = ("-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist")
    base = f"--basetemp={order.parent / 'tests'}"
    pytest.main([*options, base, *wanted["tests"]], plugins=[warm])
    order.with_suffix(".answer").write_text(json.dumps(warm.answer), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
