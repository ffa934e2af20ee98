"""After a ledger was lost or an older copy of it put back: what would be sent, before anything is."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.errors import StorageError, UsageError
from broadsheet.press.planning import plan_due
from broadsheet.press.press import Press

if TYPE_CHECKING:
    from broadsheet.ledger.unsent import Pending


def put_back(press: Press, backup: Path) -> Path | None:
    """Put a backup in the place of the ledger file; where the former one is kept, if there was one.

    StorageError when the backup is no sound ledger, or another process uses the ledger.
    """
    from broadsheet.ledger.copies import put_back as copy_back

    if press.settings.ledger is not None:
        raise UsageError(
            "the ledger is a PostgreSQL database, which has a restore of its own",
            "pg_restore; docs/how-to/backup.md tells more. Afterwards: broadsheet ledger confirm",
        )
    _refuse_in_use(press)
    return copy_back(backup, press.ledger_file, press.clock.now())


def pending(press: Press) -> tuple[Pending, ...]:
    """What would be made and sent, with all that has fallen due since the backup."""
    plan_due(press)
    return press.ledger.unsent.all()


def _refuse_in_use(press: Press) -> None:
    """Refuse while a press is at work on the ledger that is to be replaced, as far as it can still be read."""
    from broadsheet.ledger.ledger import Ledger

    if not press.has_ledger:
        return
    try:
        with closing(Ledger.open(press.ledger_file, press.clock)) as ledger:
            alive = ledger.nodes.alive()
    except StorageError:
        return
    if alive:
        raise StorageError(
            f"the ledger is in use by process {alive[0].pid}",
            "Stop every `serve` and `tick` first, then try again. One that was killed counts for two minutes.",
        )
