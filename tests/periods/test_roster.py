"""Working hours of days, and the rosters made of them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from broadsheet.definitions.models.settings import CalendarSettings
from broadsheet.periods import Calendar, WorkingHours, days_roster, hours_roster, parse_hours

NINE_TO_FIVE = parse_hours(["09:00-17:00"])
WEEK = (
    NINE_TO_FIVE,
    NINE_TO_FIVE,
    (),
    NINE_TO_FIVE,
    parse_hours(["08:00-12:00", "13:00-16:30"]),
    ((0, 1440),),
    (),
)


def test_one_range_holds_on_working_days() -> None:
    calendar = Calendar("Europe/Berlin", 1, "DE", WorkingHours(daily=NINE_TO_FIVE))
    assert calendar.hours_of(date(2026, 4, 2)) == ((540, 1020),)
    assert calendar.hours_of(date(2026, 4, 3)) == (), "Good Friday"
    assert calendar.hours_of(date(2026, 4, 4)) == (), "a Saturday"


def test_weekdays_have_hours_of_their_own_except_on_holidays() -> None:
    calendar = Calendar("Europe/Berlin", 1, "DE", WorkingHours(weekly=WEEK))
    assert calendar.hours_of(date(2026, 4, 10)) == ((480, 720), (780, 990)), "a Friday"
    assert calendar.hours_of(date(2026, 4, 11)) == ((0, 1440),), "a Saturday"
    assert calendar.hours_of(date(2026, 4, 3)) == (), "Good Friday"
    assert not calendar.is_workday(date(2026, 4, 8)), "Wednesdays are days off"
    assert calendar.is_workday(date(2026, 4, 11))


def test_special_days_win_and_those_of_one_year_first() -> None:
    special = (("12-24", ((540, 720),)), ("2026-12-24", ()), ("2026-12-25", ((600, 660),)))
    calendar = Calendar("Europe/Berlin", 1, "DE", WorkingHours(NINE_TO_FIVE, special=special))
    assert calendar.hours_of(date(2025, 12, 24)) == ((540, 720),)
    assert calendar.hours_of(date(2026, 12, 24)) == ()
    assert calendar.hours_of(date(2026, 12, 25)) == ((600, 660),), "although it is a holiday"
    assert [calendar.is_workday(date(2026, 12, day)) for day in (23, 24, 25)] == [True, False, True]


def test_a_roster_counts_seconds_up_to_a_moment() -> None:
    roster = hours_roster(Calendar("Europe/Berlin", 1, "DE", WorkingHours(daily=NINE_TO_FIVE)), 2026, 2026)
    assert roster.worked_until(datetime(2026, 1, 2, 8, 30)) == 30 * 60, (
        "09:30 in Berlin on the first working day"
    )
    assert (
        roster.worked_until(datetime(2026, 6, 8, 7)) - roster.worked_until(datetime(2026, 6, 5, 14)) == 3600
    )
    # 254 working days in Germany in 2026.
    assert roster.worked_before(date(2026, 12, 31)) == 253 * 8 * 3600
    assert days_roster(Calendar(holidays="DE"), 2026, 2026).worked_before(date(2026, 12, 31)) == 253 * 86400
    with pytest.raises(ValueError, match="outside"):
        roster.worked_before(date(2025, 12, 31))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"working_hours": "9-17"}, "write 09:00-17:00"),
        ({"working_hours": "17:00-09:00"}, "a night as 22:00-24:00"),
        ({"working_hours": "09:00-24:30"}, "past midnight"),
        ({"working_hours": ["13:00-17:00", "09:00-12:00"]}, "in order"),
        ({"working_hours": {"monday": "09:00-17:00"}}, "Did you mean “mon”"),
        ({"working_hours": 9}, "are text"),
        ({"special_days": {"12-24": "closed"}}, "both are needed"),
        ({"working_hours": "09:00-17:00", "special_days": {"02-30": "closed"}}, "not a day"),
        ({"working_hours": "09:00-17:00", "special_days": ["12-24"]}, "a mapping"),
    ],
)
def test_hours_that_cannot_be_read_say_why(given: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=r"(?s).+") as caught:
        CalendarSettings(**given)  # type: ignore[arg-type]
    assert words in str(caught.value)


def test_without_hours_there_is_no_roster() -> None:
    with pytest.raises(ValueError, match="no working hours"):
        hours_roster(Calendar(), 2026, 2026)
