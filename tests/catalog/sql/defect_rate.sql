-- by product: p.name
-- by product_category: p.category
WITH out AS (
    SELECT d.product_id, d.qty, d.delivered_at AS at, o.golden_id FROM deliveries d JOIN orders o USING (order_id)
    UNION ALL
    SELECT l.product_id, l.qty, o.ordered_at, o.golden_id FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.sales_channel = 'shop' AND o.status IS DISTINCT FROM 'cancelled'
), told AS (
    SELECT product_id, golden_id, registered_at AS at FROM returns WHERE kind = 'claim' AND defect_code IS NOT NULL
    UNION ALL
    SELECT product_id, golden_id, created_at FROM cases
    WHERE problem_code = 'defect' AND type IS DISTINCT FROM 'claim'
), bad AS (
    SELECT {by} AS member, count(*) AS value FROM told x LEFT JOIN products p USING (product_id)
    WHERE NOT is_tester(x.golden_id) AND x.at >= $start AND x.at < $until GROUP BY ALL
), sent AS (
    SELECT {by} AS member, sum(x.qty) AS value FROM out x LEFT JOIN products p USING (product_id)
    WHERE NOT is_tester(x.golden_id) AND x.at >= $start AND x.at < $until GROUP BY ALL
)
SELECT coalesce(bad.member, sent.member), coalesce(bad.value, 0) / nullif(sent.value, 0) * 1000
FROM bad FULL JOIN sent ON bad.member IS NOT DISTINCT FROM sent.member
