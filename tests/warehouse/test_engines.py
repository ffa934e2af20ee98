"""DuckDB and PostgreSQL give the same clean rows from the same dirty table, and let nobody write."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from sqlalchemy import BigInteger, Select, case, cast, func, select
from sqlalchemy import text as sql
from sqlalchemy.engine import URL

from broadsheet.clock import FixedClock
from broadsheet.definitions.models.dimensions import DimensionsFile
from broadsheet.definitions.models.filters import parse_filter
from broadsheet.definitions.models.kpis import KpiFile
from broadsheet.definitions.scope import WHOLE, scope_of
from broadsheet.errors import UnavailableError, WarehouseError
from broadsheet.metrics import Question, answer
from broadsheet.periods import Calendar, between
from broadsheet.warehouse.warehouse import Warehouse

NOW = datetime(2025, 1, 1, tzinfo=UTC)
TOKEN = "0f8fad5b-d9cb-469f-a165-70867728950"
DIRTY = f"""
CREATE TABLE orders (
    order_id integer PRIMARY KEY, customer_id varchar, amount varchar, cents numeric(10, 2),
    discount double precision, status varchar, paid varchar, paid_n integer, shipped varchar, due date,
    ordered_at timestamp, booked_at timestamptz, noted varchar, region char(10), token uuid
);
INSERT INTO orders VALUES
    (1, 'c1', '€ 1,234.50', 12.34, 0.1, 'GTXPro', 'Yes', 1, '31/01/2024 23:15', '2024-02-01',
     '2024-03-31 01:30:00', '2024-03-31 01:30:00+00', '2024-05-01T10:00:00+02:00',
     'North', '{TOKEN}2'),
    (2, 'c2', ' 99 EUR', 0.01, 0.2, '  ', 'no', 0, '31/02/2024 10:00', NULL,
     '2024-01-01 00:00:00', '2024-01-01 23:30:00+00', '2024-05-01', 'South', '{TOKEN}1'),
    (3, NULL, 'n/a', NULL, NULL, 'open', 'maybe', NULL, '?', NULL, NULL, NULL, 'today', '  ', NULL),
    (4, 'c2', '12,50', 1.00, 0.3, 'open', NULL, NULL, '', NULL, NULL, NULL, '', 'North', '{TOKEN}1');
CREATE TYPE parcel_size AS ENUM ('small', 'big');
CREATE TABLE "Parcel" ("parcelNo" integer PRIMARY KEY, size parcel_size, sent_at timestamp);
INSERT INTO "Parcel" VALUES (1, 'small', NULL), (2, 'big', NULL);
"""
FACT: dict[str, Any] = {
    "table": "orders",
    "key": "order_id",
    "clock": "ordered_at",
    "columns": {
        "amount": {"type": "money", "empty": ["n/a"]},
        "cents": "money",
        "discount": "number",
        "status": {"type": "text", "replace": {"GTXPro": "GTX Pro"}},
        "paid": "flag",
        "paid_n": "flag",
        "shipped": {"type": "time", "format": "%d/%m/%Y %H:%M", "empty": ["?"]},
        "due": "date",
        "ordered_at": "time",
        "booked_at": "time",
        "booked_on": "date",
        "noted": "time",
        "region": "text",
    },
    "link": {"customer": "customer_id", "session": "token"},
}
VIEW = "SELECT *, booked_at AS booked_on -- a note; and a colon: here\nFROM orders;\n"


@pytest.fixture(params=["duckdb", "postgresql"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path, open_sources: Any) -> Warehouse:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "orders.sql").write_text(VIEW)
    if request.param == "duckdb":
        url = "duckdb:///var/shop.duckdb"
        (tmp_path / "var").mkdir()
        with duckdb.connect(tmp_path / "var" / "shop.duckdb") as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(DIRTY)
    else:
        server: URL = request.getfixturevalue("postgres_url")
        url = server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute('DROP TABLE IF EXISTS orders, "Parcel"; DROP TYPE IF EXISTS parcel_size')
            connection.execute(DIRTY)
    orders = {**FACT, "table": None, "sql": "config/orders.sql"}
    facts = {
        "orders": orders,
        "ordrs": {**FACT, "table": "order"},
        "bare": {**FACT, "columns": {"amoun": "money"}},
        "parcels": {
            "table": "Parcel",
            "key": "parcelNo",
            "clock": "sent_at",
            "columns": {"parcelNo": "number"},
            "link": {"box": "size"},
        },
    }
    sources = {"connections": {"warehouse": {"url": url, "timeout": 1}}, "facts": facts}
    opened: Warehouse = open_sources(sources, timezone="Europe/Berlin", naive_timestamps="Europe/Berlin")
    assert opened.dialect("orders") == request.param
    return opened


def column(warehouse: Warehouse, name: str) -> list[Any]:
    orders = warehouse.relation("orders")
    statement = select(orders.c[name]).order_by(orders.c.order_id)
    return list(warehouse._connections["warehouse"].scalars(statement))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("order_id", [1, 2, 3, 4]),
        ("customer_id", ["c1", "c2", None, "c2"]),
        ("amount", [1234.5, 99, None, None]),
        ("cents", [Decimal("12.34"), Decimal("0.01"), None, 1]),
        ("status", ["GTX Pro", None, "open", "open"]),
        ("paid", [True, False, None, None]),
        ("paid_n", [True, False, None, None]),
        ("shipped", [datetime(2024, 1, 31, 23, 15), None, None, None]),
        ("due", [date(2024, 2, 1), None, None, None]),
        ("ordered_at", [datetime(2024, 3, 31, 1, 30), datetime(2024, 1, 1), None, None]),
        # An instant in the zone of stored timestamps: the hour of the clock change is skipped.
        ("booked_at", [datetime(2024, 3, 31, 3, 30), datetime(2024, 1, 2, 0, 30), None, None]),
        ("booked_on", [date(2024, 3, 31), date(2024, 1, 2), None, None]),
        ("noted", [datetime(2024, 5, 1, 10), datetime(2024, 5, 1), None, None]),
        ("region", ["North", "South", None, "North"]),
        ("token", [f"{TOKEN}2", f"{TOKEN}1", None, f"{TOKEN}1"]),
    ],
)
def test_columns_come_out_clean(warehouse: Warehouse, name: str, values: list[Any]) -> None:
    assert column(warehouse, name) == values


def test_blank_text_is_no_value_and_no_distinct_one(warehouse: Warehouse) -> None:
    orders = warehouse.relation("orders")
    different = func.count(func.distinct(orders.c.status)).label("different")
    assert warehouse.query("orders", select(different)).frame["different"].tolist() == [2]


def test_padded_texts_and_uuids_are_compared_alike_in_statements_and_after_them(warehouse: Warehouse) -> None:
    catalog = warehouse.catalog
    tokens = {"columns": {"Token": "token"}, "order": ["token"], "reason": "New.", "next_step": "Call."}
    kpi = {"label": "Orders", "meaning": "All.", "count": "orders", "list": tokens}
    catalog.kpis.update(KpiFile.model_validate({"kpis": {"orders": kpi}}).kpis)
    dimensions = {"region": {"label": "Region", "via": "region"}}
    catalog.dimensions.update(DimensionsFile.model_validate({"dimensions": dimensions}).dimensions)
    year = (between(date(2024, 1, 1), date(2025, 1, 1)),)
    asked = [
        Question(("orders",), year, where=parse_filter({"region": region}), rows=9)
        for region in ("North", "South")
    ]
    for scope in (WHOLE, scope_of({"region": ["North", "South"]})):
        found = answer(asked, catalog, Calendar("Europe/Berlin"), warehouse, NOW, scope)
        assert not found.failures
        north, south = (item for item in found.answers if item is not None)
        assert (north.value("orders"), south.value("orders")) == (1, 1)
        assert north.rows is not None
        assert north.rows.values == ((f"{TOKEN}2",),)


def test_sums_are_exact_then_floats_and_the_text_of_the_statement_has_its_values(
    warehouse: Warehouse,
) -> None:
    orders = warehouse.relation("orders")
    statement = select(
        orders.c.status,
        func.count().label("rows"),
        func.sum(orders.c.cents).label("cents"),
        func.sum(orders.c.discount).label("discount"),
    ).where(orders.c.order_id < 9)
    statement = statement.group_by(orders.c.status).order_by(orders.c.status.nulls_last())
    result = warehouse.query("orders", statement)

    assert result.frame["status"].tolist() == ["GTX Pro", "open", None]
    assert result.frame["rows"].tolist() == [1, 2, 1]
    assert result.frame["cents"].tolist() == [12.34, 1.0, 0.01]
    assert result.frame["discount"].tolist() == [0.1, 0.3, 0.2]
    assert {name: str(dtype) for name, dtype in result.frame.dtypes.items()} == {
        "status": "object", "rows": "int64", "cents": "float64", "discount": "float64",
    }  # fmt: skip
    assert "< 9" in result.sql
    assert "'GTXPro'" in result.sql


def test_whole_numbers_stay_whole_where_some_are_missing(warehouse: Warehouse) -> None:
    """Beyond 2^53 floats hold every second one only, and two keys would become one."""
    orders = warehouse.relation("orders")
    large = cast(orders.c.order_id, BigInteger) + 2**53
    keys = select(case((orders.c.order_id < 3, large)).label("key")).order_by(orders.c.order_id)
    assert warehouse.query("orders", keys).frame["key"].tolist() == [2**53 + 1, 2**53 + 2, None, None]


def test_an_index_of_postgresql_tells_that_keys_are_unique(warehouse: Warehouse) -> None:
    """Of what is no table of its own, and elsewhere, the rows are asked."""
    indexed = warehouse.dialect("bare") == "postgresql"
    for name, known in (("bare", indexed), ("parcels", indexed), ("orders", False)):
        key = warehouse.relation(name).c["parcelNo" if name == "parcels" else "order_id"]
        assert warehouse.unique(name, select(key).limit(1)) == known
        assert warehouse.unique(name, select(key).where(key > 9))


def test_a_text_that_lists_its_values_is_ordered_as_text(warehouse: Warehouse) -> None:
    sizes = warehouse.relation("parcels").c.size
    found = warehouse.query("parcels", select(sizes).order_by(sizes))
    assert found.frame["size"].tolist() == ["big", "small"]


def test_nothing_can_be_written(warehouse: Warehouse) -> None:
    warehouse.relation("orders")
    connection = warehouse._connections["warehouse"]
    for statement in ("DELETE FROM orders", "CREATE TABLE copy AS SELECT * FROM orders"):
        with pytest.raises(Exception, match="read-only"):
            connection.execute(sql(statement))
        connection.rollback()


def test_a_slow_statement_is_stopped(warehouse: Warehouse) -> None:
    slow: Select[Any] = select(sql("count(*)")).select_from(
        sql("generate_series(1, 3000000) a(x), generate_series(1, 3000000) b(y) WHERE a.x * b.y % 7 = 8")
    )
    with pytest.raises(WarehouseError, match="took longer than 1 seconds and was stopped"):
        warehouse.query("orders", slow)
    for _ in range(2):  # Other statements over it need not fail: it is no outage.
        with pytest.raises(WarehouseError, match=r"whether its key names one row each: .* 1 seconds") as late:
            warehouse.unique("orders", slow)
        assert not isinstance(late.value, UnavailableError)
    assert column(warehouse, "order_id") == [1, 2, 3, 4]


def test_missing_names_come_with_the_nearest(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match=r"facts.ordrs: there is no table “order”") as table:
        warehouse.relation("ordrs")
    assert table.value.remedy == "Did you mean “orders”?"


def test_a_column_that_is_not_there_is_left_out(warehouse: Warehouse) -> None:
    """What needs it has no data; `check --data` names it with the nearest."""
    assert "amoun" not in warehouse.relation("bare").c
    assert warehouse.unread("bare") == {}


WRITER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("CREATE TABLE IF NOT EXISTS loads (n integer)")
print("writing", flush=True)
sys.stdin.read()
"""


def test_a_locked_file_is_waited_for_and_freed_when_closed(
    tmp_path: Path, open_sources: Any, clock: FixedClock
) -> None:
    file = tmp_path / "shop.duckdb"
    with duckdb.connect(file) as connection:
        connection.execute(DIRTY)
    fact = {**FACT, "columns": {"ordered_at": "time"}}
    url = {"url": "duckdb:///${env:SHOP_FILE}", "wait": 30}
    sources = {"connections": {"warehouse": url}, "facts": {"orders": fact}}
    warehouse: Warehouse = open_sources(sources, {"SHOP_FILE": "shop.duckdb"})

    def writer() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        return process

    with writer() as process:
        before = clock.now()
        with pytest.raises(WarehouseError, match=r"writing to duckdb:///\$\{env:SHOP_FILE\} for 30 seconds"):
            warehouse.relation("orders")
        assert (clock.now() - before).total_seconds() == 30
        process.communicate("")

    warehouse.relation("orders")
    warehouse.close()
    with writer() as process:
        process.communicate("")


def test_unreachable_sources_say_so_without_the_password(open_sources: Any) -> None:
    urls = {
        "down": "postgresql://press:${env:DB_PASSWORD}@127.0.0.1:1/shop",
        "gone": "duckdb:///var/gone.duckdb",
        "unset": "duckdb:///${env:NOWHERE}",
        "odd": "nosuch://host/db",
    }
    facts = {name: {**FACT, "connection": name} for name in urls}
    connections = {name: {"url": url} for name, url in urls.items()}
    warehouse = open_sources({"connections": connections, "facts": facts}, {"DB_PASSWORD": "s3cr3t"})
    told = {}
    for name in urls:
        with pytest.raises(WarehouseError) as error:
            warehouse.relation(name)
        told[name] = str(error.value)
    assert told == {
        "down": "connection “down” (postgresql://press:***@127.0.0.1:1/shop): the server cannot be reached",
        "gone": "connection “gone”: the file of duckdb:///var/gone.duckdb does not exist",
        "unset": "connection “unset”: the environment variable NOWHERE is not set",
        "odd": "connection “odd” (nosuch://host/db): the driver for this database is not installed",
    }
