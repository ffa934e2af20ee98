"""Walls around a process that works on content from outside: no network, no files but its own, no end of resources.

    wall_in(folder, seconds=120, memory=1024**3)

Everything here is for good: the process cannot take a wall down again. It stands in three lines. The system limits
time, memory and files, and gives the process a network of its own without any connection, where it can. Python
refuses whatever would reach outside, however it is called. And the typesetter never asks (`rendering.pdf`).
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

GRACE = 5
"""Seconds of processor time between the signal that tells the limit and the end without a word."""
REFUSED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.putenv",
)
"""Beginnings of audit events (PEP 578) that nothing in a walled process may raise."""
CHANGING = frozenset(
    f"os.{verb}"
    for verb in (
        "chmod",
        "chown",
        "link",
        "mkdir",
        "remove",
        "rename",
        "rmdir",
        "symlink",
        "truncate",
        "utime",
    )
)
"""Events that change the file named by their first argument."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_LARGEST_FILE = 256 * 1024 * 1024
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_DIE_WITH_PARENT = 1


def wall_in(folder: Path, *, seconds: int, memory: int) -> None:
    """Wall this process in: it works in `folder`, for so many seconds of computing, in so many bytes of memory.

    The process must have one thread only. It dies when the process that forked it dies.
    """
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches every process of a terminal; ours ends this one.
    os.environ.clear()
    os.chdir(folder)
    tempfile.tempdir = str(folder)
    _limit(seconds, memory)
    system = ctypes.CDLL(None)
    system.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    # Containers may refuse it; then the other walls stand alone.
    system.unshare(_NEW_USER | _NEW_NETWORK)
    sys.addaudithook(_refuser(folder))


def _limit(seconds: int, memory: int) -> None:
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_FSIZE, _LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),  # A core would leave numbers of the report on the disk.
    ):
        _, hard = resource.getrlimit(what)
        # At its hard limit of processor time a process is killed as if it had crashed, before it a signal says why.
        ceiling = most + GRACE if what == resource.RLIMIT_CPU else most
        if hard != resource.RLIM_INFINITY:
            ceiling = min(ceiling, hard)
        resource.setrlimit(what, (min(most, ceiling), ceiling))


def _refuser(folder: Path) -> Callable[[str, tuple[Any, ...]], None]:
    own = f"{folder.resolve()}{os.sep}"
    readable = (own, *_program())

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if not isinstance(path, int) and not _below(path, (own,) if flags & _WRITING else readable):
                raise PermissionError(f"rendering opens no file outside its folder: {path!r}")
        elif event in CHANGING:
            if not _below(arguments[0], (own,)):
                raise PermissionError(f"rendering changes no file outside its folder: {arguments[0]!r}")
        elif event.startswith(REFUSED):
            raise PermissionError(f"rendering does no {event}")

    return refuse


def _program() -> tuple[str, ...]:
    """Where Python, the installed packages and the system's fonts and zones lie."""
    places = {
        sys.prefix,
        sys.base_prefix,
        *sysconfig.get_paths().values(),
        *(path for path in sys.path if path),
    }
    real = {os.path.realpath(place) for place in (*places, str(Path(__file__).parent))}
    return tuple(f"{place}{os.sep}" for place in (*sorted(real), "/usr/share"))


def _below(path: str | bytes | os.PathLike[str], places: tuple[str, ...]) -> bool:
    return os.path.realpath(os.fsdecode(path)).startswith(places)
