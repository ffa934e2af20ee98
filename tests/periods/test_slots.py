"""Which edition is due when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.errors import UsageError
from broadsheet.periods import (
    Calendar,
    DayRule,
    Deadline,
    PeriodSpec,
    Schedule,
    due,
    next_slots,
    parse_day,
    parse_offset,
    parse_spec,
    slot_of,
)

BERLIN = Calendar("Europe/Berlin", fiscal_year_starts=4, holidays="DE")
SEVEN = time(7)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def shown(
    schedule: Schedule, period: object, after: datetime, until: datetime, calendar: Calendar = BERLIN
) -> Any:
    slots = due(schedule, parse_spec(period), calendar, after, until)
    return [(slot.period.label, f"{slot.due:%Y-%m-%d %H:%M}") for slot in slots]


@pytest.mark.parametrize(
    ("written", "spec"),
    [
        ("week", PeriodSpec("closed", "week")),
        ("fiscal_quarter", PeriodSpec("closed", "fiscal_quarter")),
        ({"to_date": "month"}, PeriodSpec("to_date", "month")),
        ({"rolling": "30 days"}, PeriodSpec("rolling", "day", 30)),
        ({"rolling": "1 week"}, PeriodSpec("rolling", "week", 1)),
        ({"rolling": "12 months"}, PeriodSpec("rolling", "month", 12)),
    ],
)
def test_a_report_names_its_period(written: object, spec: PeriodSpec) -> None:
    assert parse_spec(written) == spec


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("weeks", "Did you mean “week”?"),
        ({"to_date": "day"}, "“day” is not a period"),
        ({"rolling": 30}, "“30” is no rolling length: write 30 days"),
        ({"rolling": "0 days"}, "“0 days” is no rolling length"),
        ({"last": "week"}, "“last” is not a period: write week"),
        ({"to_date": "month", "rolling": "3 days"}, "one word or one of"),
        (30, "one word or one of"),
        ({"to_date": ["month"]}, "is not a period"),
    ],
)
def test_a_wrong_period_says_what_to_write(written: object, words: str) -> None:
    with pytest.raises(ValueError, match=r"^.+$") as caught:
        parse_spec(written)
    assert words in str(caught.value)


def test_a_label_on_demand_may_be_just_the_day_it_runs_to() -> None:
    def label(written: object, text: str) -> str:
        return parse_spec(written).period(text, BERLIN).label

    assert label("week", "2026-11") == "2026-11"
    assert label("week", "2026-11-15") == "2026-11-15"
    assert label({"to_date": "month"}, "2026-11-15") == "2026-11.to.2026-11-15"
    assert label({"rolling": "30 days"}, "2026-11-15") == "30d.to.2026-11-15"
    assert label({"rolling": "13 weeks"}, "2026-11-17") == "13w.to.2026-11-15"
    assert label({"rolling": "2 months"}, "2026-11-30") == "2m.to.2026-11-30"
    with pytest.raises(UsageError):
        label({"rolling": "30 days"}, "2026-11-31")


def test_a_weekly_report_is_due_on_the_monday_after() -> None:
    weekly = Schedule("week", SEVEN, ("mon",))
    assert shown(weekly, "week", utc(2026, 11, 9), utc(2026, 11, 24)) == [
        ("2026-W45", "2026-11-09 06:00"),
        ("2026-W46", "2026-11-16 06:00"),
        ("2026-W47", "2026-11-23 06:00"),
    ]
    assert shown(weekly, "week", utc(2026, 11, 16, 6), utc(2026, 11, 23, 5, 59)) == []


def test_a_zone_of_its_own_moves_the_moment_not_the_period() -> None:
    weekly = Schedule("week", SEVEN, timezone="America/New_York")
    assert shown(weekly, "week", utc(2026, 11, 16), utc(2026, 11, 17)) == [("2026-W46", "2026-11-16 12:00")]


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (None, "2026-05-01 05:00"),
        ("first_workday", "2026-05-04 05:00"),  # 1 May is a holiday and a Friday
        (5, "2026-05-05 05:00"),
        ("last_workday", "2026-05-29 05:00"),  # April's own last working day comes before April has ended
        ("last", "2026-05-31 05:00"),
        (31, "2026-05-31 05:00"),
    ],
)
def test_a_monthly_report_is_due_on_the_day_named(day: Any, moment: str) -> None:
    monthly = Schedule("month", SEVEN, day=None if day is None else parse_day(day))
    slots = shown(monthly, "month", utc(2026, 4, 25), utc(2026, 6, 1))
    assert ("2026-04", moment) in slots


def test_day_31_of_a_short_month_is_its_last() -> None:
    assert shown(Schedule("month", SEVEN, day=DayRule(31)), "month", utc(2026, 2, 2), utc(2026, 3, 1)) == [
        ("2026-01", "2026-02-28 06:00")
    ]


def test_a_fiscal_year_and_a_quarter_have_one_slot_each() -> None:
    yearly = Schedule("fiscal_year", SEVEN, day=DayRule(10))
    assert shown(yearly, "fiscal_year", utc(2026, 1, 1), utc(2026, 12, 31)) == [
        ("FY2026", "2026-04-10 05:00")
    ]
    quarterly = Schedule("month", SEVEN)
    assert shown(quarterly, "quarter", utc(2026, 1, 2), utc(2026, 7, 15)) == [
        ("2026-Q1", "2026-04-01 05:00"),
        ("2026-Q2", "2026-07-01 05:00"),
    ]


def test_a_coarse_schedule_brings_every_period() -> None:
    workdays = Schedule("day", SEVEN, ("mon", "tue", "wed", "thu", "fri"))
    assert shown(workdays, "day", utc(2026, 11, 20, 12), utc(2026, 11, 24, 12)) == [
        ("2026-11-20", "2026-11-23 06:00"),
        ("2026-11-21", "2026-11-23 06:00"),
        ("2026-11-22", "2026-11-23 06:00"),
        ("2026-11-23", "2026-11-24 06:00"),
    ]


def test_open_and_rolling_periods_are_anchored_to_the_moment() -> None:
    mondays = Schedule("week", SEVEN, ("mon",))
    window = utc(2026, 11, 16), utc(2026, 12, 1)
    assert [label for label, _ in shown(mondays, {"rolling": "30 days"}, *window)] == [
        "30d.to.2026-11-15",
        "30d.to.2026-11-22",
        "30d.to.2026-11-29",
    ]
    assert [label for label, _ in shown(mondays, {"to_date": "month"}, *window)] == [
        "2026-11.to.2026-11-15",
        "2026-11.to.2026-11-22",
        "2026-11.to.2026-11-29",
    ]
    # Months roll only when one has closed: no Monday repeats a period.
    assert shown(mondays, {"rolling": "3 months"}, utc(2026, 11, 2), utc(2026, 12, 14)) == [
        ("3m.to.2026-10-31", "2026-11-02 06:00"),
        ("3m.to.2026-11-30", "2026-12-07 06:00"),
    ]


def test_start_and_end_limit_the_days() -> None:
    limited = Schedule("week", SEVEN, ("mon",), start=date(2026, 11, 16), end=date(2026, 11, 23))
    assert shown(limited, "week", utc(2020, 1, 1), utc(2027, 1, 1)) == [
        ("2026-W46", "2026-11-16 06:00"),
        ("2026-W47", "2026-11-23 06:00"),
    ]
    assert len(next_slots(limited, parse_spec("week"), BERLIN, utc(2020, 1, 1), 9)) == 2


def test_clock_changes_lose_nothing_and_repeat_nothing() -> None:
    daily = Schedule("day", time(2, 30))
    assert shown(daily, "day", utc(2026, 3, 28, 12), utc(2026, 3, 30, 12)) == [
        ("2026-03-28", "2026-03-29 01:00"),  # 03:00 summer time
        ("2026-03-29", "2026-03-30 00:30"),
    ]
    assert shown(daily, "day", utc(2026, 10, 24, 12), utc(2026, 10, 26, 12)) == [
        ("2026-10-24", "2026-10-25 00:30"),  # the first 02:30
        ("2026-10-25", "2026-10-26 01:30"),
    ]
    midnight = Schedule("day", time(0))
    cairo = Calendar("Africa/Cairo")
    assert shown(midnight, "day", utc(2026, 4, 23, 12), utc(2026, 4, 24, 12), cairo) == [
        ("2026-04-23", "2026-04-23 22:00")
    ]
    apia = Calendar("Pacific/Apia")
    for at in (time(0), time(9)):
        assert shown(Schedule("day", at), "day", utc(2011, 12, 29, 20), utc(2011, 12, 30, 12), apia) == [
            ("2011-12-29", "2011-12-30 10:00"),
            ("2011-12-30", "2011-12-30 10:00"),  # the day that was skipped
        ]


@pytest.mark.parametrize(
    ("day", "moments"),
    [
        ({"workday": 3}, ["04-07", "05-06", "06-03"]),  # after Easter Monday, 1 May
        ({"nth": 2, "weekday": "tue"}, ["04-14", "05-12", "06-09"]),
        ({"nth": 5, "weekday": "thu"}, ["04-30", "05-28", "06-25"]),  # the last where there is no fifth
        ({"nth": "last", "weekday": "fri"}, ["04-24", "05-29", "06-26"]),
        ({"workday": "last"}, ["04-30", "05-29", "06-30"]),
    ],
)
def test_a_day_may_be_counted_in_working_days_or_weekdays(day: Any, moments: list[str]) -> None:
    monthly = Schedule("month", SEVEN, day=parse_day(day))
    slots = due(monthly, parse_spec("month"), BERLIN, utc(2026, 4, 2), utc(2026, 6, 30, 12))
    assert [f"{slot.due.astimezone(BERLIN.zone):%m-%d}" for slot in slots] == moments


@pytest.mark.parametrize(
    ("offset", "moments"),
    [
        ("5 days", [("2026-Q1", "04-05"), ("2026-Q2", "07-05")]),
        ("5 workdays", [("2026-Q1", "04-09"), ("2026-Q2", "07-07")]),  # Easter lies between
        ("100 days", [("2025-Q4", "04-10"), ("2026-Q1", "07-09")]),  # longer than the quarter it waits in
    ],
)
def test_an_offset_counts_from_the_end_of_the_period(offset: str, moments: list[tuple[str, str]]) -> None:
    quarterly = Schedule("quarter", SEVEN, offset=parse_offset(offset))
    slots = due(quarterly, parse_spec("quarter"), BERLIN, utc(2026, 4, 2), utc(2026, 8, 1))
    assert [(slot.period.label, f"{slot.due:%m-%d}") for slot in slots] == moments
    for slot in slots:
        assert slot_of(quarterly, parse_spec("quarter"), BERLIN, slot.period) == slot


def test_an_offset_shows_the_month_that_has_ended_to_reports_to_date_too() -> None:
    monthly = Schedule("month", SEVEN, offset=parse_offset("3 days"))
    assert shown(monthly, {"to_date": "month"}, utc(2026, 6, 1), utc(2026, 6, 30)) == [
        ("2026-05.to.2026-05-31", "2026-06-03 05:00")
    ]


@pytest.mark.parametrize(
    ("day_off", "moments"),
    [
        (None, ["03-30", "04-06", "04-13"]),
        ("after", ["03-30", "04-07", "04-13"]),  # 6 April is Easter Monday
        ("before", ["03-30", "04-07", "04-13"]),  # before it lies in another week, which has not ended
        ("skip", ["03-30", "04-13", "04-13"]),
    ],
)
def test_a_day_off_is_put_off_or_left_out_and_its_period_is_not_lost(
    day_off: Any, moments: list[str]
) -> None:
    weekly = Schedule("week", SEVEN, ("mon",), day_off=day_off)
    slots = due(weekly, parse_spec("week"), BERLIN, utc(2026, 3, 29), utc(2026, 4, 14))
    assert [slot.period.label for slot in slots] == ["2026-W13", "2026-W14", "2026-W15"]
    assert [f"{slot.due:%m-%d}" for slot in slots] == moments


def test_what_is_brought_forward_does_not_look_ahead() -> None:
    fridays = Schedule("week", SEVEN, ("fri",), day_off="before")  # 1 May 2026 is a holiday
    assert shown(fridays, {"rolling": "7 days"}, utc(2026, 4, 27), utc(2026, 5, 2)) == [
        ("7d.to.2026-04-29", "2026-04-30 05:00")
    ]


def test_a_schedule_may_go_by_the_holidays_of_another_country() -> None:
    july = Schedule("month", SEVEN, day=parse_day("first_workday"), holidays="US")
    assert shown(july, "month", utc(2027, 6, 30), utc(2027, 7, 9)) == [("2027-06", "2027-07-01 05:00")]
    canada = replace(july, holidays="CA")
    assert shown(canada, "month", utc(2027, 6, 30), utc(2027, 7, 9)) == [("2027-06", "2027-07-02 05:00")]


def test_a_schedule_without_any_working_day_has_no_moments() -> None:
    never = Schedule("week", SEVEN, ("sun",), day_off="skip")
    assert next_slots(never, parse_spec("week"), BERLIN, utc(2026, 1, 1), 1) == ()


@pytest.mark.parametrize(
    ("read", "value", "words"),
    [
        (parse_day, 0, "a number from 1 to 366, or last"),
        (parse_day, {"workday": 0}, "a number from 1 to 262"),
        (parse_day, {"nth": 1, "weekday": "monday"}, "“monday” is no weekday"),
        (parse_day, {"nth": 1}, "names no day: write 5"),
        (parse_day, "first", "names no day: write 5"),
        (parse_day, True, "names no day"),
        (parse_offset, "0 days", "write 5 days or 5 workdays"),
        (parse_offset, "5 weeks", "write 5 days or 5 workdays"),
    ],
)
def test_a_wrong_day_says_what_to_write(read: Any, value: object, words: str) -> None:
    with pytest.raises(ValueError, match=r"^.+$") as caught:
        read(value)
    assert words in str(caught.value)


DAYS = [
    None,
    DayRule(1),
    DayRule(15),
    DayRule(31),
    DayRule(-1),
    DayRule(1, "workday"),
    DayRule(-1, "workday"),
    DayRule(3, "workday"),
    DayRule(5, "fri"),
]
days_off = st.sampled_from([None, "skip", "before", "after"])
schedules = st.one_of(
    st.builds(
        Schedule,
        st.sampled_from(["day", "week"]),
        st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        st.lists(st.sampled_from(["mon", "thu", "sun"]), unique=True).map(tuple),
        day_off=days_off,
    ),
    st.builds(
        Schedule,
        st.sampled_from(["month", "quarter", "year"]),
        st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        day=st.sampled_from(DAYS),
        day_off=days_off,
        timezone=st.sampled_from([None, "Asia/Tokyo", "America/New_York"]),
    ),
    st.builds(
        Schedule,
        st.sampled_from(["month", "quarter"]),
        st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        offset=st.builds(Deadline, st.sampled_from(["day", "workday"]), st.integers(1, 45)),
        day_off=days_off,
        holidays=st.sampled_from([None, "US"]),
        timezone=st.sampled_from([None, "Asia/Tokyo"]),
    ),
)
zones = st.sampled_from(["UTC", "Europe/Berlin", "Africa/Cairo", "Pacific/Apia", "America/St_Johns"])
moments = st.datetimes(datetime(2005, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@given(schedules, st.sampled_from(["day", "week", "month", "quarter"]), zones, moments, st.integers(1, 500))
@settings(max_examples=60, deadline=None)
def test_every_closed_period_is_due_once_and_never_before_its_end(
    schedule: Schedule, kind: str, zone: str, after: datetime, length: int
) -> None:
    calendar, until = Calendar(zone), after + timedelta(days=length)
    middle = after + timedelta(days=length) / 3
    spec = parse_spec(kind)
    slots = due(schedule, spec, calendar, after, until)
    assert slots == due(schedule, spec, calendar, after, middle) + due(
        schedule, spec, calendar, middle, until
    )
    assert slots == next_slots(schedule, spec, calendar, after, len(slots))
    assert [slot.due for slot in slots] == sorted(slot.due for slot in slots)
    assert all(a.period.end == b.period.start for a, b in pairwise(slots))
    for slot in slots:
        assert after < slot.due <= until
        assert slot.period.bounds(calendar)[1] <= slot.due


@given(moments, st.sets(st.sampled_from(["mon", "tue", "fri", "sun"]), min_size=1), st.times())
def test_a_period_is_due_at_the_first_scheduled_moment_after_it(
    after: datetime, weekdays: set[Any], at: time
) -> None:
    schedule = Schedule("day", at, tuple(weekdays))
    scheduled = [
        datetime.combine(day, at, UTC)
        for day in (after.date() + timedelta(days=n) for n in range(-8, 60))
        if f"{day:%a}".lower() in weekdays
    ]
    for slot in next_slots(schedule, parse_spec("week"), Calendar(), after, 4):
        ended = datetime.combine(slot.period.end, time(), UTC)
        assert slot.due == next(moment for moment in scheduled if moment >= ended)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"every": "month", "days": ("mon",)}, "takes “day”"),
        ({"every": "week", "day": DayRule(1)}, "takes “days”"),
        ({"every": "week", "offset": Deadline("day", 1)}, "takes “days”"),
        ({"every": "month", "day": DayRule(1), "offset": Deadline("day", 1)}, "both name the day"),
        ({"every": "week", "days": ("monday",)}, "“monday” is no weekday"),
        ({"every": "day", "start": date(2026, 2, 1), "end": date(2026, 1, 1)}, "ends before it starts"),
    ],
)
def test_a_schedule_that_clashes_is_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Schedule(at=SEVEN, **wrong)
