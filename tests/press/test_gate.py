"""The gate: by the looks of data and pages an edition goes out, goes out with a caution, or waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import duckdb
import pytest

from broadsheet.definitions.models.gate import Gate
from broadsheet.ledger.records import EditionRecord
from broadsheet.metrics.profile import Profile
from broadsheet.press.gate import Reach, Seen, of_data, of_print, reasons, unfilled, words
from broadsheet.press.holds import release, settle_overdue
from broadsheet.press.redraw import job_files, job_from
from broadsheet.press.run import print_orders
from broadsheet.press.tick import order_of, tick
from press.workspace import MONDAY, SETTINGS, SUNDAY, House, report

END = datetime(2026, 6, 14, 22, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


def seen(rows: int, share: float = 0.0) -> Seen:
    return Seen((Profile("orders", rows, (("amount", share),)),))


def found(mine: Seen, usual: list[Seen], **gate: object) -> list[tuple[str, str]]:
    rules = Gate.model_validate(gate)
    return [(each.check, each.verdict) for each in of_data(mine, usual, rules, END, WEEK)]


@pytest.mark.parametrize(
    ("hours", "logged", "gate", "verdicts"),
    [
        (0, True, {}, []),
        (1, True, {}, ["banner"]),
        (1, True, {"freshness": "hold"}, ["hold"]),
        (80, False, {}, []),
        (90, False, {}, ["banner"]),
        (90, False, {"freshness": {"slack": "5 days"}}, []),
        (90, False, {"freshness": "send"}, ["send"]),
    ],
)
def test_freshness(hours: int, logged: bool, gate: dict[str, object], verdicts: list[str]) -> None:
    reach = Reach(END - timedelta(hours=hours), logged)
    assert [verdict_ for _, verdict_ in found(Seen((), reach), [], **gate)] == verdicts


@pytest.mark.parametrize(
    ("rows", "former", "verdicts"),
    [
        (49, [100, 90, 110], ["banner"]),
        (50, [100, 90, 110], []),
        (201, [100, 90, 110], ["banner"]),
        (0, [100, 90], []),
        (0, [19, 19, 19], []),
        (100, [100, 1, 110], []),
    ],
)
def test_volume_against_the_trailing_median(rows: int, former: list[int], verdicts: list[str]) -> None:
    assert [found_ for _, found_ in found(seen(rows), [seen(each) for each in former])] == verdicts


def test_nulls_against_what_is_usual() -> None:
    usual = [seen(100, 0.02)] * 3
    assert found(seen(100, 0.12), usual) == []
    assert found(seen(100, 0.13), usual, nulls="hold") == [("nulls", "hold")]
    assert found(seen(100, 0.13), usual[:2]) == []


def test_a_report_changes_only_the_rules_it_writes() -> None:
    base = Gate.model_validate({"volume": "hold", "pages": {"at_most": 3}})
    both = Gate.model_validate({"volume": {"at_least": 0.2}}).over(base)
    assert (both.volume.then, both.volume.at_least, both.pages.at_most) == ("banner", 0.2, 3)


@pytest.mark.parametrize(
    ("text", "members", "left"),
    [
        ("Sales of {{ region }} for ${company}", [], ["${", "{{", "}}"]),
        ("Revenue nan %, margin: None, [Test]", [], ["None", "[Test]", "nan"]),
        ("None of these is final. Nancy sold banana bread, nan-free.", [], []),
        ("Largest: None with 5; {{7*7}} follows", ["None", "{{7*7}}"], []),
        ("Largest: {{7*7}} and {{8}}", ["{{7*7}}"], ["{{", "}}"]),
    ],
)
def test_placeholders_that_the_data_do_not_say(text: str, members: list[str], left: list[str]) -> None:
    assert sorted(set(unfilled([text], members))) == left


def test_pages_size_and_words() -> None:
    gate = Gate.model_validate({"pages": {"at_most": 2}, "size": {"megabytes": 1}})
    checks = of_print(3, 1_500_000, ["nan"], [], gate)
    assert [(each.check, each.verdict) for each in checks] == [
        ("pages", "hold"),
        ("size", "hold"),
        ("placeholders", "hold"),
    ]
    assert checks[1].reason == "1.5 MB, more than 1"
    assert reasons(checks, "hold", of="pages") == "3 pages, more than 2"
    assert of_print(2, 1_000_000, [], [], gate) == ()
    page = "<style>.a{{}}</style><p>Sum<b>of</b></p><svg><text>${x}</text></svg><i>all</i>"
    assert words(page).split() == ["Sum", "of", "all"]


# With real editions


def edition(house: House) -> EditionRecord:
    with house.press() as press:
        return press.ledger.history.latest()[0][0]


def weeks(house: House, count: int) -> None:
    """The editions of so many weeks before, sent."""
    for week in range(count, 0, -1):
        house.clock.at = MONDAY - week * WEEK
        with house.press() as press:
            tick(press)


def change(house: House, statement: str) -> None:
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute(statement)


LAST_WEEK = "ordered_at BETWEEN TIMESTAMP '2026-06-07 22:00' AND TIMESTAMP '2026-06-14 22:00'"
ORDERS = f"DELETE FROM orders WHERE {LAST_WEEK} AND order_no % 4 <> 0"


@pytest.mark.faults
def test_a_caution_stands_on_the_page_and_in_the_mail_and_survives_the_archive(house: House) -> None:
    # Two orders a day are too few to tell what is usual; hourly ones are not.
    change(house, "UPDATE orders SET ordered_at = TIMESTAMP '2026-05-01' + INTERVAL (order_no) HOUR")
    weeks(house, 4)
    change(house, ORDERS)
    house.clock.at = MONDAY
    with house.press() as press:
        (published,) = tick(press).published
        assert published.state == "ready"
        job = published.printed.gathered.job
        assert job_from(job_files(job), job_files(job).__getitem__).material.cautions == job.material.cautions
        assert "Unusual amount of data: 42 rows of orders, usually about 168." in words(
            published.printed.artifacts.html.decode()
        )
        (alert,) = press.ledger.alerts.current()
        assert (alert.kind, alert.subject) == ("caution", "orders")
        assert alert.detail == "2026-W24 for sales: 42 rows of orders, usually about 168"
    mail = next(path for path in (house.var / "outbox").glob("*W24*ada*"))
    text = message_from_bytes(mail.read_bytes(), policy=policy.default).get_body(("plain",))
    assert "! Unusual amount of data: 42 rows of orders" in text.get_content()


@pytest.mark.faults
def test_a_held_edition_is_archived_and_goes_out_as_it_is_when_released(house: House) -> None:
    house.write("reports/orders.yaml", report(gate="{pages: {at_most: 1}}", blocks=LONG))
    weeks(house, 1)
    house.clock.at = MONDAY
    with house.press() as press:
        (published,) = tick(press).published
        assert (published.state, published.reason) == ("held", "3 pages, more than 1")
        (record,) = press.ledger.editions.held()
        assert [alert.kind for alert in press.ledger.alerts.current()] == ["held"]
        assert house.outbox == []
        settle_overdue(press)
        assert press.ledger.editions.held() == (record,), "without a deadline it waits"
        assert release(press, record, "Ola")
        assert not release(press, record, "Ola")
        tick(press)
        assert press.ledger.alerts.current() == ()
    assert len(house.outbox) == 2
    assert edition(house).state == "ready"


LONG = "[" + ", ".join(["{table: {rows: channel, kpis: [orders, revenue]}, page: new}"] * 2) + "]"


@pytest.mark.faults
def test_a_broken_template_text_holds_and_a_preview_says_so(house: House, tmp_path: Path) -> None:
    house.write("reports/orders.yaml", report(question="What do {{ customers }} order?"))
    weeks(house, 1)
    house.clock.at = MONDAY
    with house.press() as press:
        (published,) = tick(press).published
    assert (published.state, published.reason) == ("held", "unresolved in its texts: {{, }}")
    done = house.run("run", "orders", "--period", "2026-W24", "--out", str(tmp_path / "out"))
    assert "would be held: unresolved in its texts: {{, }}" in done.stderr


@pytest.mark.faults
def test_failed_blocks_may_go_out_with_a_banner(house: House) -> None:
    house.write("reports/orders.yaml", report(gate="{failed_blocks: banner}"))
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
    sources = (house.root / "config/sources.yaml").read_text(encoding="utf-8")
    house.write("config/views/orders.sql", "SELECT * FROM orders WHERE CAST(channel AS INTEGER) > 0\n")
    house.write("config/sources.yaml", sources.replace("table: orders", "sql: config/views/orders.sql"))
    house.clock.at = MONDAY
    with house.press() as press:
        (published,) = tick(press).published
    assert published.state == "ready"
    assert "Parts are missing: Orders" in words(published.printed.artifacts.html.decode())


@pytest.mark.faults
def test_data_that_end_too_early_hold_where_the_settings_say_so(house: House) -> None:
    house.write("config/settings.yaml", SETTINGS + "gate: {freshness: hold}\n")
    change(house, "DELETE FROM orders WHERE ordered_at > TIMESTAMP '2026-06-10'")
    weeks(house, 1)
    house.clock.at = MONDAY
    with house.press() as press:
        (published,) = tick(press).published
        assert published.state == "held"
        assert published.reason.startswith("the data end at 2026-06-")
        # Who releases it sends it with its caution.
        assert "Data may be incomplete" in words(published.printed.artifacts.html.decode())
        (printed,) = print_orders(press, [order_of(press, edition(house))])
        assert printed.gathered.findings[0].check == "freshness"


@pytest.mark.faults
def test_somebody_decides_about_a_held_edition_on_the_command_line(house: House) -> None:
    house.write(
        "reports/orders.yaml", report(gate="{pages: {at_most: 1}}", blocks=LONG, audience="[sales, board]")
    )
    weeks(house, 1)
    house.clock.at = MONDAY
    with house.press() as press:
        tick(press)
    shown = house.run("approve").stdout
    assert "orders/2026-W24/sales@1" in shown
    assert "3 pages, more than 1" in shown
    done = house.run("approve", "orders/2026-W24/sales", "--by", "Ola")
    assert done.stdout == "orders/2026-W24/sales@1: released, its letters are queued\n"
    again = house.run("approve", "orders/2026-W24/sales")
    assert (again.returncode, "is not held, it is ready" in again.stderr) == (2, True)
    house.run("approve", "orders/2026-W24/board", "--drop", "closed")
    assert house.run("approve").stdout == "Nothing is held.\n"
    with house.press() as press:
        story = {
            record.key.audience: press.ledger.history.events(record)
            for record, _ in press.ledger.history.latest()
        }
        assert [(each.what, each.detail) for each in story["sales"] if each.what == "released"] == [
            ("released", "by Ola")
        ]
        assert story["board"][-1].what == "dropped"
