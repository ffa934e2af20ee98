"""Until when a letter is worth sending."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby, islice

from broadsheet.periods import upcoming
from broadsheet.press.order import Order
from broadsheet.press.press import Press


def expiry(press: Press, order: Order, now: datetime) -> datetime:
    """When an edition's letters are given up: after `mail.max_age`, or when the report's next edition is due.

    An edition of long ago, asked for today, is not overtaken by those that came after it.
    """
    latest = now + timedelta(hours=press.settings.mail.max_age)
    report = press.report(order.edition.report)
    if report.schedule is None:
        return latest
    slots = upcoming(report.schedule.rhythm, report.period, press.calendar, order.as_of)
    moments = (tuple(together) for _, together in groupby(slots, key=lambda slot: slot.due))
    for moment in islice(moments, 2):
        # An edition that is begun before its moment still has that one before it, with all else that it brings.
        if moment[0].due > now and all(slot.period != order.period for slot in moment):
            return min(latest, moment[0].due)
    return latest
