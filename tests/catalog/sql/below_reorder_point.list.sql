SELECT p.name, s.warehouse, s.qty_on_hand, s.reorder_point FROM (
    SELECT product_id, warehouse, max(date) AS date FROM inventory_snapshots WHERE date < $end GROUP BY ALL
) JOIN inventory_snapshots s USING (product_id, warehouse, date) LEFT JOIN products p USING (product_id)
WHERE s.qty_on_hand < s.reorder_point AND s.qty_on_hand >= 0
ORDER BY s.qty_on_hand, s.product_id, s.warehouse
