"""Verbs of definition files: what each of them said when it was last sound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, delete, select

from broadsheet.ledger.store import Store
from broadsheet.ledger.tables import definition


@dataclass(frozen=True)
class SoundText:
    """The text of a definition file; `hash` is the digest of what it says."""

    hash: str
    text: str


class Definitions:
    """The last sound text of each definition file, by its name: `reports/sales-weekly.yaml`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def hashes(self) -> dict[str, str]:
        """The digest of each file's last sound text."""
        return self._pairs(select(definition.c.file, definition.c.hash))

    def texts(self, files: Iterable[str]) -> dict[str, str]:
        """The last sound texts of some files, of those that have one."""
        wanted = select(definition.c.file, definition.c.content).where(definition.c.file.in_(list(files)))
        return self._pairs(wanted)

    def keep(self, sound: Mapping[str, SoundText], gone: Iterable[str]) -> None:
        """Remember the texts of files that are sound now, and forget files that are no more."""
        now = self._store.clock.now()
        new = self._store.insert
        with self._store.write() as connection:
            connection.execute(delete(definition).where(definition.c.file.in_(list(gone))))
            for file, each in sound.items():
                values = {"hash": each.hash, "content": each.text, "at": now}
                entry = new(connection, definition).values(file=file, **values)
                keyed = entry.on_conflict_do_update(index_elements=[definition.c.file], set_=values)
                connection.execute(keyed)

    def _pairs(self, wanted: Select[str, str]) -> dict[str, str]:
        with self._store.read() as connection:
            return {row[0]: row[1] for row in connection.execute(wanted)}
