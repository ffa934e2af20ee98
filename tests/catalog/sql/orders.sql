-- by sales_channel: o.sales_channel
-- by customer_type: c.customer_type
SELECT {by} AS member, count(*)
FROM orders o LEFT JOIN customers c ON c.customer_key = version_at(o.golden_id, o.ordered_at)
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
