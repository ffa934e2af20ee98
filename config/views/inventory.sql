-- One row per product, warehouse and count, with the day of the next one; a count below zero is a fault, told by
-- `is_fault`.
SELECT
    product_id,
    warehouse,
    date,
    lead(date) OVER (PARTITION BY product_id, warehouse ORDER BY date) AS next_date,
    qty_on_hand,
    qty_on_hand - qty_reserved AS qty_available,
    reorder_point,
    value,
    qty_on_hand < 0 AS is_fault
FROM inventory_snapshots
