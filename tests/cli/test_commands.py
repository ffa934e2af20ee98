"""The other commands: what they print, what they leave alone, and how they fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from broadsheet import __version__
from broadsheet.cli.app import app
from broadsheet.periods import parse_label
from broadsheet.press.order import order
from broadsheet.press.run import Published
from broadsheet.press.tick import tick
from cli.conftest import Command
from press.workspace import FILES, MONDAY, SETTINGS, SUNDAY, House, report
from support.smtp import MailServer

COMMANDS = [
    [name, *inner]
    for name, found in get_command(app).commands.items()
    for inner in ([[part] for part in getattr(found, "commands", {})] or [[]])
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_says_what_a_command_does(command: Command, words: list[str]) -> None:
    done = command(*words, "--help")
    assert done.code == 0
    assert "Usage: broadsheet " + " ".join(words) in done.out
    assert done.out.split("\n\n")[1].strip()


def test_version(command: Command) -> None:
    assert command("--version").out == f"{__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        "check",
        "plan",
        "tick",
        "serve",
        "history",
        "show orders/2026-W24",
        "rerun orders/2026-W24",
        "diff orders/2026-W24",
        "schema",
        "doctor",
        "demo",
        "run orders",
        "templates copy page.html.j2",
    ],
)
def test_outside_a_workspace_a_command_says_so_and_writes_nothing(
    command: Command, tmp_path: Path, words: str
) -> None:
    done = command("-C", tmp_path, *words.split())
    assert done.code == 2
    assert f"{tmp_path} is no workspace" in done.err
    assert "broadsheet init FOLDER" in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes into other users' folders")
@pytest.mark.parametrize("words", ["history", "tick", "preview orders", "schema"])
def test_root_leaves_nothing_in_the_var_of_another_user(house: House, here: Command, words: str) -> None:
    house.var.mkdir()
    os.chown(house.var, 65534, -1)
    done = here(*words.split())
    assert done.code == 2
    assert f"{house.var} belongs to nobody" in done.err
    assert "sudo -u nobody broadsheet" in done.err
    assert list(house.var.iterdir()) == []
    os.chown(house.var, 12345, -1)
    assert "sudo -u '#12345' broadsheet" in here(*words.split()).err
    os.chown(house.var, 0, -1)
    assert here("history").code == 0, "a container's root works in its own"


def test_check_lists_all_problems(house: House, here: Command) -> None:
    assert here("check").code == 0
    house.write("reports/orders.yaml", report(audience="slaes", blocks="[{kpis: [ordres]}]"))
    done = here("check")
    assert done.code == 1
    assert done.out.endswith("2 errors, 0 warnings. Sound: 0 reports, 2 KPIs.\n")
    as_json = here("check", "--json")
    assert as_json.code == 1
    problems = json.loads(as_json.out)
    assert {item["code"] for item in problems} == {"unknown-audience", "unknown-kpi"}
    assert set(problems[0]) == {"file", "line", "column", "severity", "code", "what", "remedy"}


def test_check_data_compares_with_the_tables(house: House, here: Command) -> None:
    assert here("check", "--data").code == 0
    house.write("config/sources.yaml", FILES["config/sources.yaml"].replace("amount: money", "amout: money"))
    house.write(
        "config/kpis/sales.yaml", FILES["config/kpis/sales.yaml"].replace("orders.amount", "orders.amout")
    )
    done = here("check", "--data")
    assert done.code == 1
    assert "data-column" in done.out
    house.warehouse.unlink()
    done = here("check", "--data", "--json")
    assert (done.code, [item["code"] for item in json.loads(done.out)]) == (1, ["data-source"])


def test_schema_writes_a_file_per_kind(house: House, here: Command, tmp_path: Path) -> None:
    done = here("schema")
    assert done.code == 0
    names = {path.name for path in (house.var / "schemas").iterdir()}
    assert "report.schema.json" in names or "report.json" in names
    for path in (house.var / "schemas").iterdir():
        json.loads(path.read_text(encoding="utf-8"))
    (tmp_path / "file").write_text("in the way")
    done = here("schema", "--out", tmp_path / "file")
    assert done.code == 1
    assert f"{tmp_path / 'file'}: File exists" in done.err


def test_templates_are_listed_and_taken_over_once(house: House, here: Command) -> None:
    assert "page.html.j2\n" in here("templates", "list").out
    assert here("templates", "copy", "page.html.j2").code == 0
    assert (house.root / "templates/page.html.j2").is_file()
    assert "page.html.j2  (replaced by templates/page.html.j2)" in here("templates", "list").out
    again = here("templates", "copy", "page.html.j2")
    assert (again.code, "is there already" in again.err) == (2, True)
    wrong = here("templates", "copy", "page.html")
    assert (wrong.code, "Did you mean “page.html.j2”?" in wrong.err) == (2, True)


def test_init_makes_a_sound_workspace_and_never_overwrites_one(command: Command, tmp_path: Path) -> None:
    target = tmp_path / "a new one"
    assert command("init", target).code == 0
    assert command("-C", target, "check").code == 0
    before = sorted(target.rglob("*"))
    done = command("init", target)
    assert done.code == 2
    assert "already has reports/ and config/" in done.err
    assert sorted(target.rglob("*")) == before
    (tmp_path / "file").write_text("in the way")
    done = command("init", tmp_path / "file")
    assert done.code == 1
    assert "Traceback" not in done.err


def test_plan_shows_who_gets_what_when(here: Command) -> None:
    assert "bo@example.test" in here("plan", "--count", "2").out
    coming = json.loads(here("plan", "--count", "2", "--json").out)
    keys = ["due", "report", "period", "audience", "slice", "recipients", "begins", "notes"]
    assert [list(item) for item in coming] == [keys] * 2
    due = datetime.fromisoformat(coming[0]["due"])
    assert (due.weekday(), due.hour, due.utcoffset() is not None) == (0, 7, True)
    assert coming[0]["recipients"] == ["Ada Example <ada@example.test>", "bo@example.test"]


def test_plan_without_a_schedule(house: House, here: Command) -> None:
    house.write("reports/orders.yaml", report(paused="true"))
    assert "Nothing is scheduled" in here("plan").out
    assert json.loads(here("plan", "--json").out) == []


def test_history_of_a_fresh_workspace_creates_nothing(house: House, here: Command) -> None:
    assert "No edition has been planned or sent yet" in here("history").out
    assert json.loads(here("history", "--json").out) == []
    assert here("plan").code == 0
    assert not house.var.exists()


def test_history_tells_what_was_made_and_sent(house: House, here: Command) -> None:
    assert here("run", "orders", "--as-of", "2026-06-15T09:00", "--send").code == 0
    (entry,) = json.loads(here("history", "--json").out)
    assert datetime.fromisoformat(entry.pop("due")).utcoffset() is not None
    assert entry.pop("pages") >= 1
    assert entry == {
        "report": "orders",
        "period": "2026-W24",
        "audience": "sales",
        "slice": "all",
        "locale": "en",
        "revision": 1,
        "state": "ready",
        "deliveries": {"sent": 2},
        "reason": "",
    }
    line = here("history", "orders").out.splitlines()[1].split()
    assert (line[2], line[5:]) == ("orders/2026-W24/sales@1", ["2", "sent"])
    assert here("explain", line[2]).code == 0, "what it shows, other commands take"
    assert here("history", "--failed").out == "There is none.\n"
    assert "2 sent" in here("history", "--since", "2026-06-15").out
    wrong = here("history", "oders")
    assert (wrong.code, "Did you mean “orders”?" in wrong.err) == (2, True)


def test_tick_says_when_something_is_held(house: House, here: Command) -> None:
    done = here("tick", "--once")
    assert (done.code, done.out) == (0, "0 editions made, 0 messages sent, 0 messages waiting.\n")


@pytest.mark.parametrize("state", ["failed", "refused", "held", "postponed"])
def test_a_tick_that_leaves_an_edition_unmade_is_code_3(
    house: House, here: Command, monkeypatch: pytest.MonkeyPatch, state: Any
) -> None:
    with house.press() as press:
        wanted = order(press, "orders", parse_label("2026-W24", press.calendar), MONDAY)
    made = [Published(wanted, state, "why", None)]
    monkeypatch.setattr("broadsheet.press.tick.make_due", lambda *_, **__: made)
    assert here("tick").code == 3


def test_a_tick_is_code_3_while_letters_wait(house: House, here: Command) -> None:
    house.write("var/outbox", "a file where the folder should be")
    assert here("run", "orders", "--as-of", "2026-06-15T09:00", "--send").code == 3
    done = here("tick")
    assert (done.code, done.out) == (3, "0 editions made, 0 messages sent, 2 messages waiting.\n")
    assert "outbox takes nothing now, the letters stay queued" in done.err


def test_doctor_looks_at_everything(house: House, here: Command) -> None:
    done = here("doctor", "--mail", "me@example.test")
    assert done.code == 0, done.out
    assert [line[0] for line in done.out.splitlines()] == ["✓"] * 13
    (trial,) = house.outbox
    assert trial.startswith("notice.trial-")
    house.warehouse.unlink()
    house.write("reports/broken.yaml", "title: [")
    done = here("doctor", "--mail", "nobody")
    assert done.code == 1
    assert [line[0] for line in done.out.splitlines() if line[0] != " "] == [
        *"✓✗✓✓✓✓✓✓✓✓",
        *"✗✓✗",
    ]


def test_a_source_that_is_away_is_told(house: House, here: Command) -> None:
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
    house.warehouse.unlink()
    house.clock.at = MONDAY
    with house.press() as press:
        tick(press)
    away = "connection “warehouse”: the file of duckdb:///shop.duckdb does not exist"
    assert f"! out of reach: data source warehouse since 2026-06-15 08:00: {away}\n" in here("doctor").out
    done = here("tick")
    assert done.code == 3
    assert f"What needs warehouse waits until it answers: {away}\n" in done.err


def test_doctor_mails_by_smtp(house: House, here: Command, smtp_server: MailServer) -> None:
    mail = f"mail: {{channel: smtp, host: localhost, port: {smtp_server.port}, ca_file: {smtp_server.ca_file}}}\n"
    house.write("config/settings.yaml", SETTINGS + mail)
    done = here("doctor", "--mail", "me@example.test")
    assert done.code == 0, done.out
    assert [mail.recipients for mail in smtp_server.mails] == [("me@example.test",)]


def test_the_program_runs_as_a_module_from_any_folder(house: House, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "broadsheet", "-C", os.path.relpath(house.root, tmp_path), "check"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_an_inner_fault_is_one_line_and_the_traceback_is_for_those_who_ask(
    here: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a wheel came off")

    monkeypatch.setattr("broadsheet.press.agenda.agenda", broken)
    done = here("plan")
    assert done.code == 70
    assert done.err.startswith("Internal error: RuntimeError: a wheel came off\n")
    assert "Traceback" in here("--debug", "plan").err
