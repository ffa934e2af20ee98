"""Quotes, contracts, money, goods and work agree with what they are about."""

from __future__ import annotations

import duckdb
import pytest

# Each query counts what must not be there.
FAULTS = {
    "a quote revision without the one before it": """
        SELECT count(*) FROM quotes q WHERE revision > 1 AND NOT EXISTS (
            FROM quotes p WHERE p.quote_root_id = q.quote_root_id AND p.revision = q.revision - 1)""",
    "a later revision issued before the first": """
        SELECT count(*) FROM quotes q JOIN quotes r ON r.quote_id = q.quote_root_id
        WHERE q.issued_at < r.issued_at""",
    "lines that do not add up to their quote": """
        SELECT count(*) FROM quotes JOIN (SELECT quote_id, sum(line_amount) AS lines FROM quote_lines GROUP BY ALL)
        USING (quote_id) WHERE abs(amount - lines) > 0.01""",
    "an accepted quote whose deal is not won, or at another amount": """
        SELECT count(*) FROM quotes JOIN opportunities USING (opportunity_id) WHERE quotes.status = 'accepted'
        AND (outcome <> 'won' OR abs(amount - amount_actual) > 0.02 OR accepted_at <> closed_at)""",
    "an order of another deal than its quote": """
        SELECT count(*) FROM orders o JOIN quotes q USING (quote_id) WHERE o.opportunity_id <> q.opportunity_id""",
    "a renewed term that had ended without a next one": """
        SELECT count(*) FROM subscriptions s WHERE renewed_at IS NOT NULL AND term_end < DATE '2026-06-14'
        AND NOT EXISTS (FROM subscriptions n WHERE n.previous_id = s.subscription_id AND n.start = s.term_end + 1)""",
    "a contract version that does not follow the one before": """
        SELECT count(*) FROM contracts c JOIN contracts p
            ON p.contract_id = c.contract_id AND p.version = c.version - 1
        WHERE c.previous_value <> p.value OR c.adjusted_at < p.adjusted_at OR c.adjusted_at IS NULL""",
    "goods invoiced at another amount than ordered": """
        SELECT count(*) FROM invoices i JOIN (SELECT order_id, sum(net_amount) AS net FROM order_lines GROUP BY ALL)
        USING (order_id) WHERE kind = 'goods' AND abs(amount - net) > 0.01""",
    "an open amount other than invoiced less paid": """
        SELECT count(*) FROM invoices i LEFT JOIN (SELECT invoice_id, sum(amount) AS paid FROM payments
            WHERE status = 'booked' GROUP BY ALL) p USING (invoice_id)
        WHERE abs(i.amount + i.tax - coalesce(paid, 0) - open_amount) > 0.01""",
    "a payment before its invoice, or one of a credit note that is not paid out": """
        SELECT count(*) FROM payments p JOIN invoices i USING (invoice_id)
        WHERE paid_at < issued_at OR (kind = 'credit note') <> (p.amount < 0)""",
    "a reversal that is none": """
        SELECT count(*) FROM payments WHERE (status = 'reversed') <> (reversed_at IS NOT NULL)
        OR reversed_at < paid_at""",
    "ratings of a customer that overlap or leave a gap": """
        SELECT count(*) FROM (SELECT *, lead(valid_from) OVER (PARTITION BY golden_id ORDER BY valid_from) AS next
            FROM credit_status) WHERE valid_to IS DISTINCT FROM next""",
    "shipments that do not add up to their line": """
        SELECT count(*) FROM (SELECT order_id, line_no, sum(qty) AS sent FROM deliveries GROUP BY ALL)
        JOIN order_lines USING (order_id, line_no) WHERE sent <> qty""",
    "an order that is done but not delivered": """
        SELECT count(*) FROM deliveries JOIN orders USING (order_id)
        WHERE status = 'done' AND delivered_at IS NULL""",
    "stock reserved for no order": """
        SELECT count(*) FROM inventory_snapshots s WHERE date = DATE '2026-06-14' AND qty_reserved <> (
            SELECT coalesce(sum(qty), 0) FROM deliveries d
            WHERE d.product_id = s.product_id AND d.warehouse = s.warehouse AND delivered_at IS NULL)""",
    "a task done but not closed, or closed and open": """
        SELECT count(*) FROM tasks WHERE (status = 'done') <> (done_at IS NOT NULL)
        OR (status = 'open') <> (closed_at IS NULL)""",
    "a step that was left before it was entered, or entered before the last was left": """
        SELECT count(*) FROM (SELECT *, lag(left_at) OVER (PARTITION BY instance_id ORDER BY seq) AS before
            FROM process_steps) WHERE left_at < entered_at OR entered_at < before - INTERVAL 1 SECOND""",
    "a decision on a report that was not opened": """
        SELECT count(*) FROM report_feedback JOIN report_runs USING (run_id)
        WHERE decision_at < opened_at OR opened_at < delivered_at
        OR (decision_at IS NOT NULL AND opened_at IS NULL)""",
    "a forecast issued after its month": """
        SELECT count(*) FROM plan_targets WHERE scenario = 'forecast' AND issued_on > period_end""",
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_tables_agree(fault: str, small: duckdb.DuckDBPyConnection) -> None:
    row = small.execute(FAULTS[fault]).fetchone()
    assert row == (0,)


def test_stock_of_what_is_made_moves_by_production_and_by_what_left(small: duckdb.DuckDBPyConnection) -> None:
    """Week by week and product: the count, less the one before, is what was made less what left."""
    sql = """
        WITH days AS (SELECT DISTINCT date FROM inventory_snapshots),
        local AS (
            SELECT product_id, CAST(timezone('Europe/Berlin', timezone('UTC', delivered_at)) AS DATE) AS day, qty
            FROM deliveries WHERE delivered_at IS NOT NULL
            UNION ALL
            SELECT product_id, CAST(timezone('Europe/Berlin', timezone('UTC', ordered_at)) AS DATE), qty
            FROM orders JOIN order_lines USING (order_id) WHERE sales_channel = 'shop' AND status <> 'cancelled'),
        gone AS (SELECT product_id, date, sum(qty) AS left FROM local JOIN days
                 ON day <= date AND day > date - 7 GROUP BY ALL),
        made AS (SELECT product_id, date, sum(qty_good) AS good FROM production_runs JOIN days
                 ON CAST(completed_at AS DATE) <= date AND CAST(completed_at AS DATE) > date - 7 GROUP BY ALL),
        held AS (SELECT product_id, date, sum(qty_on_hand) AS units, min(qty_on_hand) AS least
                 FROM inventory_snapshots WHERE product_id IN (SELECT product_id FROM production_runs) GROUP BY ALL)
        SELECT count(*), count(*) FILTER (now.units - before.units <> coalesce(good, 0) - coalesce(gone.left, 0))
        FROM held now JOIN held before ON before.product_id = now.product_id AND before.date = now.date - 7
        LEFT JOIN gone ON gone.product_id = now.product_id AND gone.date = now.date
        LEFT JOIN made ON made.product_id = now.product_id AND made.date = now.date
        WHERE now.least >= 0 AND before.least >= 0"""
    checked, off = small.execute(sql).fetchone() or (0, 1)
    assert checked > 1000
    assert off == 0
