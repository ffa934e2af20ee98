-- by product: p.name
-- by product_category: p.category
WITH out AS (
    SELECT d.product_id, d.qty, d.delivered_at AS at, o.golden_id FROM deliveries d JOIN orders o USING (order_id)
    UNION ALL
    SELECT l.product_id, l.qty, o.ordered_at, o.golden_id FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.sales_channel = 'shop' AND o.status IS DISTINCT FROM 'cancelled'
), bad AS (
    SELECT {by} AS member, count(*) AS value FROM returns x LEFT JOIN products p USING (product_id)
    WHERE x.kind = 'claim' AND NOT is_tester(x.golden_id) AND x.registered_at >= $start AND x.registered_at < $until
    GROUP BY ALL
), sent AS (
    SELECT {by} AS member, sum(x.qty) AS value FROM out x LEFT JOIN products p USING (product_id)
    WHERE NOT is_tester(x.golden_id) AND x.at >= $start AND x.at < $until GROUP BY ALL
)
SELECT coalesce(bad.member, sent.member), coalesce(bad.value, 0) / nullif(sent.value, 0) * 1000
FROM bad FULL JOIN sent ON bad.member IS NOT DISTINCT FROM sent.member
