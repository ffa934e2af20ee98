"""Deadlines count from a day, usually the last one of a period."""

from __future__ import annotations

from datetime import date

import pytest

from broadsheet.periods import Calendar, parse_deadline

SUNDAY = date(2026, 6, 14)


@pytest.mark.parametrize(
    ("text", "day", "expected"),
    [
        ("fri", SUNDAY, date(2026, 6, 19)),
        ("sun", SUNDAY, date(2026, 6, 21)),
        ("mon", SUNDAY, date(2026, 6, 15)),
        ("1 day", SUNDAY, date(2026, 6, 15)),
        ("10 days", SUNDAY, date(2026, 6, 24)),
        ("3 workdays", SUNDAY, date(2026, 6, 17)),
        ("2026-07-01", SUNDAY, date(2026, 7, 1)),
        # Friday 1 May is a holiday in Germany.
        ("1 workday", date(2026, 4, 30), date(2026, 5, 4)),
    ],
)
def test_a_deadline_is_a_day(text: str, day: date, expected: date) -> None:
    assert parse_deadline(text).after(day, Calendar("Europe/Berlin", holidays="DE")) == expected


@pytest.mark.parametrize(
    "text", ["", "friday", "0 days", "-1 days", "soon", "3 weeks", "2026-02-30", "1000 days"]
)
def test_what_is_no_deadline_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is not a deadline: write fri, 3 workdays"):
        parse_deadline(text)
