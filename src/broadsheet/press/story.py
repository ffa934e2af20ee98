"""The story of an edition, as the ledger has it: planned, claimed, put off, made, held, and each of its letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from broadsheet.archive.manifest import get_manifest
from broadsheet.errors import StorageError
from broadsheet.ledger.records import DeliveryRecord, EditionRecord, Event
from broadsheet.press.bundle import STATEMENTS
from broadsheet.press.editions import named_editions, reference_of
from broadsheet.press.press import Press

TOLD_ONE_BY_ONE = 20
"""Letters of larger audiences are counted; those in trouble are still told one by one, as many."""
UNUSUAL = frozenset({
    "uncertain", "rejected", "failed", "expired", "cancelled", "blocked", "held", "bounced", "made smaller",
    "made again", "queued", "given back", "waits",
})  # fmt: skip
"""Events of a letter that are part of the story; that it was handed over and taken is said at its end."""


@dataclass(frozen=True)
class Happening:
    """One thing that happened, at a local time."""

    at: str
    what: str


@dataclass(frozen=True)
class Sending:
    """One letter as it stands."""

    recipient: str
    channel: str
    state: str
    at: str
    attempts: int
    reply: str


@dataclass(frozen=True)
class Story:
    """One revision of an edition: what it is, what happened to it, and where its letters are.

    `letters` counts them by state; `sendings` tells those of small audiences, of large ones those in trouble.
    """

    edition: str
    name: str
    number: int
    state: str
    reason: str
    as_of: str
    due: str
    definition: str
    drawn_by: str
    happenings: tuple[Happening, ...]
    letters: tuple[tuple[str, int], ...]
    sendings: tuple[Sending, ...]


def stories(press: Press, text: str) -> tuple[Story, ...]:
    """The stories of all revisions of the edition that `text` names. Raises UsageError where it names none."""
    return tuple(_story(press, record) for record in named_editions(press, text))


def _story(press: Press, record: EditionRecord) -> Story:
    zone, deliveries = press.calendar.zone, press.ledger.deliveries.of(record)
    events = press.ledger.history.events(record)
    readers = {item.id: item.recipient for item in deliveries}
    few = len(deliveries) <= TOLD_ONE_BY_ONE
    return Story(
        edition=str(record.key),
        name=reference_of(record),
        number=record.id,
        state=record.state,
        reason=record.reason,
        as_of=f"{record.as_of.astimezone(zone):%Y-%m-%d %H:%M %Z}",
        due=f"{record.due_at.astimezone(zone):%Y-%m-%d %H:%M %Z}",
        definition=(record.definition or "")[:12],
        drawn_by=_drawn_by(press, record),
        happenings=tuple(_happenings(record, events, readers if few else {}, zone)),
        letters=tuple(sorted(Counter(item.state for item in deliveries).items())),
        sendings=tuple(_sendings(deliveries, events, zone, few=few)),
    )


def _drawn_by(press: Press, record: EditionRecord) -> str:
    """Versions and statements of what can still be shown."""
    if record.manifest is None or record.gone_at is not None:
        return ""
    try:
        manifest = get_manifest(press.archive, record.manifest)
        asked = press.archive.get(manifest.files[STATEMENTS]).decode().count("\n-- Statement ")
    except (StorageError, KeyError):
        return "what it was drawn from is gone"
    named = ", ".join(f"{name} {manifest.versions[name]}" for name in ("broadsheet", "weasyprint", "duckdb"))
    return f"{named}; {asked} statements, in `broadsheet show {reference_of(record)} --all`"


def _happenings(
    record: EditionRecord, events: tuple[Event, ...], readers: dict[int, str], zone: ZoneInfo
) -> Iterator[Happening]:
    for event in events:
        at = f"{event.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        if event.delivery_id is None:
            yield Happening(at, _told(record, event))
        elif event.what in UNUSUAL and event.delivery_id in readers:
            detail = f" ({event.detail})" if event.detail else ""
            yield Happening(at, f"{readers[event.delivery_id]}: {event.what}{detail}")


def _told(record: EditionRecord, event: Event) -> str:
    """An event of the edition itself in a sentence."""
    took = f" after {event.milliseconds / 1000:.1f} s" if event.milliseconds is not None else ""
    why = f": {event.detail}" if event.detail else ""
    cause = f" [{event.cause}]" if event.cause else ""
    if event.what == "claimed":
        return f"claimed for {event.detail} by {event.node or 'a press'}, attempt {event.attempt}"
    if event.what == "ready":
        return f"made{took}, {record.pages} {'page' if record.pages == 1 else 'pages'}"
    return f"{event.what}{took}{why}{cause}"


def _sendings(
    deliveries: tuple[DeliveryRecord, ...], events: tuple[Event, ...], zone: ZoneInfo, *, few: bool
) -> Iterator[Sending]:
    last = {event.delivery_id: event.at for event in events}
    shown = deliveries if few else [item for item in deliveries if item.state != "sent"][:TOLD_ONE_BY_ONE]
    for item in shown:
        since = item.next_at if item.state in ("queued", "uncertain") else last.get(item.id, item.queued_at)
        moment = item.sent_at or since
        at = f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        yield Sending(item.recipient, item.channel, item.state, at, item.attempts, item.reply)
