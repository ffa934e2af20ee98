"""Working time against a counter that looks at every minute: clock changes, holidays, half days, zones, holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.metrics import Question
from metrics.small import Make, Store, at, catalog, day

FACTS: dict[str, Any] = {
    "cases": {
        "key": "id",
        "clock": "began",
        "columns": {"id": "number", "began": "time", "ended": "time", "due": "date", "told": "date"},
    },
    "holds": {
        "key": "no",
        "clock": "held",
        "link": {"case": {"to": "cases", "by": "id"}},
        "always": {"case.due": "missing"},
        "columns": {"no": "number", "id": "number", "held": "time", "freed": "time"},
    },
}
HOURS = {"business_hours": ["cases.began", "cases.ended"]}
KPIS: dict[str, Any] = {
    "minutes": {"sum": {"business_minutes": ["cases.began", "cases.ended"]}, "open_rows": "exclude"},
    "hours": {"sum": HOURS, "open_rows": "exclude"},
    "median": {"median": HOURS, "open_rows": "exclude"},
    "so_far": {"sum": HOURS, "open_rows": "censor_at_as_of"},
    "apart": {"sum": HOURS, "open_rows": "count_apart"},
    "days": {"sum": {"working_days": ["cases.began", "cases.ended"]}, "open_rows": "exclude"},
    "days_due": {"sum": {"working_days": ["cases.told", "cases.due"]}, "open_rows": "exclude"},
    "net": {"sum": HOURS, "open_rows": "exclude", "less": ["holds.held", "holds.freed"]},
    "net_so_far": {"sum": HOURS, "open_rows": "censor_at_as_of", "less": ["holds.held", "holds.freed"]},
    "net_clock": {
        "sum": {"hours": ["cases.began", "cases.ended"]},
        "open_rows": "exclude",
        "less": ["holds.held", "holds.freed"],
    },
}
WEEK = {"mon": "09:00-17:00", "tue": "09:00-17:00", "wed": "09:00-12:00", "fri": ["08:00-12:00", "13:00-18:30"],
        "sat": "22:00-24:00", "sun": "00:00-06:00"}  # fmt: skip
SPECIAL = {
    "12-24": "09:00-12:00",
    "2026-05-15": "closed",
    "2026-05-16": "10:00-11:00",
    "2026-01-01": "10:00-12:00",
}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALL_DAY = "00:00-24:00"


def _make(
    make: Make, *rows: tuple[Any, ...], holds: Iterable[tuple[Any, ...]] = (), **calendar: Any
) -> Store:
    given: dict[str, Any] = {"timezone": "Europe/Berlin", "holidays": "DE", "working_hours": "09:00-17:00"}
    cases = [(i, *row, *(None,) * (4 - len(row))) for i, row in enumerate(rows, start=1)]
    return make(catalog(FACTS, KPIS, **{**given, **calendar}), {"cases": cases, "holds": list(holds)})


def _minutes(
    began: datetime, ended: datetime, zone: str, week: Any, special: Any, country: str | None
) -> int:
    """Whole minutes from began to ended (UTC, on the minute) in which work is done, asked one by one."""
    known = country_holidays(country, years=range(2024, 2029)) if country else None

    def open_at(moment: datetime) -> bool:
        local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        today = local.date()
        hours = special.get(today.isoformat(), special.get(today.isoformat()[5:]))
        if hours is None:
            hours = week.get(WEEKDAYS[today.weekday()], ()) if isinstance(week, dict) else week
            weekend = not isinstance(week, dict) and today.weekday() > 4
            if weekend or (known is not None and today in known):
                hours = ()
        stretches = () if hours == "closed" else [hours] if isinstance(hours, str) else hours
        text = f"{local:%H:%M}"
        return any(stretch[:5] <= text < stretch[6:] for stretch in stretches)

    total, moment = 0, began
    while moment < ended:
        total += open_at(moment)
        moment += timedelta(minutes=1)
    return total


def test_an_afternoon_a_weekend_and_a_morning(make: Make) -> None:
    # Friday 15:30 to Monday 10:15 in Berlin: an hour and a half, and an hour and a quarter.
    store = _make(make, (at("2026-06-05 13:30"), at("2026-06-08 08:15")))
    assert store.value("hours", "2026-06") == 2.75
    assert store.value("minutes", "2026-06") == 165
    assert store.value("days", "2026-06") == 1, "the Friday is over"


def test_outside_working_hours_time_counts_from_the_next_opening(make: Make) -> None:
    rows = [
        (at("2026-06-06 10:00"), at("2026-06-08 07:30")),  # a Saturday to Monday 09:30
        (at("2026-06-08 20:00"), at("2026-06-09 05:00")),  # an evening to the next morning
        (at("2026-06-09 14:59:30"), at("2026-06-09 15:00:30")),  # over closing time
    ]
    store = _make(make, *rows)
    assert store.value("hours", "2026-06") == pytest.approx(0.5 + 0 + 0.5 / 60)
    assert store.value("median", "2026-06") == pytest.approx(0.5 / 60)


@pytest.mark.parametrize(
    ("worked", "hours"),
    [
        ("2026-03-29", 23),  # clocks go forward
        ("2025-10-26", 25),  # clocks go back
        ("2024-02-29", 24),  # a leap day
        ("2021-01-01", 24),  # in week 53 of 2020
    ],
)
def test_a_day_of_23_or_25_hours_has_as_many_working_hours(make: Make, worked: str, hours: int) -> None:
    noon, later = at(worked) - timedelta(hours=12), at(worked) + timedelta(days=2)
    special = {worked: "00:00-24:00", f"{at(worked) + timedelta(days=1):%Y-%m-%d}": "closed"}
    store = _make(
        make, (noon, later), special_days=special, working_hours={"wed": "09:00-09:30"}, holidays=None
    )
    assert store.value("hours", noon.strftime("%Y-%m-%d")) == hours


def test_working_days_are_local_days_and_dates_are_their_midnight(make: Make) -> None:
    rows = [
        # Thursday 23:30 UTC is a Friday in Berlin: Friday counts, not the Thursday.
        (at("2026-06-04 23:30"), at("2026-06-08 07:00"), day("2026-06-08"), day("2026-06-04")),
        # Good Friday and Easter Monday are none.
        (at("2026-04-02 08:00"), at("2026-04-07 08:00"), day("2026-04-07"), day("2026-04-03")),
    ]
    store = _make(make, *rows)
    assert store.value("days", "2026-06") == 1
    assert store.value("days", "2026-04") == 1
    assert store.value("days_due", "2026-06") == 2, "Thursday and Friday"
    assert store.value("days_due", "2026-04") == 0


def test_a_row_that_ends_before_it_begins_is_faulty_though_no_working_time_lies_between(make: Make) -> None:
    store = _make(
        make,
        (at("2026-06-06 12:00"), at("2026-06-06 11:00")),  # on a Saturday
        (at("2026-06-08 08:00"), at("2026-06-08 07:00")),
        (at("2026-06-08 08:00"), at("2026-06-08 09:00")),
        (at("2026-06-08 08:00"), None),
    )
    (answer,) = store.ask(Question(("hours", "apart", "days"), (store.period("2026-06"),)))
    assert answer.value("hours") == 1
    assert answer.faults == {"hours": 2, "apart": 2, "days": 2}
    assert answer.pending == {"apart": 1}


def test_rows_beyond_the_years_of_the_calendar_are_told_not_counted(make: Make) -> None:
    store = _make(
        make,
        (at("1900-01-01 08:00"), at("2026-06-08 09:00")),
        (at("2026-06-08 08:00"), at("2026-06-08 09:00")),
        (at("2026-06-08 08:00"), at("9999-12-31 00:00")),  # not yet ended
    )
    everything = store.period("all.1900-01-01..2026-12-31")
    (answer,) = store.ask(
        Question(("hours", "days", "so_far"), (everything,)), as_of=at("2026-06-08 10:00").replace(tzinfo=UTC)
    )
    assert (answer.value("hours"), answer.value("days"), answer.value("so_far")) == (1, 0, 3)
    assert answer.faults == {"hours": 1, "days": 1, "so_far": 1}


def test_open_rows_run_until_the_report(make: Make) -> None:
    store = _make(make, (at("2026-06-08 08:00"), None), (at("2026-06-08 08:00"), at("2026-06-12 08:00")))
    question = Question(("so_far", "hours"), (store.period("2026-06"),))
    # Tuesday 18:30 in Berlin is after hours: seven hours of Monday and eight of Tuesday, for each.
    (answer,) = store.ask(question, as_of=datetime(2026, 6, 9, 16, 30, tzinfo=UTC))
    assert answer.value("so_far") == 30
    assert answer.reason("hours") is None
    assert answer.value("hours") == 0


def test_holds_are_taken_off_once_and_only_within_the_row(make: Make) -> None:
    rows = [
        (at("2026-06-08 07:00"), at("2026-06-09 15:00")),  # Monday 09:00 to Tuesday 17:00: 16 hours
        (at("2026-06-08 07:00"), at("2026-06-08 15:00")),
        (at("2026-06-08 07:00"), None),
        (at("2026-06-08 07:00"), at("2026-06-08 08:00"), day("2026-06-08")),  # whose holds do not count
    ]
    holds = [
        (1, 1, at("2026-06-08 08:00"), at("2026-06-08 10:00")),
        (2, 1, at("2026-06-08 09:00"), at("2026-06-08 09:30")),  # within the first
        (3, 1, at("2026-06-08 09:30"), at("2026-06-08 11:00")),  # over its end: three hours in all
        (4, 1, at("2026-06-09 14:00"), at("2026-06-20 10:00")),  # past the row: one hour
        (5, 1, at("2026-06-05 08:00"), at("2026-06-08 07:30")),  # from before the row: half an hour
        (6, 2, at("2026-06-08 14:00"), None),  # never freed: one hour
        (7, 3, at("2026-06-08 08:00"), None),
        (8, 9, at("2026-06-08 08:00"), at("2026-06-08 09:00")),  # of no row
        (9, 1, at("2026-06-08 13:00"), at("2026-06-08 12:00")),  # a fault: takes off nothing
        (10, 1, None, at("2026-06-08 14:00")),
        (11, 4, at("2026-06-08 07:00"), at("2026-06-08 08:00")),
    ]
    store = _make(make, *rows, holds=holds)
    (answer,) = store.ask(
        Question(("net", "net_so_far", "net_clock"), (store.period("2026-06"),)),
        as_of=datetime(2026, 6, 9, 16, 0, tzinfo=UTC),
    )
    assert answer.value("net") == (16 - 4.5) + (8 - 1) + 1
    assert answer.value("net_so_far") == answer.value("net") + 1
    assert answer.value("net_clock") == (32 - 4.5) + (8 - 1) + 1


@pytest.mark.parametrize(
    ("zone", "stored", "week", "special", "country"),
    [
        ("Europe/Berlin", "UTC", "09:00-17:00", {}, "DE"),
        ("Europe/Berlin", "UTC", WEEK, SPECIAL, "DE"),
        ("Europe/Berlin", "America/New_York", WEEK, SPECIAL, None),
        (
            "America/Los_Angeles",
            "UTC",
            dict.fromkeys(WEEKDAYS, "14:00-23:30"),
            {},
            None,
        ),  # over UTC midnight
        ("Asia/Kolkata", "UTC", {"sun": ALL_DAY, "mon": ALL_DAY}, {}, None),
        ("Pacific/Auckland", "UTC", {key: ["01:00-03:00", "03:00-04:00"] for key in WEEKDAYS}, {}, None),
    ],
)
def test_equals_a_count_of_minutes(
    make: Make, zone: str, stored: str, week: Any, special: Any, country: str | None
) -> None:
    store = _make(
        make,
        timezone=zone,
        naive_timestamps=stored,
        working_hours=week,
        special_days=special,
        holidays=country,
    )
    edges = [
        "2026-03-29",
        "2025-10-26",
        "2026-04-05",
        "2026-11-01",
        "2025-12-24",
        "2026-12-31",
        "2026-05-15",
        "2028-02-29",
    ]
    whole = st.integers(min_value=0, max_value=60 * 24 * 900).map(
        lambda m: at("2025-09-01") + timedelta(minutes=m)
    )
    near = st.tuples(st.sampled_from(edges), st.integers(-3000, 3000)).map(
        lambda e: at(e[0]) + timedelta(minutes=e[1])
    )
    numbers = count(1)

    @settings(max_examples=12, deadline=None, database=None)
    @given(st.lists(st.tuples(st.one_of(near, whole), st.integers(0, 60 * 24 * 12)), min_size=1, max_size=6))
    def check(rows: list[tuple[datetime, int]]) -> None:
        moments = [(began, began + timedelta(minutes=length)) for began, length in rows]
        utc = ZoneInfo(stored)
        shown = [
            tuple(each.replace(tzinfo=UTC).astimezone(utc).replace(tzinfo=None) for each in pair)
            for pair in moments
        ]
        kept = [
            (pair, as_stored)
            for pair, as_stored in zip(moments, shown, strict=True)
            # An hour that clocks show twice is stored without saying which.
            if all(
                each.replace(tzinfo=utc).astimezone(UTC).replace(tzinfo=None) == own
                for each, own in zip(as_stored, pair, strict=True)
            )
        ]
        store.fill({"cases": [(next(numbers), *as_stored, None, None) for _, as_stored in kept], "holds": []})
        expected = sum(_minutes(*pair, zone, week, special, country) for pair, _ in kept)
        (answer,) = store.ask(
            Question(("minutes",), (store.period("all.2020-01-01..2030-12-31"),)),
            as_of=datetime(2030, 1, 1, tzinfo=UTC),
        )
        assert answer.value("minutes") == pytest.approx(expected, abs=1e-6)
        assert answer.faults == {}

    check()


def test_the_years_of_the_calendar_reach_both_ways(make: Make) -> None:
    store = _make(
        make,
        (at("2002-01-02 08:00"), at("2002-01-02 09:00")),
        (at("2028-12-29 08:00"), at("2028-12-29 09:00")),
    )
    (answer,) = store.ask(
        Question(("hours",), (store.period("all.2000-01-01..2030-01-01"),)),
        as_of=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert (answer.value("hours"), answer.faults) == (1, {}), "the second has not happened yet"
    assert date(2028, 12, 29).weekday() < 5
