"""The calendar's fault cases, through the real ledger: what clocks, zones, downtimes and edits must not do."""

from __future__ import annotations

import shutil
import sqlite3
import zoneinfo
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from broadsheet.definitions.models.reports import FileKind
from broadsheet.ledger.records import EditionRecord
from broadsheet.press import run
from broadsheet.press.agenda import NEXT_LOOK, agenda
from broadsheet.press.demand import Wish, order_for
from broadsheet.press.expiry import expiry
from broadsheet.press.gather import gather
from broadsheet.press.job import Gathered
from broadsheet.press.order import Order
from broadsheet.press.planning import GRACE, Foresight, Planned, plan_due
from broadsheet.press.press import Press
from broadsheet.press.tick import due_claims, order_of, tick
from press.workspace import FILES, MONDAY, SETTINGS, SUNDAY, House, report

DAILY = '{every: day, at: "02:30"}'


pytestmark = pytest.mark.faults


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def lay(house: House, zone: str, period: str, schedule: str, **changes: str) -> None:
    """The workspace in another zone, with another period and schedule."""
    house.write("config/settings.yaml", SETTINGS.replace("Europe/Berlin", zone))
    house.write("reports/orders.yaml", report(period=period, schedule=schedule, **changes))


def plan_at(house: House, at: datetime, cap: int | None = 100) -> Planned:
    house.clock.at = at
    with house.press() as press:
        return plan_due(press, cap=cap)


def plan_through(house: House, first: datetime, last: datetime, step: timedelta = timedelta(hours=3)) -> None:
    """Look again and again, with what a scheduler remembers."""
    foresight: Foresight = {}
    house.clock.at = first
    with house.press() as press:
        while house.clock.at <= last:
            plan_due(press, foresight)
            house.clock.at += step


def planned(house: House) -> list[EditionRecord]:
    """Every edition, in the order in which they were due."""
    with house.press() as press:
        found = [record for record, _ in press.ledger.history.latest(limit=10_000)]
    return list(reversed(found))


def due_here(house: House) -> dict[str, str]:
    """The due time of each period as its zone's clocks show it."""
    with house.press() as press:
        zone = press.calendar.zone
    return {one.key.period: f"{one.due_at.astimezone(zone):%Y-%m-%d %H:%M}" for one in planned(house)}


def hours(house: House, label: str) -> float:
    with house.press() as press:
        start, end = (
            press.workspace.reports["orders"].period.period(label, press.calendar).bounds(press.calendar)
        )
    return (end - start) / timedelta(hours=1)


def states(house: House) -> dict[str, tuple[str, str]]:
    return {one.key.period: (one.state, one.cause) for one in planned(house)}


def test_fault_s01_spring_gap_0230(house: House) -> None:
    lay(house, "Europe/Berlin", "day", DAILY)
    plan_through(house, utc(2026, 3, 28, 12), utc(2026, 3, 30, 12))
    assert due_here(house) == {"2026-03-28": "2026-03-29 03:00", "2026-03-29": "2026-03-30 02:30"}
    assert hours(house, "2026-03-29") == 23


def test_fault_s02_fall_fold_0230(house: House) -> None:
    lay(house, "Europe/Berlin", "day", DAILY)
    plan_through(house, utc(2026, 10, 24, 12), utc(2026, 10, 26, 12), timedelta(minutes=15))
    assert [(one.key.period, one.due_at) for one in planned(house)] == [
        ("2026-10-24", utc(2026, 10, 25, 0, 30)),  # the first 02:30
        ("2026-10-25", utc(2026, 10, 26, 1, 30)),
    ]
    assert hours(house, "2026-10-25") == 25


def test_fault_s03_midnight_gap_cairo(house: House) -> None:
    lay(house, "Africa/Cairo", "day", '{every: day, at: "00:00"}')
    plan_through(house, utc(2026, 4, 22, 12), utc(2026, 4, 24, 12))
    assert due_here(house) == {"2026-04-22": "2026-04-23 00:00", "2026-04-23": "2026-04-24 01:00"}


def test_fault_s04_apia_missing_day(house: House) -> None:
    lay(house, "Pacific/Apia", "day", '{every: day, at: "09:00"}')
    plan_through(house, utc(2011, 12, 29, 0), utc(2012, 1, 1, 12))
    assert states(house) == {
        "2011-12-28": ("due", ""),
        "2011-12-29": ("due", ""),
        "2011-12-30": ("skipped", "void"),
        "2011-12-31": ("due", ""),
    }
    assert hours(house, "2011-12-30") == 0
    assert due_here(house)["2011-12-29"] == "2011-12-31 00:00"


@pytest.mark.parametrize(
    ("month", "day", "length"), [("2026-04", "2026-04-05", 24.5), ("2025-10", "2025-10-05", 23.5)]
)
def test_fault_s05_lord_howe_half_hour(house: House, month: str, day: str, length: float) -> None:
    blocks = "[{kpis: [orders, revenue]}, {table: {rows: day, kpis: [orders, revenue]}}]"
    lay(house, "Australia/Lord_Howe", "month", '{every: month, at: "07:00"}', blocks=blocks)
    house.clock.at = utc(2026, 6, 1)
    with house.press() as press:
        cards, days = (
            data.answer.frames[()].set_index("bucket")
            for data in gather(press, order_for(press, Wish("orders", month))).job.material.data
            if data.answer is not None
        )
    for kpi in ("orders", "revenue"):
        assert days[kpi].drop(index=0).sum() == cards[kpi][0] == days[kpi][0] > 0
    assert hours(house, day) == length


def test_fault_s06_two_shifts_a_year_casablanca(house: House) -> None:
    lay(house, "Africa/Casablanca", "day", DAILY)
    plan_through(house, utc(2026, 1, 1, 1), utc(2027, 1, 1, 3), timedelta(days=1))
    dues = [one.due_at.astimezone(ZoneInfo("Africa/Casablanca")) for one in planned(house)]
    assert Counter(due.date() for due in dues) == Counter(
        {utc(2026, 1, 1).date() + timedelta(days=n): 1 for n in range(365)}
    )
    assert len({one.key.period for one in planned(house)}) == 365
    assert {due.utcoffset() for due in dues} == {timedelta(0), timedelta(hours=1)}


def test_fault_s07_leap_day_and_month_31(house: House) -> None:
    lay(house, "UTC", "month", '{every: month, day: 31, at: "06:00"}')
    plan_through(house, utc(2028, 1, 1), utc(2028, 7, 1), timedelta(days=1))
    assert [f"{one.due_at:%m-%d}" for one in planned(house)] == [
        "01-31",
        "02-29",
        "03-31",
        "04-30",
        "05-31",
        "06-30",
    ]
    house.write(
        "reports/orders.yaml", report(period="month", schedule='{every: month, day: last, at: "06:00"}')
    )
    plan_through(house, utc(2028, 7, 1), utc(2028, 9, 1), timedelta(days=1))
    assert Counter(f"{one.due_at:%Y-%m}" for one in planned(house)).most_common(1)[0][1] == 1
    assert [f"{one.due_at:%m-%d}" for one in planned(house)][-2:] == ["07-31", "08-31"]


def test_fault_s08_iso_week_53(house: House) -> None:
    lay(house, "Europe/Berlin", "week", '{every: week, days: [mon], at: "07:00"}')
    plan_through(house, utc(2026, 12, 25), utc(2027, 1, 20))
    assert [one.key.period for one in planned(house)] == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]


def test_fault_s09_downtime_5_days_latest(house: House) -> None:
    lay(house, "Europe/Berlin", "day", '{every: day, at: "07:00"}')
    plan_at(house, SUNDAY - timedelta(days=5))
    tick_at(house, SUNDAY)
    assert [states(house)[f"2026-06-{day:02}"] for day in range(9, 14)] == [("skipped", "catchup")] * 4 + [
        ("ready", "")
    ]
    assert {one.reason for one in planned(house) if one.state == "skipped"} == {
        "a later edition was due as well when the press came back"
    }
    assert {name.split(".")[1] for name in house.outbox} == {"2026-06-13"}


def test_fault_s10_downtime_5_days_all(house: House) -> None:
    lay(house, "Europe/Berlin", "day", '{every: day, at: "07:00", catchup: all}')
    plan_at(house, SUNDAY - timedelta(days=5))
    with house.press() as press:
        house.clock.at = SUNDAY
        done = tick(press)
        sent = [press.ledger.history.events(record) for record, _ in press.ledger.history.latest()]
    assert [item.order.edition.period for item in done.published] == [
        f"2026-06-{day:02}" for day in range(9, 14)
    ]
    assert [item.state for item in done.published] == ["ready"] * 5
    assert [one.as_of for one in planned(house)] == [utc(2026, 6, day, 5) for day in range(10, 15)]
    assert all(any(event.state == "sent" for event in story) for story in sent)
    queued = sorted((attempt.delivery.id, attempt.delivery.edition_id) for attempt in done.attempts)
    assert [edition for _, edition in queued] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5], (
        "in the order of their periods"
    )


def tick_at(house: House, at: datetime) -> None:
    house.clock.at = at
    with house.press() as press:
        tick(press)


def test_what_is_older_than_the_window_is_skipped_and_none_means_none_that_is_late(house: House) -> None:
    lay(house, "UTC", "day", '{every: day, at: "07:00", catchup: all, catchup_window: 2 days}')
    plan_at(house, utc(2026, 6, 1, 8))
    plan_at(house, utc(2026, 6, 6, 7))
    assert [state for state, _ in states(house).values()] == ["skipped"] * 2 + ["due"] * 3
    lay(house, "UTC", "day", '{every: day, at: "07:00", catchup: none}')
    plan_at(house, utc(2026, 6, 7, 8, 1))
    plan_at(house, utc(2026, 6, 8, 8))
    assert states(house)["2026-06-06"] == ("skipped", "catchup")
    assert states(house)["2026-06-07"] == ("due", "")
    lay(house, "UTC", "month", '{every: month, at: "07:00"}')
    plan_at(house, utc(2026, 7, 25))
    assert states(house)["2026-06"] == ("due", ""), "the newest one is made at any age"


def test_fault_s11_clock_back_1h(house: House) -> None:
    plan_at(house, SUNDAY)
    assert plan_at(house, MONDAY).due == 1
    assert plan_at(house, MONDAY - timedelta(hours=1, minutes=1)).due == 0
    assert plan_at(house, MONDAY).due == 0
    assert len(planned(house)) == 1


def test_fault_s12_clock_forward_1y(house: House, caplog: pytest.LogCaptureFixture) -> None:
    lay(house, "Europe/Berlin", "day", '{every: day, at: "07:00", catchup: all, catchup_window: 3650 days}')
    plan_at(house, SUNDAY)
    (reason,) = plan_at(house, SUNDAY + timedelta(days=365)).unplanned.values()
    assert "more than 100 of its periods are due at once" in reason
    assert planned(house) == []
    with house.press() as press:
        (alert,) = press.ledger.alerts.current()
    assert (alert.kind, alert.subject) == ("planning", "orders")
    assert "since 2026-06-15 05:00 UTC; by the clock it is 2027-06-14 12:00 UTC" in alert.detail
    assert alert.detail in caplog.text
    assert plan_at(house, MONDAY) == Planned(1), "once the clock is right again nothing is missing"
    assert plan_at(house, SUNDAY + timedelta(days=365), cap=None) == Planned(364)


def test_fault_s13_tzdata_update(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_at(house, SUNDAY)
    plan_at(house, MONDAY)
    before = planned(house)
    with new_rules(tmp_path, "Europe/Berlin", like="Europe/London"):
        plan_at(house, MONDAY + timedelta(hours=2))
        assert planned(house) == before
        plan_at(house, MONDAY + timedelta(days=7))
    keys = [one.key.period for one in planned(house)]
    assert keys == ["2026-W24", "2026-W25"]
    assert [one.due_at for one in planned(house)] == [utc(2026, 6, 15, 5), utc(2026, 6, 22, 6)]


class new_rules:  # noqa: N801  (reads as a statement)
    """A zone has the rules of another one for the length of the block."""

    def __init__(self, folder: Path, zone: str, like: str) -> None:
        source = next(Path(path) / like for path in zoneinfo.TZPATH if (Path(path) / like).exists())
        self._target = folder / "zones" / zone
        self._target.parent.mkdir(parents=True)
        shutil.copy(source, self._target)
        self._former = zoneinfo.TZPATH

    def __enter__(self) -> None:
        zoneinfo.reset_tzpath((str(self._target.parents[1]), *self._former))
        ZoneInfo.clear_cache()

    def __exit__(self, *_: object) -> None:
        zoneinfo.reset_tzpath(self._former)
        ZoneInfo.clear_cache()


def test_fault_s18_report_title_renamed(house: House) -> None:
    plan_at(house, SUNDAY)
    plan_at(house, MONDAY)
    before = planned(house)
    house.write("reports/orders.yaml", report("Sales by order"))
    assert plan_at(house, MONDAY + timedelta(hours=1)).due == 0
    assert planned(house) == before


@pytest.mark.parametrize(
    ("zone", "schedule"),
    [
        ("America/New_York", '{every: week, days: [mon], at: "07:00"}'),
        ("Pacific/Auckland", '{every: week, days: [mon], at: "07:00"}'),
        ("Europe/Berlin", '{every: week, days: [wed], at: "07:00"}'),
        ("Europe/Berlin", '{every: day, at: "05:00"}'),
    ],
)
def test_fault_s19_cadence_or_zone_changed_midperiod(house: House, zone: str, schedule: str) -> None:
    lay(house, "Europe/Berlin", "week", '{every: week, days: [mon], at: "07:00"}')
    plan_through(house, SUNDAY, SUNDAY + timedelta(days=10))
    lay(house, zone, "week", schedule)
    with house.press() as press:
        (coming,) = agenda(press, 1)
    plan_through(house, SUNDAY + timedelta(days=10), SUNDAY + timedelta(days=25))
    periods = [one.key.period for one in planned(house)]
    assert periods == ["2026-W24", "2026-W25", "2026-W26", "2026-W27"], "none is repeated or left out"
    assert coming.due == next(
        one.due_at for one in planned(house) if one.key.period == coming.order.edition.period
    )
    assert all(one.due_at < other.due_at for one, other in pairwise(planned(house)))


def test_a_period_that_was_still_to_come_is_not_lost_when_its_day_is_moved_before_now(house: House) -> None:
    lay(house, "Europe/Berlin", "week", '{every: week, days: [fri], at: "07:00"}')
    plan_through(house, utc(2026, 6, 11), utc(2026, 6, 17))  # W23 on Friday; W24 would be due on 19 June
    lay(house, "Europe/Berlin", "week", '{every: week, days: [mon], at: "07:00"}')
    with house.press() as press:
        at_once, later = agenda(press, 2)
    assert (at_once.order.edition.period, at_once.notes) == ("2026-W24", (NEXT_LOOK,))
    assert (later.order.edition.period, later.notes) == ("2026-W25", ())
    plan_through(house, utc(2026, 6, 17), utc(2026, 6, 23))
    assert [one.key.period for one in planned(house)] == ["2026-W23", "2026-W24", "2026-W25"]
    house.write("reports/orders.yaml", report(period="day", schedule='{every: day, at: "06:00"}'))
    plan_through(house, utc(2026, 6, 23), utc(2026, 6, 24))
    assert [one.key.period for one in planned(house)][3:] == ["2026-06-22"], "nothing is made up for days"


def test_fault_s20_report_deleted_while_running(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def gather_late(press: Press, order: Order, also: tuple[FileKind, ...] = ()) -> Gathered:
        (house.root / "reports" / "orders.yaml").rename(house.root / "orders.yaml")
        return gather(press, order, also)

    house.write("reports/other.yaml", report("Other", schedule='{every: year, at: "07:00"}', period="year"))
    plan_at(house, SUNDAY)
    monkeypatch.setattr(run, "gather", gather_late)
    tick_at(house, MONDAY)
    assert states(house) == {"2026-W24": ("cancelled", "definition")}
    assert house.outbox == []


def test_what_a_deleted_report_has_open_is_cancelled_unless_its_file_comes_back_at_once(house: House) -> None:
    house.write("reports/other.yaml", report("Other", schedule='{every: year, at: "07:00"}', period="year"))
    plan_at(house, SUNDAY)
    plan_at(house, MONDAY)
    file = house.root / "reports" / "orders.yaml"
    away = file.rename(house.root / "orders.yaml")
    tick_at(house, MONDAY + timedelta(minutes=1))
    assert states(house)["2026-W24"] == ("due", "")
    away.rename(file)
    plan_at(house, MONDAY + timedelta(minutes=2))
    file.rename(away)
    plan_at(house, MONDAY + timedelta(minutes=3))
    plan_at(house, MONDAY + timedelta(minutes=2) + GRACE)
    assert states(house)["2026-W24"] == ("due", "")
    plan_at(house, MONDAY + timedelta(minutes=3) + GRACE)
    assert states(house)["2026-W24"] == ("cancelled", "definition")
    away.rename(file)
    tick_at(house, MONDAY + timedelta(hours=1))
    assert states(house) == {"2026-W24": ("cancelled", "definition")}, "it is new, and has no past"
    assert house.outbox == []


def test_what_an_audience_that_is_gone_has_open_is_cancelled(house: House) -> None:
    """One that is merely broken, or that the report names no more, is still there."""
    house.write("reports/orders.yaml", report(audience="[sales, board]"))
    plan_at(house, SUNDAY)
    plan_at(house, utc(2026, 6, 15, 5))
    house.write("reports/orders.yaml", report())

    def due(audiences: str) -> list[str]:
        house.write("config/audiences.yaml", audiences)
        with house.press() as press:
            return sorted(record.key.audience for record, _ in due_claims(press))

    written = FILES["config/audiences.yaml"]
    assert due(written) == ["board", "sales"]
    assert due(written.replace("[cy@example.test]", "[nobody]")) == ["sales"]
    assert due(written) == ["board", "sales"]
    renamed = written.replace("board:", "directors:")
    assert due(renamed) == ["sales"]
    assert due(written) == ["board", "sales"], (
        "another press may know it still, while a deployment is under way"
    )
    house.clock.at += GRACE
    assert due(renamed) == ["sales"]
    found = {one.key.audience: (one.state, one.cause, one.reason) for one in planned(house)}
    assert found == {
        "sales": ("due", "", ""),
        "board": ("cancelled", "definition", "there is no audience “board”"),
    }


def test_letters_of_a_report_that_is_gone_are_not_sent(house: House) -> None:
    house.write("reports/other.yaml", report("Other", schedule='{every: year, at: "07:00"}', period="year"))
    house.write("var/outbox", "a file where a folder should be")
    plan_at(house, SUNDAY)
    tick_at(house, MONDAY)
    (house.var / "outbox").unlink()
    (house.root / "reports" / "orders.yaml").unlink()
    tick_at(house, MONDAY + timedelta(hours=1))
    assert house.outbox == []
    tick_at(house, MONDAY + timedelta(hours=2))
    with house.press() as press:
        ((record, letters),) = press.ledger.history.latest()
    assert (record.state, letters) == ("ready", {"cancelled": 2})


def test_fault_s21_5000_schedules_same_minute(house: House) -> None:
    lay(house, "Europe/Berlin", "week", '{every: week, days: [mon], at: "07:00", jitter: 30 minutes}')
    house.clock.at = SUNDAY
    with house.press() as press:
        (pattern,) = press.workspace.reports.values()
        many = {f"report-{number}": pattern for number in range(5000)}
        crowded = replace(press, workspace=replace(press.workspace, reports=many))
        plan_due(crowded)
        house.clock.at = MONDAY
        assert plan_due(crowded).due == 5000
        due = datetime(2026, 6, 15, 5, tzinfo=UTC)
        begins = {one.key.report: one.next_at - due for one in crowded.ledger.editions.due()}
        crowded.close()
    assert len(begins) == 5000
    assert min(begins.values()) >= timedelta(0)
    assert max(begins.values()) < timedelta(minutes=30)
    tenths = Counter(wait // timedelta(minutes=3) for wait in begins.values())
    assert all(400 < tenths[tenth] < 600 for tenth in range(10)), "spread evenly"
    house.var.rename(house.root / "former")
    house.clock.at = SUNDAY
    with house.press() as press:
        few = replace(press, workspace=replace(press.workspace, reports=dict(list(many.items())[:50])))
        plan_due(few)
        house.clock.at = MONDAY
        plan_due(few)
        again = {one.key.report: one.next_at - due for one in few.ledger.editions.due()}
        few.close()
    assert again == {name: begins[name] for name in again}, "the same for every scheduler"


def late_data(house: House, then: str) -> None:
    """A weekly report whose data end two weeks before its period does."""
    schedule = f'{{every: week, days: [mon], at: "07:00", wait_for_data: {{until: "11:00", then: {then}}}}}'
    lay(house, "Europe/Berlin", "week", schedule)
    plan_at(house, utc(2026, 7, 26))


def mailed(house: House) -> str:
    (mail,) = (house.var / "outbox").glob("*.ada-*")
    body = message_from_bytes(mail.read_bytes(), policy=default).get_body()
    assert body is not None
    return str(body.get_content())


def test_fault_s22_data_late(house: House) -> None:
    late_data(house, "send")
    tick_at(house, utc(2026, 7, 27, 6))
    (waiting,) = planned(house)
    assert (waiting.state, waiting.cause, waiting.next_at) == ("due", "data", utc(2026, 7, 27, 6, 5))
    assert "are wanted until 2026-07-26 22:00; it waits for them until 2026-07-27 09:00 UTC" in waiting.reason
    tick_at(house, utc(2026, 7, 27, 8, 59))
    assert states(house) == {"2026-W30": ("due", "data")}
    tick_at(house, utc(2026, 7, 27, 9))
    assert states(house) == {"2026-W30": ("ready", "")}
    assert len(house.outbox) == 2
    assert "Data may be incomplete" in mailed(house)


def test_fault_s22_data_late_held(house: House) -> None:
    late_data(house, "hold")
    tick_at(house, utc(2026, 7, 27, 9))
    assert states(house) == {"2026-W30": ("held", "gate")}
    assert house.outbox == []


def test_fault_s22_data_arrive_meanwhile(house: House) -> None:
    late_data(house, "hold")
    tick_at(house, utc(2026, 7, 27, 6))
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute(
            "INSERT INTO orders SELECT 5000 + range, TIMESTAMP '2026-07-10' + INTERVAL (range * 7) HOUR, 9, 'Web'"
            " FROM range(58)"
        )
    tick_at(house, utc(2026, 7, 27, 6, 5))
    assert states(house) == {"2026-W30": ("ready", "")}
    assert "Data may be incomplete" not in mailed(house)


def test_the_plan_tells_when_an_edition_is_begun_and_what_it_waits_for(house: House) -> None:
    rest = "jitter: 10 minutes, wait_for_data: {until: 4 hours, then: hold}"
    lay(house, "Europe/Berlin", "week", f'{{every: week, days: [mon], arrive_by: "08:00", {rest}}}')
    plan_at(house, SUNDAY)
    with house.press() as press:
        (coming,) = agenda(press, 1)
    plan_at(house, MONDAY)
    (record,) = planned(house)
    assert (coming.due, coming.begins) == (record.due_at, record.next_at)
    assert coming.due == utc(2026, 6, 15, 5, 45)
    begun = f"begun at {coming.begins.astimezone(ZoneInfo('Europe/Berlin')):%H:%M:%S}"
    assert coming.notes == ("to arrive by 08:00", begun, "waits for data until Mon 11:45, then held")


def test_what_begins_later_by_its_jitter_is_late_only_after_that(house: House) -> None:
    lay(house, "Europe/Berlin", "week", '{every: week, days: [mon], at: "07:00", jitter: 2 hours}')
    plan_at(house, SUNDAY)
    plan_at(house, MONDAY)
    (record,) = planned(house)
    assert record.next_at > record.due_at
    with house.press() as press:
        assert press.ledger.figures.overdue(record.next_at) == ()
        assert press.ledger.figures.overdue(record.next_at + timedelta(seconds=1)) == (record,)


def test_a_paused_report_says_what_it_left_out(house: House) -> None:
    plan_at(house, SUNDAY)
    house.write("reports/orders.yaml", report(paused="true"))
    plan_at(house, MONDAY)
    assert states(house) == {"2026-W24": ("skipped", "paused")}


def test_an_edition_waits_for_the_one_before_it_or_is_left_out(house: House) -> None:
    weekly = '{{every: week, days: [mon], at: "07:00", overlap: {}}}'
    lay(house, "Europe/Berlin", "week", weekly.format("queue"))
    plan_at(house, SUNDAY)
    plan_at(house, MONDAY)
    with house.press() as press:
        (first,) = press.ledger.editions.due()
        mine = press.ledger.editions.begin(first, trigger="schedule")
        assert mine is not None
        house.clock.at = MONDAY + timedelta(days=7)
        press.ledger.editions.postpone(mine, "the warehouse is locked", house.clock.at + timedelta(hours=1))
    tick_at(house, MONDAY + timedelta(days=7))
    assert states(house) == {"2026-W24": ("due", ""), "2026-W25": ("due", "")}
    lay(house, "Europe/Berlin", "week", weekly.format("skip"))
    plan_at(house, MONDAY + timedelta(days=14))
    assert states(house)["2026-W26"] == ("skipped", "overlap")
    tick_at(house, MONDAY + timedelta(days=14))
    assert states(house)["2026-W24"] == states(house)["2026-W25"] == ("ready", "")


def test_a_year_that_begins_elsewhere_from_now_on_ends_no_planning(house: House) -> None:
    """What was planned last is a part of a fiscal year that the calendar has no more."""
    lay(house, "Europe/Berlin", "{to_date: fiscal_year}", DAILY)
    plan_through(house, SUNDAY, MONDAY)
    before = states(house)
    assert "FY2026.to.2026-06-14" in before
    house.write("config/settings.yaml", SETTINGS.replace("Berlin}", "Berlin, fiscal_year_starts: april}"))
    plan_at(house, MONDAY + timedelta(days=1))
    assert set(states(house)) - set(before) == {"FY2027.to.2026-06-15"}


def test_what_one_moment_brings_together_leaves_none_of_it_out(house: House) -> None:
    """Friday's and Saturday's are begun five minutes before Sunday has ended, and are not finished then."""
    lay(
        house,
        "Europe/Berlin",
        "day",
        '{every: day, days: [mon, tue], arrive_by: "00:10", overlap: skip, catchup: all}',
    )
    plan_at(house, SUNDAY)
    plan_through(house, utc(2026, 6, 14, 21, 55), utc(2026, 6, 14, 22, 5), timedelta(minutes=5))
    assert set(states(house).values()) == {("due", "")}
    assert "2026-06-14" in states(house)


def test_what_must_have_arrived_by_a_time_is_begun_as_much_earlier_as_it_took(house: House) -> None:
    lay(house, "Europe/Berlin", "week", '{every: week, days: [mon], arrive_by: "08:00"}')
    plan_at(house, SUNDAY)
    plan_at(house, MONDAY - timedelta(minutes=16))
    assert planned(house) == []
    tick_at(house, MONDAY - timedelta(minutes=15))
    (first,) = planned(house)
    assert (first.state, first.due_at) == ("ready", utc(2026, 6, 15, 5, 45)), (
        "of the first nothing is known yet"
    )
    took(house, timedelta(minutes=40))
    plan_at(house, MONDAY + timedelta(days=7, minutes=-53))
    assert len(planned(house)) == 1
    plan_at(house, MONDAY + timedelta(days=7, minutes=-52))  # 40 minutes, a quarter of it, and 2
    assert planned(house)[1].due_at == utc(2026, 6, 22, 5, 8)


def test_what_one_moment_brings_together_does_not_overtake_itself(house: House) -> None:
    """On Monday the editions of Friday, Saturday and Sunday are begun at 06:45; Tuesday's is the next."""
    lay(house, "Europe/Berlin", "day", '{every: day, days: [mon, tue], arrive_by: "07:00", catchup: all}')
    plan_at(house, SUNDAY)
    plan_at(house, MONDAY - timedelta(minutes=75))
    with house.press() as press:
        orders = [order_of(press, record) for record in press.ledger.editions.due()]
        until = {order.edition.period: expiry(press, order, press.clock.now()) for order in orders}
    assert len(until) > 1
    assert set(until.values()) == {utc(2026, 6, 16, 5)}


def test_what_took_for_days_leaves_out_no_day_to_come(house: House) -> None:
    weekdays = '{every: day, days: [mon, tue, wed, thu, fri], arrive_by: "08:00"}'
    lay(house, "Europe/Berlin", "day", weekdays)
    plan_at(house, SUNDAY)
    tick_at(house, MONDAY)
    assert len(planned(house)) == 3, "Friday to Sunday"
    took(house, timedelta(hours=75))
    plan_through(house, MONDAY, MONDAY + timedelta(days=4))
    assert [(one.key.period, one.state, one.due_at) for one in planned(house)[3:]] == [
        (f"2026-06-{day}", "due", utc(2026, 6, day, 22)) for day in (15, 16, 17, 18)
    ], "each begins at the end of its day"


def test_the_one_that_took_longest_of_three_does_not_count(house: House) -> None:
    lay(house, "Europe/Berlin", "day", '{every: day, days: [mon, tue], arrive_by: "08:00"}')
    plan_at(house, SUNDAY)
    tick_at(house, MONDAY)
    took(house, timedelta(minutes=40))
    took(house, timedelta(hours=75), planned(house)[0].id)
    plan_at(house, MONDAY + timedelta(days=1, minutes=-53))
    assert "2026-06-15" not in states(house)
    plan_at(house, MONDAY + timedelta(days=1, minutes=-52))
    assert "2026-06-15" in states(house)


def took(house: House, length: timedelta, number: int | None = None) -> None:
    """Every edition so far, or one, took so long until its last letter had been sent."""
    with closing(sqlite3.connect(house.var / "ledger.sqlite")) as connection, connection:
        begun, ended, arrived = (
            f"{MONDAY + part:%F %T}.000000" for part in (timedelta(), length / 2, length)
        )
        this = "WHERE coalesce(?, edition_id) = edition_id"
        connection.execute(f"UPDATE run SET started_at = ?, finished_at = ? {this}", (begun, ended, number))
        connection.execute(f"UPDATE delivery SET sent_at = ? {this}", (arrived, number))
