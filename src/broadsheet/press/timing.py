"""Which slots of a report are open, and when the work on its editions begins: after their moment, or before it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import TYPE_CHECKING

from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.models.schedules import ScheduleDef
from broadsheet.errors import UsageError
from broadsheet.ledger.records import EditionKey
from broadsheet.periods import Calendar, Period, Slot, parse_label, upcoming
from broadsheet.press.press import Press

if TYPE_CHECKING:
    from broadsheet.ledger.horizons import Horizon

PAST = 30
"""So many former editions tell how long the next one will take."""
UNKNOWN = timedelta(minutes=15)
"""How long an edition takes of which there is no past."""


def open_slots(press: Press, report: Report, horizon: Horizon | None) -> Iterator[Slot]:
    """The slots of a report that are not planned yet, by due time; none without a schedule.

    A report that the scheduler has not seen yet has no horizon, and no past.
    A period that had ended when its schedule was changed may have been due by the new one before the horizon: so
    closed periods go on after the latest one that was planned, whatever the time says.
    """
    if report.schedule is None:
        return
    calendar, spec = press.calendar, report.period
    after, latest = (horizon.until, horizon.latest) if horizon else (press.clock.now(), "")
    done = _planned(latest, calendar) if spec.form == "closed" else None
    if done is not None and done.kind == spec.grain:
        after = min(after, done.bounds(calendar)[1] - timedelta(seconds=1))
    else:
        done = None
    for slot in upcoming(report.schedule.rhythm, spec, calendar, after):
        if done is None or slot.period.start > done.start:
            yield slot


def _planned(latest: str, calendar: Calendar) -> Period | None:
    """The latest period that was planned; None where there is none, or the calendar has no such period any more."""
    try:
        return parse_label(latest, calendar) if latest else None
    except UsageError:
        return None


def jitter_of(schedule: ScheduleDef, key: EditionKey) -> timedelta:
    """How long after its due time an edition is begun: always the same, whoever asks."""
    if schedule.jitter is None:
        return timedelta()
    words = f"{key} {key.slice} {key.locale}"
    share = int.from_bytes(sha256(words.encode()).digest()[:8]) / 2**64
    return timedelta(seconds=int(share * schedule.jitter.seconds))


def lead_of(press: Press, name: str, schedule: ScheduleDef) -> timedelta:
    """How long before the moment of its schedule an edition is begun.

    With `arrive_by` that is what the longest but one of the former ones took until its last letter had been sent,
    and a quarter and two minutes more, in whole minutes; else nothing. Below three the longest counts.
    """
    if schedule.arrive_by is None:
        return timedelta()
    past = sorted(press.ledger.runs.seconds(name, PAST)) if press.has_ledger else []
    if not past:
        return UNKNOWN
    # A mail server that was away once says nothing of the next edition.
    usual = past[-2] if len(past) > 2 else past[-1]
    return timedelta(minutes=ceil(usual * 1.25 / 60) + 2)


def begin_of(press: Press, slot: Slot, lead: timedelta) -> datetime:
    """When the work on a slot is begun: by the lead before its moment, but never before its period has ended."""
    return max(slot.due - lead, slot.period.bounds(press.calendar)[1])
