-- Each two different products in one order, once. Columns of CSV files are text.
SELECT
    a.order_item_id AS first_item,
    b.order_item_id AS second_item,
    a.created_at,
    p.product_name AS first_product,
    q.product_name AS second_product
FROM "order_items.csv" a
JOIN "order_items.csv" b ON b.order_id = a.order_id AND CAST(b.product_id AS INTEGER) > CAST(a.product_id AS INTEGER)
JOIN "products.csv" p ON p.product_id = a.product_id
JOIN "products.csv" q ON q.product_id = b.product_id
