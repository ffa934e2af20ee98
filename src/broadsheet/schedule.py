"""The alarm clock: wakes the press at a steady beat. What is due, only the ledger decides.

APScheduler runs one job from memory: no job per report, nothing to lose, nothing to fall out of step with
the definitions. They are read anew whenever a file has changed.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler

from broadsheet.clock import SystemClock
from broadsheet.errors import BroadsheetError
from broadsheet.press.press import Press
from broadsheet.press.tick import Tick, tick

BEAT_SECONDS = 15
log = logging.getLogger("broadsheet")


class Beat:
    """One press, ticked again and again; `load` makes a press from the definitions as they are now."""

    def __init__(self, root: Path, load: Callable[[], Press]) -> None:
        self._root = root
        self._load = load
        self._stamp = _stamp(root)
        self._press = load()

    def __call__(self) -> None:
        """Tick once; trouble is logged and the next beat tries again."""
        try:
            self._refresh()
            report_tick(tick(self._press))
        except BroadsheetError as error:
            log.warning("%s %s", error, error.remedy)
        except Exception:
            log.exception("a tick failed; the next one tries again")

    def close(self) -> None:
        """Release the ledger."""
        self._press.close()

    def _refresh(self) -> None:
        stamp = _stamp(self._root)
        if stamp == self._stamp:
            return
        try:
            fresh = self._load()
        except BroadsheetError as error:
            log.warning("the changed definitions cannot be used, the former ones stay in force: %s", error)
        else:
            self._press.close()
            self._press = fresh
            log.info("definitions read anew: %s reports", len(fresh.workspace.reports))
        self._stamp = stamp


def serve(root: Path, load: Callable[[], Press], beat_seconds: int = BEAT_SECONDS) -> None:
    """Tick until the process is told to stop (SIGTERM or SIGINT); a tick that has begun is finished."""
    beat, stopped = Beat(root, load), Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        beat,
        "interval",
        seconds=beat_seconds,
        id="tick",
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
        next_run_time=SystemClock().now(),
    )
    log.info("serving: a tick every %s seconds", beat_seconds)
    scheduler.start()
    stopped.wait()
    log.info("stopping: what has begun is finished first")
    scheduler.shutdown()
    beat.close()
    log.info("stopped")


def report_tick(done: Tick) -> None:
    """Log what a tick did; a tick that had nothing to do says nothing."""
    for item in done.published:
        level = logging.INFO if item.state in ("ready", "taken") else logging.ERROR
        error = item.printed.error if item.printed is not None else None
        fault = error if error is not None and not isinstance(error, BroadsheetError) else None
        log.log(level, "%s: %s %s", item.order.key, item.state, item.reason, exc_info=fault)
        artifacts = item.printed.artifacts if item.printed is not None else None
        for warning in artifacts.warnings if artifacts is not None else ():
            log.warning("%s: %s", item.order.key, warning)
    for attempt in done.attempts:
        level = logging.INFO if attempt.outcome.state == "sent" else logging.WARNING
        log.log(
            level, "to %s: %s (%s)", attempt.delivery.recipient, attempt.outcome.state, attempt.outcome.reply
        )


def _stamp(root: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells one state of the definitions from another: names, sizes, times of change."""
    marks = []
    for path in (path for part in ("reports", "config", "templates") for path in (root / part).rglob("*")):
        with suppress(FileNotFoundError):  # An editor has just replaced it.
            stat = path.stat()
            marks.append((str(path), stat.st_size, stat.st_mtime_ns))
    return tuple(sorted(marks))
