"""F5: nothing is uncertain on a clean run; after a kill at most one letter per connection is."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from soak.torture import balance, killing, send_all
from support.mailroom import mailroom
from support.smtp import mail_server

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
        killed = killing(mailroom(Path(folder) / "killed"), server, count, kills, CONNECTIONS)
    return (
        f"{count} letters over {CONNECTIONS} connections: 0 uncertain; killed {kills} times while sending: "
        f"{killed[0]} uncertain (at most {killed[2]} after one kill), {killed[1]} received twice, 0 lost, same bytes"
    )


if __name__ == "__main__":
    print(main(*map(float, sys.argv[1:2])))
