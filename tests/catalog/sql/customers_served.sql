-- by customer_type: c.customer_type
WITH served AS (
    SELECT o.golden_id, o.ordered_at AS moment FROM orders o WHERE o.status <> 'cancelled'
    UNION ALL SELECT k.golden_id, k.created_at FROM cases k
    UNION ALL SELECT i.golden_id, i.started_at FROM interactions i WHERE NOT i.is_automated
)
SELECT {by} AS member, count(DISTINCT s.golden_id)
FROM served s LEFT JOIN customers c ON c.customer_key = version_at(s.golden_id, s.moment)
WHERE NOT is_tester(s.golden_id) AND s.moment >= $start AND s.moment < $until
GROUP BY ALL
