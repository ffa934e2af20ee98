"""F15: one beat of `broadsheet serve` over 5,000 scheduled reports, and planning when all are due at once."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from broadsheet import schedule as service
from broadsheet.clock import FixedClock
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.models.schedules import ScheduleDef
from broadsheet.definitions.workspace import load_workspace
from broadsheet.periods import parse_spec
from broadsheet.press.planning import plan_due
from broadsheet.press.press import Press
from press.workspace import SUNDAY, build

REPORTS = 5000
GOAL = 1.0
"""Seconds of work that a beat takes."""
RHYTHMS = (
    ("day", ""),
    ("day", "days: [mon, tue, wed, thu, fri], "),
    ("week", "days: [mon], "),
    ("week", "days: [fri], day_off: before, "),
    ("month", "day: {workday: 3}, "),
    ("quarter", "offset: 10 days, "),
)


def crowd(pattern: Report, count: int) -> dict[str, Report]:
    """So many reports with the rhythms, times and zones of a large company."""
    chance = random.Random(7)
    found = {}
    for number in range(count):
        every, day = chance.choice(RHYTHMS)
        zone = chance.choice(("Europe/Berlin", "America/New_York", "Asia/Tokyo", "UTC"))
        at = f"{chance.randrange(5, 9):02}:{chance.randrange(0, 60, 5):02}"
        text = f'{{every: {every}, {day}at: "{at}", timezone: {zone}, jitter: 10 minutes}}'
        changed = {"schedule": ScheduleDef.model_validate(yaml.safe_load(text)), "period": parse_spec(every)}
        found[f"report-{number}"] = pattern.model_copy(update=changed)
    return found


def work(task: Callable[[], object]) -> float:
    """Seconds of processor time of this process, however busy the machine is."""
    begun = time.process_time()
    task()
    return time.process_time() - begun


def measure(folder: Path, count: int) -> dict[str, float]:
    """The seconds of each kind of beat."""
    house = build(folder)
    base = load_workspace(house.root)
    (pattern,) = base.reports.values()
    reports, clock = crowd(pattern, count), FixedClock(SUNDAY)
    for name in reports:
        house.write(f"reports/{name}.yaml", "only its name and time are looked at\n")

    def load() -> Press:
        return Press(replace(base, reports=reports), clock, {}, house.var)

    first = service.Beat(house.root, load)
    seconds = {"first ever": work(first)}
    first.close()
    again = service.Beat(house.root, load)
    clock.at += timedelta(minutes=6)
    seconds["first of a process"] = work(again)
    idle = []
    for _ in range(5):
        clock.at += timedelta(seconds=15)
        idle.append(work(again))
    seconds["nothing due"] = sorted(idle)[2]
    again.close()
    same = dict.fromkeys(reports, pattern)
    press = Press(replace(base, reports=same), clock, {}, house.root / "same")
    plan_due(press)
    clock.at += timedelta(weeks=1)
    planned: list[int] = []
    seconds["planning all at once"] = work(lambda: planned.append(plan_due(press).due))
    press.close()
    assert planned == [count]
    return seconds


def main(scale: float = 1.0) -> str:
    """Measure with 5,000 reports; of a scale below 1 fewer."""
    count = max(100, round(REPORTS * scale))
    with TemporaryDirectory() as folder:
        seconds = measure(Path(folder) / "shop", count)
    slow = {
        name: taken for name, taken in seconds.items() if taken > GOAL and not name.startswith("planning")
    }
    assert not slow, slow
    told = ", ".join(f"{name} {taken:.3f} s" for name, taken in seconds.items())
    return f"F15 tick: {count:,} schedules: {told}"


if __name__ == "__main__":
    print(main(*(float(text) for text in sys.argv[1:])))
