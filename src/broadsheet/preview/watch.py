"""Has a file of the workspace changed? By looking: this works on every disk, shared folders included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from broadsheet.clock import Clock

FOLDERS = ("reports", "config", "templates")
PAUSE = 0.2
"""Seconds between two looks."""


def state(root: Path) -> frozenset[tuple[str, int, int]]:
    """The files that define reports, each with its time and size."""
    return frozenset(_files(root))


def changes(root: Path, clock: Clock, asked: Callable[[], bool]) -> Iterator[None]:
    """One item whenever a file was saved, made or removed, or somebody `asked` for it; never ends."""
    known = state(root)
    while True:
        clock.sleep(PAUSE)
        now = state(root)
        if now != known or asked():
            known = now
            yield None


def _files(root: Path) -> Iterator[tuple[str, int, int]]:
    for folder in FOLDERS:
        for path in (root / folder).rglob("*"):
            try:
                found = path.stat()
            except OSError:  # Editors replace files: it may be gone between listing and looking.
                continue
            if path.is_file():
                yield str(path), found.st_mtime_ns, found.st_size
