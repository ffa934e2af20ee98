"""Which days a KPI reads for a period: moved by `shift`, widened by `running`."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from broadsheet.definitions.steps import Earlier, Length, Opening, Running, Shift, Step
from broadsheet.errors import UsageError
from broadsheet.periods import Calendar, Period, unit_of

Span = tuple[date, date]
"""Local days [start, end)."""
Steps = tuple[Step, ...]
"""The outermost first: a shifted running total is the running total of the earlier days."""
EVERYTHING: Span = (date(1, 1, 2), date(9999, 12, 30))
"""The span of all time; a day is left at both ends, because zones shift."""
DAY = timedelta(days=1)

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def day_by_day(steps: Steps) -> bool:
    """Whether a period shows its days' values (the first, or their mean) and not the one at its end."""
    return any(isinstance(step, Running) and step.take != "last" for step in steps)


def days_of(bucket: Period) -> Sequence[Span]:
    """The days of a period, each as a span."""
    first, last = bucket.start.toordinal(), bucket.end.toordinal()
    return [(date.fromordinal(day), date.fromordinal(day + 1)) for day in range(first, last)]


def span_of(bucket: Period, steps: Iterable[Step], calendar: Calendar) -> Span | None:
    """The days that the period reads. All time, moved, is still all time, but no period comes before it: None.

    Periods before come first, as long as what is read still is a period.
    """
    rest = tuple(steps)
    while rest and isinstance(first := rest[0], Earlier):
        former = bucket.previous(calendar, first.periods)
        if former is None:
            return None
        bucket, rest = former.period, rest[1:]
    span = (bucket.start, bucket.end)
    bounded = bucket.kind != "all"
    for step in rest:
        bounded = bounded or isinstance(step, Opening) or (isinstance(step, Running) and _limited(step))
        span = read(span, step, calendar)
    return span if bounded else EVERYTHING


def read(span: Span, step: Step, calendar: Calendar) -> Span:
    """The days that are read in place of a span."""
    start, end = span
    if isinstance(step, Opening):
        first = unit_of(step.unit, start, calendar).start
        return first, first + DAY
    if isinstance(step, Shift):
        earlier = before(start, step.by)
        return earlier, earlier + DAY if end == start + DAY else max(before(end, step.by), earlier + DAY)
    if isinstance(step, Earlier):
        raise UsageError(
            "a KPI of the period before is read from other days than those of a period",
            "Move the KPI that it is made of, such as shift: revenue_ytd, by: 1 period.",
        )
    if step.within is not None:
        return unit_of(step.within, end - DAY, calendar).start, end
    if step.over is None:
        return EVERYTHING[0], end
    if end.day == 1 or step.over.unit in ("day", "week"):
        return before(end, step.over), end
    return before(end - DAY, step.over) + DAY, end


def days_ahead(steps: Steps) -> int:
    """How many days after its own a row is read; 0 where that is not so many for every row."""
    if not all(isinstance(step, Shift) and step.by.unit in ("day", "week") for step in steps):
        return 0
    lengths = [step.by for step in steps if isinstance(step, Shift)]
    return sum(length.count * (7 if length.unit == "week" else 1) for length in lengths)


def before(day: date, length: Length) -> date:
    """So much earlier; the last day of the month where that is shorter."""
    if length.unit == "day" or length.unit == "week":
        return day - timedelta(days=length.count * (7 if length.unit == "week" else 1))
    year, month = divmod(day.year * 12 + day.month - 1 - length.count * _MONTHS[length.unit], 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _limited(step: Running) -> bool:
    return step.within is not None or step.over is not None
