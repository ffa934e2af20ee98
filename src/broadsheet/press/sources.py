"""Data sources that are away: what needs one waits without an attempt, and each look asks it once whether it is back.

Only a source that does not answer the cheapest question is away. One that answers, but not what an edition asks,
leaves the edition to its own pauses: it may be the question's fault.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import partial

from broadsheet.errors import DefinitionError, SlowError, UnavailableError, UsageError
from broadsheet.ledger.records import BreakerRecord, DeliveryRecord, EditionKey, EditionRecord
from broadsheet.press.conditions import judged
from broadsheet.press.gather import facts_of
from broadsheet.press.press import Press
from broadsheet.warehouse.locations import locate
from broadsheet.warehouse.probes import probe

REFUSED_PAUSE = timedelta(minutes=5)
"""A source that refuses our login is asked again after this: more often might lock the account."""
AWAY_PAUSE = timedelta(seconds=10)
"""A source that does not answer is asked again after this, by whichever press looks first."""

log = logging.getLogger("broadsheet")


def look_for_sources(press: Press, *, asked: bool = False) -> None:
    """Ask the sources that were away whether they answer now.

    All presses together ask each source no more often than its pause says, unless somebody `asked` for an edition.
    """
    sources, until = press.ledger.sources, press.clock.now() + AWAY_PAUSE
    wanted = [each.name for each in sources.shut() if asked or sources.try_again(each.name, until)]
    for name, error in _ask(press, wanted).items():
        if error is not None:
            _away(press, name, error)
        elif sources.well(name):
            log.info("data source %s answers again", name)


def is_away(press: Press, error: Exception) -> bool:
    """Whether an edition could not be made because its source is away; then its breaker is open from now on."""
    if not isinstance(error, UnavailableError) or isinstance(error, SlowError) or not error.connection:
        return False
    name = error.connection
    if any(each.name == name for each in press.ledger.sources.shut()):
        return True
    found = error if error.refused else _ask(press, [name])[name]
    if found is None:
        return False
    _away(press, name, found)
    return True


class Waiting:
    """Which editions and letters need a source that is away, as the breakers are now."""

    def __init__(self, press: Press) -> None:
        self._press = press
        self._shut = {each.name: each for each in press.ledger.sources.shut()}
        self._needs: dict[tuple[str, str], BreakerRecord | None] = {}
        self._unsure: dict[int, bool] = {}

    def source(self, key: EditionKey) -> BreakerRecord | None:
        """The source that an edition waits for; None where it need not wait."""
        if not self._shut:
            return None
        asks = (key.report, key.audience)
        if asks not in self._needs:
            needed = needs(self._press, *asks)
            self._needs[asks] = next((self._shut[name] for name in needed if name in self._shut), None)
        return self._needs[asks]

    def readers(self, audience: str) -> bool:
        """Whether nobody can tell the readers of an audience now."""
        return any(name in self._shut for name in _readers(self._press, audience))

    def letter(self, item: DeliveryRecord) -> bool:
        """Whether nobody can tell now if the recipient of a letter is still among its readers."""
        if not self._shut:
            return False
        if item.edition_id not in self._unsure:
            edition = self._press.ledger.history.one(item.edition_id)
            self._unsure[item.edition_id] = edition is not None and self.readers(edition.key.audience)
        return self._unsure[item.edition_id]

    def reason(self, key: EditionKey) -> str:
        """Why an edition waits; empty where it need not."""
        source = self.source(key)
        return f"{source.reason}; it is made as soon as the data source answers" if source else ""

    def note(self, records: Iterable[EditionRecord]) -> None:
        """Enter why editions wait that have not even been begun, where it does not stand there yet."""
        news = {record: self.reason(record.key) for record in records if record.cause != "source"}
        waits = {record: reason for record, reason in news.items() if reason}
        if waits:
            self._press.ledger.turns.wait(waits)


def needs(press: Press, report: str, audience: str) -> tuple[str, ...]:
    """The connections without which an edition cannot be made: those of its numbers, and who tells its readers."""
    catalog = press.workspace.catalog
    try:
        shown = press.report(report)
    except (DefinitionError, UsageError):
        return ()
    leaves = (leaf for kpi in judged(shown) for leaf in catalog.leaves(kpi))
    facts = (*facts_of(press, shown), *map(catalog.fact_of, leaves))
    asked = (catalog.facts[fact].connection for fact in facts)
    return tuple(dict.fromkeys((*asked, *_readers(press, audience))))


def _readers(press: Press, name: str) -> Iterator[str]:
    audience = press.workspace.audiences.get(name)
    if audience is None:
        return
    if audience.sql is not None:
        yield audience.connection
    for member in audience.audiences:
        yield from _readers(press, member)


def _ask(press: Press, names: Sequence[str]) -> dict[str, UnavailableError | None]:
    """Ask sources whether they answer; one that is not defined any more is missed by nobody."""
    known = [name for name in names if name in press.workspace.catalog.connections]
    answers = press.probes.ask({name: partial(_probe, press, name) for name in known}) if known else {}
    return {name: answers.get(name) for name in names}


def _probe(press: Press, name: str) -> None:
    workspace = press.workspace
    probe(locate(name, workspace.catalog.connections[name], workspace.root, press.environ), press.clock)


def _away(press: Press, name: str, error: UnavailableError) -> None:
    pause = REFUSED_PAUSE if error.refused else AWAY_PAUSE
    if press.ledger.sources.trouble(name, str(error), press.clock.now() + pause, refused=error.refused):
        log.warning("data source %s is out of reach, what needs it waits: %s", name, error)
