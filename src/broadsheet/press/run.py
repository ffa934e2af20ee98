"""A run, told once: claim the edition, gather its numbers, render it, archive it, queue its letters, deliver.

Whatever goes wrong is recorded with its reason. An edition whose data source is away waits for it; one whose
definition or template is broken fails; the others go on.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Literal

from broadsheet.definitions.models.reports import FileKind
from broadsheet.delivery.outcome import pause
from broadsheet.errors import (
    BroadsheetError,
    CrashError,
    DefinitionError,
    LimitError,
    RefusedError,
    SlowError,
    StorageError,
    TemplateError,
    UnavailableError,
    UsageError,
    WarehouseError,
)
from broadsheet.ledger.records import Cause, EditionRecord, Made
from broadsheet.press.approval import hold_of, show
from broadsheet.press.bundle import archive_edition, letter_of, letters
from broadsheet.press.gate import Finding, reasons
from broadsheet.press.gather import gather
from broadsheet.press.job import Artifacts, Gathered
from broadsheet.press.order import Order
from broadsheet.press.pool import Pool
from broadsheet.press.press import Press
from broadsheet.press.seen import looked_at
from broadsheet.press.sources import Waiting, is_away, look_for_sources

Stage = Literal["gathered", "rendered", "archived"]
Progress = Callable[[Order, Stage], None]

AHEAD = 3
"""So many editions per worker are begun before one of them must be finished."""

BROKEN = (DefinitionError, TemplateError, UsageError, LimitError)
"""What somebody must mend in the workspace; any other trouble of ours may heal by itself."""

PATIENCE = 3
"""Attempts after which a statement that takes too long is no passing trouble."""

CAUSES: tuple[tuple[type[BroadsheetError], Cause], ...] = (
    (DefinitionError, "definition"),
    (UsageError, "definition"),
    (RefusedError, "entitlement"),
    (TemplateError, "template"),
    (LimitError, "limits"),
    (CrashError, "crash"),
    (WarehouseError, "source"),
    (StorageError, "storage"),
)


DELETED = "its report was deleted"


@dataclass(frozen=True)
class Printed:
    """One order's result: artifacts, or the error that prevented them. `seconds` counts gathering and rendering.

    `findings` are what the gate found in the data and on the pages.
    """

    order: Order
    gathered: Gathered | None
    artifacts: Artifacts | None
    error: Exception | None
    seconds: float
    findings: tuple[Finding, ...] = ()

    @property
    def skipped(self) -> str:
        """Why it was not drawn although nothing went wrong: the conditions of its report; empty otherwise."""
        unmade = self.error is None and self.artifacts is None and self.gathered is not None
        return self.gathered.unwanted if unmade and self.gathered else ""


@dataclass(frozen=True)
class Published:
    """What became of an edition in the ledger."""

    order: Order
    state: Literal["ready", "held", "skipped", "postponed", "failed", "refused", "taken", "cancelled"]
    reason: str
    printed: Printed | None


def print_orders(
    press: Press,
    orders: Iterable[Order],
    progress: Progress | None = None,
    also: tuple[FileKind, ...] = (),
) -> Iterator[Printed]:
    """Gather and render editions; the next one's numbers are asked for while workers draw the former ones.

    `also` are files wanted beside those that the reports attach.
    """
    wanted = list(orders)
    return _print(press, wanted, len(wanted), _Manner(progress or _silent, also))


def publish(
    press: Press,
    claims: Sequence[tuple[EditionRecord, Order]],
    trigger: str,
    progress: Progress | None = None,
) -> Iterator[Published]:
    """Make the editions of due ledger entries and queue their deliveries.

    Each is claimed when its turn comes, so that several presses share the work, and kept until it is recorded.
    What is left when the press is stopped halfway is due again at once. What needs a data source that is away is not
    claimed.
    """
    if trigger != "schedule":
        look_for_sources(press, asked=True)
    mine: dict[Order, EditionRecord] = {}
    left: list[Published] = []

    def claimed() -> Iterator[Order]:
        for record, order in claims:
            if reason := Waiting(press).reason(record.key):
                left.append(Published(order, "postponed", reason, None))
                continue
            definition = press.workspace.hash(order.edition.report)
            claim = press.ledger.editions.begin(record, trigger=trigger, definition=definition)
            if claim is None:
                left.append(Published(order, "taken", "another press is making it", None))
            else:
                mine[order] = claim
                yield order

    # What somebody asks for is wanted, whatever the report's conditions say.
    manner = _Manner(progress or _silent, wanted_only=trigger == "schedule")
    try:
        with press.ledger.leases.kept(lambda: list(mine.values())):
            for printed in _print(press, claimed(), len(claims), manner):
                published = enter(press, mine[printed.order], printed, manner.tell)
                del mine[printed.order]
                yield published
    finally:
        for record in mine.values():
            with suppress(StorageError):
                press.ledger.editions.postpone(
                    record, "the press was stopped before it was made", press.clock.now()
                )
    yield from left


def _print(press: Press, orders: Iterable[Order], count: int, manner: _Manner) -> Iterator[Printed]:
    """Print at most `count` orders; no more are begun than keep the workers busy."""
    if not count:
        return
    workers = min(count, os.cpu_count() or 1)
    begun: deque[_Begun] = deque()
    with Pool(workers) as pool:
        for order in orders:
            item = _start(press, order, pool, manner)
            if (
                item.error is not None
            ):  # Told before the next one is begun, which may need the same data source.
                yield _finish(press, item, manner.tell)
                continue
            begun.append(item)
            while len(busy := _busy(begun)) >= AHEAD * workers:
                wait(busy, return_when=FIRST_COMPLETED)
            for item in _ripe(begun, AHEAD * workers):
                yield _finish(press, item, manner.tell)
        while begun:
            yield _finish(press, begun.popleft(), manner.tell)


def _ripe(begun: deque[_Begun], most: int) -> Iterator[_Begun]:
    """Take out what is done: in its order, until `most` wait behind a slow one, which then holds nobody up."""
    while begun and begun[0].done:
        yield begun.popleft()
    done = [item for item in begun if item.done]
    if len(done) >= most:
        for item in done:
            begun.remove(item)
            yield item


def _busy(begun: Iterable[_Begun]) -> list[Future[Artifacts]]:
    return [item.future for item in begun if item.future is not None and not item.future.done()]


def _silent(_order: Order, _stage: Stage) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class _Manner:
    """How editions are made: whom it tells, which files beside the report's own, whether unwanted ones are drawn."""

    tell: Progress
    also: tuple[FileKind, ...] = ()
    wanted_only: bool = False


@dataclass(frozen=True)
class _Begun:
    order: Order
    gathered: Gathered | None
    future: Future[Artifacts] | None
    error: Exception | None
    started: float

    @property
    def done(self) -> bool:
        return self.future is None or self.future.done()


def _start(press: Press, order: Order, pool: Pool, manner: _Manner) -> _Begun:
    started = press.clock.seconds()
    try:
        gathered = gather(press, order, manner.also)
    except Exception as error:  # One edition's trouble is its own.
        return _Begun(order, None, None, error, started)
    manner.tell(order, "gathered")
    if manner.wanted_only and gathered.unwanted:
        return _Begun(order, gathered, None, None, started)
    return _Begun(order, gathered, pool.submit(gathered.job), None, started)


def _finish(press: Press, begun: _Begun, tell: Progress) -> Printed:
    artifacts, error = None, begun.error
    findings: tuple[Finding, ...] = ()
    if begun.future is not None and begun.gathered is not None:
        try:
            artifacts = begun.future.result()
            findings = looked_at(press, begun.gathered, artifacts)
            tell(begun.order, "rendered")
        except Exception as failure:  # A dead worker or a broken template spoils only this edition.
            error = failure
    seconds = press.clock.seconds() - begun.started
    return Printed(begun.order, begun.gathered, artifacts, error, seconds, findings)


def enter(press: Press, record: EditionRecord, printed: Printed, tell: Progress) -> Published:
    """Archive and record what a claimed edition has become."""
    order = printed.order
    try:
        published = _archive(press, record, printed)
        tell(order, "archived")
    except Exception as error:
        reason, cause = reason_of(error), cause_of(error)
        spoiled = Printed(order, None, None, error, printed.seconds)
        if isinstance(error, RefusedError):
            press.ledger.editions.settle(record, "refused", reason, cause=cause)
            return Published(order, "refused", reason, spoiled)
        if is_away(press, error) and Waiting(press).source(record.key):
            press.ledger.editions.put_back(record, reason, cause=cause)
            return Published(order, "postponed", reason, spoiled)
        later = press.clock.now() + _pause(record, error)
        if isinstance(error, CrashError):
            state = press.ledger.editions.strike(record, reason, later)
            return Published(order, "postponed" if state == "due" else "failed", reason, spoiled)
        lasting = isinstance(error, SlowError) and record.attempts >= PATIENCE
        if isinstance(error, BroadsheetError) and not isinstance(error, BROKEN) and not lasting:
            press.ledger.editions.postpone(record, reason, later, cause=cause)
            return Published(order, "postponed", reason, spoiled)
        press.ledger.editions.fail(record, reason, cause=cause)
        return Published(order, "failed", reason, spoiled)
    return published


def _pause(record: EditionRecord, error: Exception) -> timedelta:
    """How long a failed edition rests; the first time not at all where its source is back already."""
    gone = isinstance(error, UnavailableError) and not isinstance(error, SlowError)
    return timedelta(0) if gone and record.attempts == 1 else pause(record.attempts)


def _archive(press: Press, record: EditionRecord, printed: Printed) -> Published:
    """Archive and queue a finished edition, unless it must not go to its audience."""
    order, artifacts, gathered = printed.order, printed.artifacts, printed.gathered
    if printed.skipped:
        press.ledger.editions.settle(record, "skipped", printed.skipped, cause="condition")
        return Published(order, "skipped", printed.skipped, printed)
    if artifacts is None or gathered is None:
        raise printed.error or RuntimeError("nothing was rendered")
    if press.workspace.deleted(order.edition.report):
        press.ledger.editions.settle(record, "cancelled", DELETED, cause="definition")
        return Published(order, "cancelled", DELETED, printed)
    if incomplete := reasons(printed.findings, "hold", of="failed_blocks"):
        reason = f"not sent, {incomplete}"
        press.ledger.editions.fail(record, reason, cause="data")
        return Published(order, "failed", reason, printed)
    edition = order.edition
    if artifacts.edition != edition or gathered.job.material.scope != order.scope:
        raise RefusedError(f"{order.key} was rendered for other readers", "Report it: this must not happen.")
    # What was made for the archive alone goes to nobody by itself.
    recipients = () if record.silent else press.directory.recipients(order.key)
    if not recipients and not record.silent:
        reason = f"audience {edition.audience} has no readers of {edition.slice} in {edition.locale}"
        press.ledger.editions.settle(record, "skipped", reason, cause="recipients")
        return Published(order, "skipped", reason, printed)
    manifest = archive_edition(press, order, artifacts, replace(gathered, findings=printed.findings))
    definition = press.workspace.hash(edition.report)
    made = Made(manifest, artifacts.pages, definition, order.permitted.digest)
    return _let_go(press, record, printed, made, recipients)


def _let_go(
    press: Press, record: EditionRecord, printed: Printed, made: Made, recipients: tuple[str, ...]
) -> Published:
    """Queue the letters of an archived edition, or hold it."""
    order, artifacts = printed.order, printed.artifacts
    assert artifacts is not None  # noqa: S101  (they are in the archive)
    letter = replace(letter_of(artifacts), scope=made.scope, artifact=made.manifest)
    report = order.edition.report
    hold, approval = hold_of(press, report, reasons(printed.findings, "hold")), press.report(report).approval
    if hold is not None and not record.silent:
        held = press.ledger.editions.hold(record, made, hold)
        if held and approval is not None:
            show(press, record, letter, approval)
        return Published(order, "held" if held else "taken", hold.reason, printed)
    # What was made for the archive alone goes to no folder and no webhook either.
    queue = () if record.silent else letters(press, order, letter, recipients, press.clock.now())
    if not press.ledger.editions.ready(record, **asdict(made), deliveries=queue):
        return Published(order, "taken", "it took too long; another press is making it", printed)
    if cautions := reasons(printed.findings, "banner"):
        key = order.edition
        press.ledger.alerts.open("caution", key.report, f"{key.period} for {key.audience}: {cautions}")
    return Published(order, "ready", "", printed)


def reason_of(error: Exception) -> str:
    """An error in one line, for the ledger and for tables."""
    if isinstance(error, DefinitionError):
        return f"{len(error.problems)} problem(s) in its definition, first: {error.problems[0]}"
    if isinstance(error, BroadsheetError):
        return str(error)
    return f"internal error: {type(error).__name__}: {error}"


def cause_of(error: Exception) -> Cause:
    """An error in one word, for the ledger."""
    return next((cause for kind, cause in CAUSES if isinstance(error, kind)), "render")
