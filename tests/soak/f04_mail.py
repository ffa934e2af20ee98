"""F4: letters through a mail server that refuses, drops and stalls: each ends, receiver and ledger agree."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from soak.torture import MoodyServer, torment
from support.mailroom import mailroom
from support.smtp import mail_server

LETTERS = 10_000
CONNECTIONS = 8


def main(scale: float = 1.0) -> str:
    """Torment the mail channel with so many letters."""
    count = max(100, round(LETTERS * scale))
    with TemporaryDirectory() as folder, mail_server(Path(folder), make=MoodyServer) as server:
        found = torment(mailroom(Path(folder) / "shop"), server, count, CONNECTIONS)
    moods = ", ".join(f"{server.moods[mood]} {name}" for mood, name in NAMES.items())
    ends = ", ".join(f"{number} {state}" for state, number in found.states.most_common())
    return (
        f"{count} letters met {moods}: {ends}, sum {count}; the receiver has {found.received}, {found.repeated} "
        f"of them again after {found.uncertain} uncertain sends, all with the stored bytes"
    )


NAMES = {"later": "× 4xx", "never": "× 5xx", "drop": "drops", "stall": "stalls"}

if __name__ == "__main__":
    print(main(*map(float, sys.argv[1:2])))
