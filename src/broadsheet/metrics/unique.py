"""Links lead to one row each: that is looked at before a figure rests on them, for a load can break it any night.

A key that names two rows would count what refers to it twice, in every split and behind every condition over the
link, and twice more where the readers' slice is told by it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from broadsheet.definitions.models.sources import Entity
from broadsheet.definitions.scope import WHOLE
from broadsheet.errors import WarehouseError
from broadsheet.metrics.joins import entity_rows, validity
from broadsheet.metrics.moments import ALWAYS, alike
from broadsheet.metrics.source import Context, Result


def ask(context: Context, fact: str, select: sa.Select[Any]) -> Result:
    """Send a statement. Raises WarehouseError where one of the links that were followed leads to several rows."""
    for name in [name for name, proven in context.followed.items() if not proven]:
        _prove(context, name)
        context.followed[name] = True
    return context.source.query(fact, select)


def _prove(context: Context, name: str) -> None:
    """Of all rows, so that it is asked once for all readers; which key it is, they are not told."""
    context, entity = replace(context, scope=WHOLE), context.catalog.entities.get(name)
    dated = entity if entity is not None and entity.valid else None
    found = _several(context, name) if dated is None else _overlapping(context, name, dated)
    if context.source.unique(name, found.limit(1)):
        return
    what, remedy = "stands in several rows", "select one row per key in a view"
    if dated is not None:
        what, remedy = "has versions that overlap", "let each version end where the next begins"
    place, (key,) = "facts" if entity is None else "entities", context.catalog.table(name).key
    raise WarehouseError(
        f"{place}.{name}: a value of the key {key} {what}, so rows that refer to it would count several times",
        f"Mend the source, or {remedy}; `broadsheet check --data` names the first.",
    )


def _several(context: Context, name: str) -> sa.Select[Any]:
    """The keys that several rows have."""
    key = _key(context, name, entity_rows(context, name))
    return sa.select(key.label("key")).where(key.is_not(None)).group_by(key).having(sa.func.count() > 1)


def _overlapping(context: Context, name: str, entity: Entity) -> sa.Select[Any]:
    """The keys of which two versions hold at the same time."""
    rows = entity_rows(context, name)
    key = _key(context, name, rows)
    columns = [validity(rows, entity, name, column) for column in entity.valid or ()]
    first, last = ALWAYS["date" if "date" in [column.type for column in columns] else "time"]
    start, end = alike(context, *columns)
    since, until = sa.func.coalesce(start, first), sa.func.coalesce(end, last)
    held = sa.select(key.label("key"), since.label("since"), until.label("until"))
    versions = held.where(key.is_not(None), since < until).subquery()
    following = sa.func.lead(versions.c.since).over(partition_by=versions.c.key, order_by=versions.c.since)
    pairs = sa.select(versions.c.key, versions.c.until, following.label("following")).subquery()
    return sa.select(pairs.c.key).where(pairs.c.following < pairs.c.until)


def _key(context: Context, name: str, rows: sa.FromClause) -> sa.ColumnElement[Any]:
    (key,) = context.catalog.table(name).key
    return rows.c[key]
