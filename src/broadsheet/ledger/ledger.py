"""The ledger: what is due, what ran, what was sent to whom, in one database.

Its verbs stand in a module per idea. Each is one transaction; whatever it says has happened is on disk when it
returns.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from broadsheet.clock import Clock
from broadsheet.ledger.alerts import Alerts
from broadsheet.ledger.channels import Channels
from broadsheet.ledger.deliveries import Deliveries
from broadsheet.ledger.editions import Editions
from broadsheet.ledger.engine import open_engine
from broadsheet.ledger.figures import Figures
from broadsheet.ledger.history import History
from broadsheet.ledger.horizons import Horizons
from broadsheet.ledger.marks import Marks
from broadsheet.ledger.store import Store


class Ledger:
    """The verbs by idea, over one database. `node` names the process in what it enters."""

    def __init__(self, engine: Engine, clock: Clock, node: str = "") -> None:
        store = Store(engine, clock, node)
        self._engine = engine
        self.editions = Editions(store)
        self.deliveries = Deliveries(store)
        self.channels = Channels(store)
        self.horizons = Horizons(store)
        self.history = History(store)
        self.alerts = Alerts(store)
        self.figures = Figures(store)
        self.marks = Marks(store)

    @classmethod
    def open(cls, path: Path, clock: Clock) -> Ledger:
        """The ledger in the file `path`, created or upgraded; StorageError when that fails."""
        return cls(open_engine(path), clock)

    def recover(self) -> tuple[int, int]:
        """After a crash: free editions whose lease ran out, mark interrupted sends as uncertain; count both."""
        return self.editions.recover(), self.deliveries.recover()

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()
