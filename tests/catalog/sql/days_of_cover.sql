-- by product: p.name
WITH sold AS (
    SELECT {by} AS member, sum(l.qty) AS value
    FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
    WHERE o.status IS DISTINCT FROM 'cancelled' AND NOT is_tester(o.golden_id)
      AND berlin_day(o.ordered_at) >= $end::DATE - 28 AND o.ordered_at < $until
    GROUP BY ALL
), stock AS (
    SELECT {by} AS member, sum(s.qty_on_hand - s.qty_reserved) AS value
    FROM (
        SELECT product_id, warehouse, max(date) AS date FROM inventory_snapshots
        WHERE qty_on_hand >= 0 AND date >= $first AND date < $end GROUP BY ALL
    ) JOIN inventory_snapshots s USING (product_id, warehouse, date) LEFT JOIN products p USING (product_id)
    GROUP BY ALL
)
SELECT coalesce(stock.member, sold.member), stock.value / nullif(sold.value, 0) * 28
FROM stock FULL JOIN sold ON stock.member IS NOT DISTINCT FROM sold.member
