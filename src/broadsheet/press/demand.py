"""Editions on demand: to files, to one address as a marked test, or to the audience, who never get one twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from pathlib import Path

from broadsheet.archive.store import write_durably
from broadsheet.definitions.models.audiences import parse_address
from broadsheet.delivery.channels import open_channel
from broadsheet.delivery.message import compose
from broadsheet.delivery.outcome import Outcome, Parcel, send_all
from broadsheet.errors import UsageError
from broadsheet.ledger.records import DeliveryRecord, EditionRecord
from broadsheet.press.batch import Attempt
from broadsheet.press.bundle import letter_from_archive, letter_of, letters
from broadsheet.press.deliver import deliver
from broadsheet.press.gather import last_moment, whole_period
from broadsheet.press.job import Artifacts
from broadsheet.press.names import stem_of
from broadsheet.press.order import Order, moment_of, order
from broadsheet.press.press import Press
from broadsheet.press.run import Printed, Progress, Published, publish
from broadsheet.press.tick import order_of


@dataclass(frozen=True)
class Wish:
    """What somebody asks for: a report, and what of it is not the usual."""

    report: str
    period: str | None = None
    all_time: bool = False
    as_of: datetime | None = None
    audience: str | None = None
    locale: str | None = None
    part: tuple[str, ...] = ()
    """The conditions of a part of it, which the press was narrowed to."""


@dataclass(frozen=True)
class Sent:
    """An edition that was to be sent: what was made, how its deliveries stand now, and this time's attempts."""

    published: Published | None
    order: Order
    deliveries: tuple[DeliveryRecord, ...]
    attempts: tuple[Attempt, ...]


def each_audience(press: Press, name: str, wish: Wish) -> tuple[Wish, ...]:
    """The wish for a report, once for each of its audiences unless it names one."""
    readers = (wish.audience,) if wish.audience else press.report(name).audiences
    return tuple(replace(wish, report=name, audience=reader) for reader in readers)


def order_for(press: Press, wish: Wish) -> Order:
    """Settle period and moment: the last closed period unless another is named, seen from its due time.

    In a workspace with `as_of: data` the world ends with the last event day. Raises UsageError for a period
    that cannot be read, WarehouseError where the data must be asked and does not answer.
    """
    report = press.report(wish.report)
    settings = press.settings
    now = wish.as_of
    if now is None:
        now = last_moment(press, report) if settings.as_of == "data" else press.clock.now()
    if wish.all_time or (wish.period is None and report.period.form == "all"):
        period = whole_period(press, report).cut(now, press.calendar)
    elif wish.period is None:
        period = report.period.at(now, press.calendar)
    else:
        period = report.period.period(wish.period, press.calendar).cut(now, press.calendar)
    as_of = wish.as_of or moment_of(report, period, press.calendar, now)
    made = order(press, wish.report, period, as_of, wish.audience, wish.locale)
    return replace(made, edition=replace(made.edition, slice=", ".join(wish.part))) if wish.part else made


def write_files(press: Press, printed: Printed, folder: Path) -> list[Path]:
    """Write a rendered edition's files below `folder`, the PDF first; StorageError when the disk does not take them.

    Raises the error that kept the edition from being rendered.
    """
    artifacts, edition = printed.artifacts, printed.order.edition
    if artifacts is None:
        raise printed.error or RuntimeError("nothing was rendered")
    stem, target = stem_of(press, printed.order), folder / edition.report / edition.period
    endings = {".pdf": artifacts.pdf, ".html": artifacts.html, **artifacts.files}
    files = {f"{stem}{ending}": content for ending, content in endings.items()}
    for name, content in files.items():
        write_durably(target / name, content)
    return [target / name for name in files]


def send_test(press: Press, artifacts: Artifacts, address: str) -> Outcome:
    """Send a copy marked as a test to one address (see `reader`); the ledger learns nothing of it."""
    mail = press.settings.mail
    message = compose(letter_of(artifacts, test=True), address, mail, press.clock.now())
    channel = open_channel(mail.channel, mail, press.outbox, press.environ)
    (outcome,) = send_all(channel, [Parcel(reader(address).addr_spec, "", message)])
    return outcome


def reader(address: str) -> Address:
    """One mail address of the command line; UsageError when it is none."""
    try:
        return parse_address(address)
    except ValueError as error:
        raise UsageError(str(error), "Such as ada@example.test.") from None


def send_orders(press: Press, orders: Iterable[Order], progress: Progress | None = None) -> Iterator[Sent]:
    """Send editions to their audiences: those not made yet are made, those who have one are left in peace."""
    press.ledger.recover()
    records: dict[Order, EditionRecord] = {}
    for wanted in orders:
        record = press.ledger.editions.plan(wanted.key, press.clock.now(), as_of=wanted.as_of)
        # An edition that is already planned keeps the moment it was planned for.
        known = replace(order_of(press, record), period=wanted.period)
        records[known] = record
    to_make, made = [], {}
    for known, record in records.items():
        if record.state == "ready":
            _add_newcomers(press, known, record)
        elif record.state == "held":
            made[known] = Published(known, "held", record.reason, None)
        else:
            press.ledger.editions.retry(record)
            to_make.append((record, known))
    made |= {result.order: result for result in publish(press, to_make, "demand", progress)}
    for known, record in records.items():
        attempts = tuple(deliver(press, press.ledger.deliveries.waiting(record), asked=True))
        yield Sent(made.get(known), known, press.ledger.deliveries.of(record), attempts)


def _add_newcomers(press: Press, wanted: Order, record: EditionRecord) -> None:
    """Queue the archived letter for recipients who joined the audience after the edition was made."""
    had = {item.recipient for item in press.ledger.deliveries.of(record)}
    audience = press.workspace.audiences[wanted.edition.audience]
    new = tuple(one for one in audience.recipients if parse_address(one).addr_spec not in had)
    if new and record.manifest:
        letter = letter_from_archive(press, record.key, record.manifest)
        press.ledger.deliveries.add(record, letters(press, wanted, letter, new, press.clock.now()))
