"""F1: every period of every time zone, against an oracle that shares no code with the product.

The oracle knows a zone as a list of stretches with one offset each, and days as numbers since 1970: a local time is
reached first in the first stretch that ends after it. Its calendar is arithmetic on Julian day numbers.
"""

from __future__ import annotations

import sys
import time as clock
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from broadsheet.periods import Calendar, Schedule, parse_spec, upcoming

DAY = 86_400
AT = 2 * 3600 + 30 * 60
"""Editions are due at 02:30, which clock changes leave out or repeat in many zones."""
GRAINS = ("day", "week", "month", "quarter")
REDUCED = (
    "UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Moscow", "Europe/Istanbul", "Africa/Cairo",
    "Africa/Casablanca", "Africa/Tripoli", "America/New_York", "America/St_Johns", "America/Sao_Paulo",
    "America/Havana", "America/Asuncion", "America/Santiago", "America/Caracas", "America/Argentina/San_Luis",
    "Antarctica/Troll", "Asia/Amman", "Asia/Beirut", "Asia/Gaza", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Pyongyang",
    "Asia/Tehran", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati",
)  # fmt: skip


@dataclass
class Figures:
    """What was compared, and what of it was wrong."""

    zones: int = 0
    periods: int = 0
    dues: int = 0
    void: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    lengths: set[float] = field(default_factory=set)


class Zone:
    """A time zone as the oracle knows it: the stretches of one offset each."""

    def __init__(self, name: str, first: int, last: int) -> None:
        zone = ZoneInfo(name)
        self._starts, self._offsets = [-(2**60)], [_offset(zone, first)]
        for before in range(first, last, DAY):
            if _offset(zone, before + DAY) != _offset(zone, before):
                at = _change(zone, before, before + DAY)
                self._starts.append(at)
                self._offsets.append(_offset(zone, at))
        ends = [*self._starts[1:], 2**60]
        self._reached: list[int] = []
        for end, offset in zip(ends, self._offsets, strict=True):
            self._reached.append(max(end + offset, self._reached[-1] if self._reached else end + offset))

    def first(self, local: int) -> int:
        """The first instant at which its clocks show a time or a later one; both in seconds since 1970."""
        stretch = bisect_right(self._reached, local)
        return max(self._starts[stretch], local - self._offsets[stretch])


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = datetime.fromtimestamp(at, zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _julian(year: int, month: int) -> int:
    """The first day of a month in days since 1970 (Fliegel and Van Flandern)."""
    past = 0 if month > 2 else -1
    return (
        1461 * (year + 4800 + past) // 4
        + 367 * (month - 2 - 12 * past) // 12
        - 3 * ((year + 4900 + past) // 100) // 4
        + 1
        - 32075
        - 2440588
    )


def edges(grain: str, first: int, last: int) -> Sequence[int]:
    """The first days, since 1970, of the units of the years `first` to `last`, and of the one after them."""
    start, end = _julian(first, 1), _julian(last + 1, 1)
    if grain == "day":
        return range(start, end + 1)
    if grain == "week":  # Day 4 since 1970 was a Monday.
        return range(start + (4 - start) % 7, end + 1, 7)
    step = 1 if grain == "month" else 3
    months = [(year, month) for year in range(first, last + 1) for month in range(1, 13, step)]
    return [*(_julian(year, month) for year, month in months), end]


def compare(name: str, first: int, last: int, figures: Figures) -> None:
    """Compare the periods of a zone and their due times with the oracle's."""
    start, end = (_julian(year, 1) * DAY for year in (first, last + 1))
    zone, calendar = Zone(name, start - 9 * DAY, end + 9 * DAY), Calendar(name)
    figures.zones += 1
    for grain in GRAINS:
        days = edges(grain, first, last)
        wanted = [(zone.first(day * DAY), zone.first(later * DAY)) for day, later in pairwise(days)]
        moments = [zone.first(day * DAY + AT) for day in days]
        dues = [
            next(moment for moment in two if moment >= stop)
            for two, (_, stop) in zip(pairwise(moments), wanted, strict=True)
        ]
        found = list(_product(grain, calendar, days[0], len(wanted)))
        _judge(found, wanted, dues, figures)
        if grain == "day":
            figures.lengths |= {(stop - begin) / 3600 for begin, stop in wanted}


def _judge(
    found: list[tuple[str, int, int, int]], wanted: list[tuple[int, int]], dues: list[int], figures: Figures
) -> None:
    figures.periods += len(wanted)
    figures.dues += len(found)
    figures.void += sum(begin == stop for begin, stop in wanted)
    figures.wrong["duplicates"] += len(found) - len({label for label, *_ in found})
    figures.wrong["gaps"] += sum(later[1] > one[2] for one, later in pairwise(found))
    figures.wrong["overlaps"] += sum(later[1] < one[2] for one, later in pairwise(found))
    figures.wrong["missing"] += abs(len(wanted) - len(found))
    for (_, begin, stop, due), bounds, expected in zip(found, wanted, dues, strict=False):
        figures.wrong["bounds"] += (begin, stop) != bounds
        figures.wrong["due times"] += due != expected


def _product(grain: str, calendar: Calendar, day: int, count: int) -> Iterator[tuple[str, int, int, int]]:
    """The product's periods from the day on which one starts: label, bounds and due time in seconds since 1970."""
    schedule = Schedule(grain, time(2, 30))  # type: ignore[arg-type]
    before = datetime.fromtimestamp(day * DAY, UTC) - timedelta(days=3)
    for slot in upcoming(schedule, parse_spec(grain), calendar, before):
        if slot.period.start.toordinal() - 719163 >= day:
            bounds = (round(instant.timestamp()) for instant in slot.period.bounds(calendar))
            yield (slot.period.label, *bounds, round(slot.due.timestamp()))  # type: ignore[misc]
            count -= 1
            if not count:
                return


def main(scale: float = 1.0) -> str:
    """All zones from 2000 to 2040; of a scale below 1 so large a part of the zones."""
    begun, figures = clock.perf_counter(), Figures()
    zones = sorted(available_timezones())
    for name in zones[:: max(1, round(1 / scale))]:
        compare(name, 2000, 2040, figures)
    return report(figures, clock.perf_counter() - begun)


def report(figures: Figures, seconds: float) -> str:
    """The figures in a line; AssertionError where anything is wrong."""
    assert not +figures.wrong, dict(+figures.wrong)
    lengths = ", ".join(f"{length:g}" for length in sorted(figures.lengths))
    return (
        f"F1 calendar: {figures.zones} zones, {figures.periods:,} periods, {figures.dues:,} due times: 0 gaps, "
        f"0 overlaps, 0 duplicates, 0 wrong bounds or due times; {figures.void} void periods; "
        f"days of {lengths} hours; {seconds:.1f} s"
    )


if __name__ == "__main__":
    print(main(*(float(text) for text in sys.argv[1:])))
