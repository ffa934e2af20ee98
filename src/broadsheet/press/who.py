"""What somebody gets, and how they get nothing any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from broadsheet.archive.store import write_durably
from broadsheet.definitions.files import AUDIENCES
from broadsheet.definitions.leaving import lines_without, without_address
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.people import Person
from broadsheet.errors import StorageError
from broadsheet.ledger.records import DeliveryRecord, EditionRecord
from broadsheet.periods import next_slots
from broadsheet.press.press import Press

REASON = "taken out by broadsheet who --remove"


@dataclass(frozen=True)
class Reading:
    """A report that an address gets: as part of which audience, of which slice, in which locale, and when next."""

    report: str
    audience: str
    slice: str
    locale: str
    due: datetime | None


@dataclass(frozen=True)
class Left:
    """What was done to take an address out, and what somebody else must do."""

    done: tuple[str, ...]
    open: tuple[str, ...]


def readings(press: Press, address: str) -> tuple[Reading, ...]:
    """All that an address gets by the definitions as they are now; audiences without a report are named too.

    Raises StorageError or WarehouseError where the readers of an audience cannot be known.
    """
    found = []
    for audience, slice_, locale in _memberships(press, address):
        reports = [
            (name, each) for name, each in press.workspace.reports.items() if audience in each.audiences
        ]
        for name, report in reports:
            found.append(Reading(name, audience, slice_, locale, _next(press, report)))
        if not reports:
            found.append(Reading("", audience, slice_, locale, None))
    return tuple(found)


def received(press: Press, address: str) -> tuple[tuple[EditionRecord, DeliveryRecord], ...]:
    """Every letter to an address that the ledger knows, the newest first, with its edition."""
    letters = press.ledger.deliveries.to(address) if press.has_ledger else ()
    editions = ((press.ledger.history.one(letter.edition_id), letter) for letter in letters)
    return tuple((edition, letter) for edition, letter in editions if edition is not None)


def remove(press: Press, address: str) -> Left:
    """Take an address out of all lists and files, keep every letter from it, and cancel those that wait."""
    done, todo = list[str](), list[str]()
    memberships = {audience for audience, _, _ in _memberships(press, address)}
    _from_audiences(press, address, done, todo)
    for name in sorted(memberships):
        audience = press.workspace.audiences[name]
        if audience.sql is not None:
            todo.append(f"{audience.sql} names it for {name}: take it out of what the query reads")
        elif audience.file is not None:
            _from_file(press, audience.file, address, done)
    press.ledger.suppressions.add(address, "", REASON)
    done.append("the ledger keeps all letters from it")
    waiting = [item for _, item in received(press, address) if item.state in ("queued", "uncertain", "held")]
    cancelled = [
        item for item in waiting if press.ledger.deliveries.cancel(item, REASON, cause="entitlement")
    ]
    if cancelled:
        done.append(f"{len(cancelled)} waiting {'letters' if len(cancelled) > 1 else 'letter'} cancelled")
    return Left(tuple(done), tuple(todo))


def _memberships(press: Press, address: str) -> Iterator[tuple[str, str, str]]:
    for name in press.workspace.audiences:
        for group in press.directory.groups(name):
            if address.lower() in {Person(one).address.lower() for one in group.recipients}:
                yield name, group.slice, group.locale


def _next(press: Press, report: Report) -> datetime | None:
    if report.schedule is None or report.paused:
        return None
    slots = next_slots(report.schedule.rhythm, report.period, press.calendar, press.clock.now(), 1)
    return slots[0].due if slots else None


def _from_audiences(press: Press, address: str, done: list[str], todo: list[str]) -> None:
    file = press.workspace.root / AUDIENCES
    text = _read(press, AUDIENCES)
    shorter, left = without_address(text, address)
    if shorter != text:
        write_durably(file, shorter.encode())
        done.append(f"taken out of {AUDIENCES}")
    todo += [
        f"it is the last reader of {name} in {AUDIENCES}: delete the audience, or name another"
        for name in left
    ]


def _from_file(press: Press, file: str, address: str, done: list[str]) -> None:
    text = _read(press, file)
    shorter = lines_without(text, address)
    if shorter != text:
        write_durably(press.workspace.root / file, shorter.encode())
        done.append(f"taken out of {file}")


def _read(press: Press, file: str) -> str:
    try:
        # As it is written, line ends too.
        return (press.workspace.root / file).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"{file} cannot be read: {error}", "Nothing was changed.") from error
