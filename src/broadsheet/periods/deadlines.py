"""Deadlines as people set them: by Friday, within three working days, by a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from broadsheet.periods.calendar import DAY, WEEKDAYS, Calendar

_COUNTED = re.compile(r"(\d{1,3}) (day|workday)s?", re.ASCII)


@dataclass(frozen=True)
class Deadline:
    """A date, a weekday (0 is Monday) or a number of days or working days after the day it is set."""

    kind: Literal["date", "weekday", "day", "workday"]
    value: int

    def after(self, day: date, calendar: Calendar) -> date:
        """The day that is meant when the deadline is set on `day`."""
        match self.kind:
            case "date":
                return date.fromordinal(self.value)
            case "weekday":
                return day + DAY * ((self.value - day.weekday() - 1) % 7 + 1)
            case "day":
                return day + DAY * self.value
        left = self.value
        while left:
            day += DAY
            left -= calendar.is_workday(day)
        return day


def parse_deadline(text: str) -> Deadline:
    """Read `fri`, `3 workdays`, `10 days` or `2026-07-01`; ValueError for anything else."""
    if text in WEEKDAYS:
        return Deadline("weekday", WEEKDAYS.index(text))
    counted = _COUNTED.fullmatch(text)
    if counted and int(counted[1]):
        return Deadline("day" if counted[2] == "day" else "workday", int(counted[1]))
    try:
        return Deadline("date", date.fromisoformat(text).toordinal())
    except ValueError:
        raise ValueError(
            f"“{text}” is not a deadline: write fri, 3 workdays, 10 days or 2026-07-01"
        ) from None
