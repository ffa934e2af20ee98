"""Working time in statements: a small table of days, joined to the day of a moment.

Of each day the table knows the seconds worked before it and the stretches worked on it, so the time worked
up to a moment is a sum of a few terms and that between two moments a difference. Rows find their day by
equality, so the cost does not grow with the years. A moment beyond the table has no working time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from broadsheet.definitions.models.measures import Worked
from broadsheet.errors import UsageError
from broadsheet.metrics.moments import Expression, Typed, instant, local_day
from broadsheet.metrics.source import Context
from broadsheet.periods import Roster, days_roster, hours_roster

BACK, AHEAD = 25, 2
"""Years before and after the report's that the table covers."""


def roster(context: Context, by: Worked) -> Roster:
    """The working hours or days around the report. Raises UsageError where the calendar has no hours."""
    calendar, year = context.calendar, context.as_of.year
    if by == "days":
        return days_roster(calendar, year - BACK, year + AHEAD)
    if calendar.working_hours is None:
        raise UsageError("the calendar has no working hours", "Write calendar.working_hours in the settings.")
    return hours_roster(calendar, year - BACK, year + AHEAD)


def worked_by(context: Context, moment: date, by: Worked) -> float | None:
    """Seconds worked up to a UTC moment, or up to a local day; None beyond the table."""
    known = roster(context, by)
    try:
        seconds = known.worked_until(moment) if isinstance(moment, datetime) else known.worked_before(moment)
    except ValueError:
        return None
    return float(seconds)


def worked_by_now(context: Context, by: Worked) -> float | None:
    """Seconds worked up to `as_of`."""
    utc = context.as_of.astimezone(UTC).replace(tzinfo=None)
    return worked_by(context, context.calendar.day_of(context.as_of) if by == "days" else utc, by)


def days(context: Context, by: Worked) -> sa.CTE:
    """The table: `day`, the seconds worked `before` it, and its stretches `from0`, `until0`, ….

    A year is one line, a letter per day, so that the statement stays short enough to be read.
    """
    return _days(roster(context, by), by)


@lru_cache(maxsize=8)
def _days(known: Roster, by: Worked) -> sa.CTE:
    # One and the same object, however often a statement reads it, is written down once.
    years = sa.values(
        sa.column("first", sa.Date), sa.column("letters", sa.String), name=f"{by}_of_years"
    ).data(list(known.years.items()))
    columns: list[sa.ColumnClause[Any]] = [
        sa.column("letter", sa.String),
        sa.column("worked", sa.BigInteger),
    ]
    columns += [sa.column(name, sa.Integer) for name in _stretches(known)]
    lines = [
        (letter, kind.worked, *(second for stretch in _padded(kind.stretches, known) for second in stretch))
        for letter, kind in known.kinds.items()
    ]
    kinds = sa.values(*columns, name=f"kinds_of_{by}").data(lines)
    numbers = sa.func.generate_series(0, 365).table_valued("place").render_derived(name="days")
    place = sa.cast(numbers.c.place, sa.Integer)
    day = (sa.cast(years.c.first, sa.Date) + place).label("day")
    own = sa.func.substr(years.c.letters, place + 1, 1)
    before = sa.func.sum(kinds.c.worked).over(order_by=day.element) - kinds.c.worked
    return (
        sa.select(
            day,
            sa.cast(before, sa.BigInteger).label("before"),
            *(kinds.c[name] for name in _stretches(known)),
        )
        .select_from(
            years.join(numbers, place < sa.func.length(years.c.letters)).join(kinds, kinds.c.letter == own)
        )
        .cte(f"working_{by}")
    )


def day_of(context: Context, moment: Typed, by: Worked) -> Expression:
    """The day by which a moment finds its line: local where days are counted, else in UTC."""
    return local_day(context, moment) if by == "days" else sa.cast(_utc(context, moment), sa.Date)


def worked_until(context: Context, moment: Typed, table: sa.FromClause, by: Worked) -> Expression:
    """Seconds worked up to a moment, by its line of the table."""
    total: Expression = sa.cast(table.c.before, sa.Double)
    if by == "days":
        return total
    utc = _utc(context, moment)
    second = sa.cast(sa.extract("epoch", utc - sa.cast(sa.cast(utc, sa.Date), sa.DateTime)), sa.Double)
    for start, until in zip(*[iter(_stretches(roster(context, by)))] * 2, strict=True):
        passed = sa.func.least(second, table.c[until]) - table.c[start]
        total = total + sa.func.greatest(sa.literal_column("0"), passed)
    return total


def _utc(context: Context, moment: Typed) -> Expression:
    if moment.type == "time" and context.stored_zone == "UTC":
        return moment.expression
    return sa.func.timezone("UTC", instant(context, moment), type_=sa.DateTime)


def _stretches(known: Roster) -> list[str]:
    most = max(len(kind.stretches) for kind in known.kinds.values())
    return [f"{side}{place}" for place in range(most) for side in ("from", "until")]


def _padded(stretches: tuple[tuple[int, int], ...], known: Roster) -> list[tuple[Any, Any]]:
    most = max(len(kind.stretches) for kind in known.kinds.values())
    return [*stretches, *[(0, 0)] * (most - len(stretches))]
