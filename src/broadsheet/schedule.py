"""The alarm clock: wakes the press at a steady beat. What is due, only the ledger decides.

APScheduler runs a few jobs from memory, the beat and what goes on beside it: no job per report, nothing to
lose, nothing to fall out of step with the definitions. They are read anew whenever a file has changed.
"""

from __future__ import annotations

import logging
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC
from pathlib import Path
from threading import Event, Lock

from apscheduler.schedulers.background import BackgroundScheduler

from broadsheet.clock import SystemClock
from broadsheet.delivery.notices import Notice
from broadsheet.errors import BroadsheetError
from broadsheet.monitor.health import Status, patience
from broadsheet.monitor.server import Monitor
from broadsheet.press.alarms import LOG, Told, ping, tell_owner
from broadsheet.press.batch import Attempt
from broadsheet.press.bounces import read_due
from broadsheet.press.deliver import deliver_due
from broadsheet.press.planning import Foresight
from broadsheet.press.press import Press
from broadsheet.press.retention import Pruned, prune_daily
from broadsheet.press.run import Published
from broadsheet.press.tick import make_due
from broadsheet.press.watch import watch

BEAT_SECONDS = 15
CARRY_SECONDS = 5
POSTBOX_SECONDS = 60
WATCH_SECONDS = 60
KEEP_SECONDS = 600
STUCK_BEATS = 2
"""A beat that is late by more than this is missing; one that is seen to be twice in a row ends the process."""
EXIT_STUCK = 70
PING_SECONDS = 60
"""A sign of life goes out at most so often."""
ALARM_SECONDS = 3600
"""That nothing works is told at most so often."""
log = logging.getLogger("broadsheet")
people = logging.getLogger("broadsheet.people")
"""Lines that name editions and recipients; a log for machines has the transitions of the ledger instead."""


class Beat:
    """One press, ticked again and again; `load` makes a press from the definitions as they are now.

    `trouble` is why the last tick could not do its work, empty when it could; `observe` hears how long each edition
    took, in seconds.
    """

    def __init__(self, root: Path, load: Callable[[], Press]) -> None:
        self._root = root
        self._load = load
        self._stamp = _stamp(root)
        self.press = load()
        self.trouble = ""
        self._pinged = float(-PING_SECONDS)
        self._foresight: Foresight = {}
        self._moved = self.press.clock.seconds()
        self._busy = False
        self._lent = Counter[int]()
        self._former: list[Press] = []
        self._lending = Lock()
        self.observe: Callable[[float], None] = _nobody

    def __call__(self) -> None:
        """Tick once; trouble is logged and the next beat tries again. A complete tick is a sign of life."""
        self._busy = True
        self._move()
        try:
            self._refresh()
            for item in make_due(self.press, self._foresight, progress=self._move):
                report_made(item)
                self._move()  # One that failed told of no step.
                if item.printed is not None and item.printed.artifacts is not None:
                    self.observe(item.printed.seconds)
            self.press.ledger.nodes.ticked()
        except BroadsheetError as error:
            self.trouble = f"{error} {error.remedy}"
            log.warning("%s", self.trouble)
        except Exception as error:
            self.trouble = f"internal error: {type(error).__name__}: {error}"
            log.exception("a tick failed; the next one tries again")
        else:
            self.trouble = ""
            self._ping()
        self._move()
        self._busy = False

    def stuck(self, beat_seconds: float) -> bool:
        """Whether the thread that ticks is dead, or has got on with nothing for longer than anything takes."""
        idle, late = self.press.clock.seconds() - self._moved, STUCK_BEATS * beat_seconds
        return idle > (max(patience(self.press), late) if self._busy else late)

    def status(self, beat_seconds: int) -> Status:
        """How it stands now."""
        return Status(self.press, self.press.clock.seconds() - self._moved, beat_seconds)

    @contextmanager
    def lent(self) -> Iterator[Press]:
        """The press as it is now. It stays open until the block is left, though the definitions change meanwhile: a
        ledger that is let go of takes letters under way for lost."""
        with self._lending:
            press = self.press
            self._lent[id(press)] += 1
        try:
            yield press
        finally:
            with self._lending:
                self._lent[id(press)] -= 1
            self._close_former()

    def close(self) -> None:
        """Release the ledger."""
        self._close_former()
        self.press.close()

    def _close_former(self) -> None:
        """Close the presses that were replaced and that nobody works with any more."""
        with self._lending:
            idle = [press for press in self._former if not self._lent[id(press)]]
            self._former = [press for press in self._former if self._lent[id(press)]]
        for press in idle:
            press.close()

    def _move(self, *_: object) -> None:
        self._moved = self.press.clock.seconds()

    def _ping(self) -> None:
        now = self.press.clock.seconds()
        if now - self._pinged < PING_SECONDS:
            return
        outcome = ping(self.press)
        if outcome is not None and outcome.state == "sent":
            self._pinged = now
        elif outcome is not None:
            log.warning("the sign of life did not get through: %s", outcome.reply)

    def _refresh(self) -> None:
        stamp = _stamp(self._root)
        if stamp == self._stamp:
            return
        try:
            fresh = self._load()
        except BroadsheetError as error:
            log.warning("the changed definitions cannot be used, the former ones stay in force: %s", error)
        else:
            with self._lending:
                self._former.append(self.press)
                self.press = fresh
            self._close_former()
            log.info("definitions read anew: %s reports", len(fresh.workspace.reports))
        self._stamp = stamp


class Carrier:
    """Hands letters over beside the beat: a mail server that takes its time delays no edition."""

    def __init__(self, beat: Beat, stopped: Event) -> None:
        self._beat, self._stopped = beat, stopped

    def __call__(self) -> None:
        """Hand over what is due; once the service is to stop, no further letter is taken."""
        try:
            with self._beat.lent() as press:
                for attempt in deliver_due(press, self._stopped):
                    report_attempt(attempt)
        except BroadsheetError as error:
            log.warning("letters wait: %s %s", error, error.remedy)
        except Exception:
            log.exception("letters wait; they are tried again in %s seconds", CARRY_SECONDS)


class Keeper:
    """Removes from the archive what the settings do not keep, once a day, beside the beat."""

    def __init__(self, beat: Beat) -> None:
        self._beat = beat

    def __call__(self) -> None:
        """Prune, if it is not done today."""
        try:
            with self._beat.lent() as press:
                report_pruned(prune_daily(press))
        except BroadsheetError as error:
            log.warning("%s %s", error, error.remedy)
        except Exception:
            log.exception("the archive could not be pruned")


class Lookout:
    """Keeps watch beside the beat, at its own pace: a tick that takes long delays no alert."""

    def __init__(self, beat: Beat) -> None:
        self._beat = beat
        self._alarmed = float(-ALARM_SECONDS)

    def __call__(self) -> None:
        """Look once; where even the ledger cannot be used, the owner is told without it."""
        trouble = self._beat.trouble
        try:
            with self._beat.lent() as press:
                report_watch(watch(press))
        except BroadsheetError as error:
            trouble = f"{error} {error.remedy}"
            log.warning("%s", trouble)
        except Exception as error:
            trouble = f"internal error: {type(error).__name__}: {error}"
            log.exception("the watch failed; it looks again in %s seconds", WATCH_SECONDS)
        if trouble:
            self._alarm(trouble)

    def _alarm(self, trouble: str) -> None:
        press = self._beat.press
        now = press.clock.seconds()
        if now - self._alarmed < ALARM_SECONDS:
            return
        identity = f"standstill-{press.clock.now():%Y%m%dT%H}"
        told = tell_owner(press, Notice(identity, "Broadsheet: the schedule cannot do its work", trouble))
        if told.way:
            self._alarmed = now
        report_watch((told,))


def serve(
    root: Path, load: Callable[[], Press], beat_seconds: int = BEAT_SECONDS, listen: str | None = None
) -> None:
    """Tick until the process is told to stop (SIGTERM or SIGINT); a tick that has begun is finished.

    At the address `listen`, if there is one, the process tells how it stands. Raises UsageError when it cannot.
    """
    beat, stopped = Beat(root, load), Event()
    monitor = Monitor(listen, lambda: beat.status(beat_seconds)) if listen is not None else None
    if monitor is not None:
        beat.observe = monitor.metrics.render_seconds.observe
        log.info("telling how it stands at port %s", monitor.port)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    scheduler = BackgroundScheduler(timezone=UTC)
    jobs: tuple[tuple[str, Callable[[], None], int], ...] = (
        ("tick", beat, beat_seconds),
        ("carry", Carrier(beat, stopped), CARRY_SECONDS),
        ("postbox", lambda: empty_postbox(beat.press), POSTBOX_SECONDS),
        ("watch", Lookout(beat), WATCH_SECONDS),
        ("keep", Keeper(beat), KEEP_SECONDS),
    )
    for name, job, seconds in jobs:
        scheduler.add_job(
            job,
            "interval",
            seconds=seconds,
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            **({"next_run_time": SystemClock().now()} if job is beat else {}),
        )
    log.info("serving: a tick every %s seconds", beat_seconds)
    scheduler.start()
    _guard(beat, stopped, beat_seconds)
    log.info("stopping: what has begun is finished first")
    scheduler.shutdown()
    if monitor is not None:
        monitor.close()
    beat.close()
    log.info("stopped")


def _guard(beat: Beat, stopped: Event, beat_seconds: int) -> None:
    """Wait until the service is to stop, and end the process at once when its ticks have stopped before it.

    A thread that stands still cannot be ended from here; whatever started the process starts it again.
    """
    late = 0
    while not stopped.wait(beat_seconds / 2):
        late = late + 1 if beat.stuck(beat_seconds) else 0
        if late > 1:
            log.critical("no tick has got on for too long: the process ends, so that it is started anew")
            logging.shutdown()
            os._exit(EXIT_STUCK)


def report_made(item: Published) -> None:
    """Log that an edition was made, or that it was not and why."""
    level = logging.INFO if item.state in ("ready", "skipped", "taken") else logging.ERROR
    error = item.printed.error if item.printed is not None else None
    fault = error if error is not None and not isinstance(error, BroadsheetError) else None
    people.log(level, "%s: %s %s", item.order.key, item.state, item.reason, exc_info=fault)
    artifacts = item.printed.artifacts if item.printed is not None else None
    for warning in artifacts.warnings if artifacts is not None else ():
        people.warning("%s: %s", item.order.key, warning)


def report_attempt(attempt: Attempt) -> None:
    """Log what became of a letter."""
    level = logging.INFO if attempt.outcome.state == "sent" else logging.WARNING
    people.log(
        level, "to %s: %s (%s)", attempt.delivery.recipient, attempt.outcome.state, attempt.outcome.reply
    )


def empty_postbox(press: Press) -> None:
    """Read what has come back to the mailbox, if there is one, and log it; trouble with it stops nothing else."""
    try:
        for item in read_due(press):
            if item.what != "ignored":
                log.warning("%s: %s (%s)", item.address, item.what, item.reply)
    except BroadsheetError as error:
        log.warning("bounces are not read: %s %s", error, error.remedy)
    except Exception:
        log.exception("bounces are not read; the mailbox is tried again")


def report_pruned(pruned: Pruned | None) -> None:
    """Log what left the archive; nothing where nothing did."""
    if pruned is not None and (pruned.editions or pruned.files):
        log.info(
            "%s editions left the archive, %s files with %s bytes were removed, %s editions are kept",
            pruned.editions,
            pruned.files,
            pruned.bytes,
            pruned.kept,
        )


def report_watch(told: Iterable[Told]) -> None:
    """Log what the owner was told and by which way, or that nobody could be told."""
    for each in told:
        for failure in each.failures:
            log.warning("the owner could not be told by %s", failure)
        if each.way == LOG:
            people.warning("%s: %s", each.notice.subject, " ".join(each.notice.text.split()))
        elif each.way:
            log.info("the owner was told by %s: %s", each.way, each.notice.subject)
        else:
            log.error("nobody could be told: %s", each.notice.subject)


def _nobody(_seconds: float) -> None:
    """Nobody listens."""


def _stamp(root: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells one state of the definitions from another: names, sizes, times of change."""
    marks = []
    for path in (path for part in ("reports", "config", "templates") for path in (root / part).rglob("*")):
        with suppress(FileNotFoundError):  # An editor has just replaced it.
            stat = path.stat()
            marks.append((str(path), stat.st_size, stat.st_mtime_ns))
    return tuple(sorted(marks))
