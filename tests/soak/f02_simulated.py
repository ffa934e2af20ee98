"""F2: two schedulers on one ledger in simulated time: downtimes, clock steps and edits, against a set of periods.

Each scheduler has a clock of its own that is stepped by up to an hour, reads edits of the schedules at another time
than the other one, and is off for a minute to five days again and again. In the end the ledger must hold every
period once, and none that had not ended when it was planned, also where an edition must have arrived by a time and is
begun days before it: the periods are counted from days since 1970, without the product's calendar.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import time as clock
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import yaml

from broadsheet.clock import FixedClock
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.models.schedules import ScheduleDef
from broadsheet.definitions.workspace import load_workspace
from broadsheet.periods import parse_spec
from broadsheet.press import timing
from broadsheet.press.planning import Foresight, plan_due
from broadsheet.press.press import Press
from press.workspace import build

SCHEDULES, YEARS = 100, 40
BEGIN = datetime(2000, 1, 3, 12, tzinfo=UTC)
GRAINS = ("day", "day", "day", "week", "week", "month", "quarter")
SLACK = {"day": 8, "week": 16, "month": 64, "quarter": 186}
"""So many days after its end a period may be due: its day may be moved to the end of the next unit but one."""
TAKES = timedelta(days=3)
"""So long before its moment is an edition begun that must have arrived then: longer than from one day to the next."""
OFFSET = timedelta(hours=2)
"""The days of the workspace, in Berlin, end so much before those of UTC at most."""
DAYS = {
    "day": ("", "days: [mon, wed, fri], ", "days: [mon, tue, wed, thu, fri], day_off: skip, "),
    "week": ("", "days: [mon], ", "days: [fri], day_off: before, ", "days: [wed], day_off: after, "),
    "month": (
        "",
        "day: last, ",
        "day: {workday: 3}, ",
        "day: {nth: 2, weekday: tue}, ",
        "offset: 5 workdays, ",
    ),
    "quarter": ("", "day: 31, ", "offset: 10 days, ", "day: last_workday, day_off: after, "),
}


@dataclass
class Scheduler:
    """A process that looks at the ledger now and then, by its own clock and its own copy of the definitions."""

    press: Press
    clock: FixedClock
    chance: random.Random
    foresight: Foresight
    awake_at: datetime
    skew: timedelta = timedelta()
    looks: int = 0

    def look(self, now: datetime, reports: dict[str, Report]) -> None:
        """Look once, then do something else for a while: mostly for hours, sometimes for days."""
        chance = self.chance
        if chance.random() < 0.05:
            self.skew = timedelta(minutes=chance.choice((-60, -17, 0, 0, 0, 23, 60)))
        if chance.random() < 0.5:
            workspace = replace(self.press.workspace, reports=dict(reports))
            self.press = _over(self.press, workspace=workspace)
        if chance.random() < 0.05:
            self.foresight = {}  # It was started anew.
        self.clock.at = now + self.skew
        with patch.object(timing, "UNKNOWN", TAKES):
            plan_due(self.press, self.foresight)
        self.looks += 1
        pause = timedelta(minutes=1) + timedelta(days=5) * chance.random() ** 3
        self.awake_at = now + (pause if chance.random() < 0.2 else timedelta(hours=12) * chance.random())


def _over(press: Press, **changes: object) -> Press:
    """The press with changes, over the same open ledger."""
    other = replace(press, **changes)  # type: ignore[arg-type]
    other.__dict__["ledger"] = press.ledger
    return other


def simulate(folder: Path, schedules: int, days: int, seed: int) -> str:
    """Live through so many days with so many schedules; the figures, or AssertionError."""
    begun, chance = clock.perf_counter(), random.Random(seed)
    house = build(folder)
    base = load_workspace(house.root)
    (pattern,) = base.reports.values()
    grains = {f"report-{number}": chance.choice(GRAINS) for number in range(schedules)}
    reports = {name: _edited(pattern, grain, chance) for name, grain in grains.items()}
    both = []
    for number in (1, 2):
        own = FixedClock(BEGIN)
        press = Press(replace(base, reports=dict(reports)), own, {}, house.var)
        both.append(Scheduler(press, own, random.Random(seed + number), {}, BEGIN))
    end, now, edits = BEGIN + timedelta(days=days), BEGIN, 0
    for one in both:
        one.look(BEGIN, reports)
    while now < end:
        one = min(both, key=lambda each: each.awake_at)
        now = one.awake_at
        if chance.random() < 0.1:
            name = chance.choice(list(grains))
            reports[name] = _edited(pattern, grains[name], chance)
            edits += 1
        one.look(now, reports)
    with closing(sqlite3.connect(house.var / "ledger.sqlite")) as connection:
        entered = connection.execute("SELECT report, period, created_at FROM edition").fetchall()
    for one in both:
        one.press.ledger.close()
    wanted = {grain: (sure(grain, now), ends(grain, now)) for grain in set(GRAINS)}
    rows = Counter((name, period) for name, period, _ in entered)
    missed = sum((name, period) not in rows for name, grain in grains.items() for period in wanted[grain][0])
    early = sum(at < wanted[grains[name]][1].get(period, "never") for name, period, at in entered)
    doubled = sum(count - 1 for count in rows.values())
    assert (missed, early, doubled) == (0, 0, 0), f"missed {missed}, too early {early}, doubled {doubled}"
    looks = sum(one.looks for one in both)
    return (
        f"F2 simulated: {schedules * days:,} schedule-days, {len(rows):,} periods, {looks:,} looks of "
        f"two schedulers, {edits:,} edits: 0 missed, 0 duplicates; {clock.perf_counter() - begun:.1f} s"
    )


def _edited(pattern: Report, grain: str, chance: random.Random) -> Report:
    """The report with a schedule as somebody may write it next."""
    at = f"{chance.randrange(24):02}:{chance.randrange(0, 60, 15):02}"
    zone = chance.choice(
        ("", "timezone: Asia/Tokyo, ", "timezone: America/New_York, ", "timezone: Pacific/Apia, ")
    )
    rest = chance.choice(("", ", jitter: 10 minutes", ", catchup: all", ", catchup: none", ", overlap: skip"))
    key = chance.choice(("at", "at", "at", "arrive_by"))
    text = f'{{every: {grain}, {chance.choice(DAYS[grain])}{zone}{key}: "{at}"{rest}}}'
    schedule = ScheduleDef.model_validate(yaml.safe_load(text))
    title = f"Title {chance.randrange(1000)}"
    return pattern.model_copy(update={"schedule": schedule, "period": parse_spec(grain), "title": title})


def _ended(grain: str, until: date) -> Iterator[tuple[str, date, date]]:
    """The periods that have ended on the day `until`, also some before the beginning: label, first day, day after."""
    day = BEGIN.date() - timedelta(days=400)
    starts = (day + timedelta(days=number) for number in range((until - day).days + 1))
    opening = [
        each
        for each in starts
        if grain == "day"
        or (grain == "week" and each.weekday() == 0)
        or (each.day == 1 and (grain == "month" or (grain == "quarter" and each.month % 3 == 1)))
    ]
    for start, end in pairwise(opening):
        year, week, _ = start.isocalendar()
        labels = {
            "day": f"{start}",
            "week": f"{year}-W{week:02}",
            "month": f"{start:%Y-%m}",
            "quarter": f"{start.year}-Q{(start.month + 2) // 3}",
        }
        yield labels[grain], start, end


def sure(grain: str, now: datetime) -> set[str]:
    """The periods that must have been planned by now, whatever the schedule was."""
    slack = timedelta(days=SLACK[grain])
    first, last = BEGIN.date() + slack, now.date() - slack
    return {label for label, start, end in _ended(grain, now.date()) if start >= first and end <= last}


def ends(grain: str, now: datetime) -> dict[str, str]:
    """The periods that may have been planned by now, each with the moment of its end as the ledger writes it."""
    known = _ended(grain, now.date() + timedelta(days=1))
    return {label: f"{datetime.combine(end, time()) - OFFSET:%F %T}" for label, _, end in known}


def main(scale: float = 1.0) -> str:
    """100 schedules for 40 years; of a scale below 1 so large a part of the years."""
    with TemporaryDirectory() as folder:
        return simulate(Path(folder), SCHEDULES, max(200, round(YEARS * 365.25 * scale)), 7)


if __name__ == "__main__":
    print(main(*(float(text) for text in sys.argv[1:])))
