"""Days, weeks and durations where clocks change: bounds are instants, whatever the engine's session zone is."""

from __future__ import annotations

from typing import Any

import pytest

from broadsheet.metrics import EMPTY, Question
from metrics.small import Make, Store, at, catalog, day, table

CALLS: dict[str, Any] = {
    "calls": {
        "key": "id",
        "clock": "began",
        "link": {"team": {"to": "teams", "by": "team_id"}},
        "columns": {"id": "number", "began": "time", "ended": "time", "team_id": "number"},
    }
}
KPIS: dict[str, Any] = {
    "calls": {"count": "calls"},
    "ids": {"sum": "calls.id"},
    "hours": {"sum": {"hours": ["calls.began", "calls.ended"]}, "open_rows": "exclude"},
    "minutes": {"mean": {"minutes": ["calls.began", "calls.ended"]}, "open_rows": "exclude"},
}
TEAMS: dict[str, Any] = {
    "teams": {"key": "id", "valid": ["since", "until"],
              "columns": {"id": "number", "name": "text", "since": "date", "until": "date"}}
}  # fmt: skip


def _berlin(make: Make, *times: str, **calendar: str) -> Store:
    rows = [(2**i, at(time), None, None) for i, time in enumerate(times)]
    return make(catalog(CALLS, KPIS, timezone="Europe/Berlin", **calendar), {"calls": rows})


def test_the_days_when_clocks_change_have_23_and_25_hours(make: Make) -> None:
    store = _berlin(
        make,
        "2025-03-29 22:59:59",  # 1: 23:59:59 on the 29th
        "2025-03-29 23:00",  # 2: midnight
        "2025-03-29 23:30",  # 4: half past midnight on the 30th
        "2025-03-30 21:59:59",  # 8: the last second of 30 March, in summer time
        "2025-03-30 22:00",  # 16: midnight of the 31st
        "2025-10-25 21:59:59",  # 32: the 25th
        "2025-10-25 22:00",  # 64: midnight of the 26th, in summer time
        "2025-10-26 00:30",  # 128: the first 02:30
        "2025-10-26 01:30",  # 256: the second 02:30
        "2025-10-26 22:59:59",  # 512: the last second of the 26th, in winter time
        "2025-10-26 23:00",  # 1024: midnight of the 27th
    )
    assert store.value("ids", "2025-03-29") == 1
    assert store.value("ids", "2025-03-30") == 2 + 4 + 8
    assert store.value("ids", "2025-03-31") == 16
    assert store.value("ids", "2025-10-25") == 32
    assert store.value("ids", "2025-10-26") == 64 + 128 + 256 + 512
    assert store.value("ids", "2025-10-27") == 1024
    assert store.value("calls", "2025") == 11


def test_half_past_eleven_in_london_is_the_next_day_in_berlin(make: Make) -> None:
    store = _berlin(make, "2026-06-30 21:59", "2026-06-30 22:30", "2026-12-31 22:59", "2026-12-31 23:30")
    assert [store.value("ids", label) for label in ("2026-06", "2026-Q3", "2026-12", "2027-01")] == [
        1,
        2,
        4,
        8,
    ]


def test_timestamps_stored_in_local_time(make: Make) -> None:
    times = ("2025-03-29 23:59", "2025-03-30 00:00", "2025-03-30 23:59", "2025-03-31 00:00")
    store = _berlin(make, *times, naive_timestamps="Europe/Berlin")
    assert [store.value("ids", f"2025-03-{number}") for number in (29, 30, 31)] == [1, 6, 8]


@pytest.mark.parametrize(("zone", "hours"), [("UTC", 24.5), ("Europe/Berlin", 23.5)])
def test_durations_are_elapsed_time(make: Make, zone: str, hours: float) -> None:
    rows = [(1, at("2025-03-29 12:00"), at("2025-03-30 12:30"), None)]
    store = make(catalog(CALLS, KPIS, timezone="Europe/Berlin", naive_timestamps=zone), {"calls": rows})
    assert store.value("hours", "2025-03") == hours


def test_durations_are_fractions_not_boundaries_crossed(make: Make) -> None:
    rows = [
        (1, at("2026-03-02 10:59"), at("2026-03-02 11:01"), None),
        (2, at("2026-03-02 10:01"), at("2026-03-02 10:58:30"), None),
    ]
    store = make(catalog(CALLS, KPIS), {"calls": rows})
    assert store.value("minutes", "2026-03") == (2 + 57.5) / 2


def test_the_first_of_january_lies_in_week_53(make: Make) -> None:
    store = _berlin(
        make,
        "2026-12-27 22:59",
        "2026-12-27 23:00",
        "2027-01-01 12:00",
        "2027-01-03 22:59",
        "2027-01-03 23:00",
    )
    assert [store.value("ids", label) for label in ("2026-W52", "2026-W53", "2027-W01")] == [1, 14, 16]


def test_a_date_and_a_time_meet_at_local_midnight(make: Make) -> None:
    facts = {
        "parcels": {
            "key": "id",
            "clock": "ordered_on",
            "columns": {"id": "number", "ordered_on": "date", "sent_at": "time", "due_on": "date"},
        }
    }
    kpis = {
        "on_time": {"share": "parcels", "where": {"sent_at": {"at_most": {"column": "due_on"}}}},
        "hours": {"mean": {"hours": ["parcels.ordered_on", "parcels.sent_at"]}, "open_rows": "exclude"},
        "days": {"mean": {"days": ["parcels.ordered_on", "parcels.due_on"]}, "open_rows": "exclude"},
    }
    rows = [
        (1, day("2025-10-25"), at("2025-10-26 22:59"), day("2025-10-26")),  # 23:59 on the day it was due
        (2, day("2025-10-25"), at("2025-10-26 23:59"), day("2025-10-26")),  # 00:59 on the day after
    ]
    store = make(catalog(facts, kpis, timezone="Europe/Berlin"), {"parcels": rows})
    assert store.value("on_time", "2025-10") == 0.5
    assert store.value("hours", "2025-10") == pytest.approx((48 + 59 / 60 + 49 + 59 / 60) / 2)
    assert store.value("days", "2025-10") == 1


def test_dated_attributes_are_those_of_the_event_or_of_today(make: Make) -> None:
    dimensions = {"team_then": {"via": "team.name"}, "team_now": {"via": "team.name", "as": "today"}}
    definitions = catalog(CALLS, KPIS, entities=TEAMS, dimensions=dimensions, timezone="Europe/Berlin")
    teams = [(7, "Old name", None, day("2026-03-10")), (7, "New name", day("2026-03-10"), None)]
    calls = [
        (1, at("2026-03-09 22:59"), None, 7),
        (2, at("2026-03-09 23:01"), None, 7),  # 00:01 on the day of the change
        (4, at("2026-03-20 12:00"), None, 7),
        (8, at("2026-03-20 12:00"), None, 9),
    ]
    store = make(definitions, {"teams": teams, "calls": calls})
    march = (store.period("2026-03"),)
    then, now = store.ask(*(Question(("ids",), march, (name,), ((), (name,))) for name in dimensions))
    assert table(then, "ids", "team_then") == {"New name": 6, "Old name": 1, EMPTY: 8}
    assert table(now, "ids", "team_now") == {"New name": 7, EMPTY: 8}
    assert then.value("ids") == now.value("ids") == 15, "versions never multiply rows"
