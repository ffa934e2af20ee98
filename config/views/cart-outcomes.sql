-- One row per cart with at least one thing in it; carts of bots, and carts merged into that of another device, are out.
SELECT
    c.cart_id,
    c.visit_id,
    c.golden_id,
    c.order_id,
    c.created_at,
    c.payment_method,
    c.amount,
    c.currency,
    v.source_campaign_id,
    o.ordered_at,
    coalesce(o.ordered_at <= c.created_at + INTERVAL '24 hours', FALSE) AS ordered_in_time
FROM carts AS c
INNER JOIN web_visits AS v ON v.visit_id = c.visit_id
LEFT JOIN orders AS o ON o.order_id = c.order_id
WHERE v.is_bot IS NOT TRUE
    AND c.merged_cart_id IS NULL
    AND EXISTS (SELECT 1 FROM cart_lines AS l WHERE l.cart_id = c.cart_id)
