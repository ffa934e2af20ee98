"""F16: ten thousand small editions at once, and every ten seconds a process that renders is killed.

Everything is real but the clock, so that no pause between attempts has to be waited for.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from unittest.mock import patch

from broadsheet.ledger.editions import STRIKES
from broadsheet.press import run
from broadsheet.press.job import Artifacts, RenderJob
from broadsheet.press.pool import Pool
from broadsheet.press.tick import tick
from press.workspace import MONDAY, SUNDAY, House, build, report

EDITIONS = 10_000
PAUSE = 10.0
"""Seconds between two kills."""
WASTE = 0.10
"""The part of the render time that killed renders may have taken at most."""
GROWTH = 64
"""MiB that the parent process may grow by after its first editions."""


@dataclass
class Watched:
    """What was rendered, how long it took, what was killed, and how large this process was after each edition."""

    useful: float = 0.0
    wasted: float = 0.0
    renders: int = 0
    kills: int = 0
    calm: bool = False
    """Whether nothing is killed any more: the third time an edition is quarantined, as it must be."""
    sizes: list[int] = field(default_factory=list)
    pools: list[Pool] = field(default_factory=list)


@contextmanager
def watched(seconds: float) -> Iterator[Watched]:
    """Pools are watched, and every so many seconds one of their processes is killed."""
    seen, over, chance = Watched(), Event(), random.Random(16)

    class WatchedPool(Pool):
        def __init__(self, workers: int) -> None:
            super().__init__(workers)
            seen.pools.append(self)

        def submit(self, job: RenderJob) -> Future[Artifacts]:
            future = super().submit(job)
            seen.renders += 1
            return future

        def _render(self, job: RenderJob) -> Artifacts:
            started = time.monotonic()
            try:
                artifacts = super()._render(job)
            except Exception:
                seen.wasted += time.monotonic() - started
                raise
            seen.useful += time.monotonic() - started
            seen.sizes.append(resident())
            return artifacts

    def kill() -> None:
        while not over.wait(seconds):
            victims = [each for pool in seen.pools for each in tuple(pool._running) if each.pid]
            if victims and not seen.calm:
                chance.choice(victims).kill()
                seen.kills += 1

    killer = Thread(target=kill, daemon=True)
    with patch.object(run, "Pool", WatchedPool):
        killer.start()
        try:
            yield seen
        finally:
            over.set()
            killer.join()


def resident() -> int:
    """MiB of memory that this process has."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


def burst(house: House, editions: int, seconds: float = PAUSE) -> tuple[Watched, float]:
    """Make so many editions that are due at one moment; what was watched, and how long it took."""
    names = [f"r{number}" for number in range(editions)]
    lines = "".join(f"  {name}: {{label: {name}, recipients: [{name}@example.test]}}\n" for name in names)
    house.write("config/audiences.yaml", f"audiences:\n{lines}")
    house.write("reports/orders.yaml", report(audience=f"[{', '.join(names)}]", blocks="[{kpis: [orders]}]"))
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
        house.clock.at, started = MONDAY, time.monotonic()
        with watched(seconds) as seen:
            for number in range(50):
                seen.calm = number >= STRIKES - 1
                tick(press)
                waiting = press.ledger.history.unfinished()
                if not any(waiting.values()):
                    break
                house.clock.sleep(timedelta(minutes=7).total_seconds())
        took = time.monotonic() - started
        states = {record.state for record, _ in press.ledger.history.latest(limit=editions)}
    assert states == {"ready"}, f"there are {states}"
    assert len(house.outbox) == editions, f"{len(house.outbox)} letters of {editions}"
    return seen, took


def main(scale: float = 1.0) -> str:
    """Kill while a burst is made."""
    editions = max(60, round(EDITIONS * scale))
    with TemporaryDirectory() as folder:
        seen, took = burst(build(Path(folder) / "shop"), editions)
    assert seen.renders >= editions
    assert seen.wasted <= WASTE * seen.useful, f"{seen.wasted:.1f} s wasted of {seen.useful:.1f} s"
    early = seen.sizes[len(seen.sizes) // 5]
    assert seen.sizes[-1] <= early + GROWTH, f"{early} MiB became {seen.sizes[-1]} MiB"
    return (
        f"{editions} editions in {took:.0f} s, {seen.kills} renders killed: 0 lost, {seen.renders - editions} drawn "
        f"again, {seen.wasted / seen.useful:.1%} of the render time wasted; the parent had {early} MiB after a fifth "
        f"of them and {seen.sizes[-1]} MiB in the end"
    )


if __name__ == "__main__":
    print(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
