"""The service: it ticks until it is told to stop, reads changed definitions, and survives broken ones."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import pytest

from broadsheet.definitions.workspace import load_workspace
from broadsheet.errors import DefinitionError
from broadsheet.periods import parse_label
from broadsheet.press.order import order
from broadsheet.press.press import Press
from broadsheet.press.run import Published
from broadsheet.press.tick import tick
from broadsheet.schedule import Beat, Carrier
from press.workspace import FILES, MONDAY, SETTINGS, SUNDAY, House, report
from support.smtp import MailServer

pytestmark = pytest.mark.faults


class Service:
    """`broadsheet serve` in a process of its own, and what it has logged so far."""

    def __init__(self, house: House) -> None:
        self.process = subprocess.Popen(
            house.command("serve", "--beat", "1"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stream:
            self.lines.extend(stream)

    def stop(self, number: signal.Signals) -> str:
        """Send a signal and wait for the end; everything that was logged."""
        self.process.send_signal(number)
        self.process.wait(timeout=60)
        self._reader.join()
        return "".join(self.lines)


@contextmanager
def serving(house: House) -> Iterator[Service]:
    service = Service(house)
    try:
        yield service
    finally:
        if service.process.poll() is None:
            service.process.kill()
            service.process.wait()


def test_what_is_due_is_mailed_and_a_signal_ends_the_service(house: House, smtp_server: MailServer) -> None:
    mail = f"mail: {{channel: smtp, host: localhost, port: {smtp_server.port}, ca_file: {smtp_server.ca_file}}}\n"
    house.write("config/settings.yaml", SETTINGS + mail)
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)  # The ledger now expects the editions since then.
    with serving(house) as service:
        deadline = time.monotonic() + 60
        while len(smtp_server.mails) < 2 and time.monotonic() < deadline:
            assert service.process.poll() is None, service.lines
            time.sleep(0.05)
        log = service.stop(signal.SIGTERM)
    assert service.process.returncode == 0, log
    assert "to ada@example.test: sent (250" in log
    assert log.endswith("stopped\n")
    assert "Traceback" not in log
    first, second = smtp_server.mails
    assert {*first.recipients, *second.recipients} == {"ada@example.test", "bo@example.test"}
    (pdf,) = first.message.iter_attachments()
    assert pdf.get_content().startswith(b"%PDF-")


def test_a_signal_before_the_first_tick_is_done_is_obeyed(house: House) -> None:
    with serving(house) as service:
        while not service.lines:
            assert service.process.poll() is None
            time.sleep(0.02)
        log = service.stop(signal.SIGINT)
    assert service.process.returncode == 0, log
    assert log.endswith("stopped\n")


def test_changed_definitions_are_read_anew_and_broken_ones_leave_the_former_in_force(house: House) -> None:
    loaded: list[Press] = []

    def load() -> Press:
        workspace = load_workspace(house.root)
        if not workspace.reports:
            raise DefinitionError(workspace.errors)
        loaded.append(Press(workspace, house.clock, {}, house.var))
        return loaded[-1]

    beat = Beat(house.root, load)
    carry = Carrier(beat, Event())
    beat()
    assert len(loaded) == 1
    house.write("config/settings.yaml", "version: 1\ncompany: [\n")
    house.clock.at = MONDAY
    beat()
    carry()
    assert len(loaded) == 1
    assert len(house.outbox) == 2, "the former definitions have made the edition"
    house.write("config/settings.yaml", SETTINGS)
    house.write("reports/orders.yaml", report("Renamed"))
    house.clock.at += timedelta(weeks=1)
    beat()
    carry()
    beat.close()
    assert len(loaded) == 2
    assert any("Renamed" in path.read_text(encoding="utf-8") for path in (house.var / "outbox").glob("*W25*"))


@contextmanager
def a_letter_under_way(house: House, server: MailServer) -> Iterator[tuple[Beat, Event]]:
    """A press of which the first letter is just being taken, until the end of the block; what ends its carrying."""
    go_on, begun, stopped = Event(), Event(), Event()

    async def think() -> None:
        begun.set()
        while not go_on.is_set():
            await asyncio.sleep(0.02)

    server.accepting = think
    mail = f"mail: {{channel: smtp, host: localhost, port: {server.port}, ca_file: {server.ca_file}}}\n"
    house.write("config/settings.yaml", SETTINGS + mail)
    beat = Beat(house.root, lambda: Press(load_workspace(house.root), house.clock, {}, house.var))
    beat()
    house.clock.at = MONDAY
    beat()
    carrier = Thread(target=Carrier(beat, stopped))
    carrier.start()
    try:
        assert begun.wait(10)
        yield beat, stopped
    finally:
        go_on.set()
        carrier.join()


def test_a_mail_server_that_takes_its_time_delays_no_edition(house: House, smtp_server: MailServer) -> None:
    with a_letter_under_way(house, smtp_server) as (beat, stopped):
        house.clock.at += timedelta(weeks=1)
        beat()
        periods = {record.key.period: record.state for record, _ in beat.press.ledger.history.latest()}
        assert periods == {"2026-W24": "ready", "2026-W25": "ready"}
        stopped.set()
    assert len(smtp_server.mails) == 1, "what had begun is finished, no further letter is taken"
    beat.close()


def test_a_letter_under_way_is_not_taken_for_lost_when_the_definitions_change(
    house: House, smtp_server: MailServer
) -> None:
    with a_letter_under_way(house, smtp_server) as (beat, _):
        former = beat.press
        house.write("reports/orders.yaml", report("Renamed"))
        beat()
        assert beat.press is not former
        ((record, _),) = beat.press.ledger.history.latest()
        states = {letter.state for letter in beat.press.ledger.deliveries.of(record)}
        assert states == {"sending", "queued"}, "it is still under way, by a process that lives"
        assert len(beat.press.ledger.nodes.alive()) == 2
    assert len(smtp_server.mails) == 2, "each reader has one"
    assert len(beat.press.ledger.nodes.alive()) == 1, "the former press has been let go of"
    beat.close()


DYING = """
import sys
from apscheduler.schedulers.background import BackgroundScheduler
BackgroundScheduler._main_loop = lambda self: None  # The thread that wakes the press is dead.
"""
HANGING = """
import sys, time
from broadsheet import schedule
schedule.patience = lambda _: 2
schedule.make_due = lambda *_, **__: time.sleep(600)
"""


@pytest.mark.parametrize("trouble", [DYING, HANGING], ids=["dead", "stuck"])
def test_fault_s16_tick_thread_dead(house: House, trouble: str) -> None:
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
    code = f"{trouble}sys.argv = sys.argv[1:]\nfrom broadsheet.cli import main\nmain()"
    words = [sys.executable, "-c", code, *house.command("serve", "--beat", "1")[2:]]
    died = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert died.returncode == 70, died.stderr
    assert "no tick has got on for too long" in died.stderr
    assert "Traceback" not in died.stderr
    house.clock.at = MONDAY
    with house.press() as press:
        assert [item.state for item in tick(press).published] == ["ready"], "started anew, it leaves no gap"


def test_a_beat_is_missing_after_three_intervals_at_most_and_a_long_tick_is_none(house: House) -> None:
    beat = Beat(house.root, lambda: Press(load_workspace(house.root), house.clock, {}, house.var))
    beat()
    house.clock.sleep(2 * 15)
    assert not beat.stuck(15)
    house.clock.sleep(1)
    assert beat.stuck(15)
    beat()
    assert not beat.stuck(15)
    beat.close()


@pytest.mark.parametrize(
    ("limits", "connection", "allowed"),
    [
        ("", "wait: 0", 900),
        ("limits: {seconds: 1800}\n", "wait: 0", 2100),
        ("", "wait: 20, timeout: 120", 1700),
    ],
    ids=["usual", "drawing", "asking"],
)
def test_what_the_settings_let_an_edition_take_is_no_standstill(
    house: House, monkeypatch: pytest.MonkeyPatch, limits: str, connection: str, allowed: int
) -> None:
    house.write("config/settings.yaml", SETTINGS + limits)
    house.write("config/sources.yaml", FILES["config/sources.yaml"].replace("wait: 0", connection))
    beat = Beat(house.root, lambda: Press(load_workspace(house.root), house.clock, {}, house.var))
    wanted = order(beat.press, "orders", parse_label("2026-W24", beat.press.calendar), MONDAY)
    found: list[tuple[bool, bool]] = []

    def slow(*_: object, **__: object) -> Iterator[Published]:
        for seconds in (allowed, allowed, allowed + 1):
            house.clock.sleep(seconds)
            found.append((beat.stuck(15), beat.status(15).alive))
            yield Published(wanted, "failed", "it took too long", None)

    monkeypatch.setattr("broadsheet.schedule.make_due", slow)
    beat()
    beat.close()
    assert found == [(False, True), (False, True), (True, False)]
