"""Whether keys name one row each: found out once, for as long as the answer holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from broadsheet.errors import SlowError, WarehouseError
from broadsheet.warehouse.estimates import remembered_answer


class Proofs:
    """The answers of one opened warehouse; `folder` keeps those about snapshots, which never change."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found: dict[str, bool | WarehouseError] = {}

    def unique(self, question: str, ask: Callable[[], bool], *, lasting: bool) -> bool:
        """The answer to a question; of `lasting` ones it is kept from one warehouse to the next.

        Raises WarehouseError where the source was not done in time: asking again would take as long.
        """
        if question not in self._found:
            self._found[question] = self._answer(question, ask, lasting)
        found = self._found[question]
        if isinstance(found, WarehouseError):
            raise found
        return found

    def _answer(self, question: str, ask: Callable[[], bool], lasting: bool) -> bool | WarehouseError:
        try:
            return remembered_answer(self._folder, question, ask) if lasting else ask()
        except SlowError as error:
            return WarehouseError(
                f"whether its key names one row each: {error}",
                "Give the key a unique index, or the connection a longer `timeout`.",
            )

    def clear(self) -> None:
        """Forget what was found out of databases, which may change."""
        self._found.clear()
