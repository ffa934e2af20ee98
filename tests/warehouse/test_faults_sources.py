"""Sources are read and nothing else: no value becomes a statement, and no statement leaves its file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy import text as sql
from sqlalchemy.engine import URL

from broadsheet.clock import FixedClock
from broadsheet.errors import WarehouseError
from broadsheet.warehouse.engines import connect, connect_memory
from broadsheet.warehouse.locations import Location
from broadsheet.warehouse.warehouse import Warehouse

VALUES = (
    "' OR 1=1 --",
    "'; DROP TABLE deals; --",
    "x' UNION SELECT current_setting('memory_limit') --",
    '" OR ""="',
    "\\'; SELECT 1; --",
    "%' OR '%'='",
    "$$; DROP TABLE deals; $$",
    "/* */ OR 1=1",
    ":name",
    "%(name)s",
    "{0}",
    "Robert'); DROP TABLE deals;--",
)
DEALS = "CREATE TABLE deals (deal_id integer, stage varchar, closed_on date)"
FACT: dict[str, Any] = {
    "table": "deals",
    "key": "deal_id",
    "clock": "closed_on",
    "columns": {"stage": "text", "closed_on": "date"},
}


@pytest.fixture(params=["duckdb", "postgresql"])
def deals(request: pytest.FixtureRequest, tmp_path: Path, open_sources: Any) -> Warehouse:
    """A deal for each of the values, and one that is named as everybody names one."""
    rows = list(enumerate((*VALUES, "won")))
    if request.param == "duckdb":
        url = "duckdb:///deals.duckdb"
        with duckdb.connect(tmp_path / "deals.duckdb") as connection:
            connection.execute(DEALS)
            connection.executemany("INSERT INTO deals VALUES (?, ?, DATE '2026-06-10')", rows)
    else:
        server: URL = request.getfixturevalue("postgres_url")
        url = server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as opened:
            opened.execute("DROP TABLE IF EXISTS deals")
            opened.execute(DEALS)
            opened.cursor().executemany("INSERT INTO deals VALUES (%s, %s, DATE '2026-06-10')", rows)
    found: Warehouse = open_sources({"connections": {"warehouse": {"url": url}}, "facts": {"deals": FACT}})
    return found


@pytest.mark.faults
def test_fault_a07_filter_value_sqli(deals: Warehouse) -> None:
    relation = deals.relation("deals")
    for value in VALUES:
        wanted = select(func.count().label("rows")).select_from(relation).where(relation.c.stage == value)
        result = deals.query("deals", wanted)
        assert result.frame["rows"].tolist() == [1], value
    whole = deals.query("deals", select(func.count().label("rows")).select_from(relation))
    assert whole.frame["rows"].tolist() == [len(VALUES) + 1]


LEAVING = (
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_parquet('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM 'https://example.test/a.parquet'",
    "SELECT * FROM read_csv('https://example.test/a.csv')",
    "COPY (SELECT 1) TO 'leak.csv'",
    "COPY deals FROM '/etc/passwd'",
    "EXPORT DATABASE 'leak'",
    "ATTACH 'leak.duckdb'",
    "ATTACH 'host=127.0.0.1' AS p (TYPE postgres)",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD 'evil.duckdb_extension'",
    "FORCE INSTALL httpfs FROM 'http://example.test'",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET memory_limit = '100GB'",
    "SET allowed_directories = ['/']",
    "RESET enable_external_access",
    "PRAGMA enable_external_access = true",
    "CREATE PERSISTENT SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
)


REFUSED = r"(?i)disabled|locked|permission|not allowed|denied|cannot|read-only|not exist"


def refused(connection: Connection) -> None:
    for statement in LEAVING:
        with pytest.raises(
            Exception, match=r"(?i)disabled|locked|permission|not allowed|denied|cannot|read-only|not exist"
        ):
            connection.exec_driver_sql(statement).fetchall()
        connection.rollback()
    assert not Path("leak.csv").exists()


def test_fault_a09_read_csv_etc_passwd(tmp_path: Path, clock: FixedClock) -> None:
    with duckdb.connect(tmp_path / "deals.duckdb") as made:
        made.execute(DEALS)
    location = Location("deals", "duckdb", "duckdb:///deals.duckdb", 60, 0, path=tmp_path / "deals.duckdb")
    with connect(location, clock) as connection:
        refused(connection)
    (tmp_path / "snapshots").mkdir()
    with connect_memory(tmp_path / "snapshots") as connection:
        refused(connection)


@pytest.mark.parametrize("leak", ["read_csv('/etc/passwd')", "read_text('../secret.txt')", "'/etc/passwd'"])
def test_fault_a09_view_over_files(tmp_path: Path, open_sources: Any, leak: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "files").mkdir()
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "files" / "deals.csv").write_text(
        "deal_id,stage,closed_on\n1,won,2026-06-10\n", encoding="utf-8"
    )
    (tmp_path / "config" / "deals.sql").write_text(
        f'SELECT d.* FROM "deals.csv" d, (SELECT count(*) FROM {leak}) x', encoding="utf-8"
    )
    fact = {**FACT, "table": None, "sql": "config/deals.sql"}
    warehouse = open_sources({"connections": {"warehouse": {"folder": "files"}}, "facts": {"deals": fact}})
    with pytest.raises(WarehouseError):
        warehouse.relation("deals")


@pytest.mark.faults
def test_fault_a09_postgresql_session_writes_nothing(postgres_url: URL, clock: FixedClock) -> None:
    location = Location("deals", "postgresql", "postgresql://…", 2, 0, url=postgres_url)
    with connect(location, clock) as connection:
        for statement in (
            "CREATE TABLE leak (n integer)",
            "CREATE TEMP TABLE leak (n integer); DROP TABLE leak",
        ):
            with pytest.raises(Exception, match="read-only transaction"):
                connection.execute(sql(statement))
            connection.rollback()
        assert connection.execute(sql("SHOW statement_timeout")).scalar() == "2s"
