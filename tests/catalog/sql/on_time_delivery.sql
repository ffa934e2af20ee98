-- by warehouse: d.warehouse
-- by sales_channel: o.sales_channel
SELECT {by} AS member, avg(CASE WHEN d.delivered_at <= d.promised_at THEN 1.0 ELSE 0.0 END)
FROM deliveries d JOIN orders o USING (order_id) WHERE NOT is_tester(o.golden_id) AND d.promised_at >= $start AND d.promised_at < $until
GROUP BY ALL
