"""Joins against rows written by hand, in a bare DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, FromClause, MetaData, Table, create_engine, select
from sqlalchemy import text as sql
from sqlalchemy.pool import NullPool

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.models.settings import Settings
from broadsheet.definitions.models.sources import SourcesFile
from broadsheet.errors import WarehouseError
from broadsheet.warehouse.joins import Joins

SOURCES = {
    "connections": {"warehouse": {"url": "duckdb:///x"}, "elsewhere": {"url": "duckdb:///y"}},
    "entities": {
        "customers": {
            "table": "customers",
            "key": "customer_id",
            "columns": {"segment": "text"},
            "valid": ["valid_from", "valid_to"],
            "link": {"region": "region_id"},
        },
        "region": {"table": "regions", "key": "region_id", "columns": {"name": "text"}},
        "far": {"table": "far", "connection": "elsewhere", "key": "id", "columns": {"name": "text"}},
    },
    "facts": {
        "orders": {
            "table": "orders",
            "key": "order_id",
            "clock": "ordered_at",
            "columns": {"ordered_at": "time"},
            "link": {"customer": {"to": "customers", "by": "customer_id"}, "far": "order_id"},
        },
        "lines": {
            "table": "lines",
            "key": "line_id",
            "clock": "order.ordered_at",
            "link": {
                "order": {"to": "orders", "by": "order_id"},
                "buyer": {"to": "customers", "by": "buyer_id"},
            },
        },
    },
}
ROWS = """
CREATE TABLE regions AS FROM (VALUES (1, 'North'), (2, 'South')) t(region_id, name);
CREATE TABLE customers AS FROM (VALUES
    ('c1', 'small', 1, DATE '2024-01-01', DATE '2024-06-01'),
    ('c1', 'large', 2, DATE '2024-06-01', DATE '2025-01-01'),
    ('c1', 'giant', 2, DATE '2025-01-01', NULL),
    ('c2', 'small', 1, NULL, DATE '2024-06-01')) t(customer_id, segment, region_id, valid_from, valid_to);
CREATE TABLE orders AS FROM (VALUES
    ('o1', 'c1', TIMESTAMP '2024-05-31 23:59:59'), ('o2', 'c1', TIMESTAMP '2024-06-01 00:00:00'),
    ('o3', 'c2', TIMESTAMP '2023-01-01 00:00:00'), ('o4', 'nobody', TIMESTAMP '2024-01-01 00:00:00'),
    ('o5', 'c1', NULL)) t(order_id, customer_id, ordered_at);
CREATE TABLE lines AS FROM (VALUES ('l1', 'o1', 'c1'), ('l2', 'o2', 'c1'), ('l3', 'gone', 'c1'))
    t(line_id, order_id, buyer_id);
"""


class Tables:
    """Relations straight from the tables of a connection."""

    def __init__(self, catalog: Catalog, connection: Connection) -> None:
        self.catalog, self.connection = catalog, connection

    def relation(self, name: str) -> FromClause:
        source = Table(self.catalog.table(name).table or "", MetaData(), autoload_with=self.connection)
        return select(*source.c).subquery(name)


@pytest.fixture
def tables() -> Iterator[Tables]:
    sources = SourcesFile.model_validate(SOURCES)
    settings = Settings.model_validate({"version": 1, "company": "Example"})
    catalog = Catalog(settings, sources.connections, sources.entities, sources.facts, {}, {})
    with create_engine("duckdb:///:memory:", poolclass=NullPool).connect() as connection:
        connection.execute(sql(ROWS))
        yield Tables(catalog, connection)


def rows(
    tables: Tables, fact: str, key: str, *paths: tuple[str, str], as_of: datetime | None = None
) -> list[tuple]:
    joins = Joins(tables.catalog, tables, fact, as_of=as_of)
    columns = [joins.column(tables.catalog.route(fact, path), as_) for path, as_ in paths]
    statement = select(joins.fact.c[key], *columns).select_from(joins.rows).order_by(joins.fact.c[key])
    return [tuple(row) for row in tables.connection.execute(statement)]


def test_each_order_meets_the_version_of_its_day_and_no_row_is_lost(tables: Tables) -> None:
    found = rows(
        tables, "orders", "order_id", ("customer.segment", "event"), ("customer.region.name", "event")
    )
    assert found == [
        ("o1", "small", "North"),
        ("o2", "large", "South"),
        ("o3", "small", "North"),
        ("o4", None, None),
        ("o5", None, None),
    ]


def test_today_is_the_version_at_as_of_beside_that_of_the_event(tables: Tables) -> None:
    paths = (("customer.segment", "event"), ("customer.segment", "today"), ("customer.region.name", "today"))
    found = rows(tables, "orders", "order_id", *paths, as_of=datetime(2024, 9, 1, tzinfo=UTC))
    assert found == [
        ("o1", "small", "large", "South"),
        ("o2", "large", "large", "South"),
        ("o3", "small", None, None),
        ("o4", None, None, None),
        ("o5", None, "large", "South"),
    ]
    latest = rows(tables, "orders", "order_id", ("customer.segment", "today"))
    assert [segment for _, segment in latest] == ["giant", "giant", "small", None, "giant"]


def test_a_borrowed_clock_dates_the_versions(tables: Tables) -> None:
    found = rows(tables, "lines", "line_id", ("buyer.segment", "event"), ("order.customer.segment", "event"))
    assert found == [("l1", "small", "small"), ("l2", "large", "large"), ("l3", None, None)]


def test_a_link_into_another_connection_is_refused(tables: Tables) -> None:
    with pytest.raises(WarehouseError, match="leads to far in connection “elsewhere”"):
        rows(tables, "orders", "order_id", ("far.name", "event"))
