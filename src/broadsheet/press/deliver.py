"""Hand queued letters to their channels, and record each reply at once.

The ledger decides how much may leave: a channel that was found shut is tried again at its time, one that has a rate
or asks for less takes no more than that. What is left over stays queued for the next look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from threading import Event

from broadsheet.definitions.models.audiences import domain_of
from broadsheet.definitions.models.mail import Limits
from broadsheet.delivery.pace import DAY, MINUTE, allowance, share
from broadsheet.ledger.records import ChannelRecord, DeliveryRecord
from broadsheet.press.batch import Attempt, Batch
from broadsheet.press.domains import new_domains, release_known, unknown
from broadsheet.press.posts import BESIDES
from broadsheet.press.press import Press
from broadsheet.press.sources import Waiting

REFUSED_PAUSE = timedelta(minutes=5)
"""A channel that refuses us (password, certificate, no encryption) is tried again after this: more often might lock
the account."""
UNREACHABLE_PAUSE = timedelta(seconds=20)
"""A channel that cannot be reached is tried again after this."""
SLOWEST = 1 / 64
"""The least share of its rate that complaints leave to a channel."""


def deliver_due(press: Press, stopping: Event | None = None) -> Iterator[Attempt]:
    """Give up what is too late, and attempt what is due now; no further letter once `stopping` is set."""
    press.ledger.deliveries.expire()
    release_known(press)
    yield from deliver(press, press.ledger.deliveries.waiting(), stopping=stopping)
    # Alerts go by mail as well: a shut channel is tried again though no letter is ready for it.
    mail = press.settings.mail.channel
    if _is_shut(press, mail) and _turn(press, mail):
        yield from _by_channel(press, mail, (), stopping or Event())


def deliver(
    press: Press, waiting: Iterable[DeliveryRecord], *, asked: bool = False, stopping: Event | None = None
) -> Iterator[Attempt]:
    """Attempt deliveries. Once a channel has trouble the rest of its letters stay queued, untouched; so do those
    whose readers only a data source can tell that is away.

    The state is `sending` on disk before the first byte leaves, so that a crash in between is visible. Whoever
    `asked` need not wait until a channel that was shut is tried again.
    """
    by_channel: dict[str, list[DeliveryRecord]] = {}
    items = tuple(waiting)
    barred = press.ledger.suppressions.barring(items)
    waits = Waiting(press)
    strangers = new_domains(press, (item.recipient for item in items if item.channel not in BESIDES))
    for item in items:
        if not asked and waits.letter(item):
            continue
        if item.id in barred:
            press.ledger.deliveries.cancel(item, barred[item.id], cause="suppressed")
        elif _doubtful(item) and press.settings.mail.on_uncertain == "hold" and not asked:
            press.ledger.deliveries.hold(item, item.reply, cause="uncertain")
        elif domain_of(item.recipient) in strangers and item.channel not in BESIDES:
            press.ledger.deliveries.hold(item, unknown(domain_of(item.recipient)), cause="approval")
        else:
            by_channel.setdefault(item.channel, []).append(item)
    for name, letters in by_channel.items():
        if asked or _turn(press, name):
            yield from _by_channel(press, name, letters, stopping or Event())


def _doubtful(item: DeliveryRecord) -> bool:
    """Whether nobody has decided since what becomes of a letter that may have arrived: who asks for it again has."""
    return item.state == "uncertain" and item.cause == "uncertain"


def _turn(press: Press, name: str) -> bool:
    """Whether a channel takes letters, or it is time to see whether it does again."""
    again = press.clock.now() + REFUSED_PAUSE
    return not _is_shut(press, name) or press.ledger.channels.try_again(name, again)


def _is_shut(press: Press, name: str) -> bool:
    return press.ledger.channels.state(name).opened_at is not None


def _by_channel(
    press: Press, name: str, items: Sequence[DeliveryRecord], stopping: Event
) -> Iterator[Attempt]:
    state, batch = press.ledger.channels.state(name), Batch(press, name, stopping)
    try:
        yield from batch.run(items[: _allowed(press, state)])
    finally:
        _tell(press, state, batch)


def _allowed(press: Press, state: ChannelRecord) -> int:
    """How many letters of a channel may leave now."""
    now, sent = press.clock.now(), press.ledger.deliveries.sent_since
    limits = press.settings.mail.limits if state.name == "smtp" else Limits()
    part = share(state.pace, state.paced_at, now)
    return allowance(limits, part, sent(state.name, now - MINUTE), sent(state.name, now - DAY))


def _tell(press: Press, state: ChannelRecord, batch: Batch) -> None:
    """Note how the channel fared."""
    channels, now = press.ledger.channels, press.clock.now()
    if batch.trouble is not None:
        pause = REFUSED_PAUSE if batch.trouble.refused else UNREACHABLE_PAUSE
        channels.trouble(state.name, batch.trouble.reason, now + pause, refused=batch.trouble.refused)
    elif batch.reached and state.opened_at is not None:
        channels.well(state.name)
    if batch.slow:
        pace = max(SLOWEST, share(state.pace, state.paced_at, now) / 2)
        channels.slow_down(state.name, pace, batch.slow)
