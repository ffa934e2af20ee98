"""A running schedule tells whether it lives and can work, its figures, and every transition as a line of JSON."""

from __future__ import annotations

import json
import logging
import re
import signal
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import urllib3
import yaml
from prometheus_client.parser import text_string_to_metric_families

from broadsheet.cli.logs import SILENT, JsonLines, write_log
from broadsheet.errors import UsageError
from broadsheet.ledger.journal import digest
from broadsheet.monitor.health import Status
from broadsheet.monitor.server import Monitor
from broadsheet.press.planning import plan_due
from broadsheet.press.press import Press
from broadsheet.press.tick import tick
from press.workspace import MONDAY, SUNDAY, House, build, report

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return build(tmp_path / "shop")


@pytest.fixture
def press(house: House) -> Iterator[Press]:
    with house.press() as opened:
        yield opened


@pytest.fixture
def monitor(press: Press) -> Iterator[Monitor]:
    opened = Monitor("127.0.0.1:0", lambda: Status(press, idle(), 15))
    yield opened
    opened.close()


def idle() -> float:
    return 7.0


def ask(monitor: Monitor, path: str) -> tuple[int, str]:
    reply = urllib3.request("GET", f"http://127.0.0.1:{monitor.port}{path}", retries=False)
    return reply.status, reply.data.decode()


def samples(monitor: Monitor) -> dict[tuple[str, str], float]:
    """By name and only label."""
    families = text_string_to_metric_families(ask(monitor, "/metrics")[1])
    return {
        (sample.name, "".join(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_a_schedule_at_work_lives_and_is_ready(monitor: Monitor) -> None:
    assert ask(monitor, "/livez") == (200, "idle for 7 seconds\n")
    code, text = ask(monitor, "/readyz")
    assert (code, json.loads(text)) == (
        200,
        {"ledger": "ok", "archive": "ok", "definitions": "ok", "ticks": "ok"},
    )
    assert ask(monitor, "/elsewhere")[0] == 404


def test_a_schedule_that_stands_still_says_so(press: Press) -> None:
    stuck = Monitor("127.0.0.1:0", lambda: Status(press, 901.0, 15))
    assert ask(stuck, "/livez")[0] == 503
    code, text = ask(stuck, "/readyz")
    assert (code, json.loads(text)["ticks"]) == (503, "none has got on for 901 seconds")
    stuck.close()


def test_broken_definitions_are_not_ready(house: House) -> None:
    house.write("reports/second.yaml", report("Second", blocks="[{kpis: [ordres]}]"))
    with house.press() as press:
        opened = Monitor("127.0.0.1:0", lambda: Status(press, 0.0, 15))
        code, text = ask(opened, "/readyz")
        assert (code, json.loads(text)["definitions"]) == (503, "1 errors: broadsheet check lists them")
        assert samples(opened)["broadsheet_definition_errors", ""] == 1
        opened.close()


def test_an_archive_and_a_ledger_that_cannot_be_written_are_not_ready(house: House) -> None:
    house.write("var/archive", "a file where a folder should be")
    house.write("var/ledger.sqlite", "not a database, but long enough to be mistaken for one" * 100)
    with house.press() as press:
        opened = Monitor("127.0.0.1:0", lambda: Status(press, 0.0, 15))
        code, text = ask(opened, "/readyz")
        found = json.loads(text)
        assert code == 503
        assert "cannot be written" in found["archive"]
        assert found["ledger"] != "ok"
        assert samples(opened)["broadsheet_ledger_up", ""] == 0
        opened.close()


def test_an_address_must_be_one(press: Press, monitor: Monitor) -> None:
    for listen in ("9464", "127.0.0.1:http", ":1", f"127.0.0.1:{monitor.port}", "127.0.0.1:70000"):
        with pytest.raises(UsageError):
            Monitor(listen, lambda: Status(press, 0.0, 15))


def test_metrics_are_those_of_the_ledger(house: House, press: Press, monitor: Monitor) -> None:
    house.write("reports/failing.yaml", report("Failing", blocks="[{text: '{{ nothing }}'}]"))
    before = samples(monitor)
    assert before["broadsheet_overdue_editions", ""] == 0
    with house.press() as second:
        house.clock.at = SUNDAY
        tick(second)
        house.clock.at = MONDAY
        tick(second)
        second.ledger.nodes.ticked()
        house.clock.at = MONDAY + timedelta(minutes=5)
        seen = samples(monitor)
        assert seen["broadsheet_editions_total", "ready"] == 1
        assert seen["broadsheet_editions_total", "held"] == 1
        assert seen["broadsheet_deliveries_total", "sent"] == 2
        assert seen["broadsheet_alerts", "held"] == 1
        assert seen["broadsheet_alerts", "failed"] == 0
        assert seen["broadsheet_edition_last_success_timestamp", "orders"] == MONDAY.timestamp()
        assert seen["broadsheet_last_tick_timestamp", ""] == MONDAY.timestamp()
        assert seen["broadsheet_outbox_depth", ""] == 0
    monitor.metrics.render_seconds.observe(1.5)
    assert samples(monitor)["broadsheet_render_seconds_count", ""] == 1


def test_metrics_tell_a_last_success_only_of_what_goes_out_by_itself(house: House) -> None:
    house.write("reports/paused.yaml", report("Paused"))
    house.write("reports/deleted.yaml", report("Deleted"))
    house.write("reports/asked.yaml", report("Asked"))
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
        house.clock.at = MONDAY
        tick(press)
    house.write("reports/paused.yaml", report("Paused", paused="true"))
    house.write("reports/asked.yaml", report("Asked").replace("schedule: ", "# "))
    (house.root / "reports/deleted.yaml").unlink()
    with house.press() as press:
        opened = Monitor("127.0.0.1:0", lambda: Status(press, 0.0, 15))
        told = {name for metric, name in samples(opened) if metric.endswith("last_success_timestamp")}
        assert told == {"orders"}
        opened.close()


def test_metrics_count_as_late_what_an_alert_would(house: House) -> None:
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
        house.clock.at = MONDAY
        plan_due(press)
        opened = Monitor("127.0.0.1:0", lambda: Status(press, 0.0, 15))
        assert samples(opened)["broadsheet_oldest_due_age_seconds", ""] == 3600
        opened.close()
    house.write("reports/orders.yaml", report(paused="true"))
    with house.press() as press:
        opened = Monitor("127.0.0.1:0", lambda: Status(press, 0.0, 15))
        assert samples(opened)["broadsheet_oldest_due_age_seconds", ""] == 0
        opened.close()


class Kept(logging.Handler):
    """What a log for machines writes."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))


@pytest.fixture
def log() -> Iterator[Kept]:
    """The log of the program as JSON, for the length of a test."""
    kept, root = Kept(), logging.getLogger("broadsheet")
    levels = {
        name: logging.getLogger(name).level
        for name in ("broadsheet", "broadsheet.transition", "broadsheet.people")
    }
    root.addHandler(kept)
    root.setLevel(logging.INFO)
    write_log("json")
    yield kept
    root.removeHandler(kept)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_every_transition_is_a_line_without_addresses_and_data(house: House, press: Press, log: Kept) -> None:
    house.clock.at = SUNDAY
    tick(press)
    house.clock.at = MONDAY
    tick(press)
    lines = [line for line in log.lines if "edition" in line]
    of_edition = [line["event"] for line in lines if "delivery" not in line]
    assert of_edition == ["planned", "claimed", "ready"]
    ready = lines[of_edition.index("ready")]
    told = ("report", "period", "audience", "revision", "state", "attempt", "token")
    assert [ready[name] for name in told] == ["orders", "2026-W24", "sales", 1, "ready", 1, 1]
    assert ready["ms"] >= 0
    sent = [line["recipient"] for line in lines if line["event"] == "sent"]
    assert sent == [digest("ada@example.test"), digest("bo@example.test")]
    assert "example.test" not in json.dumps(log.lines)


def test_other_messages_keep_their_own_words_and_numbers(log: Kept) -> None:
    logger = logging.getLogger("broadsheet")
    logger.info("serving: a tick every %s seconds", 15)
    try:
        int("Ada Example owes 5")
    except ValueError:
        logger.exception("the source said %s", "Ada Example owes 5")
    logging.getLogger("broadsheet.people").error("to ada@example.test: sent")
    first, second = log.lines
    assert first["message"] == "serving: a tick every 15 seconds"
    assert (second["message"], second["level"], second["error_class"]) == (
        "the source said …",
        "error",
        "ValueError",
    )


def test_lines_for_people_leave_transitions_out() -> None:
    write_log("text")
    assert logging.getLogger("broadsheet.transition").level == SILENT


def test_the_alert_rules_name_metrics_that_exist(monitor: Monitor) -> None:
    known = {name for name, _ in samples(monitor)}
    known |= set(re.findall(r"^# TYPE (\S+)", ask(monitor, "/metrics")[1], re.MULTILINE))
    rules = yaml.safe_load((ROOT / "docs/operate/alert-rules.yaml").read_text(encoding="utf-8"))
    named: set[str] = set()
    for group in rules["groups"]:
        for rule in group["rules"]:
            assert {"alert", "expr", "labels", "annotations"} <= rule.keys()
            named |= set(re.findall(r"broadsheet_\w+", rule["expr"]))
    assert named <= known, named - known
    assert len(named) > 5


@pytest.mark.faults
def test_the_service_answers_and_writes_json(house: House) -> None:
    command = house.command("serve", "--log", "json", "--listen", "127.0.0.1:0", "--beat", "1")
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as service:
        assert service.stderr is not None
        line = json.loads(service.stderr.readline())
        port = re.fullmatch(r"telling how it stands at port (\d+)", line["message"])
        assert port is not None
        reply = urllib3.request("GET", f"http://127.0.0.1:{port[1]}/readyz", retries=False)
        assert (reply.status, reply.json()["ledger"]) == (200, "ok")
        service.send_signal(signal.SIGTERM)
        rest = service.stderr.read()
    assert service.returncode == 0, rest
    assert [json.loads(text)["message"] for text in rest.splitlines()][-1] == "stopped"


@pytest.mark.faults
def test_an_address_that_is_taken_is_a_plain_error(house: House, monitor: Monitor) -> None:
    done = house.run("serve", "--listen", f"127.0.0.1:{monitor.port}")
    assert done.returncode == 2
    assert "Choose another port." in done.stderr
    assert "Traceback" not in done.stderr
