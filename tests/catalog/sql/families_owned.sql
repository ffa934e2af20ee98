-- by customer: o.golden_id
SELECT {by} AS member, count(DISTINCT p.family_id)
FROM order_lines l JOIN orders o USING (order_id) JOIN products p USING (product_id)
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at < $start AND p.tier_rank IS NOT NULL
GROUP BY ALL
