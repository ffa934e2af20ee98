"""How far the data reach: the days events happened on, and how fresh each fact is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from broadsheet.definitions.scope import WHOLE
from broadsheet.errors import MissingError, WarehouseError
from broadsheet.metrics.joins import Joined
from broadsheet.metrics.readings import EVERYTHING
from broadsheet.metrics.source import Context


def extent(context: Context, facts: Iterable[str]) -> tuple[date, date]:
    """The first and last day, in the calendar's time zone, on which a row of `facts` happened.

    Rows without a time do not count, nor those at an end of the calendar: 9999-12-31 stands for “never”.
    Facts with a `grain` stand for whole periods, often planned ahead: they count only where nothing else is
    asked for. Raises WarehouseError when no row has a time.
    """
    names = list(facts)
    events = [name for name in names if context.catalog.facts[name].grain is None]
    found = [
        bounds
        for name in events or names
        if (bounds := _bounds(context, name, _clock(context, name))) is not None
    ]
    if not found:
        raise WarehouseError(
            f"no row of {', '.join(names)} has a time, so there is no first and last day",
            "Check the clocks with `broadsheet check --data`.",
        )
    return min(first for first, _ in found).date(), max(last for _, last in found).date()


def last_moment(
    context: Context, facts: Iterable[str], moments: Iterable[tuple[str, str]], *, planned: bool = False
) -> datetime:
    """The end of the last day that the data know of: the “now” of a finished data set.

    `moments` are further times of rows (fact, path) that figures rest on: a ticket may be solved after the
    last one was opened. Those after `as_of` are plans (a contract ends in two years), which count only where what is
    `planned` does. Raises WarehouseError when no row has a time.
    """
    last = extent(context, facts)[1]
    further = (_bounds(context, fact, path, known=not planned) for fact, path in moments)
    days = (last, *(bounds[1].date() for bounds in further if bounds is not None))
    return context.calendar.instant(max(days) + timedelta(days=1))


def freshness(context: Context, facts: Iterable[str]) -> tuple[tuple[str, datetime], ...]:
    """The latest time of each fact's clock up to `as_of`, in the calendar's zone; facts without one are left out.

    A clock of whole days gives the beginning of its latest day.
    """
    latest = ((name, _bounds(context, name, _clock(context, name), known=True)) for name in facts)
    return tuple((name, bounds[1]) for name, bounds in latest if bounds is not None)


def last_loaded(context: Context, connection: str) -> datetime:
    """When the data of a connection were last loaded, by its log, and not before the date of the report.

    Without a log it is the date of the report. Raises WarehouseError when the log cannot be read.
    """
    logged = logged_load(context, connection)
    return context.as_of if logged is None else max(context.as_of, logged)


def logged_load(context: Context, connection: str) -> datetime | None:
    """When the data of a connection were last loaded, by its log; None without one, or while it is empty.

    It is read as a whole, whoever reads the report: it tells of the load and of nobody's rows.
    """
    fact, _, column = (context.catalog.connections[connection].loads or "").partition(".")
    logged = _bounds(replace(context, scope=WHOLE), fact, column) if fact else None
    return None if logged is None else logged[1]


def _clock(context: Context, fact: str) -> str:
    return context.catalog.facts[fact].clock


def _bounds(
    context: Context, fact: str, path: str, *, known: bool = False
) -> tuple[datetime, datetime] | None:
    try:
        joined = Joined(context, fact, path)
        clock, kind = joined.column(path)
    except MissingError:
        return None
    start, end = (context.start_of(day, kind) for day in EVERYTHING)
    statement = (
        select(func.min(clock).label("first"), func.max(clock).label("last"))
        .select_from(joined.rows)
        .where(clock >= start, clock <= context.now(kind) if known else clock < end)
    )
    first, last = context.source.query(fact, statement).frame.iloc[0]
    return None if first is None else (_local(context, first), _local(context, last))


def _local(context: Context, value: date) -> datetime:
    zone = context.calendar.zone
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), zone)
    return value.replace(tzinfo=ZoneInfo(context.stored_zone)).astimezone(zone)
