"""Working hours: which stretches of a local day are worked, by weekday and on special days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

Hours = tuple[tuple[int, int], ...]
"""Stretches [from, until) of a local day in minutes after midnight, in order and apart; none on a day off."""

_STRETCH = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MIDNIGHT = 24 * 60
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """`daily` holds on every working day, or `weekly` by weekday, Monday first, except on public holidays.

    `special` days have hours of their own, whatever else holds: of a year (`2026-12-24`) or of every year
    (`12-24`); the former go first.
    """

    daily: Hours = ()
    weekly: tuple[Hours, ...] = ()
    special: tuple[tuple[str, Hours], ...] = ()

    def special_hours(self, day: date) -> Hours | None:
        """The hours of a special day; None for others."""
        known = dict(self.special)
        text = day.isoformat()
        return known.get(text, known.get(text[len("2026-") :]))


def parse_hours(stretches: Sequence[str]) -> Hours:
    """Read `09:00-17:00`, or several stretches of one day in order; ValueError tells what is wrong."""
    found = tuple(_stretch(text) for text in stretches)
    for (_, until), (start, _) in pairwise(found):
        if start < until:
            raise ValueError(
                f"{_clock(start)} comes before {_clock(until)}: write the hours of a day in order"
            )
    return found


def parse_special_day(text: str) -> str:
    """Accept `2026-12-24` or `12-24`; ValueError otherwise."""
    whole = text if len(text) > len("12-24") else f"{_LEAP_YEAR}-{text}"
    try:
        known = _DAY.fullmatch(whole) and date.fromisoformat(whole)
    except ValueError:
        known = None
    if not known:
        raise ValueError(f"“{text}” is not a day: write 12-24 for every year, or 2026-12-24")
    return text


def _stretch(text: str) -> tuple[int, int]:
    found = _STRETCH.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}” are no working hours: write 09:00-17:00")
    hour, minute, last_hour, last_minute = (int(part) for part in found.groups())
    start, until = hour * 60 + minute, last_hour * 60 + last_minute
    if until > _MIDNIGHT:
        raise ValueError(f"“{text}” goes past midnight: write hours up to 24:00")
    if until <= start:
        raise ValueError(
            f"“{text}” ends before it begins: write a night as 22:00-24:00 and, on the next day, 00:00-06:00"
        )
    return start, until


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
