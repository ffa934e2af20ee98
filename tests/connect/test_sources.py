"""Proposals for public data sets, the sample company and three databases: each passes its own checks."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import date
from pathlib import Path

import duckdb
import psycopg
import pytest
from sqlalchemy.engine import URL

from broadsheet.sample.build import build
from broadsheet.warehouse.connect import stage
from connect.conftest import Connect
from support.postgres import read_only_role

TABLES = """
CREATE TABLE clients (id integer, name varchar(80), signed_on date);
INSERT INTO clients VALUES (10, 'Bay Boats', '2024-01-01'), (11, 'Harbor', '2024-02-01');
CREATE TABLE tickets (ticket_id integer, client_id integer, "openedAt" timestamp, cost numeric(9, 2),
    tag char(20));
INSERT INTO tickets VALUES
    (1, 10, '2025-01-02 10:00:00', 5.25, 'n/a'), (2, 11, '2025-01-03 11:00:00', 7, 'late'),
    (3, 11, '2025-01-04 12:00:00', NULL, 'late'), (4, 12, NULL, 1, NULL);
CREATE TABLE spare (spare_id integer, day date);
"""

STARS = [
    "DimDate.parquet",
    "DimEmployee.csv",
    "DimProduct.parquet",
    "FactInternetSales.parquet",
    "FactSalesQuota.parquet",
]


def copied(source: Path, names: list[str], target: Path) -> Path:
    """Some of the files of a folder, where a test needs no more."""
    folder = target / "exports"
    folder.mkdir()
    for name in names:
        shutil.copy(source / name, folder)
    return folder


def test_crm_opportunities(shared_data: Path, connect: Connect) -> None:
    found = connect(shared_data / "data" / "crm_opportunities_maven")
    assert found.errors == []
    pipeline = found.tables["sales_pipeline"]
    assert pipeline["key"] == "opportunity_id"
    assert pipeline["columns"]["product"] == {"type": "text", "replace": {"GTXPro": "GTX Pro"}}
    assert {
        name: (link if isinstance(link, str) else link["to"]) for name, link in pipeline["link"].items()
    } == {
        "sales_agent": "sales_team",
        "product": "product",
        "account": "account",
    }
    assert "“GTXPro” (1,480 rows) for “GTX Pro”" in found.doubts
    assert "7 of 7 values are keys of accounts.csv" in found.doubts_about("accounts.csv: subsidiary_of")


def test_marketing_funnel(shared_data: Path, connect: Connect) -> None:
    found = connect(shared_data / "data" / "marketing_funnel_olist")
    assert found.errors == []
    deals = found.tables["olist_closed_deals_dataset"]
    assert deals["link"]["mql"] == {"to": "olist_marketing_qualified_leads_dataset", "by": "mql_id"}
    assert "link" not in found.tables["olist_marketing_qualified_leads_dataset"]
    assert "462 of 842 rows (54.9%)" in found.doubts_about("olist_closed_deals_dataset.csv: seller_id")


def test_orders_and_refunds(shared_data: Path, connect: Connect) -> None:
    found = connect(shared_data / "data" / "orders_refunds_toystore")
    assert found.errors == []
    assert found.tables["order_items"]["link"] == {
        "order": {"to": "orders", "by": "order_id"},
        "product": "product_id",
    }
    assert found.tables["orders"]["link"] == {
        "primary_product": {"to": "product", "by": "primary_product_id"}
    }
    assert found.tables["order_items"]["columns"]["price_usd"] == "money"
    assert found.tables["order_items"]["columns"]["is_primary_item"] == "flag"


def test_campaign_contacts_have_no_key(shared_data: Path, tmp_path: Path, connect: Connect) -> None:
    found = connect(copied(shared_data / "data" / "campaign_contacts_bank", ["bank-full.csv"], tmp_path))
    assert (found.errors, found.tables) == ([], {})
    assert "left out: no 3 columns name a row once in all 45,211 rows" in found.doubts


def test_service_incidents(shared_data: Path, tmp_path: Path, connect: Connect) -> None:
    log = shared_data / "data" / "service_incidents_uci" / "incident_event_log.parquet"
    first = tmp_path / "exports"
    first.mkdir()
    duckdb.sql(f"SELECT * FROM '{log}' LIMIT 10000").write_parquet(str(first / log.name))
    found = connect(first)
    assert found.errors == []
    columns = found.tables["incident_event_log"]["columns"]
    assert columns["resolved_at"] == {"type": "time", "format": "%d/%m/%Y %H:%M", "empty": ["?"]}
    assert (columns["made_sla"], columns["reopen_count"]) == ("flag", "number")


def test_a_star_schema(shared_data: Path, tmp_path: Path, connect: Connect) -> None:
    found = connect(copied(shared_data / "data" / "orders_targets_adventureworks", STARS, tmp_path))
    assert found.errors == []
    sales = found.tables["fact_internet_sales"]
    assert sales["key"] == ["salesordernumber", "salesorderlinenumber"]
    assert sales["link"]["ship_date"] == {"to": "dim_date", "by": "shipdatekey"}
    assert found.tables["dim_employee"]["link"]["parent_employee"]["to"] == "dim_employee"


@pytest.mark.proof
def test_the_sample_company(tmp_path: Path, connect: Connect) -> None:
    build(tmp_path / "warehouse.duckdb", until=date(2025, 12, 31), scale=0.02)
    found = connect(tmp_path / "warehouse.duckdb")
    assert found.errors == []
    lines = found.tables["order_lines"]
    assert (lines["key"], lines["clock"]) == (["order_id", "line_no"], "order.ordered_at")
    assert found.tables["stage_history"]["key"] == ["opportunity_id", "seq"]
    assert found.tables["leads"]["link"]["owner_user"] == {"to": "user", "by": "owner_user_id"}
    assert found.tables["segment"]["valid"] == ["valid_from", "valid_to"]


@pytest.fixture(params=["postgresql", "sqlite"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a small database on either engine."""
    if request.param == "sqlite":
        with sqlite3.connect(tmp_path / "desk.sqlite") as connection:
            connection.executescript(TABLES)
        connection.close()
        return str(tmp_path / "desk.sqlite")
    url: URL = request.getfixturevalue("postgres_url")
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(), autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;" + TABLES)
    return read_only_role(url, "desk_reader").render_as_string(hide_password=False)


def test_databases(database: str, connect: Connect) -> None:
    found = connect(database)
    assert found.errors == []
    tickets = found.tables["tickets"]
    assert (tickets["key"], tickets["clock"]) == ("ticket_id", "openedat")
    assert tickets["link"] == {"client": "client_id"}
    assert tickets["columns"] == {
        "openedat": "time",
        "cost": "money",
        "tag": {"type": "text", "empty": ["n/a"]},
    }
    assert found.tables["client"]["key"] == "id"
    assert "the clock is empty in 1 of 4 rows (25.0%)" in found.doubts_about("tickets: openedat")
    assert "1 of 4 rows (25.0%) refer to no row of clients" in found.doubts_about("tickets: client_id")
    assert "left out: the table is empty" in found.doubts_about("spare")


def test_a_password_never_reaches_the_file(postgres_url: URL, connect: Connect) -> None:
    with psycopg.connect(
        postgres_url.set(drivername="postgresql").render_as_string(), autocommit=True
    ) as connection:
        connection.execute("DROP TABLE IF EXISTS notes; CREATE TABLE notes (note_id integer, day date)")
        connection.execute("INSERT INTO notes VALUES (1, '2025-01-01')")
    source = postgres_url.set(password="not-for-files").render_as_string(hide_password=False)
    found = connect(source, {"WAREHOUSE_PASSWORD": "not-for-files"})
    assert found.errors == []
    assert "not-for-files" not in found.text + found.doubts
    assert "${env:WAREHOUSE_PASSWORD}" in found.text


def test_what_was_not_looked_at_is_told(
    tmp_path: Path, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(tmp_path / "desk.sqlite") as connection:
        connection.executescript(TABLES)
    connection.close()
    monkeypatch.setattr(stage, "LIMIT", 3)
    doubts = connect(tmp_path / "desk.sqlite")
    assert "only the first 3 rows were looked at" in doubts.doubts_about("tickets")
    assert "looked at" not in doubts.doubts_about("clients")
