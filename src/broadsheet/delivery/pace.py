"""How many messages may leave now, by what the mail server takes and by how it has lately complained."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from broadsheet.definitions.models.mail import Limits

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BATCH = 1000
"""Messages that leave at a time where nothing limits them; then the ledger is asked again."""
PRESUMED_PER_MINUTE = 60
"""The rate that a complaint halves where no limit is known."""
RECOVERY = timedelta(minutes=10)
"""Time in which a channel that had to slow down doubles its pace."""


def share(pace: float, paced_at: datetime | None, now: datetime) -> float:
    """The part of its rate that a channel may use, after it was slowed down to `pace` at `paced_at`."""
    if paced_at is None:
        return 1.0
    doublings: float = (now - paced_at) / RECOVERY
    return min(1.0, pace * math.exp2(min(doublings, 60.0)))


def allowance(limits: Limits, part: float, last_minute: int, last_day: int) -> int:
    """How many messages may leave now, after so many left in the last minute and day."""
    rate = limits.per_minute or (PRESUMED_PER_MINUTE if part < 1 else None)
    now = BATCH if rate is None else max(1, int(rate * part)) - last_minute
    today = BATCH if limits.per_day is None else limits.per_day - last_day
    return max(0, min(BATCH, now, today))


def duration(count: int, limits: Limits) -> timedelta:
    """How long so many messages take at the limits, from the first to the last."""
    times = [timedelta(0)]
    if limits.per_minute:
        times.append((math.ceil(count / limits.per_minute) - 1) * MINUTE)
    if limits.per_day:
        times.append((math.ceil(count / limits.per_day) - 1) * DAY)
    return max(times)
