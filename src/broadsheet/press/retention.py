"""Editions leave the archive by the policy of the settings; what none of those that stay uses is removed.

The ledger says first that an edition is gone, then its files are removed: whoever stops in between leaves files that
the next look removes, never an edition without its files.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from broadsheet.archive.manifest import get_manifest
from broadsheet.definitions.models.archive import Forever
from broadsheet.definitions.steps import Length
from broadsheet.errors import StorageError
from broadsheet.metrics.readings import before
from broadsheet.press.press import Press

ALWAYS = datetime(1, 1, 2, tzinfo=UTC)
DAILY = "archive pruned"


@dataclass(frozen=True)
class Pruned:
    """What left the archive: so many editions, files and bytes; so many editions stay."""

    editions: int
    files: int
    bytes: int
    kept: int


def prune(press: Press, *, trial: bool = False) -> Pruned:
    """Remove what the settings do not keep; as a `trial` only count it.

    Raises StorageError, with nothing removed, when a kept edition's list of files cannot be read: what it uses would
    not be known.
    """
    retention, keeping = press.settings.archive, press.ledger.keeping
    # Listed before the ledger is read: what an edition stores from now on is no candidate.
    candidates = tuple(press.archive.settled())
    outlived = keeping.outlived(_since(press, retention.keep), retention.at_least)
    gone = {record.id for record in outlived}
    used, kept = _used(press, gone)
    if not trial:
        keeping.gone(outlived)
    used.update(keeping.messages(_since(press, retention.messages), without=gone))
    files = size = 0
    for each in candidates:
        if each.digest not in used and (trial or press.archive.remove(each)):
            files += 1
            size += each.size
    return Pruned(len(outlived), files, size, kept)


def prune_daily(press: Press) -> Pruned | None:
    """Prune once a day, whoever looks first; None for all others and where everything is kept."""
    retention = press.settings.archive
    if (retention.keep, retention.messages) == ("forever", "forever"):
        return None
    today = press.calendar.day_of(press.clock.now())
    return prune(press) if press.ledger.marks.renew(DAILY, str(today)) else None


def _since(press: Press, keep: Length | Forever) -> datetime:
    """The moment before which is too old."""
    if isinstance(keep, str):
        return ALWAYS
    return press.calendar.instant(before(press.calendar.day_of(press.clock.now()), keep))


def _used(press: Press, gone: set[int]) -> tuple[set[str], int]:
    """The digests of all that the kept editions consist of, and how many those are."""
    used: set[str] = set()
    kept = 0
    for number, digest in press.ledger.keeping.manifests():
        if number in gone:
            continue
        try:
            used |= {digest, *get_manifest(press.archive, digest).files.values()}
        except StorageError as error:
            raise StorageError(
                f"nothing is removed: the files of edition {number} are not known: {error}",
                "Restore the archive folder from a backup, then prune again.",
            ) from error
        kept += 1
    return used, kept
