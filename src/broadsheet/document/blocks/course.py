"""The course of a chart by time: its units up to the end of the period, and those to come."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.document.context import Context
from broadsheet.periods import GRAINS, Grain, Period, between, buckets, unit_of


@dataclass(frozen=True)
class Course:
    """Units in order; those `ahead` begin after the unit in which the period ends."""

    past: tuple[Period, ...]
    ahead: tuple[Period, ...] = ()

    @property
    def all(self) -> tuple[Period, ...]:
        """Every unit that has a place in the chart."""
        return (*self.past, *self.ahead)


def course_of(block: ChartBlock, context: Context) -> Course:
    """The units that the block wants: its span, else the parts of its period, and what lies ahead."""
    grain = next(grain for grain in GRAINS if grain == block.by)
    period = context.resolve(block.period)
    past = context.timeline(period, grain, block.span)
    return Course(past, _ahead(block.ahead, past[-1], period, context) if block.ahead is not None else ())


def _ahead(wanted: int | str, last: Period, period: Period, context: Context) -> tuple[Period, ...]:
    """So many whole units, or those up to the end of the unit that the period is a part of."""
    grain: Grain = next(grain for grain in GRAINS if grain == last.kind)
    following = unit_of(grain, last.start, context.calendar).end
    if isinstance(wanted, int):
        found: list[Period] = []
        for _ in range(wanted):
            found.append(unit_of(grain, following, context.calendar))
            following = found[-1].end
        return tuple(found)
    # A report to date may be made of another period; a whole unit has nothing ahead of it.
    whole = next((g for g in GRAINS if g == (period.of or period.kind)), grain)
    end = unit_of(whole, period.start, context.calendar).end
    return buckets(between(following, end), grain, context.calendar) if following < end else ()


def groups(course: Course, context: Context) -> tuple[tuple[str, int], ...]:
    """What stands below runs of units: the months of weeks, the years of months."""
    runs = groupby(course.all, key=context.dates.group)
    return tuple((label, len(list(run))) for label, run in runs if label)
