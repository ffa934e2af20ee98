"""How far the data reach: the days events happened on, and how fresh each fact is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from broadsheet.errors import WarehouseError
from broadsheet.metrics.joins import Joined
from broadsheet.metrics.source import Context


def extent(context: Context, facts: Iterable[str]) -> tuple[date, date]:
    """The first and last day, in the calendar's time zone, on which a row of `facts` happened.

    Rows without a time do not count. Facts with a `grain` stand for whole periods, often planned ahead: they
    count only where nothing else is asked for. Raises WarehouseError when no row has a time.
    """
    names = list(facts)
    events = [name for name in names if context.catalog.facts[name].grain is None]
    found = [bounds for name in events or names if (bounds := _bounds(context, name)) is not None]
    if not found:
        raise WarehouseError(
            f"no row of {', '.join(names)} has a time, so there is no first and last day",
            "Check the clocks with `broadsheet check --data`.",
        )
    return min(first for first, _ in found).date(), max(last for _, last in found).date()


def freshness(context: Context, facts: Iterable[str]) -> tuple[tuple[str, datetime], ...]:
    """The latest time of each fact's clock up to `as_of`, in the calendar's zone; facts without one are left out.

    A clock of whole days gives the beginning of its latest day.
    """
    latest = ((name, _bounds(context, name, known=True)) for name in facts)
    return tuple((name, bounds[1]) for name, bounds in latest if bounds is not None)


def _bounds(context: Context, fact: str, *, known: bool = False) -> tuple[datetime, datetime] | None:
    path = context.catalog.facts[fact].clock
    joined = Joined(context, fact, path)
    clock, kind = joined.column(path)
    statement = select(func.min(clock).label("first"), func.max(clock).label("last")).select_from(joined.rows)
    if known:
        statement = statement.where(clock <= context.now(kind))
    first, last = context.source.query(fact, statement).frame.iloc[0]
    return None if first is None else (_local(context, first), _local(context, last))


def _local(context: Context, value: date) -> datetime:
    zone = context.calendar.zone
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), zone)
    return value.replace(tzinfo=ZoneInfo(context.stored_zone)).astimezone(zone)
