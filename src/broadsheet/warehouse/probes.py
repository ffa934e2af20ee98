"""Whether data sources answer now: one cheap question to each, all at once, with a short limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import replace
from threading import Lock, Thread

from sqlalchemy import literal, select

from broadsheet.clock import Clock
from broadsheet.errors import BroadsheetError, UnavailableError
from broadsheet.warehouse.engines import connect
from broadsheet.warehouse.locations import Location, folder_of

LIMIT = 3
"""Seconds that a source may take for its answer."""


def probe(location: Location, clock: Clock) -> None:
    """Ask one source for next to nothing; UnavailableError unless it answers. A locked file is not waited for."""
    if location.engine == "folder":
        folder_of(location)
        return
    with connect(replace(location, wait=0, timeout=min(location.timeout, LIMIT)), clock) as connection:
        connection.execute(select(literal(1)))


class Probes:
    """Questions under way. One that hangs is waited for again, so that a source never has more than one, whichever
    threads ask."""

    def __init__(self) -> None:
        self._asked: dict[str, Future[None]] = {}
        self._lock = Lock()

    def ask(self, questions: Mapping[str, Callable[[], None]]) -> dict[str, UnavailableError | None]:
        """Put questions, by the connections that they go to: why one is not answered, None where it is."""
        with self._lock:
            for name, question in questions.items():
                if name not in self._asked or self._asked[name].done():
                    self._asked[name] = _beside(question)
            asked = {name: self._asked[name] for name in questions}
        wait(asked.values(), timeout=LIMIT)
        return {name: self._answer(name, future) for name, future in asked.items()}

    def _answer(self, name: str, asked: Future[None]) -> UnavailableError | None:
        if not asked.done():
            return UnavailableError(
                f"connection “{name}” does not answer within {LIMIT} seconds", connection=name
            )
        error = asked.exception()
        if error is None or isinstance(error, UnavailableError):
            return error
        remedy = error.remedy if isinstance(error, BroadsheetError) else ""
        return UnavailableError(f"connection “{name}”: {error}", remedy, connection=name)


def _beside(question: Callable[[], None]) -> Future[None]:
    """Ask in a thread of its own, which the process does not wait for when it ends."""
    answered: Future[None] = Future()

    def ask() -> None:
        try:
            question()
        except Exception as error:  # Whatever a driver says: it is no answer.
            answered.set_exception(error)
        else:
            answered.set_result(None)

    Thread(target=ask, name="probe", daemon=True).start()
    return answered
