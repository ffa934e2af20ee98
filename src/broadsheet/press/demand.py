"""Editions on demand: to files, to one address as a marked test, or to the audience, who never get one twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from pathlib import Path

from broadsheet.archive.store import write_durably
from broadsheet.definitions.models.audiences import parse_address
from broadsheet.definitions.people import foreign_domain
from broadsheet.delivery.outcome import Outcome
from broadsheet.errors import UsageError, did_you_mean
from broadsheet.ledger.records import DeliveryRecord, EditionKey, EditionRecord
from broadsheet.press.batch import Attempt
from broadsheet.press.bundle import letter_from_archive, letter_of, letters
from broadsheet.press.deliver import deliver
from broadsheet.press.domains import new_domains, unknown
from broadsheet.press.egress import readers_now
from broadsheet.press.gather import last_moment, whole_period
from broadsheet.press.holds import hold_first
from broadsheet.press.job import Artifacts
from broadsheet.press.names import stem_of
from broadsheet.press.order import Order, for_readers, moment_of, order, sliced
from broadsheet.press.press import Press
from broadsheet.press.proof import send_proof
from broadsheet.press.readers import WHOLE
from broadsheet.press.revisions import made_revisions
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
    slice: str | None = None
    """One of the audience's slices, such as `region=North`."""
    part: tuple[str, ...] = ()
    """The conditions of a part of it, which the press was narrowed to."""


@dataclass(frozen=True)
class Sent:
    """An edition that was to be sent: what was made, how its deliveries stand now, and this time's attempts.

    `others` are the deliveries of its other revisions, with their numbers.
    """

    published: Published | None
    order: Order
    deliveries: tuple[DeliveryRecord, ...]
    attempts: tuple[Attempt, ...]
    others: tuple[tuple[int, DeliveryRecord], ...] = ()


def each_audience(press: Press, name: str, wish: Wish) -> tuple[Wish, ...]:
    """The wish for a report, once for each of its audiences unless it names one."""
    readers = (wish.audience,) if wish.audience else press.report(name).audiences
    return tuple(replace(wish, report=name, audience=reader) for reader in readers)


def orders_for(press: Press, wish: Wish) -> tuple[Order, ...]:
    """The orders of a wish: one per slice and locale of the audience that has readers, or the slice that it names.

    Raises UsageError where nobody reads it or for a period that cannot be read, WarehouseError where the data must be
    asked and do not answer.
    """
    wanted = _whole_order(press, wish)
    found = for_readers(press, wanted)
    if wish.locale is not None:
        found = tuple(dict.fromkeys(sliced(press, wanted, each.edition.slice) for each in found))
    if wish.slice is not None:
        own = tuple(each for each in found if each.edition.slice == wish.slice)
        if not own:
            remedy = did_you_mean(wish.slice, [each.edition.slice for each in found])
            raise UsageError(f"audience {wanted.edition.audience} has no slice “{wish.slice}”", remedy)
        found = own
    if not found:
        raise UsageError(
            f"audience {wanted.edition.audience} has no readers now",
            "Look into the file or query that names them: `broadsheet plan` shows who is found.",
        )
    return tuple(_in_part(each, wish.part) for each in found)


def _in_part(wanted: Order, part: tuple[str, ...]) -> Order:
    if not part:
        return wanted
    own = () if wanted.edition.slice == WHOLE else (wanted.edition.slice,)
    return replace(wanted, edition=replace(wanted.edition, slice=", ".join((*own, *part))))


def order_for(press: Press, wish: Wish) -> Order:
    """The order of a wish for its audience as a whole; errors as `orders_for`."""
    return _in_part(_whole_order(press, wish), wish.part)


def _whole_order(press: Press, wish: Wish) -> Order:
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
    return order(press, wish.report, period, as_of, wish.audience, wish.locale)


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
    key = EditionKey(**asdict(artifacts.edition))
    return send_proof(press, key, letter_of(artifacts, test=True), address)


def reader(address: str) -> Address:
    """One mail address of the command line; UsageError when it is none."""
    try:
        return parse_address(address)
    except ValueError as error:
        raise UsageError(str(error), "Such as ada@example.test.") from None


def allowed(press: Press, address: str) -> None:
    """Whether mail may go to an address of the command line; UsageError when it may not."""
    if foreign := foreign_domain(reader(address).addr_spec, (press.settings.domains,)):
        raise UsageError(
            f"mail to {foreign} is not allowed here", "config/settings.yaml names the `domains`."
        )
    for name in new_domains(press, (reader(address).addr_spec,)):
        raise UsageError(unknown(name), f"Each of them: broadsheet approve --domain {name}")


def send_orders(
    press: Press, orders: Iterable[Order], progress: Progress | None = None, revision: int | None = None
) -> Iterator[Sent]:
    """Send editions to their audiences: those not made yet are made, those who have one are left in peace.

    Without a `revision` it is the last one that anybody has: a later one goes out only when it is named.
    """
    press.ledger.recover()
    records: dict[Order, EditionRecord] = {}
    for wanted in [_revision(press, each, revision) for each in orders]:
        record = press.ledger.editions.plan(wanted.key, press.clock.now(), as_of=wanted.as_of)
        # An edition that is already planned keeps the moment it was planned for.
        known = replace(order_of(press, record), period=wanted.period)
        records[known] = record
    to_make, made = [], {}
    for known, record in records.items():
        if record.state == "held":
            made[known] = Published(known, "held", record.reason, None)
        elif record.state != "ready":
            if record.state != "due" or record.next_at > press.clock.now():
                press.ledger.editions.retry(record)
            to_make.append((record, known))
    made |= {result.order: result for result in publish(press, to_make, "demand", progress)}
    for known, record in records.items():
        finished = press.ledger.editions.find(known.key) or record
        if (hold := hold_first(press, finished)) is not None:
            made[known] = Published(known, "held", hold.reason, None)
        else:
            _add_newcomers(press, known, finished)
        attempts = tuple(deliver(press, press.ledger.deliveries.waiting(record), asked=True))
        others = tuple(_others(press, known))
        yield Sent(made.get(known), known, press.ledger.deliveries.of(record), attempts, others)


def _revision(press: Press, wanted: Order, revision: int | None) -> Order:
    """The order for the revision that is to go out."""
    made = made_revisions(press, wanted.key)
    known = [record.key.revision for record in made]
    if revision is not None and revision not in {1, *known}:
        told = ", ".join(f"r{number}" for number in known) or "none"
        raise UsageError(f"{wanted.key} has no revision {revision}", f"Made were: {told}.")
    had = [record.key.revision for record in made if press.ledger.deliveries.of(record)]
    chosen = revision or (had or known or [1])[-1]
    return replace(wanted, edition=replace(wanted.edition, revision=chosen))


def _others(press: Press, known: Order) -> Iterator[tuple[int, DeliveryRecord]]:
    for record in made_revisions(press, known.key):
        if record.key != known.key:
            yield from ((record.key.revision, item) for item in press.ledger.deliveries.of(record))


def _add_newcomers(press: Press, wanted: Order, record: EditionRecord) -> None:
    """Queue the archived letter for recipients who joined the audience after the edition was made."""
    if record.manifest is None or record.state != "ready":
        return
    had = {item.recipient.lower() for item in press.ledger.deliveries.of(record)}
    readers = readers_now(press, record)
    new = tuple(one for one in readers if parse_address(one).addr_spec.lower() not in had)
    if new:
        letter = letter_from_archive(press, record, record.manifest)
        press.ledger.deliveries.add(record, letters(press, wanted, letter, new, press.clock.now()))
