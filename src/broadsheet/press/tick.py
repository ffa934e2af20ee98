"""One tick of the press: plan what has become due, make it, deliver what waits. The ledger decides, not the clock's
wakers: any number of ticks, by any number of processes, makes each edition once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

from broadsheet.errors import DefinitionError, StorageError, UsageError
from broadsheet.ledger.records import EditionKey, EditionRecord
from broadsheet.periods import Period, parse_label
from broadsheet.press.batch import Attempt
from broadsheet.press.deliver import deliver_due
from broadsheet.press.order import Order, order, sliced
from broadsheet.press.planning import CAP, GRACE, Foresight, plan_due
from broadsheet.press.press import Press
from broadsheet.press.quarantine import look_into_quarantine
from broadsheet.press.reconcile import tell_orphans
from broadsheet.press.run import Progress, Published, publish
from broadsheet.press.sources import Waiting, look_for_sources
from broadsheet.press.waiting import with_data

BATCH = 256
"""After so many editions the ledger is asked again what is due: others may have made some meanwhile, and one of these
may have been what a later edition waited for."""

log = logging.getLogger("broadsheet")


@dataclass(frozen=True)
class Tick:
    """What one tick did."""

    published: tuple[Published, ...]
    attempts: tuple[Attempt, ...]


def tick(press: Press, *, cap: int | None = CAP) -> Tick:
    """Plan, make and deliver once. Raises StorageError when the ledger cannot be used."""
    published = tuple(make_due(press, cap=cap))
    return Tick(published, tuple(deliver_due(press)))


def make_due(
    press: Press,
    foresight: Foresight | None = None,
    *,
    cap: int | None = CAP,
    progress: Progress | None = None,
) -> Iterator[Published]:
    """Plan and make what is due; its letters are queued. `foresight` and `cap` are those of planning.

    Whoever lets go of each result keeps no more of a burst in memory than is being made. Raises StorageError when the
    ledger cannot be used.
    """
    press.ledger.recover()
    look_for_sources(press)
    look_into_quarantine(press)
    plan_due(press, foresight, cap=cap)
    tried, made = set[int](), set[tuple[str, Period]]()
    while claims := [claim for claim in due_claims(press) if claim[0].id not in tried][:BATCH]:
        tried.update(record.id for record, _ in claims)
        for item in publish(press, list(with_data(press, claims)), "schedule", progress):
            if item.state == "ready":
                made.add((item.order.edition.report, item.order.period))
            yield item
    Waiting(press).note(press.ledger.editions.due())
    tell_orphans(press, made)


def due_claims(press: Press) -> list[tuple[EditionRecord, Order]]:
    """The due editions of the ledger as orders, each after the ones before it of the same report.

    Those whose report is gone, broken or paused, or whose data source is away, stay due. Those whose audience is gone
    are cancelled, once no deployment that is under way can explain it.
    """
    claims, ahead, waiting = [], press.ledger.turns.ahead(), Waiting(press)
    for record in press.ledger.editions.due():
        if waiting.source(record.key):
            continue
        try:
            wanted = order_of(press, record)
        except (DefinitionError, UsageError):
            if gone := _gone(press, record):
                press.ledger.turns.cancel(record, gone)
                log.warning("%s is cancelled: %s", record.key, gone)
            continue
        first = ahead.get(record.key.report, record.due_at)
        if not press.report(record.key.report).paused and first >= record.due_at:
            claims.append((record, wanted))
    return claims


def _gone(press: Press, record: EditionRecord) -> str:
    """Why nobody can get an edition any more: its audience is gone. Empty while its report is not sound."""
    if record.key.report in press.workspace.reports and record.due_at <= press.clock.now() - GRACE:
        try:
            press.directory.scope(record.key.audience, record.key.slice)
        except UsageError as error:
            return str(error)
        except StorageError:
            return ""  # The file that names the audiences is broken: nobody can tell.
    return ""


def order_of(press: Press, record: EditionRecord) -> Order:
    """The order that a ledger entry stands for."""
    key: EditionKey = record.key
    period = parse_label(key.period, press.calendar)
    made = sliced(press, order(press, key.report, period, record.as_of, key.audience, key.locale), key.slice)
    return replace(made, edition=replace(made.edition, revision=key.revision))
