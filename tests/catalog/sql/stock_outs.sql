-- by product: p.name
-- by warehouse: s.warehouse
SELECT {by} AS member, avg(CASE WHEN s.qty_on_hand <= 0 THEN 1.0 ELSE 0.0 END)
FROM inventory_snapshots s LEFT JOIN products p USING (product_id)
WHERE s.date >= $first AND s.date < $end
GROUP BY ALL
