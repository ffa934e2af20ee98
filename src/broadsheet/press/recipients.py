"""Readers that a query names: one SELECT, asked like a view on a read-only connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sqlalchemy import select

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.models.audiences import Audience
from broadsheet.definitions.models.sources import Entity, SourceColumn
from broadsheet.definitions.people import ADDRESS, LOCALE, missing_columns
from broadsheet.definitions.workspace import Workspace
from broadsheet.errors import WarehouseError
from broadsheet.press.readers import Row
from broadsheet.warehouse.warehouse import Warehouse

RECIPIENTS = "recipients of the audience"
"""The name of the query among the tables; no table can have it."""


def queried(
    workspace: Workspace, name: str, audience: Audience, opened: Callable[[Catalog], Warehouse]
) -> Iterator[Row]:
    """The rows of an audience's query, numbered from 1. Raises WarehouseError when they name nobody."""
    text, own = SourceColumn(type="text"), (ADDRESS, LOCALE, *((audience.each,) if audience.each else ()))
    view = Entity(connection=audience.connection, sql=audience.sql, key=(ADDRESS,))
    with opened(_beside(workspace, view)) as warehouse:
        columns = warehouse.columns(RECIPIENTS)
        if lacking := missing_columns(columns, audience):
            raise WarehouseError(
                f"{audience.sql}, which names the readers of audience {name}: {lacking}", "Select it."
            )
    view = view.model_copy(update={"columns": {each: text for each in own if each in columns}})
    with opened(_beside(workspace, view)) as warehouse:
        rows = warehouse.relation(RECIPIENTS)
        found = warehouse.query(RECIPIENTS, select(*rows.c).select_from(rows)).frame
    plain = found.astype(object).where(found.notna(), None).to_dict("records")
    yield from enumerate(({str(key): value for key, value in row.items()} for row in plain), start=1)


def _beside(workspace: Workspace, view: Entity) -> Catalog:
    catalog = workspace.catalog
    return replace(catalog, entities={**catalog.entities, RECIPIENTS: view})
