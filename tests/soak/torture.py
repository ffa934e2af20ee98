"""A mail server with moods, and letters sent through it until each has come to an end."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from broadsheet.clock import FixedClock
from broadsheet.delivery import smtp
from broadsheet.ledger.records import DeliveryRecord, EditionRecord
from broadsheet.press.deliver import deliver_due
from support.mailroom import Mailroom
from support.smtp import MailServer

MOODS = {"never": 0.05, "later": 0.20, "drop": 0.02, "stall": 0.01}
"""The shares of transactions that end with 5xx, with 4xx, with a lost connection, in silence."""
STALL_SECONDS = 1.0
ENDS = {"sent", "rejected", "failed", "expired"}


@dataclass
class MoodyServer(MailServer):
    """Refuses, drops and stalls by chance, before or after it keeps the message; `moods` counts how often."""

    chance: random.Random = field(default_factory=lambda: random.Random(4))
    moods: Counter[str] = field(default_factory=Counter)
    _coming: dict[int, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        mood = self.chance.choices([*MOODS, ""], [*MOODS.values(), 1 - sum(MOODS.values())])[0]
        self.moods[mood] += 1
        if mood == "never":
            return "550 5.1.1 no such user"
        if mood and self.chance.random() < 0.5:
            return await self._spoil(mood, server)
        self._coming[id(session)] = mood
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        mood = self._coming.pop(id(session), "")
        if mood == "later":
            return "451 4.3.0 not now"
        kept = not mood or self.chance.random() < 0.5
        reply = await super().handle_DATA(server, session, envelope) if kept else ""
        return await self._spoil(mood, server) if mood else reply

    async def _spoil(self, mood: str, server: SMTP) -> str:
        if mood == "stall":
            await asyncio.sleep(STALL_SECONDS * 1.5)
        if mood != "later":
            server.transport.abort()
        return "451 4.3.0 not now"


def send_all(room: Mailroom, record: EditionRecord, rounds: int = 1000) -> tuple[DeliveryRecord, ...]:
    """Look every ten minutes at what is due until every letter has come to an end."""
    with room.press() as press:
        for _ in range(rounds):
            press.ledger.recover()
            for _attempt in deliver_due(press):
                pass
            stand = press.ledger.deliveries.of(record)
            if {item.state for item in stand} <= ENDS:
                return stand
            room.clock.at += timedelta(minutes=10)
    raise AssertionError(f"unfinished: {Counter(item.state for item in stand)}")


@dataclass(frozen=True)
class Balance:
    """What the ledger says of the letters, beside what the receiver has: they agree."""

    states: Counter[str]
    received: int
    repeated: int
    uncertain: int


def balance(room: Mailroom, stand: tuple[DeliveryRecord, ...], server: MailServer) -> Balance:
    """Compare the ledger with the receiver; AssertionError where they differ.

    Who is told to have a letter has it; every copy has the stored bytes; a second copy follows an uncertain send.
    """
    got: dict[str, list[bytes]] = {}
    for mail in server.mails:
        (reader,) = mail.recipients
        got.setdefault(reader, []).append(mail.content)
    with room.press() as press:
        for item in stand:
            copies = got.pop(item.recipient, [])
            sure = item.state == "sent"
            assert sure <= len(copies) <= sure + item.uncertainties, f"{item}: {len(copies)} received"
            assert set(copies) <= {press.archive.get(item.message)}, f"altered: {item.recipient}"
    assert not got, f"nobody sent these: {got.keys()}"
    received = len(server.mails)
    repeated = received - len({mail.recipients for mail in server.mails})
    return Balance(
        Counter(item.state for item in stand), received, repeated, sum(item.uncertainties for item in stand)
    )


def torment(room: Mailroom, server: MoodyServer, count: int, connections: int) -> Balance:
    """Send letters through a server with moods; its silences last seconds, as do our deadlines."""
    room.by_smtp(server, timeout=1, connections=connections)
    record = room.queue([f"reader{number}@example.test" for number in range(count)])
    patient, smtp.ACCEPT_SECONDS = smtp.ACCEPT_SECONDS, STALL_SECONDS  # type: ignore[assignment]
    try:
        stand = send_all(room, record)
    finally:
        smtp.ACCEPT_SECONDS = patient
    found = balance(room, stand, server)
    assert sum(found.states.values()) == count
    return found


def killing(
    room: Mailroom, server: MailServer, count: int, kills: int, connections: int
) -> tuple[int, int, int]:
    """Kill the sender at random moments; how many letters were uncertain, came twice, and the most after one kill."""
    room.by_smtp(server, connections=connections)
    record = room.queue([f"reader{number}@example.test" for number in range(count)])
    chance, most = random.Random(5), 0
    for _ in range(kills):
        target = len(server.mails) + chance.randint(1, max(1, count // (2 * kills)))
        _sender_until(room, server, target)
        sending = sum(item.state == "sending" for item in room.stand(record).values())
        assert sending <= connections, f"{sending} letters under way over {connections} connections"
        most = max(most, sending)
        room.later(minutes=20)
    found = balance(room, send_all(room, record), server)
    assert found.uncertain <= kills * connections
    assert found.states == {"sent": count}
    return found.uncertain, found.repeated, most


def _sender_until(room: Mailroom, server: MailServer, target: int) -> None:
    """A sender in a process of its own, killed as soon as the receiver has so many messages."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["soak.torture"])
    sender = context.Process(target=_send, args=(str(room.root), room.clock.at))
    sender.start()
    until = time.monotonic() + 60
    while len(server.mails) < target and sender.is_alive() and time.monotonic() < until:
        time.sleep(0.001)
    if sender.pid is not None:
        os.kill(sender.pid, signal.SIGKILL)
    sender.join()


def _send(root: str, at: datetime) -> None:
    Mailroom(Path(root), FixedClock(at)).tick()
