"""F3: SIGKILL at every visit to every step, in pairs and at random: nothing lost, nothing changed."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import product
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory

from press.workspace import MONDAY, House
from soak.kills import Kill, Verdict, cycle, shop, visits
from support.smtp import MailServer, mail_server

REPEATS = 20
TRIPLES = 1000
LANES = (os.cpu_count() or 1) + 1
"""Cycles side by side: half of a life is waiting for the disk and for mail."""


def every_visit(root: Path, house_root: Path) -> tuple[Kill, ...]:
    """Each step with each number of its visits in an undisturbed life."""
    counted = visits(house_root, MONDAY, root / "trail")
    return tuple((step, number) for step, times in counted.items() for number in range(1, times + 1))


def some_visits(kills: Sequence[Kill]) -> list[Kill]:
    """Of each step the first, the middle and the last visit."""
    last = dict(kills)
    return [kill for kill in kills if kill[1] in (1, last[kill[0]] // 2 + 1, last[kill[0]])]


def plans(kills: Sequence[Kill], scale: float) -> Iterator[tuple[Kill, ...]]:
    """Single kills, ordered pairs of steps, random triples; reproducible."""
    chance = random.Random(7)
    for _ in range(max(1, round(REPEATS * scale))):
        yield from ((kill,) for kill in kills)
    firsts = [kill for kill in kills if kill[1] == 1]
    pairs = [*product(firsts, firsts)] * 2
    yield from chance.sample(pairs, round(len(pairs) * scale))
    for _ in range(round(TRIPLES * scale)):
        yield tuple(chance.choice(kills) for _ in range(3))


def run(scale: float) -> list[Verdict]:
    """All cycles at a scale, some side by side; AssertionError names the plan that broke a promise."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        houses = Queue[tuple[House, MailServer]]()
        for lane in range(LANES):
            root = Path(folder, f"lane{lane}")
            root.mkdir()
            server = stack.enter_context(mail_server(root))
            houses.put((shop(root / "start", server), server))
        kills = every_visit(Path(folder), shop(Path(folder, "trial"), server).root)
        lanes = stack.enter_context(ThreadPoolExecutor(LANES))
        return list(lanes.map(partial(_lived, houses), plans(kills, scale)))


def _lived(houses: Queue[tuple[House, MailServer]], plan: tuple[Kill, ...]) -> Verdict:
    """One cycle with a house and a mail server that nobody else uses meanwhile."""
    start, server = houses.get()
    try:
        with TemporaryDirectory() as folder:
            return cycle(start, Path(folder, "shop"), server, plan)
    except AssertionError as error:
        raise AssertionError(f"{plan}: {error}") from error
    finally:
        houses.put((start, server))


def main(scale: float = 1.0) -> str:
    """Kill, restart, compare."""
    verdicts = run(scale)
    killed = sum(verdict.killed for verdict in verdicts)
    repeated = sum(verdict.duplicates for verdict in verdicts)
    rested = sum(verdict.quarantined for verdict in verdicts)
    return (
        f"{len(verdicts)} cycles, {killed} kills: 0 lost, 0 altered, {repeated} repeated with the same bytes"
        f" and Message-ID; {rested} editions quarantined by three deaths, made once somebody had looked"
    )


if __name__ == "__main__":
    print(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
