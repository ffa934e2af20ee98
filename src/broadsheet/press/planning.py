"""What has become due is entered in the ledger; what is not made is entered with its reason.

Periods come first: an edition's key is its period, so that no change of clock, zone or rhythm, and no second
scheduler, enters it twice. What was due while nobody looked is found by the horizon of its report.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, takewhile

from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.models.schedules import ScheduleDef
from broadsheet.errors import BroadsheetError
from broadsheet.ledger.horizons import Horizon, NewEdition
from broadsheet.ledger.records import Cause
from broadsheet.periods import Slot
from broadsheet.press.order import for_readers, order
from broadsheet.press.press import Press
from broadsheet.press.run import DELETED
from broadsheet.press.sources import Waiting, is_away
from broadsheet.press.timing import begin_of, jitter_of, lead_of, open_slots

log = logging.getLogger("broadsheet")

CAP = 100
"""More periods of one report that are due at once mean a wrong clock, until somebody says that they do not."""
IDLE = timedelta(minutes=5)
"""So far behind may the horizon of a report be that has nothing due: it is not written at every tick."""
GRACE = timedelta(minutes=10)
"""So long may a report's file be missing before its editions are withdrawn: no deployment takes longer."""

VOID = "the day does not exist in this time zone"
PAUSED = "the report was paused when it was due"
OLD = "its time was too long ago when the press looked"
LATER = "a later edition was due as well when the press came back"
OVERLAP = "the edition before it was not finished when it was due"
NOBODY = "audience {audience} has no readers"
AWAY = "the data source that names its readers is away"
CAPPED = (
    "more than {cap} of its periods are due at once, since {first:%Y-%m-%d %H:%M} UTC; by the clock it is "
    "{now:%Y-%m-%d %H:%M} UTC. Nothing of it is planned until the clock is right, or until it is said with "
    "`broadsheet tick --catch-up` that it is."
)


@dataclass(frozen=True)
class Coming:
    """When the next edition of a report is to be begun; None: never."""

    report: Report
    begins: datetime | None

    def nothing(self, report: Report, now: datetime) -> bool:
        """Whether nothing of the report is due yet, if its definition is still the same."""
        return self.report is report and (self.begins is None or self.begins > now)


Foresight = dict[str, Coming]
"""What a scheduler remembers from tick to tick, by report. It saves time; the ledger alone decides."""


@dataclass(frozen=True)
class Planned:
    """How many editions are new and due, and the reports of which nothing could be planned, each with the reason."""

    due: int
    unplanned: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Batch:
    """The slots of a report whose time to begin has come."""

    name: str
    report: Report
    schedule: ScheduleDef
    slots: tuple[Slot, ...]
    lead: timedelta


def plan_due(press: Press, foresight: Foresight | None = None, *, cap: int | None = CAP) -> Planned:
    """Enter what has become due since the ledger's horizons, in one transaction.

    Above `cap` periods of a report nothing of it is entered and the owner is told instead; None plans all of them.
    Raises StorageError when the ledger cannot be used.
    """
    known, now = press.ledger.horizons.known(), press.clock.now()
    _withdraw(press, known, now)
    batches, until, capped = [], dict[str, Horizon](), dict[str, str]()
    for name in press.workspace.reports:
        batch = _batch(press, name, known.get(name), {} if foresight is None else foresight, cap)
        if batch is not None and cap is not None and len(batch.slots) > cap:
            capped[name] = _tell(press, batch, now, cap)
        elif batch is not None:
            batches.append(batch)
            # What is begun before its moment is planned up to that moment, and no slot after it.
            until[name] = Horizon(max(now, batch.slots[-1].due), str(batch.slots[-1].period))
        elif name not in known or known[name].until < now - IDLE:
            until[name] = Horizon(now, _latest(press, name, known))
    planned = _enter(press, batches, until) if batches or until else Planned(0)
    return Planned(planned.due, {**capped, **planned.unplanned})


def _withdraw(press: Press, known: Mapping[str, Horizon], now: datetime) -> None:
    """Note the reports without a definition; those that have had none for long are withdrawn and forgotten."""
    there = press.workspace.reports.keys() | press.workspace.broken.keys()
    gone = tuple(name for name in known if name not in there)
    lost = [name for name in gone if known[name].gone_at is None]
    back = [name for name, horizon in known.items() if horizon.gone_at is not None and name in there]
    if lost or back:
        press.ledger.horizons.miss(lost, back)
    for name in gone:
        since = known[name].gone_at
        if since is not None and since <= now - GRACE:
            press.ledger.turns.withdraw(name, DELETED)
            log.info("%s was deleted: what was open of it is cancelled", name)


def _batch(
    press: Press, name: str, horizon: Horizon | None, foresight: Foresight, cap: int | None
) -> _Batch | None:
    """What is to be begun of a report; None where nothing is. A report seen for the first time has no past."""
    report, now = press.workspace.reports[name], press.clock.now()
    if horizon is None or report.schedule is None:
        return None
    coming = foresight.get(name)
    if coming is not None and coming.nothing(report, now):
        return None
    lead = lead_of(press, name, report.schedule)
    first = next(open_slots(press, report, horizon), None)
    begins = None if first is None else begin_of(press, first, lead)
    if begins is None or begins > now:
        foresight[name] = Coming(report, begins)
        return None
    open_yet = open_slots(press, report, horizon)
    reached = takewhile(lambda slot: begin_of(press, slot, lead) <= now, open_yet)
    found = tuple(islice(reached, None if cap is None else cap + 1))
    return _Batch(name, report, report.schedule, found, lead)


def _latest(press: Press, name: str, known: Mapping[str, Horizon]) -> str:
    """The newest period planned of a report with nothing due; one without a schedule begins anew with the next."""
    scheduled = press.workspace.reports[name].schedule is not None
    return known[name].latest if scheduled and name in known else ""


def _tell(press: Press, batch: _Batch, now: datetime, cap: int) -> str:
    """Tell the owner that too many periods of a report are due; what was told."""
    detail = CAPPED.format(cap=cap, first=batch.slots[0].due, now=now)
    press.ledger.alerts.open("planning", batch.name, detail)
    log.error("%s: %s", batch.name, detail)
    return detail


def _enter(press: Press, batches: list[_Batch], until: Mapping[str, Horizon]) -> Planned:
    skipping = any(batch.schedule.overlap == "skip" for batch in batches)
    busy = press.ledger.turns.unfinished() if skipping else {}
    editions, unplanned = list[NewEdition](), dict[str, str]()
    for batch in batches:
        waiting = Waiting(press)
        if any(waiting.readers(audience) for audience in batch.report.audiences):
            unplanned[batch.name] = AWAY
            continue
        try:
            editions += _editions(press, batch, busy.get(batch.name))
        except BroadsheetError as error:
            # Who reads it is not known now, so neither is which editions there are: it is planned when it is known.
            unplanned[batch.name] = str(error)
            if not is_away(press, error):
                press.ledger.alerts.open("recipients", batch.name, str(error))
            log.warning("%s: not planned: %s", batch.name, error)
    known = {name: moved for name, moved in until.items() if name not in unplanned}
    new = press.ledger.horizons.enter(editions, known)
    for item in editions:
        if item.key not in new:
            log.info("%s: already planned", item.key)
        elif item.reason:
            log.info("%s: skipped, %s", item.key, item.reason)
            if item.cause == "recipients":
                press.ledger.alerts.open("recipients", item.key.report, f"{item.key.period}: {item.reason}")
    return Planned(sum(item.key in new and not item.reason for item in editions), unplanned)


def _editions(press: Press, batch: _Batch, busy: datetime | None) -> Iterator[NewEdition]:
    """The editions of a report's slots; `busy` is when one that is not finished was due."""
    zone = press.calendar.timezone
    for slot in batch.slots:
        begins = begin_of(press, slot, batch.lead)
        cause, reason = _skipped(press, batch, slot, busy)
        for audience in batch.report.audiences:
            wanted = order(press, batch.name, slot.period, begins, audience)
            readers = for_readers(press, wanted)
            if not readers:
                yield NewEdition(
                    wanted.key, begins, begins, zone, "recipients", NOBODY.format(audience=audience)
                )
            for key in (each.key for each in readers):
                yield NewEdition(key, begins, begins + jitter_of(batch.schedule, key), zone, cause, reason)


def _skipped(press: Press, batch: _Batch, slot: Slot, busy: datetime | None) -> tuple[Cause, str]:
    """Why the edition of a slot is not made, in a word and a sentence; both empty where it is."""
    start, end = slot.period.bounds(press.calendar)
    lateness = batch.schedule.lateness
    if start == end:
        return "void", VOID
    if batch.report.paused:
        return "paused", PAUSED
    if lateness is not None and press.clock.now() - slot.due > lateness:
        return "catchup", OLD
    if batch.schedule.catchup == "latest" and slot.due < batch.slots[-1].due:
        return "catchup", LATER
    # What is begun before its moment is in nobody's way who goes out at the same one.
    if batch.schedule.overlap == "skip" and busy is not None and busy < slot.due - batch.lead:
        return "overlap", OVERLAP
    return "", ""
