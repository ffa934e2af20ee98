-- by product_category: p.category
SELECT {by} AS member, sum(r.qty)
FROM returns r JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
WHERE r.kind = 'return' AND NOT is_tester(r.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
