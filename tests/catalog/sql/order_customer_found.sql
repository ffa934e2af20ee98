-- by sales_channel: o.sales_channel
SELECT {by} AS member, avg(CAST(o.golden_id IN (SELECT golden_id FROM customers) AS INT))
FROM orders o WHERE NOT is_tester(o.golden_id) AND o.golden_id IS NOT NULL AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
