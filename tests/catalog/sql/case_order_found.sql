-- by case_type: c.type
SELECT {by} AS member, avg(CAST(c.order_id IN (SELECT order_id FROM orders) AS INT))
FROM cases c WHERE NOT is_tester(c.golden_id) AND c.order_id IS NOT NULL AND c.created_at >= $start AND c.created_at < $until
GROUP BY ALL
