"""Through Postfix to Dovecot and back: senders that are killed, and letters that bounce."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.press.bounces import read_bounces
from support.mailroom import Mailroom, mailroom
from support.relay import DOMAIN, PASSWORD, READERS, Relay, relay
from support.smtp import MailServer, mail_server

STEPS = (
    "deliver.after-claim",
    "smtp.before-dot",
    "smtp.after-dot",
    "smtp.after-answer",
    "deliver.before-settling",
    "ledger.before-commit",
)
CYCLES = 12


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """The rest of the world: it knows nobody."""
    with mail_server(tmp_path_factory.mktemp("elsewhere"), tls="none") as server:
        server.answer("RCPT", "550 5.1.1 no such user here", times=1000)
        yield server


@pytest.fixture(scope="module")
def servers(elsewhere: MailServer) -> Iterator[Relay]:
    with relay(elsewhere.port) as running:
        yield running


@pytest.fixture
def room(servers: Relay, tmp_path: Path) -> Mailroom:
    room = mailroom(tmp_path / "shop")
    room.settings(
        f"channel: smtp, host: {servers.host}, port: {servers.port}, ca_file: '{servers.ca_file}', "
        f"sender: reports@{DOMAIN}, timeout: 20, connections: 2, bounces: {{host: {servers.host}, "
        f"port: {servers.imap}, ca_file: '{servers.ca_file}', user: reports@{DOMAIN}, "
        "password: '${env:IMAP_PASSWORD}'}"
    )
    return room


def test_senders_are_killed_and_no_reader_sees_a_letter_twice(room: Mailroom, servers: Relay) -> None:
    chance, readers, killed = random.Random(6), READERS[:3], 0
    for cycle in range(CYCLES):
        record = room.queue(readers, period=f"2026-W{cycle + 10}")
        step, visit = STEPS[cycle % len(STEPS)], chance.randint(1, len(readers))
        killed += room.killed_at(step, visit)
        for _ in range(4):
            room.later(minutes=20)
            room.tick()
            states = {item.state for item in room.stand(record).values()}
            if states == {"sent"}:
                break
        assert states == {"sent"}, step
    servers.settle()
    assert killed == CYCLES
    for reader in readers:
        seen = Counter(str(message["Message-ID"]) for message in servers.mailbox(reader))
        assert len(seen) == CYCLES, f"lost for {reader}"
        assert set(seen.values()) == {1}, f"seen twice by {reader}"
    repeats = sum(servers.delivered(reader) for reader in readers) - CYCLES * len(readers)
    assert 0 < repeats <= killed * 2, (
        "at most one per kill and connection, and the mailboxes have dropped them"
    )


def test_a_letter_that_another_server_refuses_comes_back_and_twice_is_enough(
    room: Mailroom, servers: Relay
) -> None:
    stranger = "nobody@elsewhere.test"
    secrets = {"IMAP_PASSWORD": PASSWORD}
    for period, count in (("2026-W24", 1), ("2026-W25", 2)):
        record = room.queue([stranger], period=period)
        assert [attempt.outcome.state for attempt in room.tick()] == ["sent"], "our server takes everything"
        servers.settle()
        with room.press(secrets) as press:
            (found,) = read_bounces(press)
            assert (found.address, found.what) == (stranger, "bounced")
            assert "5.1.1" in found.reply
            assert press.ledger.suppressions.all()[0].bounces == count
            assert read_bounces(press) == (), "what was read is marked as seen"
        assert room.stand(record)["nobody"].cause == "bounce"
    third = room.queue([stranger], period="2026-W26")
    assert room.tick() == []
    assert (room.stand(third)["nobody"].state, room.stand(third)["nobody"].cause) == (
        "cancelled",
        "suppressed",
    )
