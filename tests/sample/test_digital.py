"""The tables of marketing, web and intelligence agree with the tables they grow out of."""

from __future__ import annotations

import duckdb
import pytest

# Each query counts rows that break what its name says.
BREACHES = {
    "a paid cart belongs to a web order of its customer and amounts to it": """
        SELECT count(*) FROM carts c LEFT JOIN orders o USING (order_id) LEFT JOIN (
            SELECT order_id, sum(net_amount) AS net FROM order_lines GROUP BY ALL) USING (order_id)
        WHERE c.order_id IS NOT NULL AND (o.sales_channel IS DISTINCT FROM 'web shop' OR c.amount <> net
            OR c.golden_id <> o.golden_id OR c.currency <> o.currency OR c.created_at >= o.ordered_at
            OR c.payment_method <> o.payment_method)""",
    "an order comes from one cart": """
        SELECT count(order_id) - count(DISTINCT order_id) FROM carts""",
    "the lines of a cart add up to it": """
        SELECT count(*) FROM carts LEFT JOIN (SELECT cart_id, sum(amount) AS net FROM cart_lines GROUP BY ALL)
            USING (cart_id) WHERE abs(amount - coalesce(net, 0)) > 0.005""",
    "the last visit of a paid cart is before its order": """
        SELECT count(*) FROM carts c JOIN orders o USING (order_id) JOIN web_visits v USING (visit_id)
        WHERE v.started_at >= o.ordered_at OR v.visitor_id <> c.visitor_id""",
    "a visit has as many views as it says, from its start to its length": """
        SELECT count(*) FROM web_visits v LEFT JOIN (
            SELECT visit_id, count(*) AS n, min(ts) AS first, date_diff('second', min(ts), max(ts)) AS length,
                   any_value(page ORDER BY seq) AS entry FROM page_views GROUP BY ALL) USING (visit_id)
        WHERE pages_n IS DISTINCT FROM n OR started_at IS DISTINCT FROM first
            OR coalesce(duration_s, 0) IS DISTINCT FROM length
            OR (duration_s IS NULL) <> (n = 1) OR entry_page IS DISTINCT FROM split_part(entry, '?', 1)""",
    "no hour has fewer entries than receipts": """
        SELECT count(*) FROM (SELECT store_id, date_trunc('hour', ordered_at) AS ts_hour, count(*) AS n FROM orders
            WHERE store_id IS NOT NULL GROUP BY ALL) JOIN store_traffic USING (store_id, ts_hour)
        WHERE counter_ok AND entries < n""",
    "every receipt of a counted shop has its hour": """
        SELECT count(*) FROM orders o WHERE store_id IN (SELECT store_id FROM store_traffic) AND NOT EXISTS (
            FROM store_traffic t WHERE t.store_id = o.store_id AND t.ts_hour = date_trunc('hour', o.ordered_at))
            AND strftime(ordered_at, '%m%d') NOT IN ('0101', '0401', '1125', '1126')""",
    "every customer record of the CRM is mapped to its customer": """
        SELECT count(*) FROM customers c LEFT JOIN identity_map i
            ON i.source_system = 'CRM' AND i.source_key = c.customer_id
        WHERE i.golden_id IS DISTINCT FROM c.golden_id""",
    "a member is in a campaign once, by name": """
        SELECT count(*) FROM (FROM campaign_members SELECT campaign_id, contact_id WHERE contact_id IS NOT NULL
            GROUP BY ALL HAVING count(*) > 1)""",
    "every lead of a campaign is a member that answered": """
        SELECT count(*) FROM leads l LEFT JOIN campaign_members m USING (lead_id)
        WHERE l.source_campaign_id IS NOT NULL
            AND (m.campaign_id IS DISTINCT FROM l.source_campaign_id OR m.first_response_at <> l.created_at)""",
    "the control group is not addressed and does not answer": """
        SELECT count(*) FROM campaign_members WHERE is_control
            AND (addressed_at IS NOT NULL OR first_response_at IS NOT NULL)""",
    "mails go to members of their campaign, with consent": """
        SELECT count(*) FROM email_events e LEFT JOIN campaign_members m USING (campaign_id, contact_id)
        WHERE e.event = 'sent' AND (m.addressed_at IS NULL OR (m.lead_id IS NULL AND NOT EXISTS (
            FROM consents c WHERE c.contact_id = e.contact_id AND channel = 'email' AND status = 'granted'
                AND c.valid_from <= e.ts)))""",
    "who unsubscribed gets no further campaign by name": """
        SELECT count(*) FROM email_events u JOIN email_events s USING (contact_id)
            JOIN campaign_members m ON m.campaign_id = s.campaign_id AND m.contact_id = s.contact_id
        WHERE u.event = 'unsubscribe' AND s.event = 'sent' AND s.campaign_id > u.campaign_id AND m.lead_id IS NULL""",
    "people read only what was delivered": """
        SELECT count(*) FROM email_events e WHERE event IN ('open', 'click', 'unsubscribe', 'spam') AND NOT EXISTS (
            FROM email_events d WHERE d.message_id = e.message_id AND d.contact_id = e.contact_id
                AND d.event = 'delivered' AND d.ts <= e.ts)""",
    "consents of one purpose do not overlap": """
        SELECT count(*) FROM consents a JOIN consents b USING (contact_id, channel, purpose)
        WHERE a.valid_from < b.valid_from AND coalesce(a.valid_to, TIMESTAMP '2100-01-01') > b.valid_from""",
    "only those who confirmed attend": """
        SELECT count(*) FROM event_registrations
        WHERE attended AND (confirmed_at IS NULL OR cancelled_at IS NOT NULL OR registered_at > held_on + 1)""",
    "nobody sells more than the market": """
        SELECT count(*) FROM market_data WHERE market_sales > market_size OR market_sales <= 0""",
    "nobody is scored before a week of use": """
        SELECT count(*) FROM scores s WHERE model_id = 'usage-score' AND (
            SELECT min(date) FROM app_usage u WHERE u.golden_id = s.entity_id) > scored_at""",
    "a band is that of its score": """
        SELECT count(*) FROM scores WHERE model_id = 'usage-score'
            AND band <> CASE WHEN score >= 7 THEN 'green' WHEN score >= 4 THEN 'amber' ELSE 'red' END""",
    "leads are scored after they came": """
        SELECT count(*) FROM scores s JOIN leads l ON l.lead_id = s.entity_id WHERE scored_at <= created_at""",
}


@pytest.mark.parametrize("name", BREACHES)
def test_tables_agree(name: str, small: duckdb.DuckDBPyConnection) -> None:
    row = small.execute(BREACHES[name]).fetchone()
    assert row == (0,)


def test_rolling_use_moves_with_the_scores(company: tuple[duckdb.DuckDBPyConnection, int]) -> None:
    """Customers with little use in the week before have lower scores than those with much."""
    connection, _ = company
    row = connection.execute("""
        WITH used AS (
            SELECT s.entity_id, s.scored_at, any_value(s.score) AS score, sum(u.records_processed) AS records
            FROM scores s JOIN app_usage u ON u.golden_id = s.entity_id AND u.date < CAST(s.scored_at AS DATE)
                AND u.date >= CAST(s.scored_at AS DATE) - 30
            WHERE model_id = 'usage-score' GROUP BY ALL)
        SELECT corr(score, ln(records)) FROM used""").fetchone()
    assert row is not None
    assert row[0] > 0.3
