"""After a ledger was lost or an older copy of it put back: what would be sent, before anything is."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.errors import StorageError, UsageError
from broadsheet.press.planning import plan_due
from broadsheet.press.press import Press
from broadsheet.press.sources import look_for_sources

if TYPE_CHECKING:
    from broadsheet.ledger.unsent import Pending

BROKEN = "its file is broken"


@dataclass(frozen=True)
class Outlook:
    """What would be made and sent; `unknown` are the reports of which nobody can tell now, each with the reason."""

    waiting: tuple[Pending, ...]
    unknown: Mapping[str, str]


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


def look_ahead(press: Press) -> Outlook:
    """What would be made and sent, with all that has fallen due since the backup."""
    look_for_sources(press, asked=True)
    planned = plan_due(press)
    broken = {name: BROKEN for name in press.ledger.horizons.known() if name in press.workspace.broken}
    return Outlook(press.ledger.unsent.all(), {**broken, **planned.unplanned})


def give_up(press: Press, outlook: Outlook) -> None:
    """Give up all that would be made and sent. UsageError while some of it is not known: it would be sent later."""
    if outlook.unknown:
        raise UsageError(
            f"what waits of {', '.join(outlook.unknown)} is not known, so it cannot be given up",
            "See to the reason and say --drop again. Until then nothing is sent, of no report.",
        )
    press.ledger.unsent.drop()
    press.ledger.continuity.remember()


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
