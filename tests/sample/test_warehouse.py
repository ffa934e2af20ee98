"""The warehouse is sound: keys, references, time, dirt, determinism."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from broadsheet.errors import StorageError, UsageError
from broadsheet.sample.build import build, describe
from broadsheet.sample.dirt import DIRT, Dirt
from broadsheet.sample.schema import Table
from broadsheet.sample.summary import DEFAULT_SEED
from broadsheet.sample.tables import TABLES

UNTIL = date(2026, 6, 14)
# Times that may lie after the last day: what is due, promised or valid by then, and the loads of the night.
AHEAD = ("sla_due_at", "due_at", "first_due_at", "promised_at", "valid_until", "loaded_at", "data_through")
# Column names that refer to the key of another table.
TARGETS = {
    "golden_id": "customers.golden_id",
    "parent_id": "customers.golden_id",
    "customer_id": "customers.customer_id",
    "merged_into_id": "customers.customer_id",
    "owner_user_id": "users.user_id",
    "owner_id": "users.user_id",
    "resolver_id": "users.user_id",
    "manager_id": "users.user_id",
    "user_id": "users.user_id",
    "ship_geo": "geo.geo_id",
    "geo_id": "geo.geo_id",
    "converted_opportunity_id": "opportunities.opportunity_id",
    "source_campaign_id": "campaigns.campaign_id",
    "advert_id": "campaigns.advert_id",
    "visit_id": "web_visits.visit_id",
    "cart_id": "carts.cart_id",
    "merged_cart_id": "carts.cart_id",
    "reviewed_by": "users.user_id",
    "quote_root_id": "quotes.quote_id",
    "previous_id": "subscriptions.subscription_id",
    "run_id": "report_runs.run_id",
    "owner": "users.user_id",
} | {
    f"{one}_id": f"{many}.{one}_id"
    for one, many in (
        ("territory", "territories"), ("store", "stores"), ("team", "teams"), ("product", "products"),
        ("campaign", "campaigns"), ("lead", "leads"), ("opportunity", "opportunities"), ("order", "orders"),
        ("case", "cases"), ("contact", "contacts"), ("competitor", "competitors"), ("quote", "quotes"),
        ("supply_point", "supply_points"), ("subscription", "subscriptions"), ("invoice", "invoices"),
    )
}  # fmt: skip


def scalar(connection: duckdb.DuckDBPyConnection, sql: str) -> object:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0]


def number(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    value = scalar(connection, sql)
    assert value is not None, sql
    return float(str(value))


def fingerprint(path: Path) -> dict[str, object]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return {
            table.name: scalar(
                connection, f'SELECT (count(*), sum(hash(t)), max(hash(t))) FROM "{table.name}" t'
            )
            for table in TABLES
        }


def test_equal_settings_give_equal_tables_and_another_seed_gives_others(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        build(tmp_path / name, until=UNTIL, seed=seed, scale=0.05)
    first, again, other = (fingerprint(tmp_path / name) for name in "abc")
    assert first == again
    assert [name for name in first if first[name] == other[name]] == ["geo", "territories", "stores", "teams",
        "competitors", "calendar"]  # fmt: skip


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_keys_are_unique_and_references_resolve(table: Table, small: duckdb.DuckDBPyConnection) -> None:
    key = ", ".join(f'"{column}"' for column in table.key)
    assert number(small, f'SELECT count(*) FROM "{table.name}"') > 0
    assert (
        scalar(
            small, f'SELECT count(*) FROM (FROM "{table.name}" SELECT {key} GROUP BY ALL HAVING count(*) > 1)'
        )
        == 0
    )
    assert scalar(small, f'SELECT count(*) FROM "{table.name}" WHERE ({key}) IS NULL') == 0
    for column in table.columns:
        if (table.name, column.name) == ("territories", "parent_id") or column.name not in TARGETS:
            continue
        target, name = TARGETS[column.name].split(".")
        lost = f'SELECT count(*) FROM "{table.name}" WHERE {column.name} NOT IN (SELECT {name} FROM {target})'
        assert scalar(small, lost) == 0, column.name


def test_three_full_years_are_covered_and_nothing_lies_after_the_last_day(
    small: duckdb.DuckDBPyConnection,
) -> None:
    zone = ZoneInfo("Europe/Berlin")
    end = datetime(2026, 6, 15, tzinfo=zone).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
    for table in TABLES:
        for column in table.columns:
            if column.kind == "time" and column.name not in AHEAD:
                late = f"SELECT count(*) FROM \"{table.name}\" WHERE {column.name} >= TIMESTAMP '{end}'"
                assert scalar(small, late) == 0, (table.name, column.name)
    for table, column in (("orders", "ordered_at"), ("leads", "created_at"), ("cases", "created_at"),
                          ("interactions", "started_at"), ("opportunities", "closed_at")):  # fmt: skip
        assert (
            number(
                small,
                f"SELECT count(DISTINCT date_trunc('month', {column})) FROM {table} WHERE {column} >= '2023-06-14'",
            )
            == 37
        )
    assert scalar(small, "SELECT min(ordered_at)::DATE FROM orders") == date(2023, 6, 15)


def test_versions_of_a_customer_follow_each_other_and_cover_its_facts(
    small: duckdb.DuckDBPyConnection,
) -> None:
    gaps = """
        SELECT count(*) FROM (
            SELECT valid_from, valid_to, lead(valid_from) OVER (PARTITION BY golden_id ORDER BY valid_from) AS next
            FROM customers WHERE status <> 'merged') WHERE valid_to IS DISTINCT FROM next"""
    assert scalar(small, gaps) == 0
    for table, column in (("orders", "ordered_at"), ("opportunities", "created_at"), ("cases", "created_at")):
        facts = number(small, f"SELECT count(*) FROM {table} WHERE golden_id IS NOT NULL")
        matched = f"""
            SELECT count(*) FROM {table} f JOIN customers c ON c.golden_id = f.golden_id AND c.status <> 'merged'
                AND f.{column} >= c.valid_from AND (c.valid_to IS NULL OR f.{column} < c.valid_to)"""
        assert number(small, matched) == facts


def test_stages_form_an_unbroken_path_from_creation_to_close(small: duckdb.DuckDBPyConnection) -> None:
    broken = """
        SELECT count(*) FROM (
            SELECT *, lead(entered_at) OVER w AS next, lead(seq) OVER w AS following
            FROM stage_history WINDOW w AS (PARTITION BY opportunity_id ORDER BY seq)) s
        JOIN opportunities o USING (opportunity_id)
        WHERE left_at < entered_at OR (following IS NOT NULL AND abs(date_diff('second', left_at, next)) > 1)
            OR (following IS NULL AND left_at IS DISTINCT FROM closed_at) OR (seq = 1 AND entered_at <> created_at)"""
    assert scalar(small, broken) == 0
    assert (
        number(small, "SELECT count(*) FROM opportunities ANTI JOIN stage_history USING (opportunity_id)")
        == 0
    )


def test_lines_add_up_to_their_opportunity_and_won_deals_become_orders(
    small: duckdb.DuckDBPyConnection,
) -> None:
    off = """
        SELECT count(*) FROM opportunities o JOIN (SELECT opportunity_id, sum(amount) AS lines
            FROM opportunity_lines GROUP BY ALL) USING (opportunity_id) WHERE abs(amount_est - lines) > 0.01"""
    assert scalar(small, off) == 0
    booked = """
        SELECT max(abs(amount_actual - net)), count(*) - (SELECT count(*) FROM opportunities WHERE outcome = 'won')
        FROM opportunities JOIN (SELECT opportunity_id, sum(net_amount) AS net FROM orders
            JOIN order_lines USING (order_id) GROUP BY ALL) USING (opportunity_id)"""
    worst, missing = small.execute(booked).fetchone() or (1, 1)
    assert float(worst) <= 0.01
    assert missing == 0


def test_weeks_of_the_plan_agree_with_its_months(small: duckdb.DuckDBPyConnection) -> None:
    """Over the weeks of 2024 and 2025, months counted by the share of their days inside."""
    sql = """
        WITH weeks AS (SELECT team_id, sum(amount) AS planned FROM plan_targets
                       WHERE kpi_id = 'won_amount_week' AND period_start >= '2024-01-01'
                           AND period_end <= '2025-12-28' GROUP BY ALL),
             months AS (SELECT team_id, sum(amount * (least(period_end, DATE '2025-12-28') - period_start + 1)
                               / (period_end - period_start + 1)) AS planned
                        FROM plan_targets WHERE kpi_id = 'won_amount'
                            AND year(period_start) IN (2024, 2025) GROUP BY ALL)
        SELECT count(*), max(abs(w.planned / m.planned - 1)) FROM weeks w JOIN months m USING (team_id)"""
    teams, worst = small.execute(sql).fetchone() or (0, 1)
    assert teams == 5
    assert worst < 0.01


BASES = {
    "customers": "status = 'active'",
    "lost opportunities": "outcome = 'lost'",
    "open opportunities": "outcome = 'open'",
    "closed opportunities": "closed_at IS NOT NULL",
    "shop orders": "sales_channel = 'shop'",
    "resolved cases": "resolved_at IS NOT NULL",
    "orders": "true",
    "leads": "true",
    "referrals": "source_channel = 'referral'",
    "claims about own products": "kind = 'claim' AND product_id IN (SELECT product_id FROM production_runs)",
    "cases": "true",
    "order lines": "true",
    "campaign members": "true",
    "responses to an address": "addressed_at IS NOT NULL AND first_response_at IS NOT NULL",
    "mail opens": "event = 'open'",
    "registrations": "true",
    "social metrics": "true",
    "web visits": "true",
    "page views": "true",
    "carts": "true",
    "counted hours": "true",
    "lead scores": "entity_type = 'lead'",
    "matched records": "match_method <> 'same record'",
    "quotes": "revision = 1",
    "subscriptions": "true",
    "invoices": "true",
    "credit ratings": "true",
    "rates of contact channels": "channel NOT IN ('shop', 'web shop', 'B2B portal', 'field')"
    " AND channel NOT IN ('CRM', 'document management')",
    "deliveries": "delivered_at IS NOT NULL",
    "stock counts": "true",
    "production runs": "true",
    "tasks": "true",
    "documents": "true",
    "actions": "action IS NOT NULL",
}
SHOWS = {
    "test": "is_test",
    "cancelled": "outcome = 'cancelled'",
    "cancelled-orders": "status = 'cancelled'",
    "negative-duration": "resolved_at < created_at",
    "early-response": "first_response_at < addressed_at",
    "machine-opens": "is_machine",
    "bots": "is_bot",
    "url-parameters": "page LIKE '%?%'",
    "merged-carts": "merged_cart_id IS NOT NULL",
    "weak-match": "match_score < 0.82",
    "no-list-price": "list_amount = 0",
    "negative-stock": "qty_on_hand < 0",
    "unplanned-run": "qty_planned = 0",
}
COUNTED_OTHERWISE = {
    "merged": ("SELECT count(*) FILTER (status = 'merged') / count(DISTINCT golden_id) FROM customers"),
    "re-entered": """SELECT count(DISTINCT opportunity_id) / (SELECT count(*) FROM opportunities) FROM (
        FROM stage_history SELECT opportunity_id, stage GROUP BY ALL HAVING count(*) > 1)""",
    "no-quote": """SELECT count(*) FILTER (q.opportunity_id IS NULL) / count(*) FROM (
        SELECT DISTINCT opportunity_id FROM stage_history WHERE standard_stage = 'propose') o
        LEFT JOIN (SELECT DISTINCT opportunity_id FROM quotes) q USING (opportunity_id)""",
    "early-delivery": """SELECT count(*) FILTER (delivered_at < ordered_at) / count(*)
        FROM deliveries JOIN orders USING (order_id) WHERE delivered_at IS NOT NULL""",
    "missing-rate": """SELECT 1 - count(*) FILTER (currency = 'CHF') / count(*) FILTER (currency = 'EUR')
        FROM fx_rates WHERE rate_type = 'daily'""",
    "missing-load": """SELECT 1 - count(DISTINCT date) / (max(date) - min(date) + 1) FROM app_usage""",
}


@pytest.mark.parametrize("dirt", DIRT, ids=lambda dirt: dirt.id)
def test_dirt_shows_in_its_documented_share(
    dirt: Dirt, company: tuple[duckdb.DuckDBPyConnection, int]
) -> None:
    connection, _ = company
    shows = SHOWS.get(dirt.id, f"{dirt.column} IS NULL")
    sql = COUNTED_OTHERWISE.get(dirt.id) or (
        f"SELECT count(*) FILTER ({shows}) / count(*) FROM {dirt.table} WHERE {BASES[dirt.base]}"
    )
    seen = number(connection, sql)
    assert dirt.share * 0.4 <= seen <= dirt.share * 2.2


def test_company_has_its_size_and_runs_on_a_small_disk(tmp_path: Path) -> None:
    told: dict[str, int] = {}
    summary = build(tmp_path / "var" / "company.duckdb", until=UNTIL, scale=0.05, progress=told.__setitem__)
    assert told == dict(summary.rows)
    assert (summary.first_day, summary.last_day) == (date(2023, 6, 15), UNTIL)
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["company.duckdb"]
    with duckdb.connect(str(summary.path), read_only=True) as connection:
        assert number(connection, "SELECT count(*) FROM orders") == told["orders"]


@pytest.mark.parametrize(
    ("until", "first"),
    [
        (date(2026, 6, 14), date(2023, 6, 15)),
        (date(2025, 12, 31), date(2023, 1, 1)),
        (date(2028, 2, 28), date(2025, 2, 28)),
    ],
)
def test_three_years_end_with_any_day(until: date, first: date, tmp_path: Path) -> None:
    assert build(tmp_path / "any.duckdb", until=until, scale=0.02).first_day == first


def test_mistakes_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="scale 0 is out of range"):
        build(tmp_path / "x.duckdb", until=UNTIL, scale=0)
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot write the sample warehouse"):
        build(tmp_path / "file" / "x.duckdb", until=UNTIL, scale=0.01)


def test_the_manual_page_is_the_generators_own() -> None:
    page = Path(__file__).parents[2] / "docs" / "sample-company.md"
    assert page.read_text(encoding="utf-8") == describe(DEFAULT_SEED, UNTIL)


def test_importing_the_sample_loads_no_heavy_library() -> None:
    code = "import sys, broadsheet.sample.summary; print({'duckdb', 'numpy', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
