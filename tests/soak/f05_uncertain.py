"""F5: nothing is uncertain on a clean run; after a kill at most one letter per connection is."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from broadsheet.clock import FixedClock
from soak.torture import balance, send_all
from support.mailroom import Mailroom, mailroom
from support.smtp import MailServer, mail_server

LETTERS = 2_000
KILLS = 40
CONNECTIONS = 4


def main(scale: float = 1.0) -> str:
    """Send cleanly, then with the sender killed again and again."""
    count, kills = max(80, round(LETTERS * scale)), max(3, round(KILLS * scale))
    with TemporaryDirectory() as folder, mail_server(Path(folder)) as server:
        clean = mailroom(Path(folder) / "clean")
        clean.by_smtp(server, connections=CONNECTIONS)
        record = clean.queue([f"reader{number}@example.test" for number in range(count)])
        calm = balance(clean, send_all(clean, record), server)
        assert (calm.uncertain, calm.received) == (0, count)
        server.mails.clear()
        killed = killing(mailroom(Path(folder) / "killed"), server, count, kills)
    return (
        f"{count} letters over {CONNECTIONS} connections: 0 uncertain; killed {kills} times while sending: "
        f"{killed[0]} uncertain (at most {killed[2]} after one kill), {killed[1]} received twice, 0 lost, same bytes"
    )


def killing(room: Mailroom, server: MailServer, count: int, kills: int) -> tuple[int, int, int]:
    """Kill the sender at random moments; how many letters were uncertain, came twice, and the most after one kill."""
    room.by_smtp(server, connections=CONNECTIONS)
    record = room.queue([f"reader{number}@example.test" for number in range(count)])
    chance, most = random.Random(5), 0
    for _ in range(kills):
        target = len(server.mails) + chance.randint(1, max(1, count // (2 * kills)))
        _sender_until(room, server, target)
        sending = sum(item.state == "sending" for item in room.stand(record).values())
        assert sending <= CONNECTIONS, f"{sending} letters under way over {CONNECTIONS} connections"
        most = max(most, sending)
        room.later(minutes=20)
    found = balance(room, send_all(room, record), server)
    assert found.uncertain <= kills * CONNECTIONS
    assert found.states == {"sent": count}
    return found.uncertain, found.repeated, most


def _sender_until(room: Mailroom, server: MailServer, target: int) -> None:
    """A sender in a process of its own, killed as soon as the receiver has so many messages."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["soak.f05_uncertain"])
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


if __name__ == "__main__":
    print(main(*map(float, sys.argv[1:2])))
