"""Where local days begin, through every clock change, and which days are worked."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.periods import Calendar, unit_of

BERLIN = Calendar("Europe/Berlin")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 2, 30), utc(2026, 3, 29, 1)),  # gap: 03:00 summer time
        ("Europe/Berlin", datetime(2026, 10, 25, 2, 30), utc(2026, 10, 25, 0, 30)),  # fold: the first one
        ("Europe/Berlin", datetime(2026, 7, 1, 12), utc(2026, 7, 1, 10)),
        ("Africa/Cairo", date(2026, 4, 24), utc(2026, 4, 23, 22)),  # midnight does not exist: 01:00
        ("Pacific/Apia", date(2011, 12, 30), utc(2011, 12, 30, 10)),  # the day does not exist
        ("Pacific/Apia", date(2011, 12, 31), utc(2011, 12, 30, 10)),
        ("Pacific/Apia", datetime(2011, 12, 30, 9), utc(2011, 12, 30, 10)),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15), utc(2026, 10, 3, 15, 30)),  # half an hour's gap
    ],
)
def test_a_local_time_has_one_instant(zone: str, local: date, expected: datetime) -> None:
    assert Calendar(zone).instant(local) == expected


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 5, 1), 24)]
)
def test_berlin_days_have_their_hours(day: date, hours: int) -> None:
    start, end = unit_of("day", day, BERLIN).bounds(BERLIN)
    assert end - start == timedelta(hours=hours)


def test_the_day_apia_skipped_has_no_length() -> None:
    apia = Calendar("Pacific/Apia")
    start, end = unit_of("day", date(2011, 12, 30), apia).bounds(apia)
    assert start == end


@given(
    st.sampled_from(["America/St_Johns", "Pacific/Apia", "Africa/Cairo", "America/Havana", "Asia/Kathmandu"]),
    st.datetimes(datetime(2005, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
)
def test_an_instant_lies_in_its_day(zone: str, instant: datetime) -> None:
    calendar = Calendar(zone)
    day = calendar.day_of(instant)
    assert calendar.instant(day) <= instant < calendar.instant(day + timedelta(days=1))


def test_clocks_set_back_over_midnight_do_not_reopen_a_day() -> None:
    # St. John's went from 00:01 to 23:01 the day before on 7 November 2010, at 02:31 UTC.
    calendar = Calendar("America/St_Johns")
    assert calendar.instant(date(2010, 11, 7)) == utc(2010, 11, 7, 2, 30)
    assert calendar.day_of(utc(2010, 11, 7, 2, 45)) == date(2010, 11, 7)


def test_workdays_follow_the_country() -> None:
    # December 2026 has 23 weekdays; Christmas Day is a Friday, St. Stephen's a Saturday.
    assert BERLIN.workdays(date(2026, 12, 1), date(2027, 1, 1)) == 23
    assert Calendar(holidays="DE").workdays(date(2026, 12, 1), date(2027, 1, 1)) == 22
    # Assumption Day (Saturday in 2026, Friday in 2025) is free in Saarland and elsewhere mostly not.
    assert Calendar(holidays="DE").is_workday(date(2025, 8, 15))
    assert not Calendar(holidays="DE-SL").is_workday(date(2025, 8, 15))
    # Israel works on Sundays, not on Fridays.
    assert Calendar(holidays="IL").is_workday(date(2026, 11, 22))
    assert not Calendar(holidays="IL").is_workday(date(2026, 11, 20))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"timezone": "Europe/Berlim"}, "Did you mean “Europe/Berlin”"),
        ({"timezone": "../etc"}, "is not a time zone"),
        ({"fiscal_year_starts": 13}, "from 1 to 12"),
        ({"holidays": "XX"}, "“XX”"),
        ({"holidays": "DE-QQ"}, "“DE-QQ”"),
    ],
)
def test_wrong_settings_say_so(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=r"^.+$") as caught:
        Calendar(**wrong)  # type: ignore[arg-type]
    assert words in str(caught.value)


def test_holidays_load_only_where_configured() -> None:
    code = (
        "import sys; from broadsheet.periods import Calendar; Calendar('Europe/Berlin');"
        "print([name for name in ('holidays', 'pandas', 'duckdb', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
