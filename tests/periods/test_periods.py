"""Labels, contiguity and comparisons of periods."""

from __future__ import annotations

import calendar as std
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.errors import UsageError
from broadsheet.periods import (
    GRAINS,
    Calendar,
    Grain,
    Note,
    Period,
    all_time,
    between,
    buckets,
    current_to_date,
    last_closed,
    parse_label,
    rolling,
    span,
    unit_of,
)

PLAIN = Calendar("Europe/Berlin", fiscal_year_starts=4)
GERMAN = Calendar("Europe/Berlin", holidays="DE")
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Africa/Cairo",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
]

days = st.dates(date(1999, 1, 1), date(2040, 12, 31))
calendars = st.builds(Calendar, st.sampled_from(ZONES), st.integers(1, 12))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
grains = st.sampled_from(GRAINS)


@st.composite
def periods(draw: st.DrawFn) -> tuple[Period, Calendar]:
    calendar, grain, moment = draw(calendars), draw(grains), draw(instants)
    made = draw(st.sampled_from(["unit", "to_date", "rolling", "range", "all"]))
    if made == "unit":
        return last_closed(grain, moment, calendar), calendar
    if made == "to_date":
        return current_to_date(draw(st.sampled_from(GRAINS[1:])), moment, calendar), calendar
    if made == "rolling":
        of = draw(st.sampled_from(["day", "week", "month"]))
        return rolling(draw(st.integers(1, 400)), of, moment, calendar), calendar
    start = draw(days)
    end = start + timedelta(days=draw(st.integers(1, 900)))
    return (between if made == "range" else all_time)(start, end), calendar


@given(periods())
def test_a_label_names_its_period_for_good(drawn: tuple[Period, Calendar]) -> None:
    period, calendar = drawn
    assert parse_label(period.label, calendar) == period
    assert re.fullmatch(r"[A-Za-z0-9.-]+", period.label)


@given(days, calendars, grains, st.integers(1, 30))
@settings(max_examples=60)
def test_periods_of_a_kind_adjoin_and_sum_to_their_span(
    day: date, calendar: Calendar, grain: Grain, count: int
) -> None:
    row = span(count, grain, unit_of(grain, day, calendar), calendar)
    bounds = [period.bounds(calendar) for period in row]
    assert [period.end for period in row[:-1]] == [period.start for period in row[1:]]
    assert sum((end - start for start, end in bounds), timedelta()) == bounds[-1][1] - bounds[0][0]
    assert len({period.label for period in row}) == count
    assert row[-1].start <= day < row[-1].end


@pytest.mark.parametrize(
    ("label", "start", "last"),
    [
        ("2026-11-22", date(2026, 11, 22), date(2026, 11, 22)),
        ("2026-W47", date(2026, 11, 16), date(2026, 11, 22)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("FY2026", date(2025, 4, 1), date(2026, 3, 31)),
        ("FY2026-Q3", date(2025, 10, 1), date(2025, 12, 31)),
        ("2026-11-01..2026-11-15", date(2026, 11, 1), date(2026, 11, 15)),
        ("2026-11.to.2026-11-15", date(2026, 11, 1), date(2026, 11, 15)),
        ("FY2026-Q4.to.2026-02-01", date(2026, 1, 1), date(2026, 2, 1)),
        ("30d.to.2026-11-21", date(2026, 10, 23), date(2026, 11, 21)),
        ("13w.to.2026-11-15", date(2026, 8, 17), date(2026, 11, 15)),
        ("12m.to.2026-10-31", date(2025, 11, 1), date(2026, 10, 31)),
        ("all.2016-10-20..2017-12-31", date(2016, 10, 20), date(2017, 12, 31)),
    ],
)
def test_labels_read_as_written(label: str, start: date, last: date) -> None:
    period = parse_label(label, PLAIN)
    assert (period.start, period.last_day, period.label) == (start, last, label)


def test_a_fiscal_year_from_january_is_the_year() -> None:
    assert parse_label("FY2026", Calendar()).start == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("label", "why"),
    [
        ("2026-W54", "2026 has weeks W01 to W53"),
        ("2025-W53", "2025 has weeks W01 to W52"),
        ("2026-W00", "weeks W01 to W53"),
        ("2026-13", "months 01 to 12"),
        ("2026-02-29", "there is no day 2026-02-29"),
        ("2026-Q5", "quarters Q1 to Q4"),
        ("FY2026-11", "none of the known forms"),
        ("last week", "none of the known forms"),
        ("", "none of the known forms"),
        ("٢٠٢٦", "none of the known forms"),
        ("1066", "outside 1900 to 2899"),
        ("2026-11-15..2026-11-01", "2026-11-01 comes before 2026-11-15"),
        ("2026-11-01..", "“” is not a date"),
        ("2026-11.to.2026-12-01", "2026-12-01 is not in 2026-11"),
        ("2026-11-15.to.2026-11-15", "a single day has no part to date"),
        ("13w.to.2026-11-14", "ends on 2026-11-15"),
        ("0d.to.2026-11-14", "at least one day"),
    ],
)
def test_a_wrong_label_is_refused_with_the_forms(label: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_label(label, PLAIN)
    assert why in str(caught.value)
    assert "week 2026-W47" in caught.value.remedy


@given(st.text(alphabet="0123456789-.WQFYtodwmal", max_size=26))
def test_any_text_is_a_period_or_a_usage_error(text: str) -> None:
    try:
        period = parse_label(text, PLAIN)
    except UsageError:
        return
    assert parse_label(period.label, PLAIN) == period


def test_new_years_day_2027_is_in_week_53_of_2026() -> None:
    assert unit_of("week", date(2027, 1, 1), PLAIN).label == "2026-W53"


@given(periods(), st.integers(1, 5))
def test_previous_periods_lie_end_to_end(drawn: tuple[Period, Calendar], n: int) -> None:
    period, calendar = drawn
    before = period.previous(calendar, n)
    if period.kind == "all":
        assert before is None
        return
    assert before is not None
    assert before.period.kind == period.kind
    again = period
    for _ in range(n):
        comparison = again.previous(calendar)
        assert comparison is not None
        if period.kind != "to_date":
            assert comparison.period.end == again.start
        again = comparison.period
    # A to-date cut in a short month stays short, so only its start is the same by one step or by n.
    assert again.start == before.period.start
    assert period.kind == "to_date" or again == before.period


@pytest.mark.parametrize(
    ("label", "former", "notes"),
    [
        ("2026-11", "2025-11", ()),
        ("2024-02", "2023-02", (Note("lengths", 29, 28),)),
        ("2026-W47", "2025-W47", ()),
        ("2026-W53", "2025-W52", (Note("week_53", "2026-W53", "2025-W52"),)),
        ("2024-02-29", "2023-02-28", (Note("leap_day", "2024-02-29", "2023-02-28"),)),
        ("2025-03-31", "2024-03-31", ()),
        ("2024", "2023", (Note("lengths", 366, 365),)),
        ("FY2026-Q3", "FY2025-Q3", ()),
        ("FY2026", "FY2025", ()),
        ("2026-Q1", "2025-Q1", ()),
        ("30d.to.2026-11-21", "30d.to.2025-11-22", ()),  # Saturday to Saturday
        ("13w.to.2026-11-15", "13w.to.2025-11-16", ()),
        ("3m.to.2024-02-29", "3m.to.2023-02-28", (Note("lengths", 91, 90),)),
        ("2024-02-20..2024-02-29", "2023-02-20..2023-02-28", (Note("lengths", 10, 9),)),
        ("2026-11.to.2026-11-15", "2025-11.to.2025-11-15", (Note("elapsed_days", 15, 15),)),
        (
            "2026-W53.to.2026-12-29",
            "2025-W52.to.2025-12-23",
            (Note("week_53", "2026-W53", "2025-W52"), Note("elapsed_days", 2, 2)),
        ),
    ],
)
def test_last_year_has_the_same_index(label: str, former: str, notes: tuple[Note, ...]) -> None:
    comparison = parse_label(label, PLAIN).last_year(PLAIN)
    assert comparison is not None
    assert (comparison.period, comparison.notes) == (parse_label(former, PLAIN), notes)


@pytest.mark.parametrize(
    ("label", "former", "notes"),
    [
        ("2026-03", "2026-02", (Note("lengths", 31, 28),)),
        ("2027-W01", "2026-W53", ()),
        ("2026-01", "2025-12", ()),
        ("FY2026-Q1", "FY2025-Q4", (Note("lengths", 91, 90),)),
        ("2026-03-01", "2026-02-28", ()),
        ("2026-11-01..2026-11-15", "2026-10-17..2026-10-31", ()),
        ("30d.to.2026-11-21", "30d.to.2026-10-22", ()),
        ("2m.to.2026-10-31", "2m.to.2026-08-31", (Note("lengths", 61, 62),)),
        ("2026-03.to.2026-03-31", "2026-02.to.2026-02-28", (Note("elapsed_days", 31, 28),)),
        ("2026-03.to.2026-03-12", "2026-02.to.2026-02-12", (Note("elapsed_days", 12, 12),)),
    ],
)
def test_previous_has_the_index_before(label: str, former: str, notes: tuple[Note, ...]) -> None:
    comparison = parse_label(label, PLAIN).previous(PLAIN)
    assert comparison is not None
    assert (comparison.period, comparison.notes) == (parse_label(former, PLAIN), notes)


@pytest.mark.parametrize(
    ("label", "former", "notes"),
    [
        # 10 working days by Sunday 15 November; the tenth of October is Wednesday the 14th.
        ("2026-11.to.2026-11-15", "2026-10.to.2026-10-14", (Note("elapsed_workdays", 10, 10),)),
        # 5 working days and a weekend on both sides (1 May is a holiday).
        ("2026-06.to.2026-06-07", "2026-05.to.2026-05-10", (Note("elapsed_workdays", 5, 5),)),
        # On Saturday only the Saturday of it.
        ("2026-06.to.2026-06-06", "2026-05.to.2026-05-09", (Note("elapsed_workdays", 5, 5),)),
        # 1 November is a Sunday: nothing worked yet, so a day meets a day.
        ("2026-11.to.2026-11-01", "2026-10.to.2026-10-01", (Note("elapsed_days", 1, 1),)),
        # All 22 working days of March, and no more than the 20 of February.
        ("2026-03.to.2026-03-31", "2026-02.to.2026-02-28", (Note("elapsed_workdays", 22, 20),)),
        # Closed months of unlike length and work (1 May, Ascension, Whit Monday; Good Friday, Easter Monday).
        ("2026-05", "2026-04", (Note("lengths", 31, 30), Note("workdays", 18, 20))),
    ],
)
def test_open_periods_are_cut_after_the_same_working_days(
    label: str, former: str, notes: tuple[Note, ...]
) -> None:
    comparison = parse_label(label, GERMAN).previous(GERMAN)
    assert comparison is not None
    assert (comparison.period.label, comparison.notes) == (former, notes)


@given(days, st.sampled_from(GRAINS[1:]), st.sampled_from(["US", "DE", "IL"]))
@settings(max_examples=50)
def test_both_sides_of_a_to_date_comparison_have_worked_as_long(
    day: date, grain: Grain, country: str
) -> None:
    calendar = Calendar("UTC", 7, country)
    period = current_to_date(grain, datetime(day.year, day.month, day.day, 12, tzinfo=UTC), calendar)
    for comparison in (period.previous(calendar), period.last_year(calendar)):
        assert comparison is not None
        other, note = comparison.period, comparison.notes[-1]
        if note.code == "elapsed_workdays":
            assert note.this == calendar.workdays(period.start, period.end)
            assert note.other == calendar.workdays(other.start, other.end)
        else:
            assert (note.this, note.other) == (period.days, other.days)
        whole = unit_of(grain, other.start, calendar)
        assert note.this == note.other or other.end == whole.end


@pytest.mark.parametrize(
    ("as_of", "month", "so_far"),
    [
        (datetime(2026, 11, 16, 6, tzinfo=UTC), "2026-10", "2026-11.to.2026-11-15"),
        (datetime(2026, 11, 30, 22, 59, tzinfo=UTC), "2026-10", "2026-11.to.2026-11-29"),
        (datetime(2026, 11, 30, 23, tzinfo=UTC), "2026-11", "2026-11.to.2026-11-30"),  # midnight in Berlin
    ],
)
def test_what_is_closed_at_a_moment(as_of: datetime, month: str, so_far: str) -> None:
    assert last_closed("month", as_of, PLAIN).label == month
    assert current_to_date("month", as_of, PLAIN).label == so_far


@given(instants, calendars, grains)
def test_the_last_closed_period_is_closed_and_the_last(
    moment: datetime, calendar: Calendar, grain: Grain
) -> None:
    closed = last_closed(grain, moment, calendar)
    following = unit_of(grain, closed.end, calendar)
    assert closed.bounds(calendar)[1] <= moment < following.bounds(calendar)[1]


def test_rolling_windows_are_complete() -> None:
    noon = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday
    assert rolling(30, "day", noon, PLAIN).label == "30d.to.2026-11-17"
    assert rolling(13, "week", noon, PLAIN).label == "13w.to.2026-11-15"
    assert rolling(12, "month", noon, PLAIN).label == "12m.to.2026-10-31"
    assert [rolling(n, of, noon, PLAIN).count for n, of in ((30, "day"), (13, "week"), (14, "month"))] == [
        30,
        13,
        14,
    ]


def test_an_open_period_is_cut_at_its_complete_days() -> None:
    noon = datetime(2026, 11, 18, 12, tzinfo=UTC)

    def cut(label: str) -> str:
        return parse_label(label, PLAIN).cut(noon, PLAIN).label

    assert cut("2026-10") == "2026-10"
    assert cut("2026-11") == "2026-11.to.2026-11-17"
    assert cut("2026-11.to.2026-11-30") == "2026-11.to.2026-11-17"
    assert cut("2026-11-01..2026-11-30") == "2026-11-01..2026-11-17"
    assert cut("30d.to.2026-11-30") == "2026-11-01..2026-11-17"
    with pytest.raises(UsageError, match="2026-12 has no complete day yet"):
        cut("2026-12")


@given(periods(), grains)
@settings(max_examples=60)
def test_buckets_tile_their_period(drawn: tuple[Period, Calendar], grain: Grain) -> None:
    period, calendar = drawn
    row = buckets(period, grain, calendar)
    assert (row[0].start, row[-1].end) == (period.start, period.end)
    assert all(a.end == b.start for a, b in pairwise(row))
    assert {bucket.kind for bucket in row} == {grain}
    assert not any(bucket.clipped for bucket in row[1:-1])
    for bucket in row:
        whole = parse_label(bucket.label, calendar)
        assert bucket.clipped == ((bucket.start, bucket.end) != (whole.start, whole.end))


def test_weeks_of_a_month_are_clipped_at_its_ends() -> None:
    row = buckets(parse_label("2026-11", PLAIN), "week", PLAIN)
    assert [(week.label, week.days, week.clipped) for week in row] == [
        ("2026-W44", 1, True),
        ("2026-W45", 7, False),
        ("2026-W46", 7, False),
        ("2026-W47", 7, False),
        ("2026-W48", 7, False),
        ("2026-W49", 1, True),
    ]


def test_a_span_ends_with_its_period_and_shows_nothing_later() -> None:
    row = span(13, "month", parse_label("2026-W46", PLAIN), PLAIN)
    assert [row[0].label, row[-1].label, len(row)] == ["2025-11", "2026-11", 13]
    assert [row[0].days, row[-1].days, row[-1].clipped] == [30, 15, True]


@given(st.integers(1990, 2040), st.integers(1, 12))
def test_months_have_the_days_of_the_almanac(year: int, month: int) -> None:
    assert parse_label(f"{year}-{month:02}", PLAIN).days == std.monthrange(year, month)[1]


def test_a_period_is_never_empty() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        between(date(2026, 11, 1), date(2026, 11, 1))
