-- by product: p.name
-- by warehouse: s.warehouse
SELECT {by} AS member, count(*)
FROM inventory_snapshots s LEFT JOIN products p USING (product_id)
WHERE s.date >= $first AND s.date < $end AND s.qty_on_hand < 0
GROUP BY ALL
