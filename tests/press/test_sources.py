"""A data source that is away: what needs it waits without an attempt, and is made in the tick in which it answers."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from time import monotonic
from typing import Any

import psycopg
import pytest

from broadsheet.errors import UnavailableError
from broadsheet.ledger.breakers import PATIENCE
from broadsheet.monitor.health import Status
from broadsheet.monitor.metrics import Metrics
from broadsheet.press import sources
from broadsheet.press.tick import Tick, make_due, tick
from broadsheet.press.watch import watch
from press.workspace import FILES, MONDAY, SUNDAY, House, report
from support.postgres import FrailServer, frail_server

pytestmark = pytest.mark.faults

BEAT = timedelta(seconds=15)


def tick_at(house: House, after: timedelta = timedelta(0), **environ: str) -> Tick:
    house.clock.at = MONDAY + after
    with house.press(environ) as press:
        return tick(press)


def states(house: House) -> dict[str, tuple[str, int]]:
    """State and attempts of each report's edition."""
    with house.press() as press:
        found = [record for record, _ in press.ledger.history.latest()]
    return {record.key.report: (record.state, record.attempts) for record in found}


def runs(house: House) -> int:
    """How often an edition has been begun."""
    with house.press() as press:
        records = [record for record, _ in press.ledger.history.latest()]
        events = [event for record in records for event in press.ledger.history.events(record)]
    return sum(event.what == "claimed" for event in events)


@pytest.fixture
def two(house: House) -> House:
    """Two reports on one source; both are due on Monday."""
    house.write("reports/second.yaml", report("Second"))
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
    return house


def test_editions_wait_without_attempts_and_are_made_in_the_tick_of_the_return(two: House) -> None:
    away = two.warehouse.rename(two.root / "away.duckdb")
    first = tick_at(two)
    assert [item.state for item in first.published] == ["postponed", "postponed"]
    assert states(two) == {"orders": ("due", 0), "second": ("due", 0)}
    assert runs(two) == 1, "the second one is not even begun"
    for beat in range(1, 4):
        assert tick_at(two, beat * BEAT).published == ()
    with two.press() as press:
        for record, _ in press.ledger.history.latest():
            assert "the file of duckdb:///shop.duckdb does not exist" in record.reason
            assert record.cause == "source"
            assert sum(event.what == "waits" for event in press.ledger.history.events(record)) <= 1
    away.rename(two.warehouse)
    back = tick_at(two, 4 * BEAT)
    assert [item.state for item in back.published] == ["ready", "ready"]
    assert [attempt.outcome.state for attempt in back.attempts] == ["sent"] * 4
    assert states(two) == {"orders": ("ready", 1), "second": ("ready", 1)}
    assert runs(two) == 3


def test_the_owner_hears_once_of_an_outage_and_not_of_each_edition(two: House) -> None:
    away = two.warehouse.rename(two.root / "away.duckdb")
    heard = []
    for minutes in range(0, 91, 18):
        tick_at(two, timedelta(minutes=minutes))
        with two.press() as press:
            heard += [told.notice for told in watch(press) if told.notice.id.startswith("alert-")]
    assert len(heard) == 1
    assert heard[0].subject == "Broadsheet: warehouse out of reach"
    with two.press() as press:
        (alert,) = press.ledger.alerts.current()
        assert (alert.kind, alert.subject) == ("source", "warehouse")
        text = Metrics(lambda: Status(press, 0.0, 15)).text().decode()
        assert 'broadsheet_source_away_seconds{source="warehouse"} 5400.0' in text
    away.rename(two.warehouse)
    tick_at(two, timedelta(minutes=91))
    with two.press() as press:
        assert press.ledger.alerts.current() == ()
        assert (
            "broadsheet_source_away_seconds{" not in Metrics(lambda: Status(press, 0.0, 15)).text().decode()
        )


def test_reports_of_another_source_go_on(house: House) -> None:
    named = FILES["config/sources.yaml"]
    other = '\n  other: {url: "duckdb:///other.duckdb", wait: 0}\nfacts:\n  sales:\n    connection: other\n'
    other += "    table: orders\n    key: order_no\n    clock: ordered_at\n    columns: {ordered_at: time}\n"
    house.write("config/sources.yaml", named.replace("\nfacts:\n", other))
    house.write("config/kpis/other.yaml", "kpis:\n  sold: {label: Sold, meaning: Sales., count: sales}\n")
    house.write("reports/second.yaml", report("Second", blocks="[{kpis: [sold]}]"))
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
    tick_at(house)
    assert states(house) == {"orders": ("ready", 1), "second": ("due", 0)}


def test_a_report_judged_by_numbers_of_a_source_waits_for_it(two: House) -> None:
    two.write(
        "reports/second.yaml", report("Second", blocks="[{text: Hello}]", when="[{kpi: orders, above: 1}]")
    )
    with two.press() as press:
        assert sources.needs(press, "second", "sales") == ("warehouse",)


def test_a_source_that_flaps_costs_one_edition_a_tick_and_is_told_once_an_hour(
    two: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.warehouse.rename(two.root / "away.duckdb")
    answers = cycle([False, True])  # It is back at each look, and away again before an edition is made.

    def flapping(*_: object) -> None:
        if not next(answers):
            raise UnavailableError("it is away", connection="warehouse")

    monkeypatch.setattr(sources, "probe", flapping)
    heard, ticks = 0, 14
    for minute in range(ticks):
        tick_at(two, timedelta(minutes=minute))
        with two.press() as press:
            heard += sum(told.notice.id.startswith("alert-") for told in watch(press))
    assert heard == 1
    assert runs(two) == ticks
    assert states(two) == {"orders": ("due", 0), "second": ("due", 0)}


def test_each_source_is_asked_by_one_press_only(two: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = sources.probe

    def counting(*arguments: Any) -> None:
        asked.append(arguments[0].name)
        real(*arguments)

    away = two.warehouse.rename(two.root / "away.duckdb")
    tick_at(two)
    monkeypatch.setattr(sources, "probe", counting)
    two.clock.at = MONDAY + BEAT
    with two.press() as one, two.press() as other:
        tick(one), tick(other)
        assert asked == ["warehouse"]
        away.rename(two.warehouse)
        two.clock.at = MONDAY + 2 * BEAT
        tick(one)
        assert asked == ["warehouse"] * 2
        assert tick(other).published == ()
    assert states(two) == {"orders": ("ready", 1), "second": ("ready", 1)}


def test_who_asks_for_an_edition_has_the_source_asked_at_once(two: House) -> None:
    from broadsheet.press.demand import Wish, order_for, send_orders

    away = two.warehouse.rename(two.root / "away.duckdb")
    tick_at(two)
    with two.press() as press:
        wanted = [order_for(press, Wish("orders", "2026-W24"))]
        (sent,) = send_orders(press, wanted)
        assert sent.published is not None
        assert sent.published.state == "postponed"
        assert "does not exist" in sent.published.reason
        away.rename(two.warehouse)
        (sent,) = send_orders(press, wanted)
        assert [item.state for item in sent.deliveries] == ["sent", "sent"]


@pytest.fixture(scope="module")
def server() -> Iterator[FrailServer]:
    with frail_server() as frail:
        yield frail


@pytest.fixture
def served(house: House, server: FrailServer) -> House:
    """The orders lie on a server, in a table of their own."""
    with psycopg.connect(address(server), autocommit=True) as connection:
        connection.execute("DROP VIEW IF EXISTS shop")
        connection.execute("DROP TABLE IF EXISTS orders")
        connection.execute(
            "CREATE TABLE orders AS SELECT n AS order_no, timestamp '2025-01-01' + n * interval '7 hours'"
            " AS ordered_at, (n % 90 + 10)::numeric(18, 2) AS amount, 'Web' AS channel"
            " FROM generate_series(0, 1900) n"
        )
        connection.execute("CREATE VIEW shop AS SELECT * FROM orders")
    connect = '"${env:SHOP}", timeout: 2'
    house.write(
        "config/sources.yaml",
        FILES["config/sources.yaml"]
        .replace('"duckdb:///shop.duckdb"', connect)
        .replace("table: orders", "table: shop"),
    )
    house.clock.at = SUNDAY
    with house.press({"SHOP": address(server)}) as press:
        tick(press)
    return house


def address(server: FrailServer, **changes: str) -> str:
    return server.url.set(drivername="postgresql", **changes).render_as_string(hide_password=False)


def test_a_server_that_dies_is_waited_for_until_it_is_back(served: House, server: FrailServer) -> None:
    shop = address(server)
    server.die()
    try:
        tick_at(served, SHOP=shop)
        assert states(served) == {"orders": ("due", 0)}
    finally:
        server.come_back()
    assert [item.state for item in tick_at(served, BEAT, SHOP=shop).published] == ["ready"]


def test_a_server_that_hangs_makes_no_tick_long(served: House, server: FrailServer) -> None:
    shop, process = address(server), server.server.get_postmaster_info().process
    process.send_signal(signal.SIGSTOP)
    try:
        tick_at(served, SHOP=shop)
        began = monotonic()
        assert tick_at(served, BEAT, SHOP=shop).published == ()
        assert monotonic() - began < 3.9, "one question of three seconds at most"
        with served.press() as press:
            (shut,) = press.ledger.sources.shut()
    finally:
        process.send_signal(signal.SIGCONT)
    assert shut.name == "warehouse"
    assert [item.state for item in tick_at(served, 2 * BEAT, SHOP=shop).published] == ["ready"]


def test_a_question_that_breaks_the_connection_is_left_to_its_own_pauses(
    served: House, server: FrailServer
) -> None:
    shop = address(server)
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute(
            "CREATE OR REPLACE VIEW shop AS SELECT * FROM orders WHERE pg_terminate_backend(pg_backend_pid())"
        )
    tick_at(served, SHOP=shop)
    assert states(served) == {"orders": ("due", 1)}, "the source answers: this was an attempt"
    tick_at(served, BEAT, SHOP=shop)
    assert states(served) == {"orders": ("due", 2)}, "once more at once: it may just have come back"
    for beat in (2, 3, 20):
        tick_at(served, beat * BEAT, SHOP=shop)
    assert states(served) == {"orders": ("due", 2)}
    with served.press() as press:
        assert press.ledger.sources.shut() == ()
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("CREATE OR REPLACE VIEW shop AS SELECT * FROM orders")
    assert tick_at(served, timedelta(minutes=6), SHOP=shop).published[0].state == "ready"


def test_a_refused_login_is_tried_every_five_minutes_only(served: House, server: FrailServer) -> None:
    shop, fresh = address(server), address(server, username="clerk")
    tick_at(served, SHOP=fresh)
    with served.press() as press:
        assert [alert.kind for alert in press.ledger.alerts.current()] == ["source"], "told at once"
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("CREATE ROLE clerk LOGIN IN ROLE pg_read_all_data")
    assert tick_at(served, timedelta(minutes=4), SHOP=fresh).published == ()
    assert tick_at(served, timedelta(minutes=5), SHOP=fresh).published[0].state == "ready"


def name_readers(house: House) -> None:
    """The readers stand in a database of their own."""
    house.write(
        "config/audiences.yaml",
        "audiences:\n  sales: {label: Sales, connection: people, sql: config/views/readers.sql}\n",
    )
    house.write("config/views/readers.sql", "SELECT 'ada@example.test' AS address\n")
    named = FILES["config/sources.yaml"]
    house.write(
        "config/sources.yaml",
        named.replace("\nfacts:", '\n  people: {url: "duckdb:///people.duckdb", wait: 0}\nfacts:'),
    )


def test_letters_whose_readers_a_source_names_wait_for_it_without_attempts(house: House) -> None:
    name_readers(house)
    people = house.root / "people.duckdb"
    people.write_bytes(house.warehouse.read_bytes())
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
    house.clock.at = MONDAY
    with house.press() as press:
        assert [item.state for item in make_due(press)] == ["ready"]
    away = people.rename(house.root / "away.duckdb")
    outcomes = [[each.outcome.state for each in tick_at(house, n * BEAT).attempts] for n in range(1, 240)]
    assert outcomes == [["postponed"], *[[]] * 238]
    away.rename(people)
    assert [each.outcome.state for each in tick_at(house, 240 * BEAT).attempts] == ["sent"]
    with house.press() as press:
        ((record, _),) = press.ledger.history.latest()
        assert [item.attempts for item in press.ledger.deliveries.of(record)] == [1]


def test_readers_whom_a_source_names_are_planned_when_it_answers(house: House) -> None:
    name_readers(house)
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
    for beat in range(3):
        tick_at(house, beat * BEAT)
    with house.press() as press:
        assert [shut.name for shut in press.ledger.sources.shut()] == ["people"]
        assert press.ledger.alerts.current() == (), "it is no fault of the audience's"
    (house.root / "people.duckdb").write_bytes(house.warehouse.read_bytes())
    assert tick_at(house, PATIENCE).published[0].state == "ready"
    assert len(house.outbox) == 1
