"""An edition that killed three presses or workers rests until its definition or its data have changed."""

from __future__ import annotations

import logging
from datetime import timedelta

from broadsheet.errors import DefinitionError, StorageError, UsageError, WarehouseError
from broadsheet.ledger.records import EditionRecord
from broadsheet.press.gather import last_moment
from broadsheet.press.press import Press
from broadsheet.press.sources import Waiting

LOOK = timedelta(hours=1)
"""The warehouse is asked so often whether its data go further."""

log = logging.getLogger("broadsheet")


def look_into_quarantine(press: Press) -> None:
    """Make editions due again whose definition or data have changed since they were quarantined.

    Raises StorageError when the ledger cannot be used.
    """
    waiting = Waiting(press)
    for record in press.ledger.quarantine.all():
        if waiting.source(record.key):
            continue
        try:
            why = _changed(press, record)
        except StorageError:
            raise
        except (DefinitionError, UsageError, WarehouseError):
            continue
        except Exception:  # One edition's trouble is its own.
            log.exception("%s: stays in quarantine, its data could not be looked at", record.key)
            continue
        if why and press.ledger.quarantine.release(record, why):
            log.info("%s: out of quarantine, %s", record.key, why)


def _changed(press: Press, record: EditionRecord) -> str:
    report, now = press.report(record.key.report), press.clock.now()
    if record.definition != press.workspace.hash(record.key.report):
        return "its definition has changed"
    if record.next_at > now:
        return ""
    reach = last_moment(press, report, planned=True)
    if record.watermark is not None and record.watermark != reach:
        return "its data have changed"
    press.ledger.quarantine.keep(record, reach, now + LOOK)
    return ""
