"""Where jobs are rendered: in this process, or in warm worker processes."""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any


class Inline(Executor):
    """An executor that works at once, in this process: for one edition, starting workers costs more."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run now; the future is done when it is returned."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # The caller asks the future.
            future.set_exception(error)
        return future


def open_pool(editions: int, cores: int) -> Executor:
    """An executor for so many editions on so many cores.

    Workers are forked by a clean server process that has the heavy libraries loaded: forking this one, with
    its threads and open files, would not be safe.
    """
    workers = min(editions, cores)
    return Inline() if workers <= 1 else processes(workers)


def processes(workers: int) -> Executor:
    """So many worker processes. One that dies takes the work of all others with it: BrokenExecutor."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["broadsheet.press.render"])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_finish_first)


def _finish_first() -> None:
    # Ctrl-C reaches every process of the terminal; what has begun is the parent's to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
