"""The owner hears of trouble by a way that works; the audience hears only that its edition comes later."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from broadsheet.clock import SystemClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.ledger.ledger import Ledger
from broadsheet.press.alarms import LOG, Told, ping
from broadsheet.press.planning import plan_due
from broadsheet.press.press import Press
from broadsheet.press.tick import tick
from broadsheet.press.watch import watch
from broadsheet.schedule import Beat, Lookout
from press.workspace import MONDAY, SETTINGS, SUNDAY, House, held, report
from support.smtp import MailServer
from support.web import WebServer, web_server

pytestmark = pytest.mark.faults

BROKEN = "SELECT * FROM orders WHERE CAST(channel AS INTEGER) > 0\n"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


def breaks(house: House) -> None:
    """The next edition cannot be computed."""
    sources = (house.root / "config/sources.yaml").read_text(encoding="utf-8")
    house.write("config/views/orders.sql", BROKEN)
    house.write("config/sources.yaml", sources.replace("table: orders", "sql: config/views/orders.sql"))


def settings(house: House, alerts: str, mail: str = "") -> None:
    house.write("config/settings.yaml", f"{SETTINGS}{mail}alerts: {alerts}\n")


def relay(server: MailServer) -> str:
    return f"mail: {{channel: smtp, host: localhost, port: {server.port}, ca_file: {server.ca_file}}}\n"


DEAD_RELAY = "mail: {channel: smtp, host: 127.0.0.1, port: 9, timeout: 2}\n"


@contextmanager
def ticked(house: House, **environ: str) -> Iterator[Press]:
    """A press that has ticked on Sunday and on Monday after the edition was due."""
    with house.press(environ) as press:
        house.clock.at = SUNDAY
        tick(press)
        house.clock.at = MONDAY
        tick(press)
        yield press


def ways(told: tuple[Told, ...]) -> list[tuple[str, str]]:
    return [(each.way, each.notice.subject) for each in told]


FAILED = "Broadsheet: orders not made"


def test_the_owner_gets_a_mail(house: House, smtp_server: MailServer) -> None:
    breaks(house)
    settings(house, "{to: Ola <ola@example.test>}", relay(smtp_server))
    with ticked(house) as press:
        assert ways(watch(press)) == [("mail", FAILED)]
        assert watch(press) == ()
    (mail,) = smtp_server.mails
    assert mail.recipients == ("ola@example.test",)
    assert mail.message["Auto-Submitted"] == "auto-generated"
    text = mail.message.get_content()
    assert "2026-W24 for sales: not sent, 2 of its blocks failed" in text
    assert "broadsheet run orders --send" in text


def test_a_dead_mail_server_leaves_the_second_way(house: House, web: WebServer) -> None:
    breaks(house)
    settings(house, '{to: ola@example.test, webhook: "${env:HOOK}", hosts: ["127.0.0.1"]}', DEAD_RELAY)
    with ticked(house, HOOK=web.url("/secret")) as press:
        (told,) = watch(press)
    assert told.way == "webhook"
    assert told.failures[0].startswith("mail: ")
    (call,) = web.calls
    assert (call.method, call.path) == ("POST", "/secret")
    assert call.body["text"].startswith(FAILED)


def test_what_nobody_took_is_told_as_soon_as_somebody_does(house: House, web: WebServer) -> None:
    breaks(house)
    settings(house, '{webhook: "${env:HOOK}", hosts: ["127.0.0.1"]}')
    with ticked(house, HOOK=web.url("/secret")) as press:
        web.status = 503
        assert ways(watch(press)) == [("", FAILED)]
        web.status = 302
        web.headers = {"Location": web.url("/elsewhere")}
        assert ways(watch(press)) == [("", FAILED)], "a redirect is not followed"
        web.status, web.headers = 200, {}
        assert ways(watch(press)) == [("webhook", FAILED)]
    assert {call.path for call in web.calls} == {"/secret"}


def test_a_host_that_is_not_allowed_is_not_called(house: House, web: WebServer) -> None:
    breaks(house)
    settings(house, '{webhook: "${env:HOOK}", ping: "${env:HOOK}", hosts: [hc-ping.com]}')
    with ticked(house, HOOK=web.url("/secret")) as press:
        (told,) = watch(press)
        outcome = ping(press)
    assert told.failures == ("webhook: the host 127.0.0.1 is not among `hosts`",)
    assert outcome is not None
    assert outcome.state == "failed"
    assert web.calls == []


def test_a_program_and_a_folder_are_ways_too(house: House) -> None:
    breaks(house)
    house.write(
        "pager.py", "import sys; open('page.txt', 'w').write(sys.stdin.read()); sys.exit(int(sys.argv[1]))"
    )
    page = house.root / "page.txt"
    script = (house.root / "pager.py").read_text(encoding="utf-8").replace("page.txt", str(page))
    house.write("pager.py", script)
    for code, way in ((1, "folder"), (0, "command")):
        settings(
            house, f'{{command: ["{sys.executable}", "{house.root}/pager.py", "{code}"], folder: var/alerts}}'
        )
        with ticked(house) as press:
            press.ledger.alerts.open("storage", f"disk {code}", "full")
            assert watch(press)[-1].way == way
    assert page.read_text(encoding="utf-8").startswith("Broadsheet: disk 0 cannot be written")
    (file,) = (house.var / "alerts").iterdir()
    assert "2026-W24 for sales" in file.read_text(encoding="utf-8")


def test_without_a_way_the_log_has_it(house: House) -> None:
    breaks(house)
    with ticked(house) as press:
        assert ways(watch(press)) == [(LOG, FAILED)]
        assert watch(press) == ()


def test_what_is_late_is_told_and_the_audience_gets_a_short_note(house: House) -> None:
    house.write("reports/orders.yaml", report(audience="[sales, board]", late_note="true"))
    settings(house, "{to: ola@example.test}")
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
        with held(house.warehouse):
            house.clock.at = MONDAY - timedelta(minutes=55)
            tick(press)
            assert watch(press) == (), "five minutes are not late"
            house.clock.at += 6 * MINUTE
            (told,) = watch(press)
            assert told.notice.subject == "Broadsheet: warehouse out of reach"
            assert "another process has been writing" in told.notice.text
            assert watch(press) == ()
        house.clock.at += 30 * MINUTE
        tick(press)
        watch(press)
        assert press.ledger.alerts.current() == ()
    notes = [name for name in house.outbox if name.startswith("notice.late")]
    assert len(notes) == 3
    (german,) = (
        path for path in (house.var / "outbox").iterdir() if path.name.startswith("notice.late-2.cy")
    )
    mail = message_from_bytes(german.read_bytes(), policy=policy.default)
    assert mail["Subject"] == "Orders KW\u202f24 kommt später"
    assert mail.get_content().strip() == (
        "„Orders“ für KW\u202f24 verspätet sich. Sie erhalten den Bericht, sobald er vollständig ist."
    )


def test_an_edition_that_no_press_makes_is_late(house: House) -> None:
    settings(house, "{to: ola@example.test}")
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
        house.clock.at = MONDAY - timedelta(minutes=55)
        plan_due(press)
        assert watch(press) == (), "five minutes are not late"
        house.clock.at += 6 * MINUTE
        (told,) = watch(press)
        assert told.notice.subject == "Broadsheet: orders late"
        tick(press)
        watch(press)
        assert press.ledger.alerts.current() == ()


def test_what_waits_for_a_paused_report_is_not_late(house: House) -> None:
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
        house.clock.at = MONDAY
        plan_due(press)
    house.write("reports/orders.yaml", report(paused="true"))
    with house.press() as press:
        assert watch(press) == ()


def test_letters_that_a_dead_relay_keeps_are_late(house: House) -> None:
    settings(house, "{to: ola@example.test, folder: var/alerts}", DEAD_RELAY)
    with ticked(house) as press:
        house.clock.at += 11 * MINUTE
        (told,) = watch(press)
    assert (told.way, told.notice.subject) == ("folder", "Broadsheet: orders late")
    assert "2 letters of 2026-W24 for sales wait since 2026-06-15 08:00" in told.notice.text


def test_the_heartbeat_comes_once_a_day(house: House) -> None:
    settings(house, '{to: ola@example.test, heartbeat: "08:30"}')
    with ticked(house) as press:
        assert watch(press) == ()
        house.clock.at += 31 * MINUTE
        (told,) = watch(press)
        assert told.notice.subject == "Broadsheet: sent 2, late 1, failed 0"
        assert "Nothing is amiss." in told.notice.text
        assert watch(press) == ()
        house.clock.at += timedelta(days=1)
        assert [each.notice.subject for each in watch(press)] == ["Broadsheet: sent 0, late 0, failed 0"]


def test_a_complete_tick_is_a_sign_of_life_once_a_minute(house: House, web: WebServer) -> None:
    settings(house, '{ping: "${env:PING}", hosts: ["127.0.0.1"]}')
    house.clock.at = SUNDAY
    environ = {"PING": web.url("/ping/1")}
    with house.press(environ) as press:
        beat = Beat(house.root, lambda: press)
        for seconds, calls in ((0, 1), (15, 1), (60, 2)):
            house.clock.at = SUNDAY + timedelta(seconds=seconds)
            beat()
            assert len(web.calls) == calls
        web.status = 500
        house.clock.at += 2 * MINUTE
        beat()
        assert beat.trouble == "", "a failed sign of life stops nothing"


def test_a_ledger_that_cannot_be_used_is_told_without_it(house: House, web: WebServer) -> None:
    settings(house, '{webhook: "${env:HOOK}", ping: "${env:HOOK}", hosts: ["127.0.0.1"]}')
    house.write("var/ledger.sqlite", "not a database, but long enough to be mistaken for one" * 100)
    with house.press({"HOOK": web.url("/secret")}) as press:
        beat = Beat(house.root, lambda: press)
        lookout = Lookout(beat)
        for _ in range(3):
            beat()
            lookout()
            house.clock.at += MINUTE
    (call,) = web.calls
    assert call.method == "POST", "no sign of life"
    assert call.body["subject"] == "Broadsheet: the schedule cannot do its work"


def test_the_command_shows_what_is_amiss(house: House) -> None:
    assert house.run("alerts").stdout == "Nothing is amiss.\n"
    ledger = Ledger.open(house.var / "ledger.sqlite", SystemClock())
    ledger.alerts.open("channel", "smtp", "connection refused")
    ledger.close()
    shown = house.run("alerts").stdout
    assert "channel  smtp" in shown
    assert "connection refused" in shown


def test_an_address_that_is_a_secret_stands_in_no_file(house: House) -> None:
    settings(house, '{webhook: "https://hooks.example.test/T0/B0/secret", hosts: [hooks.example.test]}')
    with house.press() as press:
        assert "Write ${env:NAME}" in "".join(map(str, press.workspace.problems))


KILLED = """
import os, signal, sys
from pathlib import Path
from broadsheet import failpoints
from broadsheet.clock import SystemClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.press.alarms import tell_news
from broadsheet.press.press import Press

def reached(step):
    if step == sys.argv[1]:
        os.kill(os.getpid(), signal.SIGKILL)

failpoints.reached = reached
root = Path(sys.argv[2])
tell_news(Press(load_workspace(root), SystemClock(), {}, root / "var"))
"""


@pytest.mark.parametrize(("step", "mails"), [("alarms.before-tell", 0), ("alarms.before-told", 1)])
def test_who_dies_over_an_alert_leaves_it_to_the_next(house: House, step: str, mails: int) -> None:
    settings(house, "{to: ola@example.test}")
    ledger = Ledger.open(house.var / "ledger.sqlite", SystemClock())
    ledger.alerts.open("channel", "smtp", "refused")
    ledger.close()
    died = subprocess.run([sys.executable, "-c", KILLED, step, str(house.root)])
    assert died.returncode == -signal.SIGKILL
    assert len(house.outbox) == mails
    press = Press(load_workspace(house.root), SystemClock(), {}, house.var)
    assert ways(watch(press)) == [("mail", "Broadsheet: smtp channel down")]
    assert watch(press) == ()
    press.close()
    assert len(house.outbox) == 1, "told again with the same identity"
