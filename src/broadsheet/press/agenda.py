"""Who will get what and when: the plan an admin reads before the machine acts on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from broadsheet.definitions.models.audiences import domain_of, parse_address
from broadsheet.definitions.models.schedules import ScheduleDef
from broadsheet.delivery.pace import duration
from broadsheet.periods import Slot
from broadsheet.press.domains import new_domains
from broadsheet.press.expiry import expiry
from broadsheet.press.order import Order, for_readers, order
from broadsheet.press.press import Press
from broadsheet.press.timing import begin_of, jitter_of, lead_of, open_slots

NEXT_LOOK = "due at the next look"


@dataclass(frozen=True)
class Planned:
    """One edition to come: when it is due, when it is begun, who gets it, and what else decides on that."""

    due: datetime
    order: Order
    recipients: tuple[str, ...]
    begins: datetime
    notes: tuple[str, ...] = ()


def agenda(press: Press, count: int) -> tuple[Planned, ...]:
    """The next `count` editions of every scheduled report, by due time.

    Nothing is asked but who the readers are, where a query tells, and the ledger, where there is one: what is planned
    already is not shown, what a changed schedule brings at once is.
    """
    coming: list[Planned] = []
    known = press.ledger.horizons.known() if press.has_ledger else {}
    for name, report in press.workspace.reports.items():
        if report.schedule is None or report.paused:
            continue
        lead = lead_of(press, name, report.schedule)
        for slot in islice(open_slots(press, report, known.get(name)), count):
            due = begin_of(press, slot, lead)
            for audience in report.audiences:
                wanted = order(press, name, slot.period, due, audience)
                for each in for_readers(press, wanted) or (wanted,):
                    readers = press.directory.recipients(each.key)
                    begins = due + jitter_of(report.schedule, each.key)
                    notes = tuple(_notes(press, report.schedule, slot, due, begins))
                    coming.append(Planned(due, each, readers, begins, notes))
    coming.sort(key=lambda item: (item.due, item.order.edition.report))
    return tuple(_paced(press, _confirmed(press, coming)))


def _confirmed(press: Press, coming: list[Planned]) -> list[Planned]:
    """Tell which readers get nothing before their domain is confirmed."""
    addresses = {one: parse_address(one).addr_spec for item in coming for one in item.recipients}
    strangers = new_domains(press, addresses.values())

    def told(item: Planned) -> Planned:
        named = sorted(strangers & {domain_of(addresses[one]) for one in item.recipients})
        notes = (f"held until confirmed: {', '.join(named)}",) if named else ()
        return replace(item, notes=(*item.notes, *notes))

    return [told(item) for item in coming]


def _paced(press: Press, coming: list[Planned]) -> Iterator[Planned]:
    """Tell when the last letter leaves at the rate of the mail server, and where that is too late."""
    mail, before = press.settings.mail, Counter[datetime]()
    for item in coming:
        before[item.due] += len(item.recipients)
        takes = duration(before[item.due], mail.limits)
        if mail.channel != "smtp" or not takes:
            yield item
            continue
        last, until = item.due + takes, expiry(press, item.order, item.due)
        note = f"last mail at {last.astimezone(press.calendar.zone):%a %H:%M} by mail.limits"
        late = f"; too late, mails expire at {until.astimezone(press.calendar.zone):%a %H:%M}"
        yield replace(item, notes=(*item.notes, note + late * (last > until)))


def _notes(press: Press, schedule: ScheduleDef, slot: Slot, due: datetime, begins: datetime) -> Iterator[str]:
    local = schedule.rhythm.local(press.calendar)
    if due <= press.clock.now():
        yield NEXT_LOOK
    if schedule.arrive_by is not None:
        yield f"to arrive by {slot.due.astimezone(local.zone):%H:%M}"
    if begins != due:
        yield f"begun at {begins.astimezone(local.zone):%H:%M:%S}"
    if schedule.wait_for_data is not None:
        until = schedule.wait_for_data.deadline(due, local).astimezone(local.zone)
        follows = "sent" if schedule.wait_for_data.then == "send" else "held"
        yield f"waits for data until {until:%a %H:%M}, then {follows}"
