-- by brand: p.brand
-- by segment: segment_at(o.golden_id, o.ordered_at)
SELECT {by} AS member, 100
FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
  AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
