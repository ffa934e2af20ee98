-- by product: p.name
-- by warehouse: s.warehouse
SELECT {by} AS member, sum(s.value)
FROM (
    SELECT product_id, warehouse, max(date) AS date FROM inventory_snapshots
    WHERE qty_on_hand >= 0 AND date >= $first AND date < $end GROUP BY ALL
) JOIN inventory_snapshots s USING (product_id, warehouse, date) LEFT JOIN products p USING (product_id)
GROUP BY ALL
