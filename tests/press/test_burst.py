"""A burst of editions: renders that are killed lose nothing, a slow one holds nobody up, and memory stays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Timer
from typing import Any
from weakref import WeakSet

import pytest

from broadsheet.document.tree import Edition
from broadsheet.press import run
from broadsheet.press.job import Artifacts
from broadsheet.press.press import Press
from broadsheet.press.tick import make_due, tick
from press.workspace import MONDAY, House, report
from soak.f16_burst import burst
from soak.staged import Printer, printed, staged

EDITIONS = 40


@pytest.mark.faults
def test_a_burst_loses_nothing_although_renders_are_killed(house: House) -> None:
    seen, _ = burst(house, 8, seconds=1.0)
    assert seen.kills >= 1
    assert seen.renders >= 8


@contextmanager
def due_at_once(house: House) -> Iterator[Press]:
    """A press with many editions that have just become due, each of one line."""
    names = [f"r{number}" for number in range(EDITIONS)]
    lines = "".join(f"  {name}: {{label: {name}, recipients: [{name}@example.test]}}\n" for name in names)
    house.write("config/audiences.yaml", f"audiences:\n{lines}")
    house.write("reports/orders.yaml", report(audience=f"[{', '.join(names)}]", blocks="[{kpis: [orders]}]"))
    with staged(), house.press() as press:
        tick(press)
        house.clock.at = MONDAY
        yield press


def test_a_slow_edition_holds_up_none_of_those_behind_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow: Future[Artifacts] = Future()
    held_up = Edition("orders", "2026-W24", "r0", "all", "en", 1)

    class SlowFirst(Printer):
        def submit(self, job: Any) -> Future[Artifacts]:
            return slow if job.edition.audience == "r0" else super().submit(job)

    with due_at_once(house) as press, monkeypatch.context() as patched:
        patched.setattr(run, "Pool", SlowFirst)
        # Should it hold up the others after all, the test fails instead of waiting for ever.
        Timer(10, lambda: slow.done() or slow.set_result(printed(held_up))).start()
        made = make_due(press)
        before = [next(made).order.edition for _ in range(EDITIONS // 2)]
        slow.set_result(printed(held_up))
        after = [item.order.edition for item in made]
    assert "r0" not in {each.audience for each in before}
    assert len({*before, *after}) == EDITIONS


def test_no_more_of_a_burst_is_kept_in_memory_than_is_being_made(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: WeakSet[Any] = WeakSet()

    class Counted(Printer):
        def submit(self, job: Any) -> Future[Artifacts]:
            future = super().submit(job)
            kept.add(future)
            return future

    with due_at_once(house) as press, monkeypatch.context() as patched:
        patched.setattr(run, "Pool", Counted)
        patched.setattr(os, "cpu_count", lambda: 2)
        most = max(len(kept) for _ in make_due(press))
    assert most < EDITIONS / 2
