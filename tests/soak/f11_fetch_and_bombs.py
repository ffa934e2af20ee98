"""F11: pages that name a server and a file reach neither, and pages without end are ended, in time and in memory."""

from __future__ import annotations

import logging
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event, Thread

import weasyprint

from broadsheet.errors import CrashError, LimitError, TemplateError
from broadsheet.press.demand import Wish, order_for
from broadsheet.press.gather import gather
from broadsheet.press.job import RenderJob
from broadsheet.press.pool import Pool
from broadsheet.rendering.mail import inliner
from broadsheet.rendering.pdf import render_pdf
from broadsheet.walls import wall_in
from press.workspace import MONDAY, build
from soak.traps import Trap, bombs, trap, vectors

GIBIBYTE = 1024**3


@dataclass(frozen=True)
class Bomb:
    """How one ended: what became of the edition, after how many seconds, and the most memory it ever had."""

    end: str
    seconds: float
    memory: int


def page(body: str) -> str:
    return f'<!DOCTYPE html><html lang="en"><title>Page</title>{body}'


def reached(traps: Trap) -> int:
    """How often anybody came to the server or the file since the last time."""
    visits = len(traps.visits)
    traps.visits.clear()
    return visits + traps.opened()


def by_renderer(bodies: Mapping[str, str], traps: Trap) -> dict[str, int]:
    """The vectors that our renderer and the mail's reach a trap with; every one by a render of its own."""
    found = {}
    for name, body in bodies.items():
        with suppress(ValueError):
            render_pdf(page(body), ())
        inliner().inline(page(body))
        if count := reached(traps):
            found[name] = count
    return found


def by_walls(bodies: Iterable[str], traps: Trap) -> int:
    """How often a walled process reaches a trap with the typesetter's own fetcher, which takes every address."""
    context = get_context("forkserver")
    reader, writer = context.Pipe(duplex=False)
    with tempfile.TemporaryDirectory() as folder:
        process = context.Process(target=_walled, args=(writer, tuple(bodies), folder))
        process.start()
        writer.close()
        done = reader.recv()
        process.join()
    assert done == "all"
    return reached(traps)


def _walled(writer: Connection, bodies: tuple[str, ...], folder: str) -> None:
    wall_in(Path(folder), seconds=600, memory=2 * GIBIBYTE)
    logging.disable()
    for body in bodies:
        with suppress(Exception):
            weasyprint.HTML(string=page(body)).write_pdf()
    writer.send("all")


def by_nobody(bodies: Mapping[str, str], traps: Trap) -> int:
    """How many vectors reach a trap without any wall: they are real."""
    logging.disable()
    found = 0
    for body in bodies.values():
        with suppress(Exception):
            weasyprint.HTML(string=page(body)).write_pdf()
        found += bool(reached(traps))
    logging.disable(logging.NOTSET)
    return found


def job() -> RenderJob:
    """The job of a small report."""
    with tempfile.TemporaryDirectory() as folder:
        house = build(Path(folder))
        house.clock.at = MONDAY
        with house.press() as press:
            return gather(press, order_for(press, Wish("orders", "2026-W24"))).job


def explode(sound: RenderJob, source: str, seconds: int) -> Bomb:
    """Render a template as an edition's page, within the limits."""
    limits = sound.limits.model_copy(update={"seconds": seconds})
    bad = replace(sound, templates={**sound.templates, "page.html.j2": source}, limits=limits)
    started, over, most = time.monotonic(), Event(), [0]
    with Pool(1) as pool:
        watcher = Thread(target=_watch, args=(pool, over, most))
        watcher.start()
        error = pool.submit(bad).exception()
        took = time.monotonic() - started
        over.set()
        watcher.join()
    return Bomb(_end(error), took, most[0])


def _end(error: BaseException | None) -> str:
    if error is None:
        return "printed"
    kinds = {LimitError: "limits", TemplateError: "template", CrashError: "died"}
    return next((name for kind, name in kinds.items() if isinstance(error, kind)), "refused")


def _watch(pool: Pool, over: Event, most: list[int]) -> None:
    while not over.wait(0.02):
        for process in tuple(pool._running):
            with suppress(OSError, IndexError):  # It has just ended.
                status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
                most[0] = max(most[0], int(status.split("VmHWM:")[1].split()[0]) * 1024)


def main(scale: float = 1.0) -> str:
    every = max(1, round(1 / max(scale, 0.1)))
    seconds, sound = (25 if scale >= 1 else 8), job()
    ends = {name: explode(sound, source, seconds) for name, source in list(bombs().items())[::every]}
    slow = {name: bomb for name, bomb in ends.items() if bomb.seconds > 30 or bomb.memory > GIBIBYTE}
    assert not slow, slow
    with tempfile.TemporaryDirectory() as folder, trap(Path(folder)) as traps:
        bodies = vectors(traps.web, traps.file)
        real = by_nobody(bodies, traps)
        ours, walls = by_renderer(bodies, traps), by_walls(bodies.values(), traps)
    assert ours == {}, ours
    assert walls == 0
    counts = Counter(bomb.end for bomb in ends.values())
    longest, largest = max(b.seconds for b in ends.values()), max(b.memory for b in ends.values())
    return (
        f"{len(bodies)} fetch vectors ({real} of them reach a trap without walls): 0 through the renderer, 0 through "
        f"the walls alone; {len(ends)} bombs: {dict(counts)}, longest {longest:.1f} s, most {largest / 2**20:.0f} MiB"
    )


if __name__ == "__main__":
    print(main())
