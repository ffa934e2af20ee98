"""Rows that stand for whole units, such as plans by month, shared out over the days of their units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from broadsheet.metrics.readings import EVERYTHING, Span
from broadsheet.periods import Calendar, Grain, Period, unit_of

_DAY = timedelta(days=1)
_ORDINALS = 10**7
"""More than the ordinal of any day."""


@dataclass(frozen=True)
class Spread:
    """How the rows of a unit are shared out: evenly over its working days, or over all its days."""

    grain: Grain
    by: Literal["working_days", "days"]

    def parts(self, span: Span, calendar: Calendar) -> dict[int, tuple[Span, float]]:
        """The units of a span by a number of their own, each with the share of it that the span holds.

        Whole units are one stretch. A unit that the span cuts, at either end, comes whole with its share.
        """
        first, end = span
        found: list[tuple[Span, float]] = []

        def cut(unit: Period, part: Span) -> None:
            found.append(((unit.start, unit.end), self._share(part, unit, calendar)))

        if first != EVERYTHING[0]:
            head = unit_of(self.grain, first, calendar)
            if head.start < first:
                cut(head, (first, min(head.end, end)))
                first = head.end
        if end != EVERYTHING[1] and first < end:
            tail = unit_of(self.grain, end - _DAY, calendar)
            if end < tail.end:
                cut(tail, (tail.start, end))
                end = tail.start
        if first < end:
            found.append(((first, end), 1.0))
        return {part[0].toordinal() * _ORDINALS + part[1].toordinal(): (part, share) for part, share in found}

    def _share(self, part: Span, unit: Period, calendar: Calendar) -> float:
        """The part's working days among those of the unit; days where no working calendar is set."""
        if self.by == "working_days" and calendar.holidays is not None:
            worked = calendar.workdays(unit.start, unit.end)
            if worked:
                return calendar.workdays(*part) / worked
        return (part[1] - part[0]).days / unit.days
