"""F3: SIGKILL at every visit to every step, in pairs and at random: nothing lost, nothing changed."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from press.workspace import MONDAY
from soak.kills import Kill, Verdict, cycle, shop, visits
from support.smtp import mail_server

REPEATS = 20
TRIPLES = 1000


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
    """All cycles at a scale; AssertionError names the plan that broke a promise."""
    verdicts = []
    with TemporaryDirectory() as folder, mail_server(Path(folder)) as server:
        root = Path(folder)
        start = shop(root / "start", server)
        trial = shop(root / "trial", server)
        kills = every_visit(root, trial.root)
        for number, plan in enumerate(plans(kills, scale)):
            try:
                verdicts.append(cycle(start, root / f"cycle{number}", server, plan))
            except AssertionError as error:
                raise AssertionError(f"{plan}: {error}") from error
    return verdicts


def main(scale: float = 1.0) -> str:
    """Kill, restart, compare."""
    verdicts = run(scale)
    killed = sum(verdict.killed for verdict in verdicts)
    repeated = sum(verdict.duplicates for verdict in verdicts)
    return (
        f"{len(verdicts)} cycles, {killed} kills: 0 lost, 0 altered, {repeated} repeated with the same bytes"
        f" and Message-ID"
    )


if __name__ == "__main__":
    print(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
