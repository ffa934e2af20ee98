-- by product_category: p.category
WITH sold AS (
    SELECT {by} AS member, sum(l.qty) AS value
    FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until GROUP BY ALL
), back AS (
    SELECT {by} AS member, sum(r.qty) AS value
    FROM returns r JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
    WHERE r.kind = 'return' AND NOT is_tester(r.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until GROUP BY ALL
)
SELECT member, coalesce(back.value, 0) / sold.value FROM sold LEFT JOIN back USING (member)
