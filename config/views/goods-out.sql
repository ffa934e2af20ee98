-- Units that reached customers: delivered, or handed over in a shop.
SELECT
    'delivery' AS kind,
    d.delivery_id AS row_id,
    d.order_id,
    d.product_id,
    d.warehouse,
    d.qty,
    d.delivered_at AS happened_at
FROM deliveries AS d
WHERE d.delivered_at IS NOT NULL
UNION ALL
SELECT
    'shop',
    l.order_id || '/' || CAST(l.line_no AS VARCHAR),
    l.order_id,
    l.product_id,
    NULL,
    l.qty,
    o.ordered_at
FROM order_lines AS l
INNER JOIN orders AS o ON o.order_id = l.order_id
WHERE o.sales_channel = 'shop' AND o.status IS DISTINCT FROM 'cancelled'
