"""When the work on an edition begins: a little after its moment (jitter), or before it (arrive_by)."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from math import ceil

from broadsheet.definitions.models.schedules import ScheduleDef
from broadsheet.ledger.records import EditionKey
from broadsheet.press.press import Press

PAST = 30
"""So many former editions tell how long the next one will take."""
UNKNOWN = timedelta(minutes=15)
"""How long an edition takes of which there is no past."""


def jitter_of(schedule: ScheduleDef, key: EditionKey) -> timedelta:
    """How long after its due time an edition is begun: always the same, whoever asks."""
    if schedule.jitter is None:
        return timedelta()
    words = f"{key} {key.slice} {key.locale}"
    share = int.from_bytes(sha256(words.encode()).digest()[:8]) / 2**64
    return timedelta(seconds=int(share * schedule.jitter.seconds))


def lead_of(press: Press, name: str, schedule: ScheduleDef) -> timedelta:
    """How long before the moment of its schedule an edition is begun.

    With `arrive_by` that is what 19 of 20 former ones took until their last letter had been sent, and a quarter
    and two minutes more, in whole minutes; else nothing.
    """
    if schedule.arrive_by is None:
        return timedelta()
    past = sorted(press.ledger.runs.seconds(name, PAST)) if press.has_ledger else []
    if not past:
        return UNKNOWN
    usual = past[ceil(0.95 * len(past)) - 1]
    return timedelta(minutes=ceil(usual * 1.25 / 60) + 2)
