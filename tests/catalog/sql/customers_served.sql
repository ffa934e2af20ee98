-- by customer_type: c.customer_type
-- by served_by: s.kind
WITH served AS (
    SELECT 'order' AS kind, o.golden_id, o.ordered_at AS moment FROM orders o WHERE o.status IS DISTINCT FROM 'cancelled'
    UNION ALL SELECT 'delivery', o.golden_id, d.delivered_at FROM deliveries d JOIN orders o USING (order_id)
    UNION ALL SELECT 'case', k.golden_id, k.created_at FROM cases k
    UNION ALL SELECT 'contact', i.golden_id, i.started_at FROM interactions i WHERE i.is_automated IS NOT TRUE
)
SELECT {by} AS member, count(DISTINCT s.golden_id)
FROM served s LEFT JOIN customers c ON c.customer_key = version_at(s.golden_id, s.moment)
WHERE NOT is_tester(s.golden_id) AND s.moment >= $start AND s.moment < $until
GROUP BY ALL
