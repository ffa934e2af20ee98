"""The schedule: what is due is made once, whatever happens on the way, and what is not made says why."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest

from broadsheet.ledger.editions import LEASE
from broadsheet.ledger.records import EditionRecord
from broadsheet.press.agenda import agenda
from broadsheet.press.planning import plan_due
from broadsheet.press.tick import Tick, tick
from press.workspace import MONDAY, SUNDAY, House, held, report


def tick_at(house: House, at: datetime) -> Tick:
    house.clock.at = at
    with house.press() as press:
        return tick(press)


def editions(house: House) -> list[tuple[str, str, str, str]]:
    """Report, period, state and reason, oldest first."""
    with house.press() as press:
        records = [record for record, _ in press.ledger.history.latest()]
    return [(r.key.report, r.key.period, r.state, r.reason) for r in reversed(records)]


def edition(house: House) -> EditionRecord:
    with house.press() as press:
        ((record, _),) = press.ledger.history.latest()
    return record


def test_a_report_first_seen_has_no_past_and_its_next_edition_goes_out_once(house: House) -> None:
    assert tick_at(house, SUNDAY) == Tick((), ())
    done = tick_at(house, MONDAY)
    assert [(item.state, str(item.order.key)) for item in done.published] == [
        ("ready", "orders · 2026-W24 · sales · r1")
    ]
    assert [attempt.outcome.state for attempt in done.attempts] == ["sent", "sent"]
    assert house.outbox == [f"orders.2026-W24.sales.r1.en.{name}-example.test.eml" for name in ("ada", "bo")]
    assert edition(house).as_of == datetime(2026, 6, 15, 5, 0, tzinfo=UTC), "the due time, not the clock's"
    assert tick_at(house, MONDAY + timedelta(minutes=1)) == Tick((), ())


def test_after_a_downtime_the_newest_edition_is_made_and_the_others_say_why_not(house: House) -> None:
    tick_at(house, SUNDAY - timedelta(weeks=2))
    tick_at(house, MONDAY)
    assert [item[:3] for item in editions(house)] == [
        ("orders", "2026-W22", "skipped"),
        ("orders", "2026-W23", "skipped"),
        ("orders", "2026-W24", "ready"),
    ]
    assert "a later edition was due" in editions(house)[0][3]
    assert len(house.outbox) == 2


def test_periods_due_at_one_moment_are_all_made(house: House) -> None:
    schedule = '{every: day, days: [mon, wed], at: "07:00"}'
    house.write("reports/orders.yaml", report(period="day", schedule=schedule))
    tick_at(house, SUNDAY - timedelta(days=5))
    tick_at(house, MONDAY)
    made = {period: state for _, period, state, _ in editions(house)}
    assert made["2026-06-09"] == "skipped"
    assert [made[f"2026-06-{day}"] for day in (10, 11, 12, 13, 14)] == ["ready"] * 5


def test_ticks_of_two_threads_make_each_edition_once(house: House) -> None:
    tick_at(house, SUNDAY)
    house.clock.at, together, done = MONDAY, Barrier(2), []

    def work() -> None:
        with house.press() as press:
            together.wait()
            done.append(tick(press))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(item.state == "ready" for one in done for item in one.published) == 1
    assert sorted(attempt.delivery.recipient for one in done for attempt in one.attempts) == [
        "ada@example.test",
        "bo@example.test",
    ]
    assert edition(house).attempts == 1


def test_ticks_of_two_processes_make_each_edition_once(house: House) -> None:
    tick_at(house, SUNDAY)
    ticks = [
        subprocess.Popen(
            house.command("tick", "--once"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0] for process in ticks]
    assert [process.returncode for process in ticks] == [0, 0], said
    assert sum("1 edition made" in text for text in said) == 1, said
    assert sum("ada@example.test: sent" in text for text in said) == 1, said
    assert len(house.outbox) == 2


def test_a_new_ledger_may_be_opened_by_several_at_once(house: House) -> None:
    code = (
        "import sys; from pathlib import Path; from broadsheet.clock import SystemClock;"
        "from broadsheet.ledger.ledger import Ledger;"
        "print(Ledger.open(Path(sys.argv[1]), SystemClock()).history.unfinished())"
    )
    words = [sys.executable, "-c", code, str(house.var / "ledger.sqlite")]
    several = [
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(4)
    ]
    assert [process.communicate(timeout=120)[0] for process in several] == [
        "{'editions': 0, 'deliveries': 0}\n"
    ] * 4


def test_a_paused_report_has_nothing_due_and_no_backlog(house: House) -> None:
    tick_at(house, SUNDAY)
    house.write("reports/orders.yaml", report(paused="true"))
    assert tick_at(house, MONDAY) == Tick((), ())
    house.write("reports/orders.yaml", report())
    assert tick_at(house, MONDAY + timedelta(days=1)) == Tick((), ())
    assert len(tick_at(house, MONDAY + timedelta(days=7)).published) == 1


def test_a_due_edition_waits_while_its_report_is_paused(house: House) -> None:
    tick_at(house, SUNDAY)
    with held(house.warehouse):
        tick_at(house, MONDAY)
    house.write("reports/orders.yaml", report(paused="true"))
    assert tick_at(house, MONDAY + timedelta(hours=1)).published == ()
    house.write("reports/orders.yaml", report())
    assert tick_at(house, MONDAY + timedelta(hours=2)).published[0].state == "ready"


def test_a_broken_report_never_stops_the_others(house: House) -> None:
    house.write("reports/second.yaml", report("Second"))
    tick_at(house, SUNDAY)
    with held(house.warehouse):
        tick_at(house, MONDAY)
    house.write("reports/second.yaml", report("Second", blocks="[{kpis: [ordres]}]"))
    done = tick_at(house, MONDAY + timedelta(hours=1))
    assert [(item.order.key.report, item.state) for item in done.published] == [("orders", "ready")]
    house.write("reports/second.yaml", report("Second"))
    done = tick_at(house, MONDAY + timedelta(hours=1))
    assert [(item.order.key.report, item.state) for item in done.published] == [("second", "ready")]


def test_a_locked_warehouse_keeps_the_edition_due_until_it_is_free(house: House) -> None:
    tick_at(house, SUNDAY)
    with held(house.warehouse):
        (item,) = tick_at(house, MONDAY).published
        assert item.state == "postponed"
        assert edition(house).state == "due"
        assert "another process has been writing to duckdb:///shop.duckdb" in edition(house).reason
        assert tick_at(house, MONDAY + timedelta(seconds=30)).published == (), "its next time has not come"
    assert tick_at(house, MONDAY + timedelta(seconds=61)).published[0].state == "ready"
    assert edition(house).reason == ""
    assert len(house.outbox) == 2


def test_a_missing_warehouse_keeps_the_edition_due(house: House) -> None:
    tick_at(house, SUNDAY)
    away = house.warehouse.rename(house.root / "away.duckdb")
    tick_at(house, MONDAY)
    assert edition(house).state == "due"
    assert "the file of duckdb:///shop.duckdb does not exist" in edition(house).reason
    away.rename(house.warehouse)
    assert tick_at(house, MONDAY + timedelta(seconds=61)).published[0].state == "ready"


def test_a_missing_variable_keeps_the_edition_due(house: House) -> None:
    sources = (house.root / "config/sources.yaml").read_text(encoding="utf-8")
    house.write("config/sources.yaml", sources.replace("shop.duckdb", "${env:SHOP}.duckdb"))
    tick_at(house, SUNDAY)
    tick_at(house, MONDAY)
    assert edition(house).state == "due"
    assert "SHOP" in edition(house).reason
    house.clock.at = MONDAY + timedelta(seconds=61)
    with house.press({"SHOP": "shop"}) as press:
        assert tick(press).published[0].state == "ready"


def test_a_full_disk_keeps_the_edition_due_and_leaves_nothing_half_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick_at(house, SUNDAY)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        (item,) = tick_at(house, MONDAY).published
    assert item.state == "postponed"
    assert "No space left on device" in edition(house).reason
    assert [path for path in (house.var / "archive").rglob("*") if path.is_file()] == []
    assert tick_at(house, MONDAY + timedelta(seconds=61)).published[0].state == "ready"
    assert len(house.outbox) == 2


def test_a_template_error_fails_the_edition_and_names_file_and_line(house: House) -> None:
    tick_at(house, SUNDAY)
    house.write("templates/page.html.j2", "<html>\n{{ titel }}\n</html>\n")
    tick_at(house, MONDAY)
    assert edition(house).state == "failed"
    assert edition(house).reason.startswith("templates/page.html.j2:2: ")
    assert tick_at(house, MONDAY + timedelta(hours=1)).published == (), "it needs mending, not repeating"


def test_a_block_that_cannot_be_computed_holds_the_edition(house: House) -> None:
    tick_at(house, SUNDAY)
    sources = (house.root / "config/sources.yaml").read_text(encoding="utf-8")
    house.write("config/views/orders.sql", "SELECT * FROM orders WHERE CAST(channel AS INTEGER) > 0\n")
    house.write("config/sources.yaml", sources.replace("table: orders", "sql: config/views/orders.sql"))
    tick_at(house, MONDAY)
    assert edition(house).state == "failed"
    assert "not sent, 2 of its blocks failed" in edition(house).reason
    assert house.outbox == []


def test_the_edition_of_a_crashed_press_is_taken_over(house: House) -> None:
    tick_at(house, SUNDAY)
    house.clock.at = MONDAY
    with house.press() as press:
        plan_due(press)
        (due,) = press.ledger.editions.due()
        assert press.ledger.editions.begin(due, trigger="schedule") is not None
    assert tick_at(house, MONDAY + timedelta(minutes=1)).published == ()
    assert tick_at(house, MONDAY + LEASE + timedelta(seconds=1)).published[0].state == "ready"
    assert edition(house).attempts == 2


def test_each_audience_of_a_report_gets_an_edition_in_its_language(house: House) -> None:
    house.write("reports/orders.yaml", report(audience="[sales, board]"))
    with house.press() as press:
        assert [item.order.edition.locale for item in agenda(press, 1)] == ["en", "de"]
    tick_at(house, SUNDAY)
    made = {done.order.edition.audience: done for done in tick_at(house, MONDAY).published}
    assert {name: done.order.edition.locale for name, done in made.items()} == {"sales": "en", "board": "de"}
    said = {name: done.printed and done.printed.artifacts for name, done in made.items()}
    assert "Data as of" in said["sales"].mail_text
    assert "Datenstand" in said["board"].mail_text
    assert house.outbox == [
        "orders.2026-W24.board.r1.de.cy-example.test.eml",
        "orders.2026-W24.sales.r1.en.ada-example.test.eml",
        "orders.2026-W24.sales.r1.en.bo-example.test.eml",
    ]


def test_many_editions_are_claimed_a_few_at_a_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        house.write(f"reports/extra-{number}.yaml", report(blocks="[{kpis: [orders]}]"))
    monkeypatch.setattr("broadsheet.press.tick.BATCH", 2)
    tick_at(house, SUNDAY)
    house.clock.at, most = MONDAY, 0
    with house.press() as press:
        begin = press.ledger.editions.begin

        def counted(record: EditionRecord, **manner: str) -> EditionRecord | None:
            nonlocal most
            claimed = begin(record, **manner)
            running = [r for r, _ in press.ledger.history.latest() if r.state == "running"]
            most = max(most, len(running))
            return claimed

        monkeypatch.setattr(press.ledger.editions, "begin", counted)
        made = tick(press).published
    assert [item.state for item in made] == ["ready"] * 6
    assert most == 2
