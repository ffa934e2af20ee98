-- by product_family: p.family_id
SELECT {by} AS member, max(p.tier_rank)
FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at < $until
GROUP BY ALL
