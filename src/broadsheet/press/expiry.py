"""Until when a letter is worth sending."""

from __future__ import annotations

from datetime import datetime, timedelta

from broadsheet.periods import next_slots
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
    # An edition that is begun before the moment of its schedule still has that one before it.
    following = next_slots(report.schedule.rhythm, report.period, press.calendar, order.as_of, 2)
    later = (slot.due for slot in following if slot.due > now and slot.period != order.period)
    return min(latest, next(later, latest))
