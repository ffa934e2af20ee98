"""Drills: trouble of one kind in a small workspace, with the real beat and watch over a clock that the drill moves.

It is counted how many minutes it takes until the owner hears of it: by mail, or by the second way where the mail
server is dead.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import urllib3
from urllib3.exceptions import HTTPError

from broadsheet.definitions.workspace import load_workspace
from broadsheet.press.press import Press
from broadsheet.schedule import Beat, Carrier, Lookout
from press.workspace import SETTINGS, SUNDAY, House, build, report
from support.smtp import PASSWORD, USER, MailServer, mail_server
from support.web import web_server

DUE = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
"""When the edition of the week before is due."""
OWNER = "ola@example.test"
PATIENCE = 25
"""Minutes after which a drill is given up."""
GRACE = timedelta(minutes=10)
"""How long a watch elsewhere waits after a sign of life that is a minute late."""


@dataclass
class Scene:
    """A workspace with a mail server, alive or dead, whose owner may be told by a folder too."""

    house: House
    server: MailServer
    dead: bool

    def settings(self, *, password: str = PASSWORD, more: str = "") -> None:
        """Write the settings."""
        port = 9 if self.dead else self.server.port
        mail = (
            f"mail: {{channel: smtp, host: localhost, port: {port}, ca_file: '{self.server.ca_file}', timeout: 2, "
            f"user: {USER}, password: '${{env:SMTP_PASSWORD}}'}}\n"
        )
        alerts = f"alerts: {{to: {OWNER}, folder: var/alerts}}\n"
        self.house.write("config/settings.yaml", SETTINGS + mail + alerts + more)
        self.environ = {"SMTP_PASSWORD": password}

    def load(self) -> Press:
        """A press over the definitions as they are now."""
        return Press(load_workspace(self.house.root), self.house.clock, self.environ, self.house.var)

    @property
    def heard(self) -> bool:
        """Whether the owner has been told anything."""
        mailed = any(OWNER in mail.recipients for mail in self.server.mails)
        return mailed or any((self.house.var / "alerts").glob("*.txt"))


Trouble = Callable[[Scene], object]


def failing_block(scene: Scene) -> None:
    """A column is not what it was."""
    sources = (scene.house.root / "config/sources.yaml").read_text(encoding="utf-8")
    scene.house.write("config/views/orders.sql", "SELECT * FROM orders WHERE CAST(channel AS INTEGER) > 0\n")
    scene.house.write("config/sources.yaml", sources.replace("table: orders", "sql: config/views/orders.sql"))


def broken_template(scene: Scene) -> None:
    """A template asks for what there is not."""
    scene.house.write("templates/page.html.j2", "<html>{{ titel }}</html>\n")


def missing_warehouse(scene: Scene) -> None:
    """The data source is gone."""
    scene.house.warehouse.rename(scene.house.root / "away.duckdb")


def unfilled_text(scene: Scene) -> None:
    """The gate holds the edition."""
    scene.house.write("reports/orders.yaml", report(question="What does {{ who }} order?"))


def no_room_for_the_archive(scene: Scene) -> None:
    """Nothing can be stored."""
    scene.house.write("var/archive", "a file where the folder should be")


def damaged_ledger(scene: Scene) -> None:
    """The ledger cannot be read any more."""
    for name in ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"):
        with suppress(FileNotFoundError):
            (scene.house.var / name).unlink()
    scene.house.write("var/ledger.sqlite", "not a database, but long enough to be mistaken for one" * 100)


def refused_recipient(scene: Scene) -> None:
    """One address does not exist any more."""
    scene.server.answer("RCPT", "550 5.1.1 no such user", to="ada@example.test", times=99)


def refused_message(scene: Scene) -> None:
    """The server takes no such message; the owner's is not of that kind."""
    scene.server.answer("DATA", "554 5.7.1 policy", times=2)


def revoked_password(scene: Scene) -> None:
    """The account of the reports is closed."""
    scene.settings(password="wrong")


def quiet(scene: Scene) -> None:
    """Nothing but a dead mail server: what is ready cannot leave."""


ANYWAY: tuple[Trouble, ...] = (
    failing_block,
    broken_template,
    missing_warehouse,
    unfilled_text,
    no_room_for_the_archive,
    damaged_ledger,
)
"""Trouble that is told whether mail works or not."""
OF_MAIL: tuple[Trouble, ...] = (refused_recipient, refused_message, revoked_password)
DRILLS: tuple[tuple[Trouble, bool], ...] = (
    *((trouble, dead) for trouble in ANYWAY for dead in (False, True)),
    *((trouble, False) for trouble in OF_MAIL),
    (quiet, True),
)
"""Each kind of trouble, and whether the mail server is dead beside it."""


def drill(trouble: Trouble, folder: Path, *, dead: bool) -> int:
    """Minutes from the time the edition is due until the owner has been told. AssertionError when nobody is."""
    house = build(folder)
    with mail_server(folder) as server:
        return _minutes(trouble, Scene(house, server, dead))


def _minutes(trouble: Trouble, scene: Scene) -> int:
    scene.settings()
    scene.house.clock.at = SUNDAY
    beat = Beat(scene.house.root, scene.load)
    carrier, lookout = Carrier(beat, Event()), Lookout(beat)
    beat()
    if trouble is damaged_ledger:
        beat.close()
    trouble(scene)
    beat.press = scene.load()
    try:
        for minute in range(PATIENCE):
            scene.house.clock.at = DUE + timedelta(minutes=minute)
            for job in (beat, carrier, lookout):
                job()
            if scene.heard:
                return minute
    finally:
        beat.close()
    raise AssertionError(f"nobody heard of {trouble.__name__} within {PATIENCE} minutes")


def killed(folder: Path, number: signal.Signals) -> float:
    """Minutes after which a watch elsewhere knows that the service was killed or stopped: no sign of life comes."""
    with web_server() as watcher, _serving(build(folder), watcher.url("/ping")) as (service, ready):
        _until(lambda: bool(watcher.calls) and ready() == 200)
        service.send_signal(number)
        _until(lambda: ready() != 200)
        calls = len(watcher.calls)
        time.sleep(2)
        assert len(watcher.calls) == calls, "a dead service gave a sign of life"
    # The last sign of life came at most a minute before, so that is how long the next one is awaited.
    return (timedelta(minutes=1) + GRACE).total_seconds() / 60


@contextmanager
def _serving(house: House, ping: str) -> Iterator[tuple[subprocess.Popen[str], Callable[[], int]]]:
    house.write("config/settings.yaml", SETTINGS + 'alerts: {ping: "${env:PING}", hosts: ["127.0.0.1"]}\n')
    command = house.command("serve", "--beat", "1", "--listen", "127.0.0.1:0")
    environ = {**os.environ, "PING": ping}
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as service:
        assert service.stderr is not None
        port = service.stderr.readline().rsplit(" ", 1)[1].strip()

        def ready() -> int:
            try:
                url = f"http://127.0.0.1:{port}/readyz"
                return urllib3.request("GET", url, retries=False, timeout=1).status
            except HTTPError:
                return 0

        try:
            yield service, ready
        finally:
            service.kill()


def _until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < deadline, "it did not happen within 30 seconds"
        time.sleep(0.1)
