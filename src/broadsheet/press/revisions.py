"""Editions made again: the data source is asked anew, and what has changed becomes a new revision that nobody gets.

The archive keeps every revision. One more is made only where the pages would say something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from broadsheet.definitions.models.reports import FileKind
from broadsheet.document.compose import compose
from broadsheet.document.tree import Document
from broadsheet.errors import StorageError
from broadsheet.ledger.records import EditionKey, EditionRecord
from broadsheet.press.again import draw
from broadsheet.press.compare import Differences, Side, archived, compare, printed_now
from broadsheet.press.gather import gather
from broadsheet.press.job import Gathered, RenderJob
from broadsheet.press.order import Order
from broadsheet.press.press import Press
from broadsheet.press.run import Printed, Published, enter
from broadsheet.press.seen import looked_at


@dataclass(frozen=True)
class Revision:
    """What became of an edition that was made again.

    `former` is the last revision before, `sent` the last one that anybody has, else `former` as well. Where nothing
    has changed since `former`, `printed` bears its number and `published` is None. `differences` are those from
    `sent`; None where what that was drawn from is gone.
    """

    former: EditionRecord
    sent: EditionRecord
    printed: Printed
    published: Published | None = None
    differences: Differences | None = None


def made_revisions(press: Press, key: EditionKey) -> tuple[EditionRecord, ...]:
    """The revisions of an edition that were made, the first one first, whatever revision `key` names."""
    if not press.has_ledger:
        return ()
    records = press.ledger.history.of_period(key.report, key.period)
    same = [each for each in records if replace(each.key, revision=key.revision) == key and each.manifest]
    return tuple(sorted(same, key=lambda record: record.key.revision))


def made_before(press: Press, orders: Iterable[Order]) -> list[tuple[Order, EditionRecord]]:
    """Those of some orders whose edition was made before, each with its last revision."""
    return [(order, made[-1]) for order in orders if (made := made_revisions(press, order.key))]


def revise(
    press: Press, orders: Iterable[tuple[Order, EditionRecord]], also: tuple[FileKind, ...] = ()
) -> Iterator[Revision]:
    """Make editions again, each with its last revision, from the same moment; `also` are further files wanted now."""
    for order, former in orders:
        started = press.clock.seconds()
        seen = replace(_numbered(order, former.key.revision), as_of=former.as_of)
        try:
            yield _revise(press, seen, former, also, started)
        except Exception as error:  # One edition's trouble is its own.
            seconds = press.clock.seconds() - started
            yield Revision(former, former, Printed(seen, None, None, error, seconds))


def _revise(
    press: Press, order: Order, former: EditionRecord, also: tuple[FileKind, ...], started: float
) -> Revision:
    gathered = gather(press, order)
    then = _archived(press, former)
    if then is not None and _alike(then.job, gathered.job):
        printed = _printed(press, order, gathered, also, started)
        return Revision(former, former, printed)
    order = _numbered(order, former.key.revision + 1)
    gathered = replace(gathered, job=_of(gathered.job, order))
    printed = _printed(press, order, gathered, (), started)
    differences, sent = None, _sent(press, former)
    then = then if sent.id == former.id else _archived(press, sent)
    if then is not None and printed.artifacts is not None:
        differences = compare(then, printed_now(press, order, gathered.job, printed.artifacts))
    published = _enter(press, order, printed)
    if also:
        printed = _printed(press, order, gathered, also, started)
    return Revision(former, sent, printed, published, differences)


def _enter(press: Press, order: Order, printed: Printed) -> Published:
    """Archive a revision. Nobody gets it, also where this press dies over it and another one makes it."""
    record = press.ledger.editions.want(order.key, as_of=order.as_of)
    claimed = press.ledger.editions.begin(record, trigger="demand")
    if claimed is None:
        return Published(order, "taken", "another press is making it", printed)
    return enter(press, claimed, printed, lambda _order, _stage: None)


def _printed(
    press: Press, order: Order, gathered: Gathered, also: tuple[FileKind, ...], started: float
) -> Printed:
    job = replace(gathered.job, also=tuple(dict.fromkeys((*gathered.job.also, *also))))
    artifacts = draw(job)
    findings = looked_at(press, gathered, artifacts)
    return Printed(order, gathered, artifacts, None, press.clock.seconds() - started, findings)


def _sent(press: Press, former: EditionRecord) -> EditionRecord:
    """The last revision that has deliveries."""
    made = made_revisions(press, former.key)
    return next((each for each in reversed(made) if press.ledger.deliveries.of(each)), former)


def _archived(press: Press, record: EditionRecord) -> Side | None:
    try:
        return archived(press, record)
    except StorageError:
        return None


def _alike(then: RenderJob, now: RenderJob) -> bool:
    """Whether two jobs draw the same pages, but for when the sources were last loaded."""
    same_look = (then.theme, then.templates, then.paper, then.brand) == (
        now.theme, now.templates, now.paper, now.brand,
    )  # fmt: skip
    return same_look and _document(then, then) == _document(now, then)


def _document(job: RenderJob, named: RenderJob) -> Document:
    material = replace(job.material, edition=named.material.edition, freshness=named.material.freshness)
    return compose(material)


def _numbered(order: Order, revision: int) -> Order:
    return replace(order, edition=replace(order.edition, revision=revision))


def _of(job: RenderJob, order: Order) -> RenderJob:
    return replace(job, material=replace(job.material, edition=order.edition))
