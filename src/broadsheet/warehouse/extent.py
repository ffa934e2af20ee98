"""How far the data reach: the days events happened on, and how fresh each fact is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from broadsheet.definitions.catalog import Catalog
from broadsheet.errors import WarehouseError
from broadsheet.warehouse.joins import Joins, clock_of
from broadsheet.warehouse.warehouse import Warehouse


def extent(catalog: Catalog, warehouse: Warehouse, facts: Iterable[str]) -> tuple[date, date]:
    """The first and last day, in the calendar's time zone, on which a row of `facts` happened.

    Rows without a time do not count. Facts with a `grain` stand for whole periods, often planned ahead: they
    count only where nothing else is asked for. Raises WarehouseError when no row has a time.
    """
    names = list(facts)
    events = [name for name in names if catalog.facts[name].grain is None]
    found = [bounds for name in events or names if (bounds := _bounds(catalog, warehouse, name)) is not None]
    if not found:
        raise WarehouseError(
            f"no row of {', '.join(names)} has a time, so there is no first and last day",
            "Check the clocks with `broadsheet check --data`.",
        )
    return min(first for first, _ in found).date(), max(last for _, last in found).date()


def freshness(
    catalog: Catalog, warehouse: Warehouse, facts: Iterable[str]
) -> tuple[tuple[str, datetime], ...]:
    """The latest time of each fact's clock, in the calendar's time zone; facts without one are left out.

    A clock of whole days gives the beginning of its latest day.
    """
    latest = ((name, _bounds(catalog, warehouse, name)) for name in facts)
    return tuple((name, bounds[1]) for name, bounds in latest if bounds is not None)


def _bounds(catalog: Catalog, warehouse: Warehouse, fact: str) -> tuple[datetime, datetime] | None:
    joins = Joins(catalog, warehouse, fact)
    clock: ColumnElement[Any] = joins.column(clock_of(catalog, fact))
    statement = select(func.min(clock).label("first"), func.max(clock).label("last")).select_from(joins.rows)
    first, last = warehouse.query(fact, statement).frame.iloc[0]
    return None if first is None else (_local(catalog, first), _local(catalog, last))


def _local(catalog: Catalog, value: date) -> datetime:
    zone = ZoneInfo(catalog.settings.calendar.timezone)
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), zone)
    return value.replace(tzinfo=ZoneInfo(catalog.settings.calendar.naive_timestamps)).astimezone(zone)
