"""Every edition is rendered in a process of its own, behind walls, and killed alone when it takes too much.

Processes are forked by a clean server process that has the heavy libraries loaded: forking this one, with its
threads, open files and secrets, would not be safe.
"""

from __future__ import annotations

import multiprocessing
import signal
import tempfile
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

from broadsheet.definitions.models.limits import RenderLimits
from broadsheet.errors import CrashError, LimitError
from broadsheet.press.job import Artifacts, RenderJob

REMEDY = "Ask for less at once: `top:`, a shorter `span`, fewer blocks. Or raise limits.{} in config/settings.yaml."

LOADING = 300
"""Seconds within which a process has begun."""


def warm_up() -> None:
    """Start the server that render processes are forked from: it loads its libraries while other things are done."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(["__main__", "broadsheet.press.warm"])
    ensure_running()


class Pool:
    """Renders so many editions at a time. Use it as a context; leaving it ends what still runs."""

    def __init__(self, workers: int) -> None:
        self._context = multiprocessing.get_context("forkserver")
        warm_up()
        self._waiting = ThreadPoolExecutor(workers, thread_name_prefix="render")
        self._running: set[multiprocessing.process.BaseProcess] = set()
        self._over = Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waiting.shutdown(wait=False, cancel_futures=True)
        self._over.set()
        for process in tuple(self._running):
            process.kill()
        self._waiting.shutdown()

    def submit(self, job: RenderJob) -> Future[Artifacts]:
        """Render when there is room.

        The future raises what `render` raises, LimitError, or CrashError for a process that died.
        """
        return self._waiting.submit(self._render, job)

    def _render(self, job: RenderJob) -> Artifacts:
        reader, writer = self._context.Pipe(duplex=False)
        with reader, tempfile.TemporaryDirectory(prefix="broadsheet-", ignore_cleanup_errors=True) as folder:
            process = self._context.Process(target=_work, args=(writer, job, Path(folder)), daemon=True)
            _start(process)
            self._running.add(process)
            writer.close()
            if self._over.is_set():
                process.kill()
            try:
                answer = _answer(reader, job.limits)
            finally:
                process.kill()
                process.join()
                self._running.discard(process)
        if answer is None:
            raise _death(process.exitcode, job.limits)
        if isinstance(answer, Exception):
            raise answer
        return answer


def _start(process: multiprocessing.process.BaseProcess) -> None:
    """Start it; one that dies while its job is handed over is a crash like any other."""
    try:
        process.start()
    except (OSError, EOFError) as error:
        raise CrashError("the process that was to render it did not start", "It is tried again.") from error


def _answer(reader: Connection, limits: RenderLimits) -> Artifacts | Exception | None:
    """What the process answers in time; None when it dies instead.

    Its time begins when it does: on a busy machine the first one waits until the libraries are loaded.
    """
    try:
        if not reader.poll(LOADING):
            return None
        reader.recv()
        if not reader.poll(limits.seconds):
            return _too_long(limits)
        answer: Artifacts | Exception = reader.recv()
    except (EOFError, OSError):  # It died before it had said anything, or in the middle of saying it.
        return None
    return answer


def _too_long(limits: RenderLimits) -> LimitError:
    return LimitError(f"rendering took longer than {limits.seconds} seconds", REMEDY.format("seconds"))


def _death(code: int | None, limits: RenderLimits) -> LimitError | CrashError:
    if code == -signal.SIGXCPU:
        return _too_long(limits)
    how = signal.Signals(-code).name if code and code < 0 else f"exit code {code}"
    return CrashError(
        f"the process that rendered it died ({how})",
        "It is tried again. Should it die again: `broadsheet doctor` looks at the libraries, and the log tells more.",
    )


def _work(writer: Connection, job: RenderJob, folder: Path) -> None:
    """What the process does: it sends artifacts, or the error that prevented them."""
    # Loaded by the server process already; this module is loaded by those that render nothing, too.
    from broadsheet.press.render import render
    from broadsheet.walls import wall_in

    limits = job.limits
    wall_in(folder, seconds=limits.seconds, memory=limits.memory)
    writer.send(None)
    answer: Artifacts | Exception
    try:
        answer = render(job)
    except MemoryError:
        size = limits.memory // 1024**2
        answer = LimitError(f"rendering takes more than {size} MiB of memory", REMEDY.format("memory"))
    except RecursionError:
        answer = LimitError("its page is nested too deeply", "Simplify the template that it comes from.")
    except Exception as error:  # One edition's trouble is its own, and told by the parent.
        error.add_note(traceback.format_exc())
        answer = error
    writer.send(answer)
