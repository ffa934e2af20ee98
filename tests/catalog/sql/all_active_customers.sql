SELECT {by} AS member, count(DISTINCT o.golden_id)
FROM orders o
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
