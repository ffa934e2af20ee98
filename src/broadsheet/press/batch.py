"""A batch of letters of one channel over a few connections: each has one letter under way, noted before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Event

from broadsheet import failpoints
from broadsheet.definitions.secrets import Secret
from broadsheet.delivery.bounces import hard
from broadsheet.delivery.channels import open_channel
from broadsheet.delivery.lock import all_lockable, locked
from broadsheet.delivery.outcome import Channel, Outcome, Parcel, Trouble, spread
from broadsheet.errors import BroadsheetError, LedgerAwayError, StorageError, UnavailableError
from broadsheet.ledger.records import DeliveryRecord
from broadsheet.press.egress import objection
from broadsheet.press.mending import message_of
from broadsheet.press.personal import password_of
from broadsheet.press.posts import BESIDES
from broadsheet.press.press import Press
from broadsheet.press.smaller import lockable, smaller
from broadsheet.press.sources import is_away

FULL_LANE = 10
"""Letters from which one more connection pays."""
RETRY_SECONDS, PATIENCE = 5, 600
"""A ledger that does not take an answer is asked again so often, for so many seconds."""
SLOW_PAUSE = timedelta(minutes=1)
"""A letter that came too fast is tried again after this."""


@dataclass(frozen=True)
class Attempt:
    """One delivery as it was taken in hand, and what became of it."""

    delivery: DeliveryRecord
    outcome: Outcome


class Batch:
    """Letters that leave together, until they are out, or the channel has trouble or asks for less at once.

    Afterwards `reached` tells whether the channel took any, `trouble` why it took no more, `slow` what it complained
    of. Letters that were not tried are as they were. Once `stopping` is set no further letter is taken.
    """

    def __init__(self, press: Press, name: str, stopping: Event) -> None:
        self.reached = False
        self.trouble: Trouble | None = None
        self.slow = ""
        self._press, self._name = press, name
        self._stop, self._stopping = Event(), stopping
        self._waiting: SimpleQueue[DeliveryRecord] = SimpleQueue()
        self._settled: SimpleQueue[Attempt | None] = SimpleQueue()
        self._under_way: dict[int, DeliveryRecord] = {}

    def run(self, items: Sequence[DeliveryRecord]) -> Iterator[Attempt]:
        """The attempts as they are settled. When the caller stops early, what has begun is finished first."""
        first = self._made()
        if first is None:
            return
        for item in items:
            self._waiting.put(item)
        lanes = min(self._press.settings.mail.connections, 1 + len(items) // FULL_LANE)
        # While a server thinks, no other process may take its letter for lost.
        renewed = self._press.ledger.leases.kept(lambda: list(self._under_way.values()))
        with renewed, ThreadPoolExecutor(lanes, "delivery") as pool:
            begun = [pool.submit(self._lane, first if not number else None) for number in range(lanes)]
            try:
                for _ in begun:
                    while (attempt := self._settled.get()) is not None:
                        yield attempt
            finally:
                self._stop.set()
                wait(begun)
                self._conclude([lane.result() for lane in begun])

    def _made(self) -> Channel | None:
        """The channel, ready to send; None with its trouble noted. Only then do others connect as well: a password
        that is refused is tried once."""
        try:
            channel = self._channel()
        except BroadsheetError as error:
            self.trouble = Trouble(str(error), refused=True)
            return None
        self.trouble = channel.open()
        self.reached = self.trouble is None
        return channel if self.reached else None

    def _channel(self) -> Channel:
        press = self._press
        return open_channel(self._name, press.resources)

    def _conclude(self, found: Sequence[Trouble | None]) -> None:
        """The channel has trouble when it refuses us, or when no connection is left."""
        troubles = [trouble for trouble in found if trouble is not None]
        refused = [trouble for trouble in troubles if trouble.refused]
        if refused or len(troubles) == len(found):
            self.trouble = (refused or troubles)[0]

    def _lane(self, ready: Channel | None) -> Trouble | None:
        """One connection, from its first letter to its last; the trouble that ended it."""
        channel = ready or self._channel()
        try:
            return self._letters(channel)
        finally:
            self._settled.put(None)
            channel.close()

    def _letters(self, channel: Channel) -> Trouble | None:
        while not (self._stop.is_set() or self._stopping.is_set() or self._waiting.empty()):
            trouble = channel.open()
            if trouble is not None:
                return trouble
            try:
                item = self._press.ledger.deliveries.sending(self._waiting.get_nowait())
            except Empty:
                break
            if item is not None and (trouble := self._attempt(channel, item)) is not None:
                self._stop.set()
                return trouble
        return None

    def _attempt(self, channel: Channel, item: DeliveryRecord) -> Trouble | None:
        """Hand over one letter and settle it."""
        self._under_way[item.id] = item
        try:
            failpoints.reached("deliver.after-claim")
            outcome = hand_over(self._press, channel, item)
            failpoints.reached("deliver.before-settling")
            settled = patiently(self._press, lambda: settle(self._press, item, outcome))
            if settled and outcome.state == "rejected" and hard(outcome.reply):
                self._press.ledger.suppressions.refused(item.recipient, outcome.reply)
        finally:
            del self._under_way[item.id]
        self._settled.put(Attempt(item, outcome))
        if outcome.state == "slow":
            self.slow = outcome.reply
            self._stop.set()
        return Trouble(outcome.reply, refused=True) if outcome.state == "shut" else None


def hand_over(press: Press, channel: Channel, item: DeliveryRecord) -> Outcome:
    """One letter through an open channel. Its trouble is its own: no other letter fails with it."""
    try:
        return _fitting(press, channel, item)
    except LedgerAwayError as error:  # It was asked before anything left.
        return Outcome("postponed", str(error))
    except UnavailableError as error:  # Who its readers are cannot be told.
        return Outcome("postponed" if is_away(press, error) else "retry", str(error))
    except BroadsheetError as error:  # Its stored bytes are missing or altered; other letters have theirs.
        return Outcome("retry", str(error))
    except Exception as error:
        return Outcome("failed", f"internal error: {type(error).__name__}: {error}")


def _fitting(press: Press, channel: Channel, item: DeliveryRecord) -> Outcome:
    """The stored message, or a smaller one where the channel does not take it for its size."""
    stored = message_of(press, item)
    if (against := objection(press, item, stored)) is not None:
        return Outcome(against.state, against.reason)
    password = _password(press, item)
    if password and not all_lockable(stored):
        stored = lockable(press, item)
        press.ledger.deliveries.replace(item, press.archive.put(stored), "left out what cannot be locked")
    outcome = _sent(channel, item, stored, password)
    if outcome.cause != "size" or item.uncertainties:
        # What may have been accepted keeps its bytes.
        return outcome
    for message in smaller(press, item):
        press.ledger.deliveries.replace(item, press.archive.put(message))
        outcome = _sent(channel, item, message, password)
        if outcome.cause != "size":
            break
    return outcome


def patiently(press: Press, enter: Callable[[], bool]) -> bool:
    """Wait for a ledger that does not take an entry: what a server has answered must not be forgotten, or the letter
    would be sent again. StorageError when it has been away for long."""
    for _ in range(PATIENCE // RETRY_SECONDS):
        try:
            return enter()
        except StorageError:
            press.clock.sleep(RETRY_SECONDS)
    return enter()


def _sent(channel: Channel, item: DeliveryRecord, message: bytes, password: Secret | None) -> Outcome:
    content = locked(message, password) if password else message
    return channel.send(Parcel(item.recipient, item.message_id, content))


def _password(press: Press, item: DeliveryRecord) -> Secret | None:
    """What the recipient's PDFs open with, if anything is agreed."""
    edition = press.ledger.history.one(item.edition_id)
    mail = edition is not None and item.channel not in BESIDES
    return password_of(press, edition.key.audience, item.recipient) if edition and mail else None


def settle(press: Press, item: DeliveryRecord, outcome: Outcome) -> bool:
    """Record what became of a letter; False when it was taken for lost meanwhile and is another sender's now."""
    deliveries, now = press.ledger.deliveries, press.clock.now()
    again = now + spread(item.attempts, item.message_id)
    match outcome.state:
        case "sent" | "rejected" | "failed":
            return deliveries.settle(item, outcome.state, outcome.reply, cause=outcome.cause)
        case "cancelled" | "blocked":
            return deliveries.settle(item, outcome.state, outcome.reply, cause="entitlement")
        case "retry":
            return deliveries.settle(item, "queued", outcome.reply, again, cause="mail")
        case "slow":
            return deliveries.give_back(item, outcome.reply, now + SLOW_PAUSE)
        case "shut" | "postponed":
            return deliveries.give_back(item, outcome.reply, now)
        case "uncertain":
            hold = press.settings.mail.on_uncertain == "hold"
            return deliveries.settle(
                item, "held" if hold else "uncertain", outcome.reply, again, cause="uncertain"
            )
