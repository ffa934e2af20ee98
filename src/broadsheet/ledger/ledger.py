"""The ledger: what is due, what ran, what was sent to whom, in one database.

Its verbs stand in a module per idea. Each is one transaction; whatever it says has happened is on disk when it
returns.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine

from broadsheet.clock import Clock
from broadsheet.errors import StorageError
from broadsheet.ledger.alerts import Alerts
from broadsheet.ledger.breakers import Breakers
from broadsheet.ledger.channels import Channels
from broadsheet.ledger.continuity import Continuity
from broadsheet.ledger.copies import back_up, check
from broadsheet.ledger.definitions import Definitions
from broadsheet.ledger.deliveries import Deliveries
from broadsheet.ledger.domains import Domains
from broadsheet.ledger.editions import Editions
from broadsheet.ledger.engine import hide, open_file, open_server
from broadsheet.ledger.figures import Figures
from broadsheet.ledger.history import History
from broadsheet.ledger.horizons import Horizons
from broadsheet.ledger.keeping import Keeping
from broadsheet.ledger.leases import Leases
from broadsheet.ledger.marks import Marks
from broadsheet.ledger.migrate import upgrade, version
from broadsheet.ledger.nodes import Nodes, new_name
from broadsheet.ledger.quarantine import Quarantine
from broadsheet.ledger.runs import Runs
from broadsheet.ledger.store import Store, plain_errors
from broadsheet.ledger.suppressions import Suppressions
from broadsheet.ledger.tables import source
from broadsheet.ledger.turns import Turns
from broadsheet.ledger.unsent import Unsent

MARKER = "ledger.id"

SOON_READ = 128_000_000
"""A file of so many bytes, some eighty thousand editions, is read in half a second. Damage of a larger one is noticed
by `doctor`, by each backup, and where it is come upon."""


class Ledger:
    """The verbs by idea, over one database. `marker` is the file that remembers it on this machine."""

    def __init__(self, engine: Engine, clock: Clock, marker: Path) -> None:
        store = Store(engine, clock, new_name())
        self._engine, self._clock, self._checked = engine, clock, False
        self.continuity = Continuity(store, marker)
        self.nodes = Nodes(store)
        self.leases = Leases(store, self.nodes, self.continuity)
        self.editions = Editions(store)
        self.deliveries = Deliveries(store)
        self.domains = Domains(store)
        self.channels = Channels(store)
        self.sources = Breakers(store, source, "source", "source")
        self.quarantine = Quarantine(store)
        self.unsent = Unsent(store)
        self.horizons = Horizons(store)
        self.history = History(store)
        self.runs = Runs(store)
        self.turns = Turns(store)
        self.suppressions = Suppressions(store)
        self.alerts = Alerts(store)
        self.definitions = Definitions(store)
        self.figures = Figures(store)
        self.marks = Marks(store)
        self.keeping = Keeping(store)

    @classmethod
    def open(
        cls, path: Path, clock: Clock, server: str | None = None, redact: Callable[[str], str] = str
    ) -> Ledger:
        """The ledger in the file `path`, or on the PostgreSQL `server` (a URL) with its marker beside `path`.

        `redact` takes secrets out of every text that is entered.

        It is created or upgraded. StorageError when it cannot be opened, is damaged, is empty though one was known
        here, was written by a newer program, or is a file that another host uses.
        """
        try:
            engine = open_server(server) if server else open_file(path)
        except OSError as error:
            raise StorageError(
                f"the ledger {path.name} cannot be opened: {error}",
                f"Check that {path.parent.name}/ is writable, has free space and lies on a local disk.",
            ) from error
        hide(engine, redact)
        ledger = cls(engine, clock, path.with_name(MARKER))
        try:
            with plain_errors():
                upgrade(engine, known=ledger.continuity.known() is not None)
            ledger.nodes.check()
            ledger.continuity.check()
        except BaseException:
            engine.dispose()
            raise
        return ledger

    def recover(self) -> tuple[int, int]:
        """Say that this process lives, then clear up: editions that nobody works on any more are due again,
        interrupted sends uncertain; count both. The first time, a file that is soon read is checked.

        What this process itself works on it keeps, even if the ledger was away for longer than a lease; what it
        had to let go of, because the ledger did not take its entry, is free again at once.
        """
        if not self._checked:
            with plain_errors():
                check(self._engine, at_most=SOON_READ)
            self._checked = True
        self.nodes.seen()
        self.continuity.check()
        held = self.leases.held()
        return self.editions.recover(held), self.deliveries.recover(held)

    def verify(self) -> None:
        """Read the whole ledger file, some seconds for a gigabyte; StorageError when it is damaged."""
        with plain_errors():
            check(self._engine)

    def version(self) -> str:
        """The revision of the tables."""
        with plain_errors(), self._engine.connect() as connection:
            return version(connection) or ""

    def back_up(self, target: Path) -> None:
        """Copy the ledger file, as it is at this moment, while it is in use."""
        back_up(self._engine, target, self._clock.now())

    def close(self) -> None:
        """Release the database."""
        with suppress(StorageError):
            self.nodes.leave()
        self._engine.dispose()
