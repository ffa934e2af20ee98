"""The figures of mail on a small scale: see tests/soak/f04_mail.py and f05_uncertain.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from soak.torture import MOODS, MoodyServer, killing, torment
from support.mailroom import Mailroom
from support.smtp import MailServer, mail_server

CONNECTIONS = 4

pytestmark = pytest.mark.faults


def test_every_letter_comes_to_an_end_and_the_receiver_has_what_the_ledger_says(
    room: Mailroom, tmp_path: Path
) -> None:
    with mail_server(tmp_path, make=MoodyServer) as server:
        found = torment(room, server, 200, 4)
    assert set(found.states) <= {"sent", "rejected"}
    assert found.states["sent"] > 150
    assert all(server.moods[mood] for mood in MOODS), "the server had each of its moods"


def test_after_a_kill_at_most_one_letter_per_connection_is_uncertain(
    room: Mailroom, smtp_server: MailServer
) -> None:
    uncertain, repeated, most = killing(room, smtp_server, 60, 3, CONNECTIONS)
    assert most <= CONNECTIONS
    assert repeated <= uncertain <= 3 * CONNECTIONS
