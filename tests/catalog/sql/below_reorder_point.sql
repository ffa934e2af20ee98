-- by warehouse: s.warehouse
SELECT {by} AS member, count(*) FROM (
    SELECT product_id, warehouse, max(date) AS date FROM inventory_snapshots WHERE date < $end GROUP BY ALL
) JOIN inventory_snapshots s USING (product_id, warehouse, date)
WHERE s.qty_on_hand < s.reorder_point AND s.qty_on_hand >= 0
GROUP BY ALL
