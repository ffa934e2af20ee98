-- by product: p.name
SELECT {by} AS member, sum(l.qty) AS value
FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
WHERE o.status IS DISTINCT FROM 'cancelled' AND NOT is_tester(o.golden_id)
  AND berlin_day(o.ordered_at) >= $end::DATE - 28 AND o.ordered_at < $until
GROUP BY ALL
