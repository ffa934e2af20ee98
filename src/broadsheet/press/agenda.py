"""Who will get what and when: the plan an admin reads before the machine acts on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broadsheet.periods import next_slots
from broadsheet.press.order import Order, for_readers, order
from broadsheet.press.press import Press


@dataclass(frozen=True)
class Planned:
    """One edition to come: when it is due and who gets it."""

    due: datetime
    order: Order
    recipients: tuple[str, ...]


def agenda(press: Press, count: int) -> tuple[Planned, ...]:
    """The next `count` editions of every scheduled report, by due time.

    Nothing is asked but who the readers are, where a query tells.
    """
    coming: list[Planned] = []
    for name, report in press.workspace.reports.items():
        if report.schedule is None or report.paused:
            continue
        schedule = report.schedule.rhythm
        for slot in next_slots(schedule, report.period, press.calendar, press.clock.now(), count):
            for audience in report.audiences:
                wanted = order(press, name, slot.period, slot.due, audience)
                for each in for_readers(press, wanted) or (wanted,):
                    edition = each.edition
                    readers = press.directory.recipients(audience, edition.slice, edition.locale)
                    coming.append(Planned(slot.due, each, readers))
    return tuple(sorted(coming, key=lambda item: (item.due, item.order.edition.report)))
